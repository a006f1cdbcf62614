"""What every channel asks of a message before Rasa sees it: not too long, not too many, and no commands to Rasa."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Collection

LONGEST_MESSAGE = 2_000  # characters


def without_command(text: str, offered: Collection[str] = ()) -> str:
    """The text with a leading `/` taken off: Rasa obeys `/intent{"slot": ...}` from whoever types it.

    Args:
        text: What the person typed, or the payload of the button that they pressed.
        offered: Payloads of the buttons that the guide has just offered; these pass as they are.
    """
    return text if text in offered else text.lstrip().lstrip("/").strip() or text.replace("/", "").strip()


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
