"""The table of events in SQLite or PostgreSQL, as Rasa's own SQL store lays it out. Synchronous; knows no trackers."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.events import SessionStarted

from nose_twitch.rasa_parts.server.deadlines import deadline

SECONDS = 3.0  # for all that one call of these asks of the database
_LONGEST_SENDER = 255

Row = dict[str, Any]

_EVENTS = SQLTrackerStore.SQLEvent.__table__


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
        self.name = address.get_backend_name()
        if self.name == "sqlite":
            self._engine = sa.create_engine(address, hide_parameters=True, connect_args={"timeout": SECONDS})
            self._file: Path | None = Path(address.database)
        elif self.name == "postgresql":
            self._file = None
            self._engine = sa.create_engine(address, hide_parameters=True, pool_pre_ping=True, pool_size=4)
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
            SQLTrackerStore.Base.metadata.create_all(connection)

    def read(self, sender: str, *, all_sessions: bool = False) -> list[str]:
        """The events of a talk as JSON, in their order; without `all_sessions` from its latest session on."""
        of_talk = _EVENTS.c.sender_id == checked(sender)
        query = sa.select(_EVENTS.c.data).where(of_talk).order_by(_EVENTS.c.id)
        if not all_sessions:
            # By number, not by time as Rasa does it: a clock may be set back.
            started = of_talk & (_EVENTS.c.type_name == SessionStarted.type_name)
            first = sa.select(sa.func.max(_EVENTS.c.id)).where(started).scalar_subquery()
            query = query.where(_EVENTS.c.id >= sa.func.coalesce(first, 0))
        with self._begun() as connection:
            return list(connection.execute(query).scalars())

    def write(self, sender: str, rows: Sequence[Row], *, forget: bool = False, again: bool = False) -> None:
        """Add events to a talk, all or none; `forget` deletes what is there.

        `again`: an earlier try may have come through although it seemed to fail, so leave out what is there already.
        """
        of_talk = _EVENTS.c.sender_id == checked(sender)
        with self._begun() as connection:
            if self.name == "postgresql":
                # One writer for a talk: a try that is still on its way ends first.
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(sender))))
            if forget:
                connection.execute(sa.delete(_EVENTS).where(of_talk))
            elif again and rows:
                since = _EVENTS.c.timestamp >= min(row["timestamp"] for row in rows)
                there = set(connection.execute(sa.select(_EVENTS.c.data).where(of_talk & since)).scalars())
                rows = [row for row in rows if row["data"] not in there]
            if rows:
                connection.execute(sa.insert(_EVENTS), [{"sender_id": sender, **row} for row in rows])

    def delete_older_than(self, timestamp: float) -> None:
        """Delete the talks whose last event is older, in seconds since 1970."""
        last = sa.func.max(_EVENTS.c.timestamp)
        old = sa.select(_EVENTS.c.sender_id).group_by(_EVENTS.c.sender_id).having(last < timestamp)
        with self._begun() as connection:
            connection.execute(sa.delete(_EVENTS).where(_EVENTS.c.sender_id.in_(old)))

    def senders(self) -> list[str]:
        """The ids of all talks."""
        with self._begun() as connection:
            return list(connection.execute(sa.select(_EVENTS.c.sender_id).distinct()).scalars())

    @contextmanager
    def _begun(self) -> Iterator[Any]:
        with deadline(SECONDS), self._engine.begin() as connection:
            yield connection


_EXAMPLE = "postgresql://user:password@host:5432/database"


def checked(sender: str) -> str:
    """A talk's id, if the table can hold it.

    Raises:
        RefusedError: It cannot.
    """
    if len(sender) > _LONGEST_SENDER or "\0" in sender:
        raise RefusedError(f"An id has at most {_LONGEST_SENDER} characters, and no NUL.")
    return sender


@sa.event.listens_for(sa.engine.Engine, "connect")
def _overwrite_what_is_deleted(connection: Any, _record: Any) -> None:
    """SQLite otherwise leaves deleted words in its file until their place is used again."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA secure_delete = ON")
