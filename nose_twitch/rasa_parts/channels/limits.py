"""What every channel asks of a message before Rasa sees it: not too long and not too many.

Commands to Rasa (`/restart`) need no guard here: the NLU pipeline takes their slash off, in every channel.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

LONGEST_MESSAGE = 2_000  # characters


class RateLimit:
    """A bucket of messages per key that fills up evenly (token bucket), in memory, for a bounded number of keys."""

    def __init__(
        self, burst: int, per_minute: float, keys: int = 10_000, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`burst` messages at once, then `per_minute`; of the keys the latest `keys` are remembered."""
        self._burst = burst
        self._per_second = per_minute / 60
        self._keys = keys
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def allows(self, key: str) -> bool:
        """Whether this key may send one more message now; counts it if so."""
        now = self._clock()
        left, since = self._buckets.pop(key, (float(self._burst), now))
        left = min(self._burst, left + (now - since) * self._per_second)
        allowed = left >= 1
        self._buckets[key] = (left - 1 if allowed else left, now)
        if len(self._buckets) > self._keys:
            self._buckets.popitem(last=False)
        return allowed
