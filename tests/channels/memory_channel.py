"""The smallest messaging app: what is said stays in a list. A template for a further channel (docs/channels.md)."""

from __future__ import annotations

import asyncio
from typing import Any

from nose_twitch.rasa_parts.channels.inbox import Incoming, Kind
from nose_twitch.rasa_parts.channels.messenger import MessengerChannel
from nose_twitch.rasa_parts.channels.quick_replies import Shown


class MemoryChannel(MessengerChannel):
    """An app without an app."""

    missing = ""  # else what must be set, such as "MYAPP_TOKEN is not set"
    numbered = True  # this app has no buttons

    def __init__(self) -> None:
        """Nothing was said yet."""
        super().__init__()
        self.arriving: asyncio.Queue[tuple[str, str]] = asyncio.Queue()
        self.shown: list[Shown] = []

    @classmethod
    def name(cls) -> str:
        """Its name in events, and the prefix of its conversations."""
        return "memory"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> MemoryChannel:
        """Take the settings."""
        return cls()

    async def run(self) -> None:
        """Receive until cancelled."""
        number = 0
        while True:
            chat, text = await self.arriving.get()
            number += 1
            await self.inbox.add(Incoming(chat, f"{number}", Kind.WORDS, text))
            self.arriving.task_done()

    async def show(self, chat: str, message: Shown, key: str) -> None:
        """Show a message of the guide."""
        self.shown.append(message)

    async def show_writing(self, chat: str) -> None:
        """This app has no sign for it."""
