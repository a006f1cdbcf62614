"""Finds the country a person names, so that the guide can show the right numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any


def find_country(text: str, helplines: Mapping[str, Any], *, asked_for: bool) -> str | None:
    """The country code of `helplines.yml` whose name stands in the text.

    Args:
        text: the message.
        helplines: the content of `helplines.yml`.
        asked_for: the message is about where the person is, so that very short names ("us", "in") count too.
    """
    lowered = text.lower()
    named: list[tuple[int, str]] = []
    for code, entry in helplines["countries"].items():
        names = [*entry.get("names", ()), *(entry.get("only_when_asked", ()) if asked_for else ())]
        named += [(len(name), code) for name in names if re.search(rf"\b{re.escape(name)}\b", lowered)]
    if not named or not (asked_for or re.search(r"\b(?:in|from|live|living|based|here in)\b", lowered)):
        return None
    return max(named)[1]
