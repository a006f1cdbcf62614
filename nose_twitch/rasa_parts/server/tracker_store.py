"""Where talks are kept: SQLite in `var/`, or PostgreSQL. It forgets what it promised to, and loses nothing while it is away.

Rasa's own store answers a database that is away with a new, empty talk; this one keeps what is said in memory until it can
be written, and says `StoreAwayError` where it does not know what was said before.
"""

from __future__ import annotations

import atexit
import logging
import os
import threading
import time
from collections.abc import Iterable, Sequence
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Restarted
from rasa.shared.core.trackers import DialogueStateTracker

from nose_twitch.operations import metrics
from nose_twitch.rasa_parts.server import observed
from nose_twitch.rasa_parts.server.database_calls import DatabaseCalls, HangsError
from nose_twitch.rasa_parts.server.event_broker import FORGOTTEN
from nose_twitch.rasa_parts.server.event_table import SECONDS, EventTable, Row
from nose_twitch.rasa_parts.server.last_writer import LastWriter
from nose_twitch.rasa_parts.server.numbers import positive
from nose_twitch.rasa_parts.server.promises import Promises
from nose_twitch.rasa_parts.server.read_trackers import ReadTrackers
from nose_twitch.rasa_parts.server.recent_talks import RecentTalks
from nose_twitch.rasa_parts.server.stored_events import row_of
from nose_twitch.rasa_parts.server.unwritten_events import UnwrittenEvents

logger = logging.getLogger(__name__)

URL_SETTING = "DATABASE_URL"
KEEP_SETTING = "KEEP_TALKS_DAYS"
KEEP_DAYS = 30.0
_DAY = 24 * 60 * 60
_SWEEP_EVERY = 15 * 60
_TRY_AGAIN_AFTER = 1.0  # seconds, while the database is away
# Bytes that are kept for a database that stays away; then people are asked to come back.
LARGEST_UNWRITTEN = 256 * 1024 * 1024
# How many events of a tracker are stored already (an attribute of the tracker).
_STORED = "_nose_twitch_stored_events"


# Whose talk was just read and what it was, for whoever reads it next in this turn.
_handed: ContextVar[tuple[str, DialogueStateTracker | None]] = ContextVar("handed", default=("", None))


class StoreAwayError(Exception):
    """The database is away, and what was said before in this talk is not known here."""


