"""A message of the guide as Telegram shows it: HTML of the few tags that Telegram knows, with everything else escaped."""

from __future__ import annotations

import html
import re
from typing import Any

from nose_twitch.rasa_parts.channels.layout import heading, length, split

LONGEST = 4_096  # as shown, in UTF-16 units
_TAG = re.compile(r"<[^>]+>")
_BULLET = re.compile(r"^- ", re.MULTILINE)


def to_html(message: dict[str, Any]) -> list[str]:
    """A message of `messages.shown` as one or more texts, none longer than Telegram takes.

    A card begins in bold; a folded block stands in a quotation that opens when it is touched.
    """
    parts: list[tuple[int, str]] = []
    for block in message["blocks"]:
        if block["summary"]:
            parts.append((length(block["summary"]), f"<b>{_escaped(block['summary'], block)}</b>"))
        for piece in split(_BULLET.sub("• ", block["text"]), LONGEST):
            parts.append((length(piece), _part(piece, block, bold=bool(message.get("card")) and not parts)))
    texts: list[str] = []
    room = 0
    for size, part in parts:
        if texts and size + 2 <= room:
            texts[-1] += f"\n\n{part}"
            room -= size + 2
        else:
            texts.append(part)
            room = LONGEST - size
    return texts


def without_html(text: str) -> str:
    """A text of `to_html` as plain text."""
    return html.unescape(_TAG.sub("", text))


def to_keyboard(message: dict[str, Any]) -> dict[str, Any]:
    """The quick replies, one per row. Telegram takes 64 bytes as id: the message's and the number of the reply."""
    rows = [
        [{"text": button["title"], "callback_data": f"{message['id']}:{number}"}]
        for number, button in enumerate(message["buttons"])
    ]
    return {"inline_keyboard": rows}


def _part(text: str, block: dict[str, Any], *, bold: bool) -> str:
    if block["summary"]:
        return f"<blockquote expandable>{_escaped(text, block)}</blockquote>"
    first, rest = heading(text) if bold else ("", text)
    return (f"<b>{_escaped(first, block)}</b>" if first else "") + _escaped(rest, block)


def _escaped(text: str, block: dict[str, Any]) -> str:
    """With the web addresses that the guide knows as links; telephone numbers Telegram finds by itself."""
    shown = html.escape(text, quote=False)
    for link in block["links"]:
        if link["to"].startswith("https:"):
            shown = re.sub(
                rf"(?<![\w./>\"]){re.escape(link['text'])}",
                f'<a href="{link["to"]}">{link["text"]}</a>',
                shown,
                count=1,
            )
    return shown
