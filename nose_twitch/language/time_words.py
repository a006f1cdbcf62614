"""The words for times, from `lexicon/durations.yml`, and how to look for any of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

_FILE = Path(__file__).parent / "lexicon" / "durations.yml"


@lru_cache(maxsize=1)
def load_time_words() -> dict[str, Any]:
    """The tables of `lexicon/durations.yml`."""
    words: dict[str, Any] = YAML(typ="safe").load(_FILE)
    return words


def any_of(words: Iterable[str]) -> str:
    """A regular expression for any of the words, longest first."""
    return "|".join(re.escape(word) for word in sorted(map(str, words), key=len, reverse=True))


def any_word_of(name: str) -> re.Pattern[str]:
    """A pattern for any whole word of one of the tables."""
    return re.compile(rf"\b(?:{any_of(load_time_words()[name])})\b")
