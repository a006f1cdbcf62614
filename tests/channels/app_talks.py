"""Talks held through a messaging app with a running guide, judged as the talks in one process are (tests/conversations).

What the guide said is read twice: as the person's app shows it, and by name and slot from the store of the running guide.
"""

from __future__ import annotations

import asyncio
import html
import re
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered
from rasa.shared.core.trackers import DialogueStateTracker

from nose_twitch.rasa_parts.channels.messages import shown
from nose_twitch.rasa_parts.channels.talks import conversation_id
from scripts.settings import ROOT
from tests.conversations.guide import Reply
from tests.emulators import matrix_server, telegram_emulator

STORE = ROOT / "var/talks.db"
LONGEST_TURN = 60.0  # seconds
_NUMBERED_REPLY = re.compile(r"^\d+\. .*$", re.MULTILINE)


@lru_cache(maxsize=1)
def domain() -> Domain:
    """The guide's domain, read once (it takes seconds)."""
    return Domain.load(str(ROOT / "domain.yml"))


@dataclass
class AppTalk:
    """One person's talk. `hear` waits for so many messages and gives their texts."""

    channel: str
    chat: str
    send: Callable[[str], None]
    hear: Callable[[int], list[str]]
    replies: list[Reply] = field(default_factory=list)
    known: DialogueStateTracker | None = None  # as it was read last; Rasa reads each event anew for every look

    @property
    def sender(self) -> str:
        """The conversation's id in the store."""
        return conversation_id(self.channel, self.chat, ROOT / "var/channels.key")

    async def say(self, text: str) -> Reply:
        """Send a message and wait for all of the answer."""
        before, known = self._last_event(), len((await self.tracker()).events)
        self.send(text)
        end = time.monotonic() + LONGEST_TURN
        while self._last_event() == before:
            assert time.monotonic() < end, f"no turn came of {text[:80]!r}"
            await asyncio.sleep(0.05)
        self.known = None
        stored = list((await self.tracker()).events)
        # After "forget me" the store begins anew.
        events = stored[known:] if len(stored) > known else stored
        said = [event for event in events if isinstance(event, BotUttered)]
        texts = self.hear(max(1, len(shown(said, domain()))))
        reply = Reply(
            [str(event.metadata.get("utter_action")) for event in said] or response_of(texts[0], self.channel),
            [_NUMBERED_REPLY.sub("", text.replace("• ", "- ")) for text in texts],
            [button["title"] for event in said for button in event.data.get("buttons") or []],
            [event.action_name for event in events if isinstance(event, ActionExecuted) and event.action_name],
        )
        self.replies.append(reply)
        return reply

    def _last_event(self) -> tuple[Any, ...]:
        with sqlite3.connect(f"file:{STORE}?mode=ro", uri=True, timeout=30) as store:
            query = "select max(id), count(*) from events where sender_id = ?"
            return tuple(store.execute(query, (self.sender,)).fetchone())

    async def tracker(self) -> DialogueStateTracker:
        """The talk as the running guide has stored it."""
        if self.known is None:
            store = SQLTrackerStore(domain(), db=str(STORE))
            stored = await store.retrieve(self.sender)
            store.engine.dispose()
            self.known = stored or DialogueStateTracker.from_events(self.sender, [], domain().slots)
        return self.known

    async def slots(self) -> dict[str, Any]:
        """All slot values."""
        return (await self.tracker()).current_slot_values()


def response_of(text: str, channel: str) -> list[str]:
    """The response that a text is the wording of, for what is no part of the talk."""
    return [
        name
        for name, variants in domain().responses.items()
        for variant in variants
        if variant.get("channel") in (None, channel) and plain(variant.get("text") or "") == plain(text)
    ]


def plain(text: str) -> str:
    """A text without what an app makes of it."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", text)).replace("• ", "- ")).strip()


def telegram_talk(telegram: telegram_emulator.Telegram) -> AppTalk:
    """A talk of somebody new on Telegram."""
    person = telegram.person()

    def hear(count: int) -> list[str]:
        return [html.unescape(re.sub(r"<[^>]+>", "", each["text"])) for each in person.hear(count, quiet=0.0)]

    return AppTalk("telegram", str(person.chat), person.send, hear)


def matrix_talk(person: matrix_server.Person, guide: str) -> AppTalk:
    """A talk of this person in a new room on Matrix; the opening has been heard."""
    room = person.meet(guide)
    person.hear(2, room=room)
    return AppTalk(
        "matrix", room, lambda text: person.send(room, text), lambda count: person.hear(count, room=room, quiet=0.0)
    )
