"""Calls to a messaging app's server: what is wrong with them as one kind of error, and patience with a server that is away.

No address is ever logged or raised: it may hold the token.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import aiohttp

logger = logging.getLogger(__name__)

Result = TypeVar("Result")
LONGEST_PAUSE = 60.0  # seconds
_TRIES_WHEN_BROKEN = 40  # over half an hour


class AwayError(Exception):
    """The server cannot be reached, or what answered is not it."""


class RefusedError(Exception):
    """The server said no."""

    def __init__(self, status: int, reason: str, retry_after: float | None = None) -> None:
        """HTTP status, the server's own word for it, and when it wants to be asked again (seconds)."""
        super().__init__(f"{status} {reason}")
        self.status = status
        self.reason = reason
        self.retry_after = retry_after


class HttpApi:
    """A session with one server, opened at first use (a session belongs to the event loop it was made in)."""

    def __init__(self) -> None:
        """Nothing is opened yet."""
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Close the connections."""
        if self._session:
            await self._session.close()

    async def ask(
        self, verb: str, address: str, *, body: Any = None, wait: float = 20.0, **options: Any
    ) -> tuple[int, dict[str, Any]]:
        """HTTP status and the JSON object that came back.

        Raises:
            AwayError: Nothing came back in `wait` seconds, or no JSON object did.
        """
        if self._session is None:
            self._session = aiohttp.ClientSession(trust_env=True)
        timeout = aiohttp.ClientTimeout(total=wait)
        try:
            async with self._session.request(verb, address, json=body, timeout=timeout, **options) as response:
                answer = await response.json(content_type=None)
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError, ValueError) as error:
            raise AwayError(type(error).__name__) from None
        if not isinstance(answer, dict):
            raise AwayError("no JSON object")
        return response.status, answer


def pause_after(tries: int) -> float:
    """Seconds to wait after so many tries in vain: 1, 2, 4, ... and never over a minute."""
    return min(LONGEST_PAUSE, 2.0 ** min(tries - 1, 10))


async def patiently(
    call: Callable[[], Awaitable[Result]], sleep: Callable[[float], Awaitable[Any]] = asyncio.sleep
) -> Result:
    """The result of a call that must not be lost: repeated while the server is away, wants a pause, or is broken.

    Raises:
        RefusedError: The server refuses it, or stays broken.
    """
    tries = 0
    while True:
        tries += 1
        try:
            return await call()
        except AwayError:
            await sleep(pause_after(tries))
        except RefusedError as refused:
            if refused.status == 429:
                await sleep(refused.retry_after or pause_after(tries))
            elif refused.status >= 500 and tries < _TRIES_WHEN_BROKEN:
                await sleep(pause_after(tries))
            else:
                raise
