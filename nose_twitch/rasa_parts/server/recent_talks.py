"""The events of the talks that went on lately in this process, as JSON: what is known while the database is away."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Sequence

LARGEST = 64 * 1024 * 1024  # bytes of JSON; a talk of twenty turns has about 100,000
LONGEST = 60 * 60.0  # seconds; another process may have been asked to forget the talk
_ALWAYS = object()
_EMPTY = 500  # what a talk costs in which nothing was said


class RecentTalks:
    """The latest talks, up to a size and an age."""

    def __init__(self, largest: int = LARGEST, longest: float = LONGEST) -> None:
        """Nothing known yet."""
        self._largest = largest
        self._longest = longest
        self._size = 0
        self._talks: OrderedDict[str, tuple[float, list[str]]] = OrderedDict()
        self._guard = threading.Lock()

    def get(self, sender: str) -> list[str] | None:
        """The events of a talk; None if it is not among the latest."""
        with self._guard:
            self._drop()
            known = self._talks.get(sender)
            return None if known is None else list(known[1])

    def mark(self, sender: str) -> object:
        """Something that is another as soon as this talk was changed."""
        with self._guard:
            return self._talks.get(sender)

    def put(self, sender: str, events: Sequence[str], unless_changed_since: object = _ALWAYS) -> None:
        """These are its events."""
        with self._guard:
            if unless_changed_since is not _ALWAYS and self._talks.get(sender) is not unless_changed_since:
                return
            if sender in self._talks:
                self._size -= _size(self._talks.pop(sender)[1])
            self._talks[sender] = time.monotonic(), list(events)
            self._size += _size(events)
            self._drop()

    def add(self, sender: str, events: Sequence[str]) -> None:
        """These came after the ones that are known; nothing happens to a talk that is not among the latest."""
        known = self.get(sender)
        if known is not None:
            self.put(sender, [*known, *events])

    def _drop(self) -> None:
        oldest = time.monotonic() - self._longest
        while self._talks and (self._size > self._largest or next(iter(self._talks.values()))[0] < oldest):
            self._size -= _size(self._talks.popitem(last=False)[1][1])


def _size(events: Sequence[str]) -> int:
    return _EMPTY + sum(map(len, events))
