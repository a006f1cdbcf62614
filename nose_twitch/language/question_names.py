"""Finds which question a person means when they want to change an answer."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from ruamel.yaml import YAML

_FILE = Path(__file__).parent / "lexicon" / "question_names.yml"


def find_question(text: str) -> str | None:
    """The slot of the question that the text names, None if it names none."""
    lowered = text.lower()
    for slot, names in _names().items():
        if any(re.search(rf"\b{re.escape(name)}\b", lowered) for name in names):
            return slot
    return None


@lru_cache(maxsize=1)
def _names() -> dict[str, list[str]]:
    names: dict[str, list[str]] = YAML(typ="safe").load(_FILE)
    return names
