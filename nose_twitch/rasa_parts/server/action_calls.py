"""Calls to the action server that end in time. Rasa itself waits five minutes for one, and gives up at once on another.

Actions only read what they are given, so a call may be made again: an action server that is just being started again costs
a moment and no answer.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import logging
import time
from collections.abc import Iterator
from typing import Any

import aiohttp
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

from nose_twitch.operations import metrics

logger = logging.getLogger(__name__)

SECONDS = 6.0  # for all the calls of one turn that fail
_PAUSE = 0.25
_IMPATIENT = 2.0
_PATIENT_AGAIN_AFTER = 5.0

_failing_until: contextvars.ContextVar[float | None] = contextvars.ContextVar("failing_until", default=None)


@contextlib.contextmanager
def of_one_turn() -> Iterator[None]:
    """The calls in this block share their time."""
    token = _failing_until.set(time.monotonic() + SECONDS)
    try:
        yield
    finally:
        _failing_until.reset(token)


class ActionCalls(EndpointConfig):
    """The action server's address, called with a time limit."""

    def __init__(self, endpoint: EndpointConfig) -> None:
        """As `endpoint`."""
        self.__dict__.update(endpoint.__dict__)
        self.away = False
        self._impatient_until = 0.0

    async def request(self, *args: Any, **kwargs: Any) -> Any:
        """One call, made again while it fails and there is time."""
        began = time.monotonic()
        try:
            answer = await self._answer(*args, **kwargs)
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
            metrics.action_call(_outcome(error), time.monotonic() - began)
            raise
        metrics.action_call("answered", time.monotonic() - began)
        return answer

    async def _answer(self, *args: Any, **kwargs: Any) -> Any:
        ends = _failing_until.get() or time.monotonic() + SECONDS
        while True:
            left = max(0.2, ends - time.monotonic())
            patient = time.monotonic() >= self._impatient_until
            try:
                answer = await super().request(
                    *args, **{**kwargs, "timeout": left if patient else min(left, _IMPATIENT)}
                )
            except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
                if _outcome(error) == "answered":
                    raise  # an action that declines to run
                if patient and _may_pass(error) and time.monotonic() + _PAUSE < ends:
                    await asyncio.sleep(_PAUSE)
                    continue
                self._failed(error)
                raise
            if self.away:
                self.away = False
                self._impatient_until = 0.0
                logger.warning("ACTIONS_BACK")
            return answer

    def _failed(self, error: Exception) -> None:
        # The next people are not kept waiting for what has just proved to be away.
        self._impatient_until = time.monotonic() + _PATIENT_AGAIN_AFTER
        if not self.away:
            self.away = True
            logger.error("ACTIONS_AWAY error=%s", type(error).__name__)


def _outcome(error: Exception) -> metrics.ActionCall:
    status = getattr(error, "status", None)
    if status is not None:
        return "answered" if status == 400 else "failed"
    return "slow" if isinstance(error, asyncio.TimeoutError) else "away"


def _may_pass(error: Exception) -> bool:
    """Whether the same call may come through a moment later."""
    return not isinstance(error, ClientResponseError) or error.status >= 502
