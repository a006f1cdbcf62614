"""One turn at a time in each talk: within this process, and with Redis across all processes.

Rasa's own lock store looks once a second whether it is its turn, and with Redis two processes can draw the same ticket.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

from rasa.core.lock import TicketLock
from rasa.core.lock_store import LockError, LockStore
from redis import asyncio as aioredis
from redis.exceptions import LockError as RedisLockError
from redis.exceptions import RedisError

from nose_twitch.operations import metrics

logger = logging.getLogger(__name__)

URL_SETTING = "REDIS_URL"
LONGEST_WAIT = 60.0  # seconds for the turns before this one; the person is told long before
LEASE = 5.0  # a process that died holds a talk this long
_LOOK_EVERY = 0.05
_TRY_AGAIN_AFTER = 2.0
_PREFIX = "nose-twitch:turn:"


class GuideLockStore(LockStore):
    """Set as `lock_store: type:` in endpoints.yml; REDIS_URL makes it hold for all processes.

    While Redis is away each process locks for itself: a person is answered, and what two processes write at the same time is
    kept, since talks are only ever added to.
    """

    def __init__(self, endpoint_config: Any = None) -> None:
        """Begin; nothing is connected to yet.

        Raises:
            ValueError: REDIS_URL is no address of a Redis server.
        """
        self._here: dict[str, tuple[asyncio.Lock, int]] = {}
        self._away_until = 0.0
        self.away = False
        self._redis: Any = None
        if url := os.environ.get(URL_SETTING):
            try:
                self._redis = aioredis.from_url(url, socket_timeout=1.0, socket_connect_timeout=1.0)
            except ValueError:
                raise ValueError(f"{URL_SETTING}: write it as redis://:password@host:6379/0") from None

    @contextlib.asynccontextmanager
    async def lock(
        self, conversation_id: str, lock_lifetime: float = LEASE, wait_time_in_seconds: float = _LOOK_EVERY
    ) -> AsyncIterator[TicketLock]:
        """Wait for the turns before this one in the same talk.

        Raises:
            LockError: They did not end in time.
        """
        ends = time.monotonic() + LONGEST_WAIT
        with self._one_of(conversation_id) as here:
            try:
                await asyncio.wait_for(here.acquire(), LONGEST_WAIT)
            except asyncio.TimeoutError:
                raise LockError("the turns before this one did not end") from None
            try:
                async with self._everywhere(conversation_id, ends):
                    metrics.lock_waited(time.monotonic() - ends + LONGEST_WAIT)
                    yield TicketLock(conversation_id)
            finally:
                here.release()

    @contextlib.contextmanager
    def _one_of(self, conversation_id: str) -> Iterator[asyncio.Lock]:
        """The lock of this process, for as long as anybody holds it or waits for it."""
        here, users = self._here.get(conversation_id) or (asyncio.Lock(), 0)
        self._here[conversation_id] = here, users + 1
        try:
            yield here
        finally:
            here, users = self._here.pop(conversation_id)
            if users > 1:
                self._here[conversation_id] = here, users - 1

    @contextlib.asynccontextmanager
    async def _everywhere(self, conversation_id: str, ends: float) -> AsyncIterator[None]:
        held = await self._hold(conversation_id, ends)
        renewing = asyncio.create_task(_renew(held)) if held else None
        try:
            yield
        finally:
            if held and renewing:
                renewing.cancel()
                try:
                    await held.release()
                except (RedisError, OSError) as error:  # it ends by itself
                    logger.warning("LOCK_NOT_RELEASED error=%s", type(error).__name__)

    async def _hold(self, conversation_id: str, ends: float) -> Any:
        """The lock in Redis; None without Redis, or while it is away."""
        if self._redis is None or time.monotonic() < self._away_until:
            return None
        lock = self._redis.lock(_PREFIX + conversation_id, timeout=LEASE, sleep=_LOOK_EVERY, thread_local=False)
        try:
            if not await lock.acquire(blocking_timeout=max(0.0, ends - time.monotonic())):
                raise LockError("another process did not end its turn")
        except (RedisError, OSError) as error:
            self._away_until = time.monotonic() + _TRY_AGAIN_AFTER
            if not self.away:
                self.away = True
                logger.error("LOCKS_AWAY error=%s", type(error).__name__)
            return None
        if self.away:
            self.away = False
            logger.warning("LOCKS_BACK")
        return lock


async def _renew(lock: Any) -> None:
    while True:
        await asyncio.sleep(LEASE / 3)
        try:
            await lock.reacquire()
        except RedisLockError:
            logger.error("LOCK_LOST")
            return
        except (RedisError, OSError):
            continue
