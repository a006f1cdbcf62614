"""A message of the guide as Matrix shows it: plain text beside HTML, with quick replies as a numbered list."""

from __future__ import annotations

import html
from typing import Any

from nose_twitch.rasa_parts.channels.layout import heading, split
from nose_twitch.rasa_parts.channels.quick_replies import replies

LONGEST = 8_000  # far below the 65 kB that an event may have, twice written and with its HTML


def to_events(message: dict[str, Any], controls_hint: str) -> list[dict[str, Any]]:
    """A message of `messages.shown` as contents of one or more events.

    `controls_hint` says in words what can be typed at every question.
    """
    paragraphs: list[tuple[str, bool]] = []  # text, and whether it is bold
    for block in message["blocks"]:
        if block["summary"]:
            paragraphs.append((block["summary"], True))
        paragraphs += [(piece, False) for piece in split(block["text"], LONGEST)]
    if message.get("image"):
        paragraphs.append((message["image"], False))
    if choices := replies(message):
        paragraphs.append(
            ("\n".join(f"{number}. {choice['title']}" for number, choice in enumerate(choices, 1)), False)
        )
    if any(button["control"] for button in message["buttons"]):
        paragraphs.append((controls_hint, False))
    return [_event(part, bool(message.get("card")) and number == 0) for number, part in enumerate(_packed(paragraphs))]


def _packed(paragraphs: list[tuple[str, bool]]) -> list[list[tuple[str, bool]]]:
    parts: list[list[tuple[str, bool]]] = []
    room = 0
    for text, bold in paragraphs:
        if parts and len(text) <= room:
            parts[-1].append((text, bold))
        else:
            parts.append([(text, bold)])
            room = LONGEST
        room -= len(text)
    return parts


def _event(paragraphs: list[tuple[str, bool]], is_card: bool) -> dict[str, Any]:
    rich = []
    for number, (text, bold) in enumerate(paragraphs):
        first, rest = (text, "") if bold else heading(text) if is_card and number == 0 else ("", text)
        strong = f"<strong>{html.escape(first, quote=False)}</strong>" if first else ""
        rich.append(f"<p>{strong}{html.escape(rest, quote=False)}</p>".replace("\n", "<br>"))
    return {
        "msgtype": "m.text",
        "body": "\n\n".join(text for text, _ in paragraphs),
        "format": "org.matrix.custom.html",
        "formatted_body": "".join(rich),
    }
