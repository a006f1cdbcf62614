"""What is to be written of talks as soon as the database is back. Used by several threads."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from nose_twitch.rasa_parts.server.event_table import Row
from nose_twitch.rasa_parts.server.promises import Promises


@dataclass
class Unwritten:
    """Of one talk: events, after everything before `forgotten` (in seconds since 1970) was deleted."""

    rows: list[Row] = field(default_factory=list)
    forgotten: float | None = None


class UnwrittenEvents:
    """Of all talks, in the order in which they came."""

    def __init__(self, promises: Promises) -> None:
        """What was promised and not kept waits."""
        self._guard = threading.Lock()
        self._promises = promises
        self._talks = {sender: Unwritten(forgotten=when) for sender, when in promises.take_over().items()}
        self.bytes = 0

    def add(self, sender: str, rows: Sequence[Row], forgotten: float | None) -> None:
        """One more save of this talk."""
        with self._guard:
            waiting = self._talks.setdefault(sender, Unwritten())
            if forgotten:
                self.bytes -= _size(waiting.rows)
                waiting.rows, waiting.forgotten = [], forgotten
                self._write_promises()
            waiting.rows += rows
            self.bytes += _size(rows)

    def of(self, sender: str) -> Unwritten | None:
        """What waits of this talk, as it is now."""
        with self._guard:
            waiting = self._talks.get(sender)
            return Unwritten(list(waiting.rows), waiting.forgotten) if waiting else None

    def all(self) -> list[tuple[str, Unwritten]]:
        """What waits of each talk, as it is now."""
        return [(sender, waiting) for sender in list(self._talks) if (waiting := self.of(sender))]

    def written(self, sender: str, what: Unwritten) -> None:
        """This was written; what came meanwhile waits on."""
        with self._guard:
            left = self._talks.get(sender)
            if left is None or left.forgotten != what.forgotten:
                return  # forgotten meanwhile: it is all to be written again
            self.bytes -= _size(what.rows)
            left.rows, left.forgotten = left.rows[len(what.rows) :], None
            if not left.rows:
                del self._talks[sender]
            if what.forgotten:
                self._write_promises()

    def __len__(self) -> int:
        """How many events, and talks to forget."""
        with self._guard:
            return sum(len(waiting.rows) + (waiting.forgotten is not None) for waiting in self._talks.values())

    def _write_promises(self) -> None:
        self._promises.write({sender: each.forgotten for sender, each in self._talks.items() if each.forgotten})


def _size(rows: Sequence[Row]) -> int:
    return sum(len(row["data"]) for row in rows)
