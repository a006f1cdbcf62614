"""What a Matrix server delivers (a "sync") as things for the inbox."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Any

from nose_twitch.rasa_parts.channels.commands import START
from nose_twitch.rasa_parts.channels.inbox import Incoming, Kind

logger = logging.getLogger(__name__)

# In `about` of what is to be joined first.
INVITED = "invited"
_MESSAGE = "m.room.message"
_UNREADABLE = ("m.sticker", "m.poll.start", "org.matrix.msc3381.poll.start", "m.beacon_info")
_WORDS = ("m.text", "m.emote")
# An answer to a message repeats it above, behind ">".
_REPEATED = re.compile(r"\A(?:>.*\n)+\n?")

FILTER = {
    "room": {
        "timeline": {"limit": 100, "types": [_MESSAGE, "m.room.encrypted", "m.room.member", *_UNREADABLE]},
        "state": {"types": []},
        "ephemeral": {"types": []},
        "account_data": {"types": []},
    },
    "presence": {"types": []},
    "account_data": {"types": []},
}


def invitations(sync: dict[str, Any]) -> Iterator[Incoming]:
    """The rooms that the guide was invited to: each is to be joined, and the talk begun."""
    for room, state in (sync.get("rooms", {}).get("invite") or {}).items():
        types = {event.get("type") for event in state.get("invite_state", {}).get("events", [])}
        kind = Kind.ENCRYPTED if "m.room.encryption" in types else Kind.COMMAND
        yield Incoming(room, f"{room}-join", kind, START, {INVITED: "yes"})


def arrivals(sync: dict[str, Any], own_id: str) -> Iterator[Incoming]:
    """What others sent, oldest first in each room."""
    for room, state in (sync.get("rooms", {}).get("join") or {}).items():
        found: list[Incoming] = []
        for event in state.get("timeline", {}).get("events", []):
            try:
                if _is_own_joining(event, own_id):
                    found.clear()  # said before the guide came, and not to it
                elif event.get("sender") != own_id:
                    found += _read(event, room)
            except Exception as error:  # of a shape that we do not know: it must not come again and again
                logger.error("EVENT_UNREADABLE error=%s", type(error).__name__)
        yield from found


def _is_own_joining(event: dict[str, Any], own_id: str) -> bool:
    if event.get("type") != "m.room.member" or event.get("state_key") != own_id:
        return False
    before = ((event.get("unsigned") or {}).get("prev_content") or {}).get("membership")
    return event["content"].get("membership") == "join" and before != "join"


def _read(event: dict[str, Any], room: str) -> list[Incoming]:
    event_id, kind, content = str(event.get("event_id")), event.get("type"), event.get("content") or {}
    if kind == "m.room.member":
        return [Incoming(room, event_id, Kind.LEFT)] if content.get("membership") in ("leave", "ban") else []
    if not content or content.get("msgtype") == "m.notice":  # deleted before it was read; what another program says
        return []
    if kind == "m.room.encrypted":
        return [Incoming(room, event_id, Kind.ENCRYPTED)]
    if kind in _UNREADABLE:
        return [Incoming(room, event_id, Kind.UNREADABLE)]
    if kind != _MESSAGE:
        return []
    return _message(content, room, event_id)


def _message(content: dict[str, Any], room: str, event_id: str) -> list[Incoming]:
    relation = content.get("m.relates_to")
    relation = relation if isinstance(relation, dict) else {}
    if relation.get("rel_type") == "m.replace":
        return [Incoming(room, event_id, Kind.EDITED)]
    text = str(content.get("body") or "")
    if "m.in_reply_to" in relation:
        text = _REPEATED.sub("", text)
    words = [Incoming(room, event_id, Kind.WORDS, text.strip())] if text.strip() else []
    if content.get("msgtype") in _WORDS:
        return words
    # A picture's text is its name, unless the name stands beside it.
    captioned = content.get("filename") not in (None, text)
    return [Incoming(room, f"{event_id}-more", Kind.UNREADABLE), *(words if captioned else [])]
