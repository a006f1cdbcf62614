"""How long the store may still take in this turn. Many calls that are each just in time would be too late together."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from contextvars import ContextVar

from nose_twitch.rasa_parts.server.event_table import SECONDS

OF_A_TURN = 4.0
_LEAST = 0.05
_ends: ContextVar[float | None] = ContextVar("store_ends", default=None)


@contextlib.contextmanager
def of_one_turn() -> Iterator[None]:
    """The calls of the store in this block share their time."""
    token = _ends.set(time.monotonic() + OF_A_TURN)
    try:
        yield
    finally:
        _ends.reset(token)


def time_for_one_call() -> float:
    """In seconds."""
    ends = _ends.get()
    return SECONDS if ends is None else max(_LEAST, min(SECONDS, ends - time.monotonic()))
