"""What all messaging apps share. A further app is a subclass that receives, shows and answers (docs/channels.md)."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import hashlib
import logging
import re
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import AsyncIterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

import yaml
from rasa.core.channels.channel import InputChannel
from rasa.shared.core.events import BotUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sanic import Blueprint, Sanic

from nose_twitch.rasa_parts.channels.http_api import RefusedError, pause_after
from nose_twitch.rasa_parts.channels.inbox import Inbox, Incoming, Kind
from nose_twitch.rasa_parts.channels.limits import LONGEST_MESSAGE
from nose_twitch.rasa_parts.channels.messages import shown
from nose_twitch.rasa_parts.channels.talks import ALSO, OnNewMessage, Talks, conversation_id, was_taken
from nose_twitch.rasa_parts.response_generator import QUESTION_PREFIX

logger = logging.getLogger(__name__)

SLOW_AFTER = 15.0  # seconds, as on the website
GRACE_SECONDS = 3.0
_REMEMBERED_PRESSES = 1_000
HELP = "help"
START = "start"
# What is said to things that are no message.
_ANSWERS = {
    Kind.UNREADABLE: "utter_cannot_see",
    Kind.ENCRYPTED: "utter_cannot_decrypt",
    Kind.EDITED: "utter_edited",
    Kind.TOO_MANY: "utter_too_many",
}
TOO_LONG = "utter_too_long"
OLD_BUTTON = "utter_old_button"
SLOW = "utter_slow"
COMMANDS = "utter_commands"
TROUBLE = "utter_trouble"
APP_SEES = "utter_app_sees"

_NUMBER = re.compile(r"\(?(\d{1,2})[.)]?")

Shown = dict[str, Any]


@lru_cache(maxsize=1)
def commands() -> dict[str, dict[str, str]]:
    """The commands of commands.yml by name."""
    text = Path(__file__).with_name("commands.yml").read_text(encoding="utf-8")
    found: dict[str, dict[str, str]] = yaml.safe_load(text)["commands"]
    return found


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

    def hold_lock(self, account: str) -> bool:
        """Take this account for this process, till its end: two guides on it would take each other's messages."""
        lock = Path("var/run") / f"{self.name()}-{hashlib.sha256(account.encode()).hexdigest()[:12]}.lock"
        lock.parent.mkdir(parents=True, exist_ok=True)
        self._lock = self._lock or lock.open("w", encoding="ascii")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            notice(self.name(), "off: another program on this computer already uses this account", trouble=True)
            return False
        return True

    # --- what each app does in its own way ---

    @abstractmethod
    async def run(self) -> None:
        """Receive until cancelled: `self.inbox.add` for what arrives. Only called if `is_set_up`."""

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
            if self.missing:
                notice(self.name(), f"off ({self.missing})")
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
        except Exception as error:
            logger.error("MESSAGE_FAILED channel=%s error=%s", self.name(), type(error).__name__)
            logger.debug("MESSAGE_FAILED details", exc_info=True)
            # Without the store, which may be what failed.
            await self._show(incoming, [await self.talks.wording(TROUBLE, self.talks.empty_tracker())])

    async def _handle(self, incoming: Incoming, sender: str) -> None:
        await self.receipt(incoming)
        if incoming.kind is Kind.LEFT:
            await self.talks.forget(sender)
        elif incoming.kind is Kind.GROUP:
            message = self._shown([await self.talks.wording("utter_no_groups", await self.talks.tracker(sender))])[0]
            await self.refuse_group(incoming, message)
            await self.talks.forget(sender)
        elif incoming.kind in _ANSWERS:
            await self._say(incoming, sender, _ANSWERS[incoming.kind])
        elif incoming.kind is Kind.COMMAND:
            await self._obey(incoming, sender)
        elif incoming.kind is Kind.PRESS:
            await self._take_press(incoming, sender)
        elif len(incoming.text) > LONGEST_MESSAGE:
            await self._say(incoming, sender, TOO_LONG)
        else:
            await self._read(incoming, sender)

    async def _read(self, incoming: Incoming, sender: str) -> None:
        tracker = await self.talks.tracker(sender)
        if was_taken(tracker, incoming.id, before_last=True):
            return
        taken = [part_id for part_id, _ in incoming.parts if was_taken(tracker, part_id)]
        if taken and taken[-1] != incoming.id:
            # Delivered again, after a crash between this and what follows.
            if not was_taken(tracker, taken[-1], before_last=True):
                await self._take_words(incoming, sender, "", message_id=taken[-1])
            text = "\n".join(text for part_id, text in incoming.parts if part_id not in taken)
            await self._take_words(incoming, sender, text)
            return
        messages = self._still_shown(tracker)
        button = numbered_reply(messages, incoming.text) if self.numbered else None
        if not button or not is_open(messages[-1], messages, tracker):
            await self._take_words(incoming, sender, incoming.text)
        elif float(messages[-1]["id"]) > incoming.arrived:
            # Typed before this list was shown, so it means another one.
            await self.show(incoming.chat, messages[-1], f"{incoming.id}-again")
        else:
            await self._take_words(incoming, sender, button["payload"], metadata={"title": button["title"]})

    async def _obey(self, incoming: Incoming, sender: str) -> None:
        if incoming.text == HELP:
            await self._say(incoming, sender, COMMANDS)
        opening = await self.talks.open(sender) if incoming.text == START else []
        if opening:
            await self._show(incoming, opening)
            await self._say(incoming, sender, APP_SEES)
        else:
            await self._take_words(incoming, sender, commands()[incoming.text]["says"])

    async def _take_press(self, incoming: Incoming, sender: str) -> None:
        tracker = await self.talks.tracker(sender)
        press = (incoming.chat, incoming.text)
        if was_taken(tracker, incoming.text):
            await self.answer_press(incoming, None, "")
            if press not in self._pressed and not was_taken(tracker, incoming.text, before_last=True):
                # Taken before a restart: its answer may never have been shown.
                await self._take_words(incoming, sender, "", message_id=incoming.text)
            return
        self._pressed.append(press)
        messages = self._still_shown(tracker)
        message, button = pressed(messages, incoming.text)
        await self.answer_press(incoming, message, button["title"] if button else "")
        if message and button and is_open(message, messages, tracker):
            metadata = {"title": button["title"]}
            await self._take_words(incoming, sender, button["payload"], message_id=incoming.text, metadata=metadata)
            return
        await self._say(incoming, sender, OLD_BUTTON)
        question = last_question(messages)
        if question and is_open(question, messages, tracker):
            await self.show(incoming.chat, question, f"{incoming.id}-again")

    async def _take_words(
        self,
        incoming: Incoming,
        sender: str,
        text: str,
        *,
        message_id: str = "",
        metadata: dict[str, Any] | None = None,
    ) -> None:
        if incoming.parts:
            metadata = {ALSO: [part_id for part_id, _ in incoming.parts]}
        turn = asyncio.ensure_future(self.talks.say(sender, text, message_id or incoming.id, metadata))
        async with self._writing(incoming.chat):
            done, _ = await asyncio.wait({turn}, timeout=SLOW_AFTER)
            if not done:
                logger.error("MESSAGE_SLOW channel=%s", self.name())
                await self._say(incoming, sender, SLOW)
            try:
                said = await turn
            except Exception as error:
                logger.error("TURN_FAILED channel=%s error=%s", self.name(), type(error).__name__)
                logger.debug("TURN_FAILED details", exc_info=True)
                said = []
        if said:
            await self._show(incoming, said)
        else:
            await self._say(incoming, sender, TROUBLE)

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

    async def _say(self, incoming: Incoming, sender: str, response: str) -> None:
        """Say something about the channel, which is no part of the talk."""
        await self._show(incoming, [await self.talks.wording(response, await self.talks.tracker(sender))])

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


