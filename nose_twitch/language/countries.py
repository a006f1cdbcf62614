"""Finds the country a person names, so that the guide can show the right numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

# What stands before the name of a country; a very short name ("us", "in") counts only when nothing else is left.
_LEAD_IN = re.compile(
    r"^(?:(?:i am|i'm|im|we are|we're|i live|i live here|living|based|it is|it's|here|from|in|the|my country is)\s+)+"
)


def find_country(text: str, helplines: Mapping[str, Any], *, asked_for: bool) -> str | None:
    """The country code of `helplines.yml` whose name stands in the text.

    Args:
        text: the message.
        helplines: the content of `helplines.yml`.
        asked_for: the message is about where the person is.
    """
    lowered = text.lower()
    bare = _LEAD_IN.sub("", lowered).strip(" .,!?'")
    named: list[tuple[int, str]] = []
    for code, entry in helplines["countries"].items():
        named += [(len(name), code) for name in entry.get("names", ()) if re.search(rf"\b{re.escape(name)}\b", lowered)]
        if asked_for and bare in entry.get("only_when_asked", ()):
            named.append((len(bare), code))
    if not named or not (asked_for or re.search(r"\b(?:in|from|live|living|based|here in)\b", lowered)):
        return None
    return max(named)[1]
