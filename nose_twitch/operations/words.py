"""The words of the message in hand, and taking them out of a line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

HIDDEN = "[words]"
_RUN = 3  # so many words in a row are somebody's; fewer are anybody's
_WORD = re.compile(r"\w+")
_message: ContextVar[str] = ContextVar("message", default="")


@contextmanager
def in_hand(text: str | None) -> Iterator[None]:
    """Within it, `hide` knows this message."""
    token = _message.set(str(text or ""))
    try:
        yield
    finally:
        _message.reset(token)


def hide(line: str) -> str:
    """The line without the message in hand, as it is, escaped, or in parts."""
    text = _message.get().strip()
    # Escaped, a word after a line break begins with the escape's letter.
    forms = sorted({text, repr(text)[1:-1], json.dumps(text)[1:-1]} - {""}, key=len, reverse=True)
    hidden = [span for form in forms for span in (*_whole(line, form), *_runs(line, form))]
    return _replaced(line, sorted(hidden))


def _whole(line: str, form: str) -> Iterator[tuple[int, int]]:
    for found in re.finditer(rf"(?<!\w){re.escape(form)}(?!\w)", line):
        yield found.span()


def _runs(line: str, form: str) -> Iterator[tuple[int, int]]:
    words = [word.lower() for word in _WORD.findall(form)]
    runs = {tuple(words[start : start + _RUN]) for start in range(len(words) - _RUN + 1)}
    found = list(_WORD.finditer(line))
    for start in range(len(found) - _RUN + 1):
        run = found[start : start + _RUN]
        if tuple(match[0].lower() for match in run) in runs:
            yield run[0].start(), run[-1].end()


def _replaced(line: str, spans: list[tuple[int, int]]) -> str:
    parts, reached = [], 0
    for start, end in spans:
        if start >= reached:
            parts += [line[reached:start], HIDDEN]
        reached = max(reached, end)
    return "".join([*parts, line[reached:]])