def pressed(messages: list[Shown], press: str) -> tuple[Shown | None, dict[str, str] | None]:
    """The message and the quick reply of an id such as "1764427131.123456:0"; nothing, if that was forgotten."""
    message_id, _, number = press.partition(":")
    for message in messages:
        if message["id"] == message_id and message["from"] == "guide" and number.isdecimal():
            return message, dict(enumerate(message["buttons"])).get(int(number))
    return None, None


def replies(message: Shown) -> list[dict[str, Any]]:
    """The quick replies that answer this message, without those that stand at every question."""
    return [button for button in message.get("buttons") or [] if not button["control"]]


def numbered_reply(messages: list[Shown], text: str) -> dict[str, Any] | None:
    """The quick reply of the latest message that "2" or "2." means."""
    number = _NUMBER.fullmatch(text.strip())
    choices = replies(messages[-1]) if messages else []
    return choices[int(number[1]) - 1] if number and 1 <= int(number[1]) <= len(choices) else None


def is_open(message: Shown, messages: list[Shown], tracker: DialogueStateTracker) -> bool:
    """Whether the quick replies of a message still mean what they meant: "yes" only answers the question asked last."""
    if not message["response"].startswith(QUESTION_PREFIX):
        return True
    asked = message["response"].removeprefix(QUESTION_PREFIX)
    return message is last_question(messages) and tracker.get_slot("requested_slot") == asked


def last_question(messages: list[Shown]) -> Shown | None:
    """The question asked last, whether it is open or not."""
    questions = (message for message in reversed(messages) if str(message.get("response")).startswith(QUESTION_PREFIX))
    return next(questions, None)
