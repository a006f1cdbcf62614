"""Calls of the database from the event loop: in threads, and given up when the database hangs.

What counts is the time that the database takes. A process that is busy comes late to an answer that was there in time, and
its calls stand in line: that is no reason to hold the database for away.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from typing import Any

from nose_twitch.rasa_parts.server.event_table import SECONDS

# Calls that are each just in time would be too late together.
SECONDS_OF_A_TURN = 4.0
_LOOK_EVERY = 0.25
_taken: ContextVar[list[float] | None] = ContextVar("taken", default=None)


class HangsError(Exception):
    """The database did not answer in time."""


@contextlib.contextmanager
def of_one_turn() -> Iterator[None]:
    """The calls in this block share their time."""
    token = _taken.set([])
    try:
        yield
    finally:
        _taken.reset(token)


class DatabaseCalls:
    """Runs calls in so many threads."""

    def __init__(self, threads: int) -> None:
        """No call yet."""
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="tracker-store")
        # Set while calls hang: those that stand in line behind them are not waited for.
        self.hanging = False

    async def run(self, work: Callable[[], Any]) -> Any:
        """The answer.

        Raises:
            HangsError: It does not come, or the calls of this turn have taken too long already.
        """
        taken = _taken.get()
        if taken and sum(taken) > SECONDS_OF_A_TURN:
            raise HangsError
        call = _Call(work)
        future = self._threads.submit(call.run)
        answer = asyncio.wrap_future(future)
        answer.add_done_callback(lambda done: done.cancelled() or done.exception())  # nobody may be waiting any more
        while not future.done():
            await asyncio.wait({answer}, timeout=_LOOK_EVERY)
            if not future.done() and (call.hangs() or (self.hanging and not call.began)):
                call.given_up = True
                raise HangsError
        if taken is not None:
            taken.append(call.ended - call.began)
        return await answer


class _Call:
    """One call, and how long it takes in its thread."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self._work = work
        self.began = self.ended = 0.0
        self.given_up = False

    def run(self) -> Any:
        if self.given_up:
            return None
        self.began = time.monotonic()
        try:
            return self._work()
        finally:
            self.ended = time.monotonic()

    def hangs(self) -> bool:
        """Longer at work than its own deadline allows: it waits for something that knows none, such as a name server."""
        return bool(self.began) and not self.ended and time.monotonic() - self.began > SECONDS + 2 * _LOOK_EVERY
