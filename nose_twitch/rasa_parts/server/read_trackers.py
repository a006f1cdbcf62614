"""The trackers that were read lately in this process, so that of a long talk only what is new is read anew."""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from collections.abc import Iterable, Sequence

from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker

from nose_twitch.rasa_parts.server.recent_talks import LONGEST
from nose_twitch.rasa_parts.server.stored_events import readable
from nose_twitch.rasa_parts.talk_history import copied

logger = logging.getLogger(__name__)

LARGEST = 8 * 1024 * 1024  # characters of JSON; as objects they take about three times as much


class ReadTrackers:
    """The latest ones, up to a size and an age. The events in the store are what counts: where they differ, all are read."""

    def __init__(self, largest: int = LARGEST, longest: float = LONGEST) -> None:
        """None known yet."""
        self._largest = largest
        self._longest = longest
        self._size = 0
        self._known: OrderedDict[str, tuple[float, list[str], DialogueStateTracker | None]] = OrderedDict()

    def tracker(self, sender: str, rows: Sequence[str], slots: Iterable[Slot]) -> DialogueStateTracker:
        """The tracker of a talk with these events, as JSON; it belongs to the caller."""
        begun, tracker = self._taken(sender)
        if tracker is None or list(rows[: len(begun)]) != begun:
            begun, tracker = [], DialogueStateTracker.from_events(sender, [], slots)
        new = rows[len(begun) :]
        events = list(readable(new))
        if len(events) < len(new):
            logger.error("STORE_UNREADABLE events=%s", len(new) - len(events))
        for event in events:
            tracker.update(event)
        self._known[sender] = time.monotonic(), [*begun, *new], tracker
        self._size += _size(rows)
        self._drop()
        return copied(tracker)

    def forget(self, sender: str) -> None:
        """Know nothing of a talk any more."""
        self._taken(sender)

    def _taken(self, sender: str) -> tuple[list[str], DialogueStateTracker | None]:
        _, rows, tracker = self._known.pop(sender, (0.0, [], None))
        self._size -= _size(rows)
        return rows, tracker

    def _drop(self) -> None:
        oldest = time.monotonic() - self._longest
        while self._known and (self._size > self._largest or next(iter(self._known.values()))[0] < oldest):
            self._taken(next(iter(self._known)))


def _size(rows: Iterable[str]) -> int:
    return sum(map(len, rows))
