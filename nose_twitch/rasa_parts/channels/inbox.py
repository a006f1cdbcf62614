"""Messages as a messaging app delivers them: each chat's one after the other, different chats side by side."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from enum import Enum

from nose_twitch.rasa_parts.channels.limits import LONGEST_MESSAGE, RateLimit

logger = logging.getLogger(__name__)


class Kind(Enum):
    """What arrived."""

    WORDS = "words"
    COMMAND = "command"  # `text` is its name
    PRESS = "press"  # of a quick reply; `text` is its id
    UNREADABLE = "unreadable"  # a voice message, picture, place, ...
    ENCRYPTED = "encrypted"
    EDITED = "edited"
    GROUP = "group"  # something in a chat of several people
    LEFT = "left"  # the person has blocked the guide or left
    TOO_MANY = "too_many"


# Who leaves a chat is forgotten however much they sent.
_LIMITED = set(Kind) - {Kind.LEFT, Kind.GROUP}


@dataclass(frozen=True)
class Incoming:
    """One thing that arrived; `chat` and `id` are the app's own. `about` is what only the channel itself reads."""

    chat: str
    id: str
    kind: Kind
    text: str = ""
    about: dict[str, str] = field(default_factory=dict)
    # Of messages that were joined to this one: id and text of each, this one the last.
    parts: tuple[tuple[str, str], ...] = ()
    arrived: float = field(default_factory=time.time)


class Inbox:
    """Hands what arrived to `handle`, one thing per chat at a time.

    People type in pieces and do not wait: words that arrive while an answer is being made are joined and read together.
    """

    def __init__(self, handle: Callable[[Incoming], Awaitable[None]], limit: RateLimit | None = None) -> None:
        """`limit` is asked per chat; by default, more than anybody types."""
        self._handle = handle
        self._limit = limit or RateLimit(burst=40, per_minute=60)
        self._waiting: dict[str, deque[tuple[Incoming, asyncio.Future[None]]]] = {}
        self._workers: set[asyncio.Task[None]] = set()

    def add(self, incoming: Incoming) -> asyncio.Future[None]:
        """Take it in; the result is done when it was handled, and never fails."""
        done = asyncio.get_running_loop().create_future()
        waiting = self._waiting.get(incoming.chat)
        if incoming.kind in _LIMITED and not self._limit.allows(incoming.chat):
            if waiting and waiting[-1][0].kind is Kind.TOO_MANY:
                done.set_result(None)  # once is enough
                return done
            incoming = replace(incoming, kind=Kind.TOO_MANY, text="")
        if waiting is not None:
            waiting.append((incoming, done))
            return done
        self._waiting[incoming.chat] = deque([(incoming, done)])
        worker = asyncio.create_task(self._work(incoming.chat))
        self._workers.add(worker)
        worker.add_done_callback(self._workers.discard)
        return done

    async def finish(self, seconds: float) -> None:
        """Wait for what is being handled, and then give up."""
        if self._workers:
            await asyncio.wait(self._workers, timeout=seconds)
        for worker in self._workers:
            worker.cancel()

    async def _work(self, chat: str) -> None:
        waiting = self._waiting[chat]
        try:
            while waiting:
                incoming, dones = _next(waiting)
                try:
                    await self._handle(incoming)
                except Exception as error:
                    logger.error("MESSAGE_FAILED error=%s", type(error).__name__)
                    logger.debug("MESSAGE_FAILED details", exc_info=True)
                for done in dones:
                    if not done.done():
                        done.set_result(None)
        finally:
            del self._waiting[chat]


def _next(waiting: deque[tuple[Incoming, asyncio.Future[None]]]) -> tuple[Incoming, list[asyncio.Future[None]]]:
    """The oldest, with the words that follow it if it is words, up to the longest message that is read."""
    first, done = waiting.popleft()
    dones = [done]
    while first.kind is Kind.WORDS and waiting:
        following = waiting[0][0]
        again = following.text == first.text  # pressed Enter twice
        together = first.text if again else f"{first.text}\n{following.text}"
        if following.kind is not Kind.WORDS or len(together) > LONGEST_MESSAGE:
            break
        earlier = first.parts or ((first.id, first.text),)
        first = replace(
            following, text=together, parts=(*earlier, (following.id, following.text)), arrived=first.arrived
        )
        dones.append(waiting.popleft()[1])
    return first, dones
