"""A time limit for what waits on PostgreSQL: a server that is frozen, or a network that swallows everything, answers never.

psycopg2 itself waits for ever once it is connected. It asks this function to wait instead, in each thread.
"""

from __future__ import annotations

import contextlib
import select
import threading
import time
from collections.abc import Iterator
from typing import Any

import psycopg2
from psycopg2 import extensions

WITHOUT_DEADLINE = 5.0  # seconds for each answer, where nothing else is said
_this_thread = threading.local()


@contextlib.contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """What this thread asks of PostgreSQL within this block fails with `psycopg2.OperationalError` after so long."""
    _this_thread.ends = time.monotonic() + seconds
    try:
        yield
    finally:
        del _this_thread.ends


def _wait(connection: Any) -> None:
    while True:
        state = connection.poll()
        if state == extensions.POLL_OK:
            return
        ends = getattr(_this_thread, "ends", None)
        left = WITHOUT_DEADLINE if ends is None else max(0.0, ends - time.monotonic())
        reads = [connection.fileno()] if state == extensions.POLL_READ else []
        writes = [] if reads else [connection.fileno()]
        if not any(select.select(reads, writes, [], left)):
            raise psycopg2.OperationalError("timeout: no answer in time")


extensions.set_wait_callback(_wait)
