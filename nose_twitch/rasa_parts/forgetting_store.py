"""A tracker store on disk that forgets: talks that were given up, and what stood before a restart ("forget me").

Rasa keeps every event of a conversation for ever; `Restarted` only makes it ignore the earlier ones.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Restarted
from rasa.shared.core.trackers import DialogueStateTracker

logger = logging.getLogger(__name__)

# Longer than a session (domain.yml, 24 hours), after which nothing of a talk is used any more.
KEEP_DAYS = 2.0
KEEP_SETTING = "KEEP_TALKS_DAYS"
_DAY = 24 * 60 * 60
_SWEEP_EVERY = 15 * 60


class ForgettingTrackerStore(SQLTrackerStore):
    """Rasa's SQL store, with forgetting. Set as `tracker_store: type:` in endpoints.yml; `db` is its file."""

    def __init__(self, domain: Domain | None = None, db: str = "var/talks.db", **kwargs: Any) -> None:
        """Open the file, made with its folder if it is not there."""
        Path(db).parent.mkdir(parents=True, exist_ok=True)
        super().__init__(domain, db=db, **kwargs)
        self._keep_days = float(os.environ.get(KEEP_SETTING) or KEEP_DAYS)
        self._swept_at = 0.0

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Store the conversation from its last restart on, and drop talks that are older than they may be."""
        events = list(tracker.events)
        restarts = [number for number, event in enumerate(events) if isinstance(event, Restarted)]
        if restarts:
            self._delete(self.SQLEvent.sender_id == tracker.sender_id)
            slots = self.domain.slots if self.domain else []
            tracker = DialogueStateTracker.from_events(tracker.sender_id, events[restarts[-1] + 1 :], slots)
        await super().save(tracker)
        self._sweep()

    def _sweep(self) -> None:
        now = time.time()
        if now - self._swept_at < _SWEEP_EVERY:
            return
        self._swept_at = now
        last_event = sa.func.max(self.SQLEvent.timestamp)
        old = sa.select(self.SQLEvent.sender_id).group_by(self.SQLEvent.sender_id)
        self._delete(self.SQLEvent.sender_id.in_(old.having(last_event < now - self._keep_days * _DAY)))

    def _delete(self, which: Any) -> None:
        with self.session_scope() as session:
            session.query(self.SQLEvent).filter(which).delete(synchronize_session=False)
            session.commit()


@sa.event.listens_for(sa.engine.Engine, "connect")
def _overwrite_what_is_deleted(connection: Any, _record: Any) -> None:
    """SQLite otherwise leaves deleted words in its file until their place is used again."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA secure_delete = ON")
