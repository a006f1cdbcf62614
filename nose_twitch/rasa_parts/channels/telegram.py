"""Telegram: asks for messages by itself (long polling), so it needs no public address; or takes them at a webhook."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import itertools
import logging
import os
import re
import time
from collections import OrderedDict, deque
from typing import Any

from rasa.core.channels.channel import InputChannel
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, empty

from nose_twitch.rasa_parts.channels.commands import commands
from nose_twitch.rasa_parts.channels.http_api import AwayError, RefusedError
from nose_twitch.rasa_parts.channels.inbox import Incoming, Kind
from nose_twitch.rasa_parts.channels.messenger import MessengerChannel, notice
from nose_twitch.rasa_parts.channels.quick_replies import Shown
from nose_twitch.rasa_parts.channels.talks import OnNewMessage, conversation_id
from nose_twitch.rasa_parts.channels.telegram_api import SERVER, TelegramApi
from nose_twitch.rasa_parts.channels.telegram_format import to_html, to_keyboard, without_html
from nose_twitch.rasa_parts.channels.telegram_updates import ALBUM, WANTED, read_update

TOKEN_SETTING = "TELEGRAM_TOKEN"
WEBHOOK_SETTING = "TELEGRAM_WEBHOOK"
SERVER_SETTING = "TELEGRAM_API"
_TOKEN = re.compile(r"\d+:[\w-]+")
_POLL_SECONDS = 30
_HELD_SECONDS = 60.0
_BATCH = 100  # updates that Telegram delivers at once
_REMEMBERED_UPDATES = 1_000
_REMEMBERED_CHATS = 10_000
_ACKNOWLEDGED_WITHIN = 25.0  # seconds; Telegram delivers to a webhook again when it waits longer
_REFUSALS = {
    401: f"Telegram no longer takes this {TOKEN_SETTING}",
    409: "another program polls with the same token; only one of them may",
}

logger = logging.getLogger(__name__)


class TelegramChannel(MessengerChannel):
    """Set in credentials.yml; TELEGRAM_TOKEN switches it on."""

    @classmethod
    def name(cls) -> str:
        """Its name in events, and the prefix of its conversations."""
        return "telegram"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> InputChannel:
        """Take the settings from the environment: a token does not belong into a file of the repository."""
        setting = os.environ.get
        return cls(
            setting(TOKEN_SETTING, "").strip(), setting(WEBHOOK_SETTING, "").strip(), setting(SERVER_SETTING) or SERVER
        )

    def __init__(self, token: str, webhook: str = "", server: str = SERVER) -> None:
        """`webhook` is the public https address of this server, if Telegram is to come here."""
        super().__init__()
        self._token = token
        self._webhook = webhook
        self._api = TelegramApi(token, server)
        self._unfinished: dict[int, tuple[float, list[asyncio.Future[None]]]] = {}
        self._albums: deque[str] = deque(maxlen=_REMEMBERED_UPDATES)
        self._next = 0
        self._hold_from = 0
        self._seen: deque[int] = deque(maxlen=_REMEMBERED_UPDATES)
        # The message whose quick replies can still be pressed, per chat.
        self._keyboards: OrderedDict[str, int] = OrderedDict()

    @property
    def missing(self) -> str:
        """The token."""
        if not self._token:
            return f"{TOKEN_SETTING} is not set"
        if not _TOKEN.fullmatch(self._token):
            return f"{TOKEN_SETTING} is no token; one looks like 123456:AbC-dEf"
        right = not self._webhook or self._webhook.startswith("https://")
        return "" if right else f"{WEBHOOK_SETTING} must begin with https://"

    # --- receiving ---

    async def run(self) -> None:
        """Find out who we are, then poll, or tell Telegram where to deliver."""
        if not self.hold_lock(self._token):
            return
        about = await self._connect()
        if about is None:
            return
        menu = [{"command": name, "description": command["describes"]} for name, command in commands().items()]
        await self._api.try_once("setMyCommands", commands=menu)
        if self._webhook:
            address = f"{self._webhook.rstrip('/')}/webhooks/telegram/webhook"
            try:
                await self._api.insist("setWebhook", url=address, secret_token=self._secret(), allowed_updates=WANTED)
            except RefusedError as refused:
                notice(self.name(), f"off: Telegram refuses {WEBHOOK_SETTING} ({refused.reason})", trouble=True)
                return
            notice(self.name(), f"@{about} is delivered to {address}")
            return
        await self._api.insist("deleteWebhook")
        notice(self.name(), f"answers as @{about}")
        await self._poll()

    async def _connect(self) -> str | None:
        """The bot's name, as soon as Telegram can be reached; None if the token is wrong."""
        for tries in itertools.count(1):
            try:
                return str((await self._api.call("getMe"))["username"])
            except (AwayError, RefusedError) as error:
                if getattr(error, "status", 0) in (401, 404):
                    notice(self.name(), f"off: Telegram does not know this {TOKEN_SETTING}", trouble=True)
                    break
                await self.wait_out(error, tries)
        return None

    async def _poll(self) -> None:
        tries = 0
        while True:
            offset = self._offset()
            # What is held back comes at once, and again and again.
            wait = 0 if offset < self._next else _POLL_SECONDS
            began = time.monotonic()
            try:
                updates = await self._api.call(
                    "getUpdates", wait=wait + 20.0, offset=offset, timeout=wait, allowed_updates=WANTED
                )
            except (AwayError, RefusedError) as error:
                tries += 1
                await self._recover(error, tries)
                continue
            if tries:
                notice(self.name(), "can be reached again")
                tries = 0
            known = self._next
            for update in updates or ():
                self._take(update)
            if len(updates or ()) >= _BATCH and self._next == known:
                self._hold_from = self._next
            elif time.monotonic() - began < 1.0:
                await asyncio.sleep(0.2 if self._next != known else 0.5)

    async def _recover(self, error: AwayError | RefusedError, tries: int) -> None:
        if isinstance(error, AwayError):
            await self.wait_out(error, tries)
        elif "webhook" in error.reason.lower():
            await self._api.try_once("deleteWebhook")
            await self.wait_out(error, tries, "a webhook stands in the way; removing it")
        else:
            what = _REFUSALS.get(error.status, f"refused ({error.status})")
            await self.wait_out(error, tries, what)

    def _offset(self) -> int:
        """The oldest update that is not confirmed: what is not answered comes again after a crash.

        But not for long, and not if others wait behind it: Telegram delivers a hundred at a time.
        """
        now = time.monotonic()
        held = [
            number
            for number, (since, _) in self._unfinished.items()
            if number >= self._hold_from and now - since < _HELD_SECONDS
        ]
        return min(held, default=self._next)

    def _take(self, update: dict[str, Any]) -> list[asyncio.Future[None]]:
        """Hand an update to the inbox; one that came before is dropped."""
        number = int(update.get("update_id", 0))
        if number in self._seen:
            return self._unfinished.get(number, (0.0, []))[1]
        self._seen.append(number)
        self._next = number + 1
        try:
            found = read_update(update)
        except Exception as error:  # of a shape that we do not know: it must not come again and again
            logger.error("UPDATE_UNREADABLE error=%s", type(error).__name__)
            found = []
        futures = [self.inbox.add(incoming) for incoming in found if self._is_new_album(incoming)]
        if futures:
            self._unfinished[number] = (time.monotonic(), futures)
            asyncio.gather(*futures).add_done_callback(lambda _: self._unfinished.pop(number, None))
        return futures

    def _is_new_album(self, incoming: Incoming) -> bool:
        """Of the pictures that were sent together, only the first is answered."""
        album = incoming.about.get(ALBUM)
        if album and album in self._albums:
            return False
        if album:
            self._albums.append(album)
        return True

    # --- the webhook ---

    def blueprint(self, on_new_message: OnNewMessage) -> Blueprint:
        """With the route that Telegram delivers to, if there is to be one."""
        routes = super().blueprint(on_new_message)

        @routes.post("/webhook")
        async def webhook(request: Request) -> HTTPResponse:
            told = request.headers.get("x-telegram-bot-api-secret-token", "")
            if not (self._webhook and self._token) or not hmac.compare_digest(told.encode(), self._secret().encode()):
                return empty(status=403)
            update = request.json
            if isinstance(update, dict):
                waiting = self._take(update)
                if waiting:
                    await asyncio.wait(waiting, timeout=_ACKNOWLEDGED_WITHIN)
            return empty(status=200)

        return routes

    def _secret(self) -> str:
        return conversation_id("telegram-webhook", self._token)

    # --- showing ---

    async def show(self, chat: str, message: Shown, key: str) -> None:
        """Send it, with its quick replies under the last part."""
        if message.get("image"):
            await self._api.try_once("sendPhoto", chat_id=chat, photo=message["image"])
        texts = to_html(message)
        for number, text in enumerate(texts, 1):
            keyboard = to_keyboard(message) if number == len(texts) and message["buttons"] else None
            sent = await self._send(chat, text, keyboard)
            if keyboard and isinstance(sent, dict):
                self._keyboards[chat] = int(sent.get("message_id", 0))
                if len(self._keyboards) > _REMEMBERED_CHATS:
                    self._keyboards.popitem(last=False)

    async def _send(self, chat: str, text: str, keyboard: dict[str, Any] | None) -> Any:
        more = {"reply_markup": keyboard} if keyboard else {}
        more["link_preview_options"] = {"is_disabled": True}
        try:
            return await self._api.insist("sendMessage", chat_id=chat, text=text, parse_mode="HTML", **more)
        except RefusedError as refused:
            if refused.status == 403:
                return None  # the person has blocked the guide
            if refused.status != 400:
                raise
            # Better plain than not at all.
            return await self._api.insist("sendMessage", chat_id=chat, text=without_html(text), **more)

    async def show_writing(self, chat: str) -> None:
        """Telegram's own sign, which lasts five seconds."""
        await self._api.try_once("sendChatAction", chat_id=chat, action="typing")

    async def answer_press(self, incoming: Incoming, message: Shown | None, title: str) -> None:
        """Let the button stop blinking, and leave the chosen reply in place of the buttons."""
        await self._api.try_once("answerCallbackQuery", callback_query_id=incoming.about["query"])
        message_id = incoming.about["message_id"]
        if not message_id:
            return
        if self._keyboards.get(incoming.chat) == int(message_id):
            del self._keyboards[incoming.chat]
        place = {"chat_id": incoming.chat, "message_id": int(message_id), "reply_markup": {"inline_keyboard": []}}
        if message and title:
            text = f"{to_html(message)[-1]}\n\n✓ <b>{title}</b>"
            if await self._api.try_once("editMessageText", text=text, parse_mode="HTML", **place):
                return
        await self._api.try_once("editMessageReplyMarkup", **place)

    async def receipt(self, incoming: Incoming) -> None:
        """Quick replies go when the talk goes on without them."""
        if incoming.kind not in (Kind.WORDS, Kind.COMMAND):
            return
        if message_id := self._keyboards.pop(incoming.chat, None):
            place = {"chat_id": incoming.chat, "message_id": message_id, "reply_markup": {"inline_keyboard": []}}
            await self._api.try_once("editMessageReplyMarkup", **place)

    async def refuse_group(self, incoming: Incoming, message: Shown) -> None:
        """Say it, and go."""
        with contextlib.suppress(RefusedError):
            await self._send(incoming.chat, "\n\n".join(to_html(message)), None)
        await self._api.try_once("leaveChat", chat_id=incoming.chat)

    async def close(self) -> None:
        """Confirm what was answered, so that it does not come again, and close the connection."""
        if self._next and not self._webhook:
            await self._api.try_once("getUpdates", offset=self._offset(), timeout=0, limit=1)
        await self._api.close()
        await super().close()
