"""Redis, where REDIS_URL names one: asked in time, and left alone for a moment when it is away."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Awaitable, Callable
from typing import Any

from redis import asyncio as aioredis
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

SETTING = "REDIS_URL"
_SECONDS = 1.0  # for each answer
_TRY_AGAIN_AFTER = 2.0


class RedisAwayError(Exception):
    """It did not answer, now or a moment ago."""


class RedisServer:
    """The server of the environment."""

    def __init__(self) -> None:
        """Begin; nothing is connected to yet.

        Raises:
            ValueError: REDIS_URL is no address of a Redis server.
        """
        self.away = False
        self._away_until = 0.0
        url = os.environ.get(SETTING)
        try:
            self._client = (
                aioredis.from_url(url, socket_timeout=_SECONDS, socket_connect_timeout=_SECONDS) if url else None
            )
        except ValueError:
            raise ValueError(f"{SETTING}: write it as redis://:password@host:6379/0") from None

    @property
    def is_set(self) -> bool:
        """Whether there is one."""
        return self._client is not None

    async def ask(self, question: Callable[[Any], Awaitable[Any]]) -> Any:
        """Its answer to what is asked of its client.

        Raises:
            RedisAwayError: It is away; for a moment nobody else waits for it.
        """
        if time.monotonic() < self._away_until:
            raise RedisAwayError
        try:
            answer = await question(self._client)
        except (RedisError, OSError) as error:
            self._away_until = time.monotonic() + _TRY_AGAIN_AFTER
            if not self.away:
                self.away = True
                logger.error("LOCKS_AWAY error=%s", type(error).__name__)
            raise RedisAwayError from error
        if self.away:
            self.away = False
            logger.warning("LOCKS_BACK")
        return answer
