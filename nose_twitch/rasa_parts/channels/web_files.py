"""The widget's files: read once at start, compressed ahead, and served from memory with their headers."""

from __future__ import annotations

import gzip
import hashlib
import html
import json
import mimetypes
import re
from dataclasses import dataclass
from pathlib import Path

from sanic.request import Request
from sanic.response import HTTPResponse, raw

from nose_twitch.rasa_parts.channels.messages import links_in

WIDGET = Path(__file__).parents[3] / "widget"
# Served under `static/`; everything else in the folder stays private.
STATIC = {
    "deep-chat.js": "node_modules/deep-chat/dist/deepChat.bundle.js",
    "chat.js": "src/chat.js",
    "deep_chat.js": "src/deep_chat.js",
    "server.js": "src/server.js",
    "messages.js": "src/messages.js",
    "chat.css": "src/chat.css",
    "page.css": "src/page.css",
    "page.js": "src/page.js",
}
PAGES = {"page": "src/page.html", "chat": "src/chat.html", "embed": "src/embed.js"}
TEXTS = "src/texts.json"
_PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}")


class WidgetMissingError(FileNotFoundError):
    """A file of the widget is not there."""


@dataclass(frozen=True)
class WebFile:
    """A file as it is sent."""

    content: bytes
    compressed: bytes
    content_type: str
    etag: str

    @classmethod
    def of(cls, content: bytes, name: str) -> WebFile:
        """Take the type from the name and compress the content."""
        content_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        if content_type.startswith("text/") or content_type.endswith("javascript"):
            content_type += "; charset=utf-8"
        # No time in it, so that the same content is the same bytes.
        compressed = gzip.compress(content, mtime=0)
        return cls(content, compressed, content_type, f'"{hashlib.sha256(content).hexdigest()[:20]}"')

    def answer(self, request: Request) -> HTTPResponse:
        """The response to a request for it: not again if the browser has it, compressed if the browser can read that."""
        headers = {"ETag": self.etag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
        if self.etag in request.headers.get("if-none-match", ""):
            return HTTPResponse(status=304, headers=headers)
        if "gzip" in request.headers.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
            return raw(self.compressed, headers=headers, content_type=self.content_type)
        return raw(self.content, headers=headers, content_type=self.content_type)


@dataclass(frozen=True)
class WebFiles:
    """All files of the widget."""

    static: dict[str, WebFile]
    pages: dict[str, WebFile]


def load_files(widget: Path = WIDGET) -> WebFiles:
    """Read the widget's files, its wording filled into the pages.

    Raises:
        WidgetMissingError: One is not there; the message says what to do.
    """
    texts = json.loads(_read(widget, TEXTS))
    texts["error_urgent_links"] = links_in(texts["error_urgent"])
    static = {name: WebFile.of(_read(widget, path), name) for name, path in STATIC.items()}
    pages = {name: WebFile.of(_filled(_read(widget, path), texts), path) for name, path in PAGES.items()}
    return WebFiles(static, pages)


def _read(widget: Path, path: str) -> bytes:
    try:
        return (widget / path).read_bytes()
    except FileNotFoundError as error:
        raise WidgetMissingError(f"{path} is missing in {widget.name}/. Run `make widget`.") from error


def _filled(page: bytes, texts: dict[str, object]) -> bytes:
    """Put the wording into `{{key}}` places; `{{all}}` is the whole of it, as JSON for the scripts."""

    def text_of(place: re.Match[str]) -> str:
        if place[1] == "all":
            return json.dumps(texts).replace("<", "\\u003c")
        return html.escape(str(texts[place[1]]))

    return _PLACEHOLDER.sub(text_of, page.decode()).encode()
