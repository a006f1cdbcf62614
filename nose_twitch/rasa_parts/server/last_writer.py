"""Which process wrote to a talk last, so that none takes an old memory for the talk while the database is away."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Awaitable, Callable
from typing import Any

from redis import asyncio as aioredis
from redis.exceptions import RedisError

from nose_twitch.rasa_parts.server.lock_store import URL_SETTING

_PREFIX = "nose-twitch:last:"
_TRY_AGAIN_AFTER = 2.0  # seconds
_KEPT = 24 * 60 * 60  # seconds


class LastWriter:
    """Kept in Redis. Without REDIS_URL there is one process, and what it remembers is the talk."""

    def __init__(self) -> None:
        """Begin; nothing is connected to yet."""
        self._me = secrets.token_hex(8)
        self._away_until = 0.0
        url = os.environ.get(URL_SETTING)
        self._redis = aioredis.from_url(url, socket_timeout=0.5, socket_connect_timeout=0.5) if url else None

    async def note(self, sender: str) -> None:
        """This process is about to write."""
        await self._ask(lambda redis: redis.set(_PREFIX + sender, self._me, ex=_KEPT))

    async def is_me(self, sender: str) -> bool:
        """Whether nobody else wrote since; no, if that cannot be known."""
        if self._redis is None:
            return True
        known, last = await self._ask(lambda redis: redis.get(_PREFIX + sender))
        return known and (last is None or bool(last.decode() == self._me))

    async def _ask(self, question: Callable[[Any], Awaitable[Any]]) -> tuple[bool, Any]:
        """Whether Redis answered, and what. While it is away nobody waits for it, but for one in a while."""
        if self._redis is None or time.monotonic() < self._away_until:
            return False, None
        try:
            return True, await question(self._redis)
        except (RedisError, OSError):  # told by the lock store
            self._away_until = time.monotonic() + _TRY_AGAIN_AFTER
            return False, None
