"""What was worked out for the short texts that come again and again: quick replies, "yes", "hello"."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable

from nose_twitch.language.transformer import Vector

LONGEST = 40  # characters
MOST = 512


class ShortTexts:
    """Vectors by text, the latest ones. Of the texts only a hash is kept: nobody's words stay here."""

    def __init__(self, most: int = MOST) -> None:
        """None known yet."""
        self._most = most
        self._known: OrderedDict[bytes, Vector] = OrderedDict()

    def get(self, text: str, work_out: Callable[[str], Vector]) -> Vector:
        """The vector of a text, worked out if it is not known; not to be changed."""
        if len(text) > LONGEST:
            return work_out(text)
        key = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        if key not in self._known:
            self._known[key] = work_out(text)
            self._known[key].flags.writeable = False
            if len(self._known) > self._most:
                self._known.popitem(last=False)
        self._known.move_to_end(key)
        return self._known[key]
