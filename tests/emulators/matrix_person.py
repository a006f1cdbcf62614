"""A person's Matrix client (matrix-nio), run by .venv-matrix: obeys JSON lines on stdin and tells on stdout what it sees."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

from nio import AsyncClient, ReceiptEvent, RoomMemberEvent, RoomMessageText, TypingNoticeEvent


def tell(what: str, **more: Any) -> None:
    """One line for the test."""
    print(json.dumps({"what": what, **more}), flush=True)


async def obey(client: AsyncClient, order: dict[str, Any]) -> None:
    """Do what one line says."""
    if order["do"] == "invite":
        encryption = [{"type": "m.room.encryption", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}]
        room = await client.room_create(
            is_direct=True, invite=order["users"], initial_state=encryption if order["encrypted"] else []
        )
        tell("room", room=room.room_id)
    elif order["do"] == "send":
        kind = order["content"].pop("type", "m.room.message")
        sent = await client.room_send(order["room"], kind, order["content"])
        tell("sent", event=getattr(sent, "event_id", str(sent)))
    elif order["do"] == "leave":
        await client.room_leave(order["room"])
    elif order["do"] == "add":
        await client.room_invite(order["room"], order["user"])
    elif order["do"] == "join":
        await client.join(order["room"])


async def main(server: str, user: str, password: str) -> None:
    """Log in, listen and obey."""
    client = AsyncClient(server, user)
    await client.login(password)

    async def on_message(room: Any, event: RoomMessageText) -> None:
        if event.sender != user:
            tell("message", room=room.room_id, body=event.body, html=event.formatted_body)

    async def on_member(room: Any, event: RoomMemberEvent) -> None:
        if event.state_key != user:
            tell("member", room=room.room_id, user=event.state_key, membership=event.membership)

    async def on_ephemeral(room: Any, event: Any) -> None:
        if isinstance(event, TypingNoticeEvent):
            tell("typing", users=event.users)
        else:
            tell("read", events=[receipt.event_id for receipt in event.receipts if receipt.user_id != user])

    client.add_event_callback(on_message, RoomMessageText)
    client.add_event_callback(on_member, RoomMemberEvent)
    client.add_ephemeral_callback(on_ephemeral, (TypingNoticeEvent, ReceiptEvent))
    await client.sync(timeout=0, full_state=True)
    tell("ready")

    listening = asyncio.create_task(client.sync_forever(timeout=10_000))
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        await obey(client, json.loads(line))
    listening.cancel()
    await client.close()


asyncio.run(main(*sys.argv[1:4]))
