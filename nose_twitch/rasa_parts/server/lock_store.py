"""One turn at a time in each talk: within this process, and with Redis across all processes.

Rasa's own lock store looks once a second whether it is its turn, and with Redis two processes can draw the same ticket.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

from rasa.core.lock import TicketLock
from rasa.core.lock_store import LockError, LockStore
from redis.asyncio.lock import Lock
from redis.exceptions import LockError as RedisLockError
from redis.exceptions import RedisError

from nose_twitch.operations import metrics
from nose_twitch.rasa_parts.server.redis_server import RedisAwayError, RedisServer

logger = logging.getLogger(__name__)

LONGEST_WAIT = 60.0  # seconds for the turns before this one; the person is told long before
LEASE = 5.0  # a process that died holds a talk this long
_LOOK_EVERY = 0.05
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
        self._redis = RedisServer()

    @property
    def away(self) -> bool:
        """Whether Redis is, as it was asked last."""
        return self._redis.away

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

    async def _hold(self, conversation_id: str, ends: float) -> Lock | None:
        """The lock in Redis; None without Redis, or while it is away."""
        if not self._redis.is_set:
            return None

        async def acquire(redis: Any) -> Lock | None:
            lock = redis.lock(_PREFIX + conversation_id, timeout=LEASE, sleep=_LOOK_EVERY, thread_local=False)
            return lock if await lock.acquire(blocking_timeout=max(0.0, ends - time.monotonic())) else None

        try:
            lock: Lock | None = await self._redis.ask(acquire)
        except RedisAwayError:
            return None
        if lock is None:
            raise LockError("another process did not end its turn")
        return lock


async def _renew(lock: Lock) -> None:
    while True:
        await asyncio.sleep(LEASE / 3)
        try:
            await lock.reacquire()
        except RedisLockError:
            logger.error("LOCK_LOST")
            return
        except (RedisError, OSError):
            continue
