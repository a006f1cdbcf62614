"""The tables in SQLite or PostgreSQL: events as Rasa's own SQL store lays them out, and which talks were forgotten when.

Synchronous; knows no trackers.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg2
import sqlalchemy as sa
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.events import SessionStarted

from nose_twitch.rasa_parts.server.deadlines import deadline

logger = logging.getLogger(__name__)

SECONDS = 2.0  # for all that one call of these asks of the database
_LONGEST_SENDER = 255
_EXAMPLE = "postgresql://user:password@host:5432/database"

Row = dict[str, Any]

_METADATA = SQLTrackerStore.Base.metadata
_EVENTS = SQLTrackerStore.SQLEvent.__table__
_FORGOTTEN = sa.Table(
    "forgotten_talks",
    _METADATA,
    sa.Column("sender_id", sa.String(_LONGEST_SENDER), primary_key=True),
    sa.Column("timestamp", sa.Float, nullable=False),
    extend_existing=True,
)


class RefusedError(Exception):
    """The database is there, and will never take this."""


class EventTable:
    """Where the events of all talks are. Every method raises `sqlalchemy.exc.SQLAlchemyError` while it is away."""

    def __init__(self, url: str) -> None:
        """`url` as SQLAlchemy writes it; a SQLite file is made, and only its owner may read it.

        Raises:
            ValueError: This is no address of a database that can be used here.
        """
        try:
            address = sa.engine.make_url(url.replace("postgres://", "postgresql://", 1))
        except sa.exc.ArgumentError:
            raise ValueError(f"It must be written as {_EXAMPLE}") from None
        self.name = address.drivername.removesuffix("+psycopg2")
        self._file: Path | None = None
        if self.name == "sqlite":
            self._file = Path(address.database or "")
            if address.database in (None, "", ":memory:") or self._file.is_dir():
                raise ValueError("It must name a file: sqlite:////folder/talks.db")
            self._engine = sa.create_engine(address, hide_parameters=True, connect_args={"timeout": SECONDS})
        elif self.name == "postgresql":
            self._engine = sa.create_engine(address, hide_parameters=True, pool_pre_ping=True, pool_size=4)
            sa.event.listen(self._engine, "connect", _log_no_statements)
        else:
            raise ValueError(f"{self.name} cannot be used. It must be written as {_EXAMPLE}")

    def prepare(self) -> None:
        """Make what is not there yet. Other processes may do the same at the same time."""
        if self._file:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._file.touch()
            self._file.chmod(0o600)
        with self._begun() as connection:
            if self.name == "postgresql":
                connection.execute(sa.text("SELECT pg_advisory_xact_lock(7363)"))
            _METADATA.create_all(connection, tables=[_EVENTS, _FORGOTTEN])

    def read(self, sender: str, *, all_sessions: bool = False) -> list[str]:
        """The events of a talk as JSON, in their order; without `all_sessions` from its latest session on."""
        of_talk = _EVENTS.c.sender_id == checked(sender)
        query = sa.select(_EVENTS.c.data).where(of_talk).order_by(_EVENTS.c.id)
        if not all_sessions:
            # By number, not by time as Rasa does it: a clock may be set back.
            started = of_talk & (_EVENTS.c.type_name == SessionStarted.type_name)
            first = sa.select(sa.func.max(_EVENTS.c.id)).where(started).scalar_subquery()
            query = query.where(_EVENTS.c.id >= sa.func.coalesce(first, 0))
        # Without a transaction: each round trip counts where the database is far away.
        with deadline(SECONDS), self._engine.connect() as connection:
            reading = connection.execution_options(isolation_level="AUTOCOMMIT")
            return list(reading.execute(query).scalars())

    def write(self, sender: str, rows: Sequence[Row], *, forgotten: float | None = None, again: bool = False) -> None:
        """Add events to a talk, all or none.

        Args:
            sender: The talk's id.
            rows: What to add.
            forgotten: When the person asked to forget what was said before, in seconds since 1970; it is deleted.
            again: An earlier try may have come through although it seemed to fail, and somebody may have asked another process
                to forget the talk: leave out what is there already, and what was said before that.
        """
        of_talk = _EVENTS.c.sender_id == checked(sender)
        with self._begun() as connection:
            if self.name == "postgresql":
                # One writer for a talk: a try that is still on its way ends first.
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(sender))))
            if forgotten:
                # Kept late, a promise says nothing of what was said since.
                before = of_talk & (_EVENTS.c.timestamp <= forgotten) if again else of_talk
                connection.execute(sa.delete(_EVENTS).where(before))
                connection.execute(sa.delete(_FORGOTTEN).where(_FORGOTTEN.c.sender_id == sender))
                connection.execute(sa.insert(_FORGOTTEN), {"sender_id": sender, "timestamp": forgotten})
            elif again and rows:
                rows = _left_to_write(connection, sender, rows)
            if rows:
                connection.execute(sa.insert(_EVENTS), [{"sender_id": sender, **row} for row in rows])

    def delete_older_than(self, timestamp: float) -> None:
        """Delete the talks whose last event is older, in seconds since 1970."""
        last = sa.func.max(_EVENTS.c.timestamp)
        old = sa.select(_EVENTS.c.sender_id).group_by(_EVENTS.c.sender_id).having(last < timestamp)
        with self._begun() as connection:
            connection.execute(sa.delete(_EVENTS).where(_EVENTS.c.sender_id.in_(old)))
            connection.execute(sa.delete(_FORGOTTEN).where(_FORGOTTEN.c.timestamp < timestamp))

    def senders(self) -> list[str]:
        """The ids of all talks."""
        with self._begun() as connection:
            return list(connection.execute(sa.select(_EVENTS.c.sender_id).distinct()).scalars())

    @contextmanager
    def _begun(self) -> Iterator[Any]:
        with deadline(SECONDS), self._engine.begin() as connection:
            yield connection


def _left_to_write(connection: Any, sender: str, rows: Sequence[Row]) -> list[Row]:
    """What of a late write is not there yet, with what another process wrote meanwhile and came later: that is taken out.

    The last word on a slot must stand last.
    """
    of_talk = _EVENTS.c.sender_id == sender
    since = _EVENTS.c.timestamp >= min(row["timestamp"] for row in rows)
    there = [dict(row) for row in connection.execute(sa.select(_EVENTS).where(of_talk & since)).mappings()]
    query = sa.select(_FORGOTTEN.c.timestamp).where(_FORGOTTEN.c.sender_id == sender)
    forgotten = connection.execute(query).scalar() or 0.0
    known = {row["data"] for row in there}
    left = [row for row in rows if row["data"] not in known and row["timestamp"] > forgotten]
    first = min((row["timestamp"] for row in left), default=None)
    later = [row for row in there if first is not None and row["timestamp"] > first]
    if later:
        connection.execute(sa.delete(_EVENTS).where(_EVENTS.c.id.in_([row["id"] for row in later])))
    again = [{name: value for name, value in row.items() if name not in ("id", "sender_id")} for row in later]
    return sorted([*left, *again], key=lambda row: float(row["timestamp"]))


def checked(sender: str) -> str:
    """A talk's id, if the table can hold it.

    Raises:
        RefusedError: It cannot.
    """
    if len(sender) > _LONGEST_SENDER or "\0" in sender:
        raise RefusedError(f"An id has at most {_LONGEST_SENDER} characters, and no NUL.")
    return sender


def _log_no_statements(connection: Any, _record: Any) -> None:
    """PostgreSQL writes a statement that it refuses into its own log, with people's words in it."""
    with contextlib.closing(connection.cursor()) as cursor:
        try:
            cursor.execute("SET log_min_error_statement = panic")
            cursor.execute("SET log_statement = none")
            connection.commit()
        except psycopg2.errors.InsufficientPrivilege:
            connection.rollback()
            logger.warning("STORE_MAY_LOG_WORDS")


@sa.event.listens_for(sa.engine.Engine, "connect")
def _overwrite_what_is_deleted(connection: Any, _record: Any) -> None:
    """SQLite otherwise leaves deleted words in its file until their place is used again."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA secure_delete = ON")
