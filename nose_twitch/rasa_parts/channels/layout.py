"""Long texts cut to what an app can show in one message."""

from __future__ import annotations

_BREAKS = ("\n\n", "\n", ". ", " ")


def length(text: str) -> int:
    """As Telegram and Matrix count: an emoji is two."""
    return len(text.encode("utf-16-le")) // 2


def split(text: str, longest: int) -> list[str]:
    """The text in pieces of at most `longest`, cut where it hurts least: between paragraphs, lines, sentences, words."""
    pieces = []
    while length(text) > longest:
        head = text.encode("utf-16-le")[: longest * 2].decode("utf-16-le", "ignore")
        cuts = (head.rfind(mark) + len(mark.rstrip()) for mark in _BREAKS if head.rfind(mark) > 0)
        cut = next((cut for cut in cuts if cut >= len(head) // 2), len(head))
        pieces.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [*pieces, text] if text else pieces


def heading(text: str) -> tuple[str, str]:
    """What a care card begins with, to be shown in bold, and the rest: its first sentence, and no more than a line."""
    line, newline, rest = text.partition("\n")
    first, dot, more = line.partition(". ")
    return f"{first}{dot.rstrip()}", f"{dot[1:]}{more}{newline}{rest}"
