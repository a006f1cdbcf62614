"""What all messaging apps share. A further app is a subclass that receives, shows and answers (docs/channels.md)."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import hashlib
import logging
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import IO, Any

from rasa.core.channels.channel import InputChannel
from rasa.shared.core.events import BotUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sanic import Blueprint, Sanic

from nose_twitch.rasa_parts.channels.commands import COPY, HELP, START, commands
from nose_twitch.rasa_parts.channels.http_api import AwayError, RefusedError, pause_after
from nose_twitch.rasa_parts.channels.inbox import Inbox, Incoming, Kind
from nose_twitch.rasa_parts.channels.limits import LONGEST_MESSAGE
from nose_twitch.rasa_parts.channels.messages import shown
from nose_twitch.rasa_parts.channels.quick_replies import Shown, is_open, last_question, numbered_reply, pressed
from nose_twitch.rasa_parts.channels.talks import ALSO, OnNewMessage, Talks, conversation_id, key_trouble, was_taken
from nose_twitch.rasa_parts.server.tracker_store import StoreAwayError
from nose_twitch.rasa_parts.server.turns import NOTES_AWAY, SLOW, TROUBLE, turn_seconds

logger = logging.getLogger(__name__)

GRACE_SECONDS = 3.0
_REMEMBERED_PRESSES = 1_000
# What is said to things that are no message.
_ANSWERS = {
    Kind.UNREADABLE: "utter_cannot_see",
    Kind.ENCRYPTED: "utter_cannot_decrypt",
    Kind.EDITED: "utter_edited",
    Kind.TOO_MANY: "utter_too_many",
}
TOO_LONG = "utter_too_long"
OLD_BUTTON = "utter_old_button"
COMMANDS = "utter_commands"
NO_GROUPS = "utter_no_groups"
APP_SEES = "utter_app_sees"


def notice(channel: str, text: str, *, trouble: bool = False) -> None:
    """Tell the operator how a channel fares. `make serve` shows these lines of the log (scripts/serve.py)."""
    logger.log(logging.ERROR if trouble else logging.WARNING, "CHANNEL %s: %s", channel, text)


class MessengerChannel(InputChannel, ABC):
    """A channel that connects to an app by itself. Subclasses say how; this class says what happens with a message."""

    talks: Talks
    inbox: Inbox
    _running: asyncio.Task[None] | None = None
    # Whether quick replies are shown as a numbered list, and "2" means the second.
    numbered = False

    def __init__(self) -> None:
        """Nothing has been pressed yet, and no lock is held."""
        self._pressed: deque[tuple[str, str]] = deque(maxlen=_REMEMBERED_PRESSES)
        self._lock: IO[str] | None = None

    def file_for(self, account: str, kind: str) -> Path:
        """A file of this channel that belongs to one account, without naming it."""
        folder = Path("var/run")
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{self.name()}-{hashlib.sha256(account.encode()).hexdigest()[:12]}.{kind}"

    def hold_lock(self, account: str) -> bool:
        """Take this account for this process, till its end: two guides on it would take each other's messages."""
        self._lock = self._lock or self.file_for(account, "lock").open("w", encoding="ascii")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            notice(self.name(), "off: another program on this computer already uses this account", trouble=True)
            return False
        return True

    async def wait_out(
        self, error: AwayError | RefusedError, tries: int, what: str = "cannot be reached; trying on"
    ) -> None:
        """Wait as the server wants or longer each time; the first time, tell the operator `what` is the matter."""
        if tries == 1:
            notice(self.name(), what, trouble=True)
        await asyncio.sleep(getattr(error, "retry_after", None) or pause_after(tries))

    # --- what each app does in its own way ---

    @abstractmethod
    async def run(self) -> None:
        """Receive until cancelled: `self.inbox.add` for what arrives. Not called while anything is `missing`."""

    @abstractmethod
    async def show(self, chat: str, message: Shown, key: str) -> None:
        """Show a message of the guide. `key` names it: the app may use it to send nothing twice."""

    @abstractmethod
    async def show_writing(self, chat: str) -> None:
        """Show for some seconds that an answer is being written."""

    async def hide_writing(self, chat: str) -> None:
        """The answer was written, or will not be."""

    @property
    @abstractmethod
    def missing(self) -> str:
        """What must be set before this channel can be used; empty if all is there."""

    async def receipt(self, incoming: Incoming) -> None:
        """Called before a message is answered, for apps that show that it was read."""

    async def answer_press(self, incoming: Incoming, message: Shown | None, title: str) -> None:
        """A quick reply was pressed: of `message` and with `title`, or of a message that is gone."""

    async def refuse_group(self, incoming: Incoming, message: Shown) -> None:
        """Say that the guide talks with one person at a time, and leave."""

    async def close(self) -> None:
        """Close what is open."""
        if self._lock:
            self._lock.close()

    # --- its life in Rasa's server ---

    def blueprint(self, on_new_message: OnNewMessage) -> Blueprint:
        """No routes; the connection lives as long as the server."""
        routes = Blueprint(f"{self.name()}_channel")

        @routes.listener("after_server_start")
        async def _start(app: Sanic, _loop: Any) -> None:
            self.talks = Talks(self.name(), app, on_new_message)
            self.inbox = Inbox(self.handle)
            if trouble := self.missing or key_trouble():
                notice(self.name(), f"off ({trouble})")
                return
            self._running = asyncio.create_task(self._run())

        @routes.listener("before_server_stop")
        async def _stop(_app: Sanic, _loop: Any) -> None:
            if self._running:
                self._running.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await self._running
                await self.inbox.finish(GRACE_SECONDS)
            await self.close()

        return routes

    async def _run(self) -> None:
        while not getattr(self.talks.agent, "processor", None):
            await asyncio.sleep(0.2)  # Rasa loads its model after it began to listen
        tries = 0
        while True:
            try:
                await self.run()
                return
            except Exception as error:
                notice(self.name(), f"stopped by an error of its own ({type(error).__name__}); trying on", trouble=True)
                logger.debug("CHANNEL_FAILED details", exc_info=True)
            tries += 1
            await asyncio.sleep(pause_after(tries))

    # --- what happens with a message ---

    async def handle(self, incoming: Incoming) -> None:
        """Answer what arrived; if that fails on our side, say so."""
        try:
            await self._handle(incoming, conversation_id(self.name(), incoming.chat))
        except RefusedError:
            raise
        except StoreAwayError:
            await self._say(incoming, NOTES_AWAY)
        except Exception as error:
            logger.error("MESSAGE_FAILED channel=%s error=%s", self.name(), type(error).__name__)
            logger.debug("MESSAGE_FAILED details", exc_info=True)
            await self._say(incoming, TROUBLE)

    async def _handle(self, incoming: Incoming, sender: str) -> None:
        await self.receipt(incoming)
        if incoming.kind is Kind.LEFT:
            await self.talks.forget(sender)
        elif incoming.kind is Kind.GROUP:
            await self.refuse_group(incoming, self._shown([await self._wording(NO_GROUPS)])[0])
            await self.talks.forget(sender)
        elif incoming.kind in _ANSWERS:
            await self._say(incoming, _ANSWERS[incoming.kind])
        elif len(incoming.text) > LONGEST_MESSAGE:
            await self._say(incoming, TOO_LONG)
        elif incoming.kind is Kind.COMMAND:
            await self._obey(incoming, sender)
        elif incoming.kind is Kind.PRESS:
            await self._take_press(incoming, await self.talks.tracker(sender))
        else:
            await self._read(incoming, await self.talks.tracker_or_empty(sender))

    async def _read(self, incoming: Incoming, tracker: DialogueStateTracker) -> None:
        if was_taken(tracker, incoming.id, before_last=True):
            return
        taken = [part_id for part_id, _ in incoming.parts if was_taken(tracker, part_id)]
        if taken and taken[-1] != incoming.id:
            # Delivered again, after a crash between this and what follows.
            if not was_taken(tracker, taken[-1], before_last=True):
                await self._take_words(incoming, tracker, "", message_id=taken[-1])
            text = "\n".join(text for part_id, text in incoming.parts if part_id not in taken)
            await self._take_words(incoming, tracker, text)
            return
        messages = self._still_shown(tracker) if self.numbered else []
        button = numbered_reply(messages, incoming.text)
        if not button or not is_open(messages[-1], messages, tracker):
            await self._take_words(incoming, tracker, incoming.text)
        elif float(messages[-1]["id"]) > incoming.arrived:
            # Typed before this list was shown, so it means another one.
            await self.show(incoming.chat, messages[-1], f"{incoming.id}-again")
        else:
            await self._take_words(incoming, tracker, button["payload"], title=button["title"])

    async def _obey(self, incoming: Incoming, sender: str) -> None:
        if incoming.text == COPY:
            await self._show(incoming, [BotUttered(await self.talks.copy(sender))])
            return
        if incoming.text == HELP:
            await self._say(incoming, COMMANDS)
        opening = await self.talks.open(sender) if incoming.text == START else []
        if opening:
            await self._show(incoming, opening)
            await self._say(incoming, APP_SEES)
        else:
            await self._take_words(incoming, await self.talks.tracker(sender), commands()[incoming.text]["says"])

    async def _take_press(self, incoming: Incoming, tracker: DialogueStateTracker) -> None:
        press = (incoming.chat, incoming.text)
        if was_taken(tracker, incoming.text):
            await self.answer_press(incoming, None, "")
            if press not in self._pressed and not was_taken(tracker, incoming.text, before_last=True):
                # Taken before a restart: its answer may never have been shown.
                await self._take_words(incoming, tracker, "", message_id=incoming.text)
            return
        self._pressed.append(press)
        messages = self._still_shown(tracker)
        message, button = pressed(messages, incoming.text)
        title = button["title"] if button else ""
        await self.answer_press(incoming, message, title)
        if message and button and is_open(message, messages, tracker):
            await self._take_words(incoming, tracker, button["payload"], message_id=incoming.text, title=title)
            return
        await self._say(incoming, OLD_BUTTON)
        question = last_question(messages)
        if question and is_open(question, messages, tracker):
            await self.show(incoming.chat, question, f"{incoming.id}-again")

    async def _take_words(
        self, incoming: Incoming, tracker: DialogueStateTracker, text: str, *, message_id: str = "", title: str = ""
    ) -> None:
        """Have the turn, and show the answer; `title` is what the person saw, if that was a quick reply."""
        parts = [part_id for part_id, _ in incoming.parts]
        metadata = {ALSO: parts} if parts else {"title": title} if title else None
        turn = asyncio.ensure_future(self.talks.say(tracker, text, message_id or incoming.id, metadata))
        async with self._writing(incoming.chat):
            done, _ = await asyncio.wait({turn}, timeout=turn_seconds())
            if not done:
                logger.error("TURN_SLOW channel=%s", self.name())
                await self._say(incoming, SLOW)
            said = await turn
        await self._show(incoming, said or [await self._wording(TROUBLE)])

    @contextlib.asynccontextmanager
    async def _writing(self, chat: str) -> AsyncIterator[None]:
        async def keep_showing() -> None:
            while True:
                await self.show_writing(chat)
                await asyncio.sleep(4)

        showing = asyncio.create_task(keep_showing())
        try:
            yield
        finally:
            showing.cancel()
            await self.hide_writing(chat)

    async def _say(self, incoming: Incoming, response: str) -> None:
        """Say something about the channel, which is no part of the talk; works without the store, too."""
        await self._show(incoming, [await self._wording(response)])

    async def _wording(self, response: str) -> BotUttered:
        return await self.talks.wording(response, self.talks.empty_tracker())

    async def _show(self, incoming: Incoming, said: Sequence[BotUttered]) -> None:
        for message in self._shown(said):
            try:
                await self.show(incoming.chat, message, f"{incoming.id}-{message['id']}")
            except RefusedError as refused:  # the next may be taken
                logger.error(
                    "NOT_SHOWN channel=%s response=%s status=%s", self.name(), message["response"], refused.status
                )

    def _still_shown(self, tracker: DialogueStateTracker) -> list[Shown]:
        """The messages whose quick replies may still count: none of a session that Rasa will not go on with."""
        return [] if self.talks.has_expired(tracker) else self._shown(tracker.events)

    def _shown(self, events: Any) -> list[Shown]:
        return shown(events, self.talks.agent.domain)
