"""Telegram's Bot API as strict as the real one where the emulator is not: limits, offsets, conflicts, pauses."""

from __future__ import annotations

import html.parser
import re
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

TOKEN = "1:right"
_ALLOWED = {"b", "a", "blockquote"}


class _Html(html.parser.HTMLParser):
    """Whether Telegram would take this HTML, and how long it is when shown."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.shown = ""
        self.feed(text)
        self.close()
        assert not self.open, f"not closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in _ALLOWED, f"no tag of Telegram's: {tag}"
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.shown += data


def check_message(body: dict[str, Any]) -> None:
    """Raise AssertionError for what Telegram refuses in sendMessage."""
    shown = _Html(body["text"]).shown if body.get("parse_mode") == "HTML" else body["text"]
    assert 0 < len(shown.encode("utf-16-le")) // 2 <= 4096, f"{len(shown)} characters"
    for row in body.get("reply_markup", {}).get("inline_keyboard", []):
        for button in row:
            assert re.search(r"\S", button["text"])
            assert 1 <= len(button["callback_data"].encode()) <= 64


@dataclass
class StrictTelegram:
    """`updates` are delivered until they are confirmed; `troubles` are answered before anything else, one per call."""

    updates: list[dict[str, Any]] = field(default_factory=list)
    troubles: dict[str, list[tuple[int, dict[str, Any]]]] = field(default_factory=dict)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    # Refused with 409 and this reason until deleteWebhook is called a second time (the guide does so at its start).
    refusals: dict[str, str] = field(default_factory=dict)
    address: str = ""

    def sent(self) -> list[str]:
        """The texts of the messages that were taken."""
        return [body["text"] for method, body in self.calls if method == "sendMessage"]

    async def start(self) -> web.AppRunner:
        """Listen on a free port."""
        app = web.Application()
        app.router.add_post("/bot{token}/{method}", self._answer)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
        return runner

    async def _answer(self, request: web.Request) -> web.Response:
        method, body = request.match_info["method"], await request.json()
        if request.match_info["token"] != TOKEN:
            return _no(401, "Unauthorized")
        if self.troubles.get(method):
            status, more = self.troubles[method].pop(0)
            return _no(status, "trouble", **more)
        if method in self.refusals:
            return _no(409, self.refusals[method])
        if method == "deleteWebhook" and [name for name, _ in self.calls].count(method) == 1:
            self.refusals.clear()
        if method == "getMe":
            return _yes({"id": 1, "username": "GuideBot"})
        if method == "getUpdates":
            self.updates = [update for update in self.updates if update["update_id"] >= body.get("offset", 0)]
            return _yes(self.updates[:100])
        if method == "sendMessage":
            try:
                check_message(body)
            except AssertionError as error:
                return _no(400, str(error))
        self.calls.append((method, body))
        return _yes({"message_id": len(self.calls)})


def _yes(result: Any) -> web.Response:
    return web.json_response({"ok": True, "result": result})


def _no(status: int, description: str, **parameters: Any) -> web.Response:
    answer = {"ok": False, "error_code": status, "description": description, "parameters": parameters}
    return web.json_response(answer, status=status)
