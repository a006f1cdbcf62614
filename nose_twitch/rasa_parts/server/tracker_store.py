"""Where talks are kept: SQLite in `var/`, or PostgreSQL. It forgets what it promised to, and loses nothing while it is away.

Rasa's own store answers a database that is away with a new, empty talk; this one keeps what is said in memory until it can
be written, and says `StoreAwayError` where it does not know what was said before.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import threading
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, Restarted
from rasa.shared.core.trackers import DialogueStateTracker

from nose_twitch.operations import metrics
from nose_twitch.rasa_parts.server import observed
from nose_twitch.rasa_parts.server.event_broker import FORGOTTEN
from nose_twitch.rasa_parts.server.event_table import EventTable, Row
from nose_twitch.rasa_parts.server.recent_talks import RecentTalks
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
        self._keep_seconds = _days_kept() * _DAY
        # SQLite takes one at a time anyway.
        workers = 1 if self._table.name == "sqlite" else 4
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="tracker-store")
        self._recent = RecentTalks()
        self._unwritten = UnwrittenEvents()
        self._guard = threading.Lock()
        self._caring = threading.Lock()
        self._away = False
        self._prepared = False
        self._no_reading_until = 0.0
        self._wake = threading.Event()
        self._last_sweep = float("-inf")
        self._look_after()
        threading.Thread(target=self._keep_looking_after, daemon=True, name="tracker-store-care").start()

    # --- what Rasa asks of a store ---

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The latest session of a talk; None if nothing was said.

        Raises:
            StoreAwayError: It cannot be known.
        """
        known = await self._known(sender_id)
        tracker = self._tracker(sender_id, known)
        if tracker and tracker.events and tracker.events[-1].timestamp < time.time() - self._keep_seconds:
            return None
        return tracker

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
        else:
            new = events[stored:]
        if restarts:
            self._publish(tracker.sender_id, {"event": FORGOTTEN, "timestamp": time.time()})
        observed.count(new)
        self._publish(tracker.sender_id, *(event.as_dict() for event in new))
        if new or restarts:
            await self._keep(tracker.sender_id, [_row(event) for event in new], forget=bool(restarts))
        setattr(tracker, _STORED, len(events))

    async def keys(self) -> Iterable[str]:
        """The ids of all talks."""
        return await self._in_thread(self._table.senders)

    # --- how it fares ---

    @property
    def away(self) -> bool:
        """Whether the database cannot be used at present."""
        return self._away

    @property
    def unwritten(self) -> int:
        """How many events wait for it."""
        return len(self._unwritten)

    # --- reading ---

    def _tracker(self, sender: str, known: Sequence[str]) -> DialogueStateTracker | None:
        if not known or not self.domain:
            return None
        tracker = DialogueStateTracker.from_dict(sender, [json.loads(data) for data in known], self.domain.slots)
        setattr(tracker, _STORED, len(tracker.events))
        return tracker

    async def _known(self, sender: str, *, all_sessions: bool = False) -> list[str]:
        waiting = self._unwritten.of(sender)
        if waiting and waiting.forget:
            return [row["data"] for row in waiting.rows]
        recent = None if all_sessions else self._recent.get(sender)
        if self._away and recent is not None:
            return recent
        if self._unwritten.bytes > LARGEST_UNWRITTEN or time.monotonic() < self._no_reading_until:
            raise StoreAwayError
        try:
            known = await self._in_thread(lambda: self._table.read(sender, all_sessions=all_sessions))
        except sa.exc.SQLAlchemyError as error:
            self._no_reading_until = time.monotonic() + _TRY_AGAIN_AFTER
            self._is_away(error)
            if recent is None:
                raise StoreAwayError from error
            return recent
        there = set(known)
        known += [row["data"] for row in (waiting.rows if waiting else ()) if row["data"] not in there]
        if not all_sessions:
            self._recent.put(sender, known)
        return known

    # --- writing ---

    async def _keep(self, sender: str, rows: list[Row], *, forget: bool) -> None:
        data = [row["data"] for row in rows]
        if forget:
            self._recent.put(sender, data)
        else:
            self._recent.add(sender, data)
        if not self._away and not self._unwritten.of(sender):
            try:
                await self._in_thread(lambda: self._table.write(sender, rows, forget=forget))
                return
            except sa.exc.DataError as error:
                logger.error("STORE_REFUSED error=%s", type(error).__name__)
                return
            except sa.exc.SQLAlchemyError as error:
                self._is_away(error)
        self._unwritten.add(sender, rows, forget=forget)
        self._wake.set()

    def _publish(self, sender: str, *events: dict[str, Any]) -> None:
        if self.event_broker is not None:
            for event in events:
                self.event_broker.publish({"sender_id": sender, **event})

    async def _in_thread(self, work: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

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
            busy = self._away or len(self._unwritten) > 0
            self._wake.wait(_TRY_AGAIN_AFTER if busy else _SWEEP_EVERY)
            self._wake.clear()
            if busy:
                time.sleep(_TRY_AGAIN_AFTER)
            self._look_after()

    def _look_after(self) -> None:
        """Find out whether the database is back, write what waits, and delete what is too old."""
        with self._caring:
            self._care()

    def _care(self) -> None:
        try:
            if self._away or not self._prepared:
                self._table.prepare()
                self._prepared = True
            written = self._write_what_waits()
            with self._guard:
                # Nothing came in between, or it is written the next time.
                if self._away and not self._unwritten:
                    self._away = False
                    logger.warning("STORE_BACK kind=%s written=%s", self._table.name, written)
            metrics.store(away=self._away, kept_events=self.unwritten)
            if time.monotonic() - self._last_sweep >= _SWEEP_EVERY:
                self.sweep()
                self._last_sweep = time.monotonic()
        except (sa.exc.SQLAlchemyError, OSError) as error:
            self._is_away(error)

    def _write_what_waits(self) -> int:
        written = 0
        for sender, waiting in self._unwritten.all():
            try:
                self._table.write(sender, waiting.rows, forget=waiting.forget, again=True)
            except sa.exc.DataError as error:
                logger.error("STORE_REFUSED error=%s", type(error).__name__)
            self._unwritten.written(sender, waiting)
            written += len(waiting.rows)
        return written

    def sweep(self) -> None:
        """Delete the talks that are older than they may be."""
        self._table.delete_older_than(time.time() - self._keep_seconds)


def _row(event: Event) -> Row:
    data = event.as_dict()
    return {
        "type_name": event.type_name,
        "timestamp": data.get("timestamp"),
        "intent_name": ((data.get("parse_data") or {}).get("intent") or {}).get("name"),
        "action_name": data.get("name"),
        "data": json.dumps(data),
    }


def _kind(error: Exception) -> str:
    """What went wrong, without the words of anybody."""
    return type(getattr(error, "orig", None) or error).__name__


def _days_kept() -> float:
    value = os.environ.get(KEEP_SETTING) or str(KEEP_DAYS)
    try:
        return float(value)
    except ValueError:
        raise ValueError(f"{KEEP_SETTING}: {value!r} is no number of days; write 30 or 0.5") from None
