"""The website: page, embed script and chat, served from the Rasa process itself (docs/embedding.md).

A talk's id is made in the browser, cannot be guessed, and travels only in the body of requests. There is no CORS: the chat
runs in a frame of our own origin, and a request that another site makes a browser send is refused.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
import secrets
from collections.abc import Awaitable
from typing import Any

from rasa.core.channels.channel import InputChannel
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, json, redirect, text

from nose_twitch.rasa_parts.channels.front_door import guard
from nose_twitch.rasa_parts.channels.limits import LONGEST_MESSAGE, RateLimit
from nose_twitch.rasa_parts.channels.messages import shown, standing
from nose_twitch.rasa_parts.channels.talks import OnNewMessage, Talks
from nose_twitch.rasa_parts.channels.web_files import WebFiles, WidgetMissingError, load_files
from nose_twitch.rasa_parts.server import observed
from nose_twitch.rasa_parts.server.health import readiness
from nose_twitch.rasa_parts.server.tracker_store import StoreAwayError
from nose_twitch.rasa_parts.server.turns import turn_seconds

logger = logging.getLogger(__name__)

EMBED_SETTING = "EMBED_ON"
LARGEST_BODY = 64 * 1024
_TALK = re.compile(r"[0-9a-f]{32}")
_SITE = re.compile(r"https?://[\w.-]+(?::\d+)?|https://\*\.[\w.-]+")


class RefusedError(Exception):
    """A request that is not answered; `code` is what the page is told, and looks up in its texts."""

    def __init__(self, status: int, code: str) -> None:
        """HTTP status and code."""
        super().__init__(code)
        self.status = status
        self.code = code


class WebChannel(InputChannel):
    """Set in credentials.yml; `embed_on` lists the sites that may show the chat, beside the guide's own page."""

    @classmethod
    def name(cls) -> str:
        """Its name in events, and the prefix of its conversations."""
        return "web"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> WebChannel:
        """Take the settings; the environment wins."""
        sites = os.environ.get(EMBED_SETTING, "").split() or list((credentials or {}).get("embed_on") or [])
        return cls(sites)

    def __init__(self, embed_on: list[str] | None = None) -> None:
        """Check the sites and read the files.

        Raises:
            ValueError: A site is not an address such as https://clinic.example.
        """
        self.embed_on = embed_on or []
        for site in self.embed_on:
            if not _SITE.fullmatch(site):
                raise ValueError(f"{EMBED_SETTING}: {site!r} is no site; write it as https://clinic.example")
        self._files: WebFiles | None = None
        try:
            self._files = load_files()
        except WidgetMissingError as error:
            logger.error("WIDGET_MISSING %s", error)
        # A frightened person types fast and in pieces; a program is faster.
        self._per_talk = RateLimit(burst=12, per_minute=30)
        # Many people may share an address (a school, a proxy).
        self._per_address = RateLimit(burst=120, per_minute=240)

    def url_prefix(self) -> str:
        """Where it is served; absolute, so not below Rasa's /webhooks."""
        return "/guide"

    def blueprint(self, on_new_message: OnNewMessage) -> Blueprint:
        """The routes."""
        routes = Blueprint("web_channel")
        observed.listen(routes)

        @routes.listener("before_server_start")
        async def _set_up(app: Sanic, _loop: Any) -> None:
            self._talks = Talks(self.name(), app, on_new_message)
            guard(app, self.embed_on)
            app.config.REQUEST_MAX_SIZE = min(app.config.REQUEST_MAX_SIZE, LARGEST_BODY)

        @routes.get("/")
        async def page(request: Request) -> HTTPResponse:
            if not request.path.endswith("/"):  # the page's own addresses are relative
                return redirect(f"{request.path.rsplit('/', 1)[-1]}/")
            return self._page(request, "page")

        @routes.get("/chat")
        async def chat(request: Request) -> HTTPResponse:
            return self._page(request, "chat")

        @routes.get("/embed.js")
        async def embed(request: Request) -> HTTPResponse:
            return self._page(request, "embed")

        @routes.get("/static/<name:[a-z._-]+>")
        async def static(request: Request, name: str) -> HTTPResponse:
            file = self._files.static.get(name) if self._files else None
            return file.answer(request) if file else text("Not found", status=404)

        @routes.get("/health")
        async def health(_request: Request) -> HTTPResponse:
            return json({"alive": True})

        @routes.get("/ready")
        async def ready(_request: Request) -> HTTPResponse:
            can_take_turns, parts = readiness(self._talks.agent)
            return json(parts, status=200 if can_take_turns else 503)

        @routes.post("/message")
        async def message(request: Request) -> HTTPResponse:
            return await self._guarded(self._answer(request))

        @routes.post("/history")
        async def history(request: Request) -> HTTPResponse:
            return await self._guarded(self._history(request))

        @routes.post("/forget")
        async def forget(request: Request) -> HTTPResponse:
            return await self._guarded(self._forget(request))

        @routes.post("/copy")
        async def copy(request: Request) -> HTTPResponse:
            return await self._guarded(self._copy(request))

        return routes

    def _page(self, request: Request, name: str) -> HTTPResponse:
        if self._files is None:
            return text("The widget's files are missing. Whoever runs this: make widget", status=503)
        return self._files.pages[name].answer(request)

    async def _guarded(self, answer: Awaitable[dict[str, Any]]) -> HTTPResponse:
        try:
            return json(await asyncio.wait_for(answer, turn_seconds()))
        except RefusedError as refused:
            return json({"error": refused.code}, status=refused.status)
        except StoreAwayError:
            # Another process may know this talk: with 503 the proxy asks it (deploy/nginx.conf).
            return json({"error": "trouble"}, status=503)
        except asyncio.TimeoutError:
            logger.error("TURN_SLOW channel=web")
            return json({"error": "too_slow"}, status=504)
        except Exception as error:
            logger.error("WEB_FAILED error=%s", type(error).__name__)
            logger.debug("WEB_FAILED details", exc_info=True)
            return json({"error": "trouble"}, status=500)

    async def _answer(self, request: Request) -> dict[str, Any]:
        body = self._body_of(request)
        sender = _sender(body)
        if not self._per_talk.allows(sender):
            raise RefusedError(429, "too_many")
        typed, title = _words(body, "text"), _words(body, "title")[:80]
        if not typed:
            raise RefusedError(400, "empty")
        if len(typed) > LONGEST_MESSAGE:
            raise RefusedError(413, "too_long")
        message_id = _words(body, "id")[:64] or secrets.token_hex(8)
        metadata = {"title": title} if title else None
        tracker = await self._talks.tracker_or_empty(sender)
        said = await self._talks.say(tracker, typed, message_id, metadata, opened=True)
        if not said:
            logger.error("TURN_SILENT channel=web")
            raise RefusedError(502, "trouble")
        # An empty one after "forget me".
        tracker = await self._talks.tracker_or_empty(sender)
        return {"messages": shown(said, self._talks.agent.domain), "standing": await self._standing(tracker)}

    async def _standing(self, tracker: DialogueStateTracker) -> dict[str, Any]:
        domain = self._talks.agent.domain
        state = standing(tracker, domain)
        for card in state["pinned"]:
            # Said anew: since the card came the person may have told their country.
            card["blocks"] = shown([await self._talks.wording(card["response"], tracker)], domain)[0]["blocks"]
        return state

    async def _history(self, request: Request) -> dict[str, Any]:
        sender = _sender(self._body_of(request))
        tracker = await self._talks.tracker(sender)
        domain = self._talks.agent.domain
        if not any(isinstance(event, UserUttered) for event in tracker.events):
            # Shown, not stored: looking at the page leaves nothing behind.
            tracker = DialogueStateTracker.from_events(sender, [], domain.slots)
            tracker.update(await self._talks.opening(tracker), domain)
        return {"messages": shown(tracker.events, domain), "standing": await self._standing(tracker)}

    async def _copy(self, request: Request) -> dict[str, Any]:
        return {"copy": await self._talks.copy(_sender(self._body_of(request)))}

    async def _forget(self, request: Request) -> dict[str, Any]:
        await self._talks.forget(_sender(self._body_of(request)))
        return {"forgotten": True}

    def _body_of(self, request: Request) -> dict[str, Any]:
        """The request's JSON, if the request is one that our own page would send."""
        # "none" is an address typed by hand, which sends no JSON; programs send no such header at all.
        if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
            raise RefusedError(403, "foreign")
        if not request.headers.get("content-type", "").startswith("application/json"):
            raise RefusedError(415, "no_json")
        if not self._per_address.allows(request.remote_addr or request.ip):
            raise RefusedError(429, "too_many")
        try:
            body = request.json
        except Exception as error:
            raise RefusedError(400, "no_json") from error
        if not isinstance(body, dict):
            raise RefusedError(400, "no_json")
        return body


def _words(body: dict[str, Any], key: str) -> str:
    """A text of the request, without half characters, which nothing behind this could write down."""
    value = body.get(key)
    if not isinstance(value, str | None):
        raise RefusedError(400, "no_json")
    return (value or "").encode("utf-16", "surrogatepass").decode("utf-16", "replace").strip()


def _sender(body: dict[str, Any]) -> str:
    """The conversation's id in Rasa: the talk's, with the channel's name before it, so that no channel sees another's."""
    talk = str(body.get("talk") or "")
    if not _TALK.fullmatch(talk):
        raise RefusedError(400, "no_talk")
    return f"{WebChannel.name()}-{talk}"
