"""What is to be written of talks as soon as the database is back. Used by several threads."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from nose_twitch.rasa_parts.server.event_table import Row


@dataclass
class Unwritten:
    """Of one talk: events, after everything before was deleted if `forget`."""

    rows: list[Row] = field(default_factory=list)
    forget: bool = False


class UnwrittenEvents:
    """Of all talks, in the order in which they came."""

    def __init__(self) -> None:
        """Nothing waits."""
        self._talks: dict[str, Unwritten] = {}
        self._guard = threading.Lock()
        self.bytes = 0

    def add(self, sender: str, rows: Sequence[Row], *, forget: bool) -> None:
        """One more save of this talk."""
        with self._guard:
            waiting = self._talks.setdefault(sender, Unwritten())
            if forget:
                self.bytes -= _size(waiting.rows)
                waiting.rows, waiting.forget = [], True
            waiting.rows += rows
            self.bytes += _size(rows)

    def of(self, sender: str) -> Unwritten | None:
        """What waits of this talk, as it is now."""
        with self._guard:
            waiting = self._talks.get(sender)
            return Unwritten(list(waiting.rows), waiting.forget) if waiting else None

    def all(self) -> list[tuple[str, Unwritten]]:
        """What waits of each talk, as it is now."""
        return [(sender, waiting) for sender in list(self._talks) if (waiting := self.of(sender))]

    def written(self, sender: str, what: Unwritten) -> None:
        """This was written; what came meanwhile waits on."""
        with self._guard:
            left = self._talks[sender]
            if left.forget and not what.forget:
                return  # forgotten meanwhile
            self.bytes -= _size(what.rows)
            left.rows, left.forget = left.rows[len(what.rows) :], False
            if not left.rows:
                del self._talks[sender]

    def __len__(self) -> int:
        """How many events, and talks to forget."""
        with self._guard:
            return sum(len(waiting.rows) + waiting.forget for waiting in self._talks.values())


def _size(rows: Sequence[Row]) -> int:
    return sum(len(row["data"]) for row in rows)
