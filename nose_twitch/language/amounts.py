"""Amounts of time in a text: "about 10 days", "a week or two", "2-3 months", "day 4", each as an interval of days."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nose_twitch.language.time_words import any_of, load_time_words

# Days at least and at most, and where it stands.
Amount = tuple[float, float, int, int]

_WORDS = load_time_words()
_UNITS: dict[str, float] = _WORDS["units"]
_SHORT_UNITS: dict[str, float] = _WORDS["short_units"]
_NUMBERS: dict[str, float] = _WORDS["numbers"]
_VAGUE: dict[str, list[float]] = _WORDS["vague_numbers"]
_ORDINALS: dict[str, int] = _WORDS["ordinals"]
_MOST_COUNTED = 60  # "day 61" is no longer how people count

_NUMBER = (
    r"(?:\d+(?:[.,]\d+)?|(?:twenty|thirty)[ -](?:one|two|three|four|five|six|seven|eight|nine)"
    rf"|{any_of([*_VAGUE, *_NUMBERS])})"
)
_FILLERS = rf"(?:\s+(?:{any_of(_WORDS['fillers'])}))*"
_AMOUNT = re.compile(
    rf"(?<![\w/.])(?:(?P<less>{any_of(_WORDS['less'])})\s+|(?P<more>{any_of(_WORDS['more'])})\s+|~\s*)?"
    r"(?:the\s+)?(?:(?:last|past)\s+)?"
    rf"(?:(?P<low>{_NUMBER}){_FILLERS}(?:\s*(?:-|to|or|/)\s*(?P<high>{_NUMBER}){_FILLERS})?\s*"
    r"|(?P<bare>last|past|whole)\s+)"
    rf"(?P<unit>(?:{any_of(_UNITS)})s?|(?<=\d)(?:{any_of(_SHORT_UNITS)}))\b(?P<half>\s+and a half)?"
)
_OR_TWO = re.compile(rf"\b(?:a|an|one)\s+(?P<unit>{any_of(_UNITS)})\s+or\s+(?P<high>two|three|so)\b")
_OR_TIMES = {"two": 2.0, "three": 3.0, "so": 1.4}
_FORTNIGHT = re.compile(r"\bfortnight\b")
_COUNTED = re.compile(
    rf"\b(?:(?P<unit>day|week|month)\s+(?P<count>\d+|{any_of(_NUMBERS)})"
    rf"|(?P<nth>{any_of(_ORDINALS)})\s+(?P<of>day|week|month|year))\b"
    rf"(?!\s+of\s+(?:{any_of(_WORDS['months'])})\b)"
)


def find_amounts(text: str) -> Iterator[Amount]:
    """All amounts of time, whatever they tell."""
    for match in _AMOUNT.finditer(text):
        low, high = _days(match)
        if low <= high:
            yield low, high, match.start(), match.end()
    for match in _OR_TWO.finditer(text):
        days = _UNITS[match["unit"]]
        yield days, days * _OR_TIMES[match["high"]], match.start(), match.end()
    for match in _FORTNIGHT.finditer(text):
        yield 14, 14, match.start(), match.end()
    for match in _COUNTED.finditer(text):
        count = _number(match["count"])[0] if match["count"] else float(_ORDINALS[match["nth"]])
        days = _UNITS[match["unit"] or match["of"]]
        if 1 <= count <= _MOST_COUNTED:
            yield (count - 1) * days, count * days, match.start(), match.end()


def _days(match: re.Match[str]) -> tuple[float, float]:
    low, high = _number(match["low"] or "one")
    if match["high"]:
        high = _number(match["high"])[1]
    unit = _unit(match["unit"])
    half = 0.5 if match["half"] or "and a half" in match.group() else 0.0
    bottom, top = (low + half) * unit, (high + half) * unit
    if match["less"]:
        bottom *= 0.75
    if match["more"]:
        top *= 1.2 if "just" in match["more"] else 1.6
    return bottom, top


def _unit(word: str) -> float:
    for table in (_UNITS, _SHORT_UNITS):
        for form in (word, word.removesuffix("s")):
            if form in table:
                return table[form]
    raise KeyError(word)


def _number(word: str) -> tuple[float, float]:
    if word in _VAGUE:
        return _VAGUE[word][0], _VAGUE[word][1]
    if word in _NUMBERS:
        return _NUMBERS[word], _NUMBERS[word]
    if word[0].isalpha():
        tens, ones = re.split(r"[ -]", word)
        return _NUMBERS[tens] + _NUMBERS[ones], _NUMBERS[tens] + _NUMBERS[ones]
    value = float(word.replace(",", "."))
    return value, value
