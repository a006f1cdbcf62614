"""What a channel asks of Rasa: a turn of a talk, its opening, what was said, and forgetting it. The same for all channels."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import os
import secrets
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.shared.core.events import BotUttered, Restarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sanic import Sanic

from nose_twitch.rasa_parts import slots
from nose_twitch.rasa_parts.channels.copies import copy_of
from nose_twitch.rasa_parts.channels.output import CollectedOutput, as_event
from nose_twitch.rasa_parts.server.tracker_store import StoreAwayError

OPENING = "utter_greet"
KEY_FILE = Path("var/channels.key")
# Instead of the file: the same key for several servers, so that each of them finds a person's talk.
KEY_SETTING = "CHANNELS_KEY"
SHORTEST_KEY = 32
# In the metadata of a message: the app's ids of those that were read together with it.
ALSO = "also"

OnNewMessage = Callable[[UserMessage], Awaitable[Any]]


def conversation_id(channel: str, chat: str, key_file: Path = KEY_FILE) -> str:
    """The conversation's id in Rasa for a chat of an app, whose own ids (small numbers, names) anybody may know.

    Begins with the channel's name, so that no channel sees another's talks, and cannot be guessed without this server's key.
    """
    key = _key(key_file).encode()
    return f"{channel}-{hmac.new(key, f'{channel} {chat}'.encode(), hashlib.sha256).hexdigest()[:32]}"


def key_trouble() -> str:
    """What is wrong with this server's key, to be said before the first person writes; empty if nothing is."""
    try:
        _key(KEY_FILE)
    except (OSError, ValueError) as error:
        return str(error)
    return ""


def _key(key_file: Path) -> str:
    if key := os.environ.get(KEY_SETTING, "").strip():
        if len(key) < SHORTEST_KEY:
            raise ValueError(
                f"{KEY_SETTING} must have at least {SHORTEST_KEY} characters; `openssl rand -hex 32` makes one."
            )
        return key
    if not key_file.exists():
        key_file.parent.mkdir(parents=True, exist_ok=True)
        new = key_file.with_name(f"{key_file.name}.{os.getpid()}")
        new.touch(mode=0o600)
        new.write_text(secrets.token_hex(32), encoding="ascii")
        with contextlib.suppress(FileExistsError):
            os.link(new, key_file)  # whole or not at all, and never over another's
        new.unlink()
    key = key_file.read_text(encoding="ascii").strip()
    if len(key) < 64:
        raise ValueError(
            f"{key_file} holds no key. Delete it: a new one is made, and talks that are going on begin anew."
        )
    return key


def was_taken(tracker: DialogueStateTracker, message_id: str, *, before_last: bool = False) -> bool:
    """Whether a message that the app delivers (again) is part of the talk already; `before_last`, and not its latest."""
    said = [event for event in tracker.events if isinstance(event, UserUttered)]
    return any(
        message_id == event.message_id or message_id in (event.metadata or {}).get(ALSO, ())
        for event in (said[:-1] if before_last else said)
    )


class Talks:
    """The talks of one channel."""

    def __init__(self, channel: str, app: Sanic, on_new_message: OnNewMessage) -> None:
        """`app` is Rasa's server, and `on_new_message` its way in, as an input channel is given it."""
        self._app = app
        self._channel = channel
        self._on_new_message = on_new_message
        self._running: dict[tuple[str, str], asyncio.Task[list[BotUttered]]] = {}

    @property
    def agent(self) -> Agent:
        """Rasa's agent; another one after a model was exchanged."""
        return self._app.ctx.agent

    async def say(
        self,
        tracker: DialogueStateTracker,
        text: str,
        message_id: str,
        metadata: dict[str, Any] | None = None,
        *,
        opened: bool = False,
    ) -> list[BotUttered]:
        """What the guide says to a message in a talk just read: one turn, however often it comes (server/turns.py).

        The turn goes on when the channel gives up waiting, so that nothing of it is lost and the next try finds its answer.
        `opened`: the person has been shown the opening already.
        """
        sender = tracker.sender_id

        async def turn() -> list[BotUttered]:
            if opened and not tracker.events:
                with contextlib.suppress(StoreAwayError):  # the turn itself says so
                    await self.open(sender)
            output = CollectedOutput(self._channel)
            await self._on_new_message(UserMessage(text, output, sender, None, self._channel, message_id, metadata))
            return output.said

        key = (sender, message_id)
        if key not in self._running:
            self._running[key] = asyncio.create_task(turn())
            self._running[key].add_done_callback(lambda _: self._running.pop(key, None))
        return await asyncio.shield(self._running[key])

    async def open(self, sender: str) -> list[BotUttered]:
        """Begin a talk with the guide's opening; nothing, if something was said already."""
        async with self.agent.lock_store.lock(sender):
            output = CollectedOutput(self._channel)
            tracker = await self.agent.processor.fetch_tracker_and_update_session(sender, output)
            if any(isinstance(event, (BotUttered, UserUttered)) for event in tracker.events):
                return []
            opening = await self.opening(tracker)
            tracker.update(opening, self.agent.domain)
            tracker.update(SlotSet(slots.GREETED, True), self.agent.domain)
            await self.agent.tracker_store.save(tracker)
            return [opening]

    async def opening(self, tracker: DialogueStateTracker) -> BotUttered:
        """The guide's first words, not yet part of the talk."""
        return await self.wording(OPENING, tracker)

    async def wording(self, response: str, tracker: DialogueStateTracker) -> BotUttered:
        """A response of the domain as this channel says it, outside of any turn."""
        message = await self.agent.nlg.generate(response, tracker, self._channel) or {}
        return as_event({**message, "utter_action": response})

    async def tracker(self, sender: str) -> DialogueStateTracker:
        """The talk as it is stored, or an empty one: nothing was said yet, or all was forgotten.

        Raises:
            StoreAwayError: It cannot be known just now.
        """
        return await self.agent.tracker_store.retrieve(sender) or self.empty_tracker(sender)

    async def tracker_or_empty(self, sender: str) -> DialogueStateTracker:
        """The same for a turn, which says by itself that it has no notes."""
        try:
            return await self.tracker(sender)
        except StoreAwayError:
            return self.empty_tracker(sender)

    def empty_tracker(self, sender: str = "") -> DialogueStateTracker:
        """Of a talk in which nothing was said; needs no store."""
        return DialogueStateTracker.from_events(sender, [], self.agent.domain.slots)

    def has_expired(self, tracker: DialogueStateTracker) -> bool:
        """Whether Rasa will begin a new session at the next message, in which no earlier question is open."""
        minutes = self.agent.domain.session_config.session_expiration_time
        last = tracker.events[-1].timestamp if tracker.events else time.time()
        return 0 < minutes < (time.time() - last) / 60

    async def copy(self, sender: str) -> str:
        """All that is stored of the talk, for the person.

        Raises:
            StoreAwayError: It cannot be known just now.
        """
        return copy_of(await self.agent.tracker_store.retrieve_full_tracker(sender))

    async def forget(self, sender: str) -> None:
        """Delete the talk. A store that is away deletes it when it is back."""
        async with self.agent.lock_store.lock(sender):
            tracker = self.empty_tracker(sender)
            tracker.update(Restarted(), self.agent.domain)
            await self.agent.tracker_store.save(tracker)
