"""Which process wrote to a talk last, so that none takes an old memory for the talk while the database is away."""

from __future__ import annotations

import contextlib
import secrets

from nose_twitch.rasa_parts.server.redis_server import RedisAwayError, RedisServer

_PREFIX = "nose-twitch:last:"
_KEPT = 24 * 60 * 60  # seconds


class LastWriter:
    """Kept in Redis. Without REDIS_URL there is one process, and what it remembers is the talk."""

    def __init__(self) -> None:
        """Begin; nothing is connected to yet."""
        self._me = secrets.token_hex(8)
        self._redis = RedisServer()

    async def note(self, sender: str) -> None:
        """This process is about to write."""
        if self._redis.is_set:
            with contextlib.suppress(RedisAwayError):
                await self._redis.ask(lambda redis: redis.set(_PREFIX + sender, self._me, ex=_KEPT))

    async def is_me(self, sender: str) -> bool:
        """Whether nobody else wrote since; no, if that cannot be known."""
        if not self._redis.is_set:
            return True
        try:
            last = await self._redis.ask(lambda redis: redis.get(_PREFIX + sender))
        except RedisAwayError:
            return False
        return last is None or bool(last.decode() == self._me)
