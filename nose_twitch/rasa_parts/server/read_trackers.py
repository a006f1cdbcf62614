"""The trackers that were read lately in this process, so that of a long talk only what is new is read anew."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Iterable, Sequence

from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker

from nose_twitch.rasa_parts.server.stored_events import readable
from nose_twitch.rasa_parts.talk_history import copied

logger = logging.getLogger(__name__)

LARGEST = 8 * 1024 * 1024  # characters of JSON; as objects they take about three times as much


class ReadTrackers:
    """The latest ones, up to a size. The events in the store are what counts: where they differ, all are read."""

    def __init__(self, largest: int = LARGEST) -> None:
        """None known yet."""
        self._largest = largest
        self._size = 0
        self._known: OrderedDict[str, tuple[list[str], DialogueStateTracker]] = OrderedDict()

    def tracker(self, sender: str, rows: Sequence[str], slots: Iterable[Slot]) -> DialogueStateTracker:
        """The tracker of a talk with these events, as JSON; it belongs to the caller."""
        begun, tracker = self._known.pop(sender, ([], None))
        self._size -= _size(begun)
        if tracker is None or list(rows[: len(begun)]) != begun:
            begun, tracker = [], DialogueStateTracker.from_events(sender, [], slots)
        new = rows[len(begun) :]
        events = list(readable(new))
        if len(events) < len(new):
            logger.error("STORE_UNREADABLE events=%s", len(new) - len(events))
        for event in events:
            tracker.update(event)
        self._known[sender] = [*begun, *new], tracker
        self._size += _size(rows)
        while self._size > self._largest:
            self._size -= _size(self._known.popitem(last=False)[1][0])
        return copied(tracker)

    def forget(self, sender: str) -> None:
        """Know nothing of a talk any more."""
        self._size -= _size(self._known.pop(sender, ([], None))[0])


def _size(rows: Iterable[str]) -> int:
    return sum(map(len, rows))
