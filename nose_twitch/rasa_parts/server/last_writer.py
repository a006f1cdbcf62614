"""Which process wrote to a talk last, so that none takes an old memory for the talk while the database is away."""

from __future__ import annotations

import os
import secrets

from redis import asyncio as aioredis
from redis.exceptions import RedisError

from nose_twitch.rasa_parts.server.lock_store import URL_SETTING

_PREFIX = "nose-twitch:last:"
_KEPT = 24 * 60 * 60  # seconds


class LastWriter:
    """Kept in Redis. Without REDIS_URL there is one process, and what it remembers is the talk."""

    def __init__(self) -> None:
        """Begin; nothing is connected to yet."""
        self._me = secrets.token_hex(8)
        url = os.environ.get(URL_SETTING)
        self._redis = aioredis.from_url(url, socket_timeout=0.5, socket_connect_timeout=0.5) if url else None

    async def note(self, sender: str) -> None:
        """This process is about to write."""
        if self._redis is not None:
            try:
                await self._redis.set(_PREFIX + sender, self._me, ex=_KEPT)
            except (RedisError, OSError):
                return  # told by the lock store

    async def is_me(self, sender: str) -> bool:
        """Whether nobody else wrote since; no, if that cannot be known."""
        if self._redis is None:
            return True
        try:
            last = await self._redis.get(_PREFIX + sender)
        except (RedisError, OSError):
            return False
        return last is None or bool(last.decode() == self._me)