class GuideTrackerStore(TrackerStore):
    """Set as `tracker_store: type:` in endpoints.yml; `db` is the SQLite file, unless DATABASE_URL is set."""

    def __init__(
        self,
        domain: Domain | None = None,
        db: str = "var/talks.db",
        event_broker: EventBroker | None = None,
        **kwargs: Any,
    ) -> None:
        """Begin; a database that is away is waited for in the background.

        Raises:
            ValueError: DATABASE_URL or KEEP_TALKS_DAYS is no such thing.
        """
        observed.begin()
        kwargs.pop("host", None)
        super().__init__(domain, event_broker, **kwargs)
        try:
            self._table = EventTable(os.environ.get(URL_SETTING) or f"sqlite:///{db}")
        except ValueError as error:
            raise ValueError(f"{URL_SETTING}: {error}") from None
        self._keep_seconds = positive(KEEP_SETTING, KEEP_DAYS, "days") * _DAY
        # SQLite takes one at a time anyway.
        self._calls = DatabaseCalls(threads=1 if self._table.name == "sqlite" else 4)
        self._recent = RecentTalks()
        self._read = ReadTrackers()
        self._last = LastWriter()
        promises = Path(db if self._table.name == "sqlite" else "var/talks").with_suffix(".forget")
        self._unwritten = UnwrittenEvents(Promises(promises))
        self._guard = threading.Lock()
        self._caring = threading.Lock()
        self._away = False
        self._prepared = False
        self._wake = threading.Event()
        self._first_look = threading.Event()
        self._last_sweep = float("-inf")
        caring = threading.Thread(target=self._keep_looking_after, daemon=True, name="tracker-store-care")
        caring.start()
        # A name server that is silent is not waited for; then the first talks are told that there are no notes.
        self._first_look.wait(SECONDS + 1)
        atexit.register(self.close)

    # --- what Rasa asks of a store ---

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The latest session of a talk; None if nothing was said.

        Raises:
            StoreAwayError: It cannot be known.
        """
        whose, handed = _handed.get()
        if whose == sender_id:
            if handed:  # it is changed from now on; a talk that is not there stays so until it is saved
                _handed.set(("", None))
            return handed
        known = await self._known(sender_id)
        tracker = self._tracker(sender_id, known)
        if tracker and tracker.events and tracker.events[-1].timestamp < time.time() - self._keep_seconds:
            return None
        return tracker

    def hand_on(self, sender_id: str, tracker: DialogueStateTracker | None) -> None:
        """Have the next `retrieve` in this turn give this very tracker. Call it while the talk is locked."""
        _handed.set((sender_id, tracker))

    async def retrieve_full_tracker(self, conversation_id: str) -> DialogueStateTracker | None:
        """All sessions of a talk."""
        return self._tracker(conversation_id, await self._known(conversation_id, all_sessions=True))

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep what is new of a talk, from its last restart on. Never fails because the database is away."""
        events = list(tracker.events)
        restarts = [number for number, event in enumerate(events) if isinstance(event, Restarted)]
        stored = getattr(tracker, _STORED, None)
        if restarts:
            new = events[restarts[-1] + 1 :]
        elif stored is None:  # made by somebody else
            known = await self.retrieve(tracker.sender_id)
            new = events[len(known.events) if known else 0 :]
            _handed.set(("", None))
        else:
            new = events[stored:]
        if restarts:
            self._publish(tracker.sender_id, {"event": FORGOTTEN, "timestamp": time.time()})
        observed.count(new)
        self._publish(tracker.sender_id, *(event.as_dict() for event in new))
        if new or restarts:
            forgotten = events[restarts[-1]].timestamp if restarts else None
            await self._keep(tracker.sender_id, [row_of(event) for event in new], forgotten)
        setattr(tracker, _STORED, len(events))

    async def keys(self) -> Iterable[str]:
        """The ids of all talks."""
        return await self._calls.run(self._table.senders)

    # --- how it fares ---

    @property
    def away(self) -> bool:
        """Whether the database cannot be used at present."""
        return self._away

    @property
    def unwritten(self) -> int:
        """How many events wait for it."""
        return len(self._unwritten)

    def close(self) -> None:
        """Write what can still be written. Called when the process ends in order."""
        if len(self._unwritten):
            self._look_after()

    # --- reading ---

    def _tracker(self, sender: str, known: Sequence[str]) -> DialogueStateTracker | None:
        if not known or not self.domain:
            return None
        tracker = self._read.tracker(sender, known, self.domain.slots)
        setattr(tracker, _STORED, len(tracker.events))
        return tracker

    async def _known(self, sender: str, *, all_sessions: bool = False) -> list[str]:
        waiting = self._unwritten.of(sender)
        if waiting and waiting.forgotten:
            return [row["data"] for row in waiting.rows]
        mark, recent = self._recent.mark(sender), None if all_sessions else self._recent.get(sender)
        if self._away and recent is not None and await self._last.is_me(sender):
            return recent
        if self._unwritten.bytes > LARGEST_UNWRITTEN or self._calls.hanging:
            raise StoreAwayError
        try:
            known: list[str] = await self._calls.run(lambda: self._table.read(sender, all_sessions=all_sessions))
        except (sa.exc.SQLAlchemyError, HangsError) as error:
            self._calls.hanging = True
            self._is_away(error)
            if recent is None or not await self._last.is_me(sender):
                raise StoreAwayError from error
            return recent
        there = set(known)
        known += [row["data"] for row in (waiting.rows if waiting else ()) if row["data"] not in there]
        if not all_sessions:
            self._recent.put(sender, known, unless_changed_since=mark)
        return known

    # --- writing ---

    async def _keep(self, sender: str, rows: list[Row], forgotten: float | None) -> None:
        data = [row["data"] for row in rows]
        if forgotten:
            self._read.forget(sender)
            self._recent.put(sender, data)
        else:
            self._recent.add(sender, data)
        await self._last.note(sender)
        if not self._away and not self._unwritten.of(sender):
            try:
                await self._calls.run(lambda: self._table.write(sender, rows, forgotten=forgotten))
                return
            except sa.exc.DataError as error:
                logger.error("STORE_REFUSED error=%s", type(error).__name__)
                return
            except (sa.exc.SQLAlchemyError, HangsError) as error:
                self._is_away(error)
        self._unwritten.add(sender, rows, forgotten)
        self._wake.set()

    def _publish(self, sender: str, *events: dict[str, Any]) -> None:
        if self.event_broker is not None:
            for event in events:
                self.event_broker.publish({"sender_id": sender, **event})

    # --- in the background ---

    def _is_away(self, error: Exception) -> None:
        with self._guard:
            if not self._away:
                self._away = True
                logger.error("STORE_AWAY error=%s", _kind(error))
        metrics.store(away=True, kept_events=self.unwritten)
        self._wake.set()

    def _keep_looking_after(self) -> None:
        # A thread of its own: a promise to delete is kept on a day when nobody writes, too.
        while True:
            self._look_after()
            self._first_look.set()
            busy = self._away or len(self._unwritten) > 0
            self._wake.wait(_TRY_AGAIN_AFTER if busy else _SWEEP_EVERY)
            self._wake.clear()
            if busy:
                time.sleep(_TRY_AGAIN_AFTER)

    def _look_after(self) -> None:
        """Find out whether the database is back, write what waits, and delete what is too old."""
        with self._caring:
            try:
                self._care()
            except (sa.exc.SQLAlchemyError, OSError) as error:
                self._is_away(error)

    def _care(self) -> None:
        if self._away or not self._prepared:
            self._table.prepare()
            self._prepared, self._calls.hanging = True, False
        written, refused = self._write_what_waits()
        with self._guard:
            # Nothing came in between, or it is written the next time.
            if self._away and len(self._unwritten) <= refused:
                self._away = False
                logger.warning("STORE_BACK kind=%s written=%s", self._table.name, written)
        metrics.store(away=self._away, kept_events=self.unwritten)
        if time.monotonic() - self._last_sweep >= _SWEEP_EVERY:
            self.sweep()
            self._last_sweep = time.monotonic()

    def _write_what_waits(self) -> tuple[int, int]:
        """How many events were written, and how many the database refuses: they keep no others from being written."""
        written = refused = 0
        for sender, waiting in self._unwritten.all():
            try:
                self._table.write(sender, waiting.rows, forgotten=waiting.forgotten, again=True)
            except sa.exc.DataError as error:
                logger.error("STORE_REFUSED error=%s", type(error).__name__)
            except (sa.exc.InternalError, sa.exc.IntegrityError, sa.exc.NotSupportedError) as error:
                logger.error("STORE_REFUSED error=%s", type(error).__name__)
                refused += len(waiting.rows) + 1
                continue
            self._unwritten.written(sender, waiting)
            written += len(waiting.rows)
        return written, refused

    def sweep(self) -> None:
        """Delete the talks that are older than they may be."""
        self._table.delete_older_than(time.time() - self._keep_seconds)


def _kind(error: Exception) -> str:
    """What went wrong, without the words of anybody."""
    return type(getattr(error, "orig", None) or error).__name__
