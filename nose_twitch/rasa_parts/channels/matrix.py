"""Matrix: a user of a homeserver that joins when invited. For who must host their own messages, such as a hospital."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import json
import logging
import os
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from rasa.core.channels.channel import InputChannel

from nose_twitch.rasa_parts.channels import matrix_events
from nose_twitch.rasa_parts.channels.http_api import AwayError, RefusedError, pause_after
from nose_twitch.rasa_parts.channels.inbox import Incoming, Kind
from nose_twitch.rasa_parts.channels.matrix_api import MatrixApi
from nose_twitch.rasa_parts.channels.matrix_format import to_events
from nose_twitch.rasa_parts.channels.messenger import MessengerChannel, notice
from nose_twitch.rasa_parts.channels.quick_replies import Shown
from nose_twitch.rasa_parts.response_generator import CONTROLS

SETTINGS = ("MATRIX_SERVER", "MATRIX_USER", "MATRIX_PASSWORD", "MATRIX_TOKEN")
_SYNC_SECONDS = 30
_JOIN_TRIES = 5
_TYPING_MILLISECONDS = 8_000
_DEVICE = "NOSETWITCHGUIDE"  # always the same one: each start would leave another in the list

logger = logging.getLogger(__name__)


class MatrixChannel(MessengerChannel):
    """Set in credentials.yml; MATRIX_SERVER, MATRIX_USER and MATRIX_PASSWORD (or MATRIX_TOKEN) switch it on."""

    numbered = True

    @classmethod
    def name(cls) -> str:
        """Its name in events, and the prefix of its conversations."""
        return "matrix"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> InputChannel:
        """Take the settings from the environment: a password does not belong into a file of the repository."""
        return cls(*(os.environ.get(name, "").strip() for name in SETTINGS))

    def __init__(self, server: str, user: str, password: str = "", token: str = "") -> None:
        """`user` as @guide:clinic.example; a password or an access token."""
        super().__init__()
        self._server, self._user, self._password, self._token = server, user, password, token
        self._api = MatrixApi(server, self._who_am_i)
        self._reached = ""
        self._own_id = user
        self._account = f"{server} {user}"
        self._saving: asyncio.Task[None] | None = None

    @property
    def missing(self) -> str:
        """The settings that are not there."""
        needed = {
            "MATRIX_SERVER": self._server,
            "MATRIX_USER": self._user,
            "MATRIX_PASSWORD": self._password or self._token,
        }
        names = [name for name, value in needed.items() if not value]
        if not names and not self._server.startswith(("http://", "https://")):
            return "MATRIX_SERVER must begin with https://"
        return f"{', '.join(names)} {'is' if len(names) == 1 else 'are'} not set" if names else ""

    # --- receiving ---

    async def run(self) -> None:
        """Log in, then wait for what others send, for ever."""
        if not self.hold_lock(self._account) or not await self._log_in():
            return
        notice(self.name(), f"answers as {self._own_id}")
        since = self._reached or self._since()
        tries = 0
        while True:
            try:
                sync = await self._sync(since)
            except (AwayError, RefusedError) as error:
                tries += 1
                status = getattr(error, "status", 0)
                if status == 401 and not await self._log_in():
                    return
                if status == 400:
                    self._reached = since = ""  # of another server, or of one that has forgotten
                await self.wait_out(error, tries)
                continue
            if tries:
                notice(self.name(), "can be reached again")
                tries = 0
            invited = matrix_events.invitations(sync)
            futures = [self.inbox.add(invitation) for invitation in invited]
            if since:  # else all of it was said before this guide began to listen
                futures += [self.inbox.add(incoming) for incoming in matrix_events.arrivals(sync, self._own_id)]
            self._reached = since = str(sync["next_batch"])
            self._saving = asyncio.create_task(self._save(since, futures, self._saving))

    async def _log_in(self) -> bool:
        for tries in itertools.count(1):
            try:
                self._own_id = await self._who_am_i()
                return True
            except (AwayError, RefusedError) as error:
                if getattr(error, "status", 0) in (400, 401, 403, 404):
                    what = f"off: {self._server} does not let {self._user} in ({error})"
                    notice(self.name(), what, trouble=True)
                    break
                await self.wait_out(error, tries)
        return False

    async def _who_am_i(self) -> str:
        if self._token:
            self._api.token = self._token
            return str((await self._api.call("GET", "account", "whoami"))["user_id"])
        self._api.token = ""
        answer = await self._api.call(
            "POST",
            "login",
            body={
                "type": "m.login.password",
                "identifier": {"type": "m.id.user", "user": self._user},
                "password": self._password,
                "device_id": _DEVICE,
                "initial_device_display_name": "Nose twitch guide",
            },
        )
        self._api.token = str(answer["access_token"])
        return str(answer["user_id"])

    async def _sync(self, since: str) -> dict[str, Any]:
        wait = _SYNC_SECONDS if since else 0
        query = {"since": since} if since else {}
        return await self._api.call(
            "GET", "sync", wait=wait + 20.0, timeout=wait * 1000, filter=json.dumps(matrix_events.FILTER), **query
        )

    def _since(self) -> str:
        try:
            return str(json.loads(self.file_for(self._account, "json").read_text(encoding="utf-8"))["since"])
        except (OSError, ValueError, KeyError):
            return ""

    async def _save(
        self, since: str, futures: Iterable[asyncio.Future[None]], before: asyncio.Task[None] | None
    ) -> None:
        """Note how far we are once all up to there is answered: after a crash the rest is delivered again."""
        if before:
            await before
        await asyncio.gather(*futures)
        try:
            new = self.file_for(self._account, "new")
            new.write_text(json.dumps({"since": since}), encoding="utf-8")
            new.replace(self.file_for(self._account, "json"))
        except OSError as error:
            logger.error("MATRIX_PLACE_NOT_SAVED error=%s", type(error).__name__)

    async def handle(self, incoming: Incoming) -> None:
        """As any messenger; a room of more than two is a group, whatever it was before."""
        if incoming.about.get(matrix_events.INVITED) and not await self._join(incoming.chat):
            return
        members = await self._members(incoming.chat)
        if incoming.kind is Kind.LEFT:
            if members < 2:  # else somebody has declined an invitation
                await super().handle(incoming)
                await self._leave(incoming.chat)
            return
        await super().handle(replace(incoming, kind=Kind.GROUP) if members > 2 else incoming)

    async def _join(self, room: str) -> bool:
        """Accept an invitation; it may have been taken back, or come from a server that is gone."""
        for tries in range(1, _JOIN_TRIES + 1):
            try:
                await self._api.call("POST", "join", room, body={}, wait=60.0)
                return True
            except AwayError:
                await asyncio.sleep(pause_after(tries))
            except RefusedError as refused:
                if refused.status != 429:
                    break
                await asyncio.sleep(refused.retry_after or pause_after(tries))
        logger.error("MATRIX_NOT_JOINED")
        return False

    async def _members(self, room: str) -> int:
        try:
            return len((await self._api.insist("GET", "rooms", room, "joined_members"))["joined"])
        except RefusedError:
            return 0  # we are no longer in it

    async def _leave(self, room: str) -> None:
        await self._api.try_once("POST", "rooms", room, "leave", body={})
        await self._api.try_once("POST", "rooms", room, "forget", body={})

    # --- showing ---

    async def show(self, chat: str, message: Shown, key: str) -> None:
        """Send it; the server drops what it has already under the same key."""
        domain = self.talks.agent.domain
        hint = str((domain.responses[CONTROLS][0].get("metadata") or {}).get("terminal_hint") or "")
        for number, content in enumerate(to_events(message, hint)):
            transaction = hashlib.sha256(f"{key} {number}".encode()).hexdigest()[:32]
            await self._api.insist("PUT", "rooms", chat, "send", "m.room.message", transaction, body=content)

    async def receipt(self, incoming: Incoming) -> None:
        """Show that it was read."""
        if incoming.id.startswith("$"):
            await self._api.try_once("POST", "rooms", incoming.chat, "receipt", "m.read", incoming.id, body={})

    async def show_writing(self, chat: str) -> None:
        """Matrix's own sign."""
        await self._typing(chat, {"typing": True, "timeout": _TYPING_MILLISECONDS})

    async def hide_writing(self, chat: str) -> None:
        """Matrix's own sign goes."""
        await self._typing(chat, {"typing": False})

    async def _typing(self, chat: str, state: dict[str, Any]) -> None:
        await self._api.try_once("PUT", "rooms", chat, "typing", self._own_id, body=state)

    async def refuse_group(self, incoming: Incoming, message: Shown) -> None:
        """Say it, and go."""
        await self.show(incoming.chat, message, f"{incoming.id}-group")
        await self._leave(incoming.chat)

    async def close(self) -> None:
        """Close the connection."""
        if self._saving:
            await asyncio.wait({self._saving}, timeout=1.0)
        await self._api.close()
        await super().close()
