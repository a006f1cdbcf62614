"""Finds an age in a reply: "i'm 45", "early forties", "born 1950", "thirty two"."""

from __future__ import annotations

import re
from datetime import date

CHILD, ADULT, OLDER = "child", "adult", "older"
_ADULT_FROM, _ADULT_TO, _OLDEST = 18, 60, 120

_TENS = {
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}
_ONES = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9}
_DECADES = {
    "teens": 15,
    "twenties": 25,
    "thirties": 35,
    "forties": 45,
    "fifties": 55,
    "sixties": 65,
    "seventies": 75,
    "eighties": 85,
    "nineties": 95,
}
_IN_WORDS = re.compile(rf"\b(?P<tens>{'|'.join(_TENS)})(?:[ -](?P<ones>{'|'.join(_ONES)}))?\b")
_BORN = re.compile(r"\bborn\b.{0,6}?\b(?P<year>(?:19|20)\d\d)\b")
_INFANT = re.compile(r"\b(?:\d{1,2}|one|two|three|six)[ -]?(?:months?|weeks?|days?)[ -]old\b")
_DECADE = re.compile(rf"\b(?P<decade>{'|'.join(_DECADES)}|[2-9]0s)\b")
_YEARS = re.compile(
    r"(?:\b(?P<below>under|below|less than|younger than)|\b(?P<above>over|above|older than|more than|past))?\s*"
    r"\b(?P<years>\d{1,3})\b(?!\s*(?:times|days?|weeks?|hours?|minutes?|to\b|-\s*\d|%))"
)


def age_group(text: str) -> str | None:
    """The age told in a reply as `child`, `adult` or `older`; None if none is told."""
    if _INFANT.search(text):
        return CHILD
    age = _age(_IN_WORDS.sub(lambda found: str(_TENS[found["tens"]] + _ONES.get(found["ones"] or "", 0)), text))
    if age is None or age >= _OLDEST:
        return None
    return CHILD if age < _ADULT_FROM else ADULT if age <= _ADULT_TO else OLDER


def _age(text: str) -> int | None:
    born = _BORN.search(text)
    if born:
        return date.today().year - int(born["year"])
    decade = _DECADE.search(text)
    if decade:
        return _DECADES.get(decade["decade"]) or int(decade["decade"][:2]) + 5
    years = _YEARS.search(text)
    if not years:
        return None
    return int(years["years"]) - bool(years["below"]) + bool(years["above"])
