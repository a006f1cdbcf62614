"""A tracker store on disk that forgets: talks that were given up, and what stood before a restart ("forget me").

Rasa keeps every event of a conversation for ever; `Restarted` only makes it ignore the earlier ones.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
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
        """Open the file, made with its folder if it is not there; nobody else on this machine may read it."""
        Path(db).parent.mkdir(parents=True, exist_ok=True)
        Path(db).touch()
        Path(db).chmod(0o600)
        super().__init__(domain, db=db, **kwargs)
        self._keep_days = float(os.environ.get(KEEP_SETTING) or KEEP_DAYS)
        # A thread of its own: a promise to delete is kept on a day when nobody writes, too.
        threading.Thread(target=self._keep_sweeping, daemon=True).start()

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Store the conversation from its last restart on."""
        events = list(tracker.events)
        restarts = [number for number, event in enumerate(events) if isinstance(event, Restarted)]
        if restarts:
            self._delete(self.SQLEvent.sender_id == tracker.sender_id)
            slots = self.domain.slots if self.domain else []
            tracker = DialogueStateTracker.from_events(tracker.sender_id, events[restarts[-1] + 1 :], slots)
        await super().save(tracker)

    async def _retrieve(self, sender_id: str, fetch_events_from_all_sessions: bool) -> DialogueStateTracker | None:
        tracker = await super()._retrieve(sender_id, fetch_events_from_all_sessions)
        too_old = tracker is not None and tracker.events and tracker.events[-1].timestamp < self._oldest()
        return None if too_old else tracker

    def _oldest(self) -> float:
        return time.time() - self._keep_days * _DAY

    def _keep_sweeping(self) -> None:
        while True:
            try:
                self.sweep()
            except sa.exc.SQLAlchemyError as error:
                logger.error("SWEEP_FAILED error=%s", type(error).__name__)
            time.sleep(_SWEEP_EVERY)

    def sweep(self) -> None:
        """Delete the talks that are older than they may be."""
        last_event = sa.func.max(self.SQLEvent.timestamp)
        old = sa.select(self.SQLEvent.sender_id).group_by(self.SQLEvent.sender_id)
        self._delete(self.SQLEvent.sender_id.in_(old.having(last_event < self._oldest())))

    def _delete(self, which: Any) -> None:
        with self.session_scope() as session:
            session.query(self.SQLEvent).filter(which).delete(synchronize_session=False)
            session.commit()


@sa.event.listens_for(sa.engine.Engine, "connect")
def _overwrite_what_is_deleted(connection: Any, _record: Any) -> None:
    """SQLite otherwise leaves deleted words in its file until their place is used again."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA secure_delete = ON")
