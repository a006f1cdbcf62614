"""Days of the calendar that people count from: weekdays, months, dates, holidays, "this morning". All as days ago."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

_FILE = Path(__file__).parent / "lexicon" / "durations.yml"

# Days ago at least and at most, where it stands, and whether its own words ("since", "started") make it an onset.
Found = tuple[float, float, int, int, bool]


def any_of(words: Iterable[str]) -> str:
    """A regular expression for any of the words, longest first."""
    return "|".join(re.escape(word) for word in sorted(map(str, words), key=len, reverse=True))


@lru_cache(maxsize=1)
def load_time_words() -> dict[str, Any]:
    """The tables of `lexicon/durations.yml`."""
    words: dict[str, Any] = YAML(typ="safe").load(_FILE)
    return words


_WORDS = load_time_words()
_WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_MONTHS = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"]
_SHORT_MONTHS = {"jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9, "oct": 10, "nov": 11, "dec": 12}
_MONTH_NUMBER = {**{name: index + 1 for index, name in enumerate(_MONTHS)}, **_SHORT_MONTHS}

# What makes a day an onset: "since tuesday", "it started on the 3rd", "noticed it last week".
_LINK = re.compile(
    r"\b(?:since|from|starts?|started|starting|began|begun|noticed|first|kick\w*|came|appeared|happen\w*|twitch\w*|been|going|doing|felt|crept|jump\w*|flutter\w*|spasm\w*|developed|popped|"
    r"woke|over|for|only|all|it's|its|flicker\w*|scrunch\w*|wiggl\w*|quiver\w*|pulsing)\b"
)
_EXCLUDED = re.compile(r"\b(?:every|next|each|until|till|by|on|before)\s+$")
_MOMENTS = re.compile(rf"\b(?:{any_of(_WORDS['moments'])})\b")
_DAY = re.compile(rf"\b(?P<last>last\s+)?(?P<day>{'|'.join(_WEEKDAYS)}|mon|tues?|weds?|thurs?|fri|sun)\b(?:\s+(?:night|morning|evening|afternoon))?")
_WEEKEND = re.compile(r"\b(?P<last>last\s+)?weekend\b")
_MONTH = re.compile(
    rf"(?:\b(?P<part>mid|middle of|early|beginning of|start of|late|end of)[\s-]+)?(?:\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?)?"
    rf"\b(?P<month>{any_of(_MONTH_NUMBER)})\b(?:\s+(?:the\s+)?(?P<after>\d{{1,2}})(?:st|nd|rd|th)?\b)?(?:,?\s+(?P<year>(?:19|20)\d\d))?"
)
_DIGITS = re.compile(r"(?<![\d/.-])(?:(?P<iso>20\d\d)-(?P<m>\d\d)-(?P<d>\d\d)|(?P<first>\d{1,2})[/.](?P<second>\d{1,2})(?:[/.](?P<year>(?:20)?\d\d))?)(?![\d/%]|\s*(?:mg|hours|%))")
_NTH_OF_MONTH = re.compile(r"\b(?:since|from|on|started|began)\s+(?:the\s+)?(?P<day>\d{1,2})(?:st|nd|rd|th)\b(?!\s+(?:of|day|week|month))")
_YEAR = re.compile(r"\b(?:since|in|from|back in)\s+(?:about\s+|around\s+)?(?P<year>(?:19|20)\d\d)\b")
_OF_THIS = re.compile(r"\b(?P<part>start|beginning|middle|end)\s+of\s+(?:the|this|last)\s+(?P<what>month|week|year)\b")
_MOVING: dict[str, list[Any]] = _WORDS["moving_holidays"]
_ALL_HOLIDAYS = [*_WORDS["holidays"], *_MOVING, *_WORDS["easter_days"], *_WORDS["weekday_holidays"]]
_HOLIDAY = re.compile(rf"\b(?P<name>{any_of(_ALL_HOLIDAYS)})(?!\w)")
_SEASON = re.compile(rf"\b(?P<last>last\s+)?(?:early\s+|late\s+|this\s+|mid\s+)?(?P<name>{any_of(_WORDS['seasons'])})\b")


_PARTS_OF_MONTH = {
    "early": (1, 10), "beginning of": (1, 8), "start of": (1, 8), "mid": (10, 20), "middle of": (10, 20), "late": (20, 31), "end of": (24, 31),
}


class CalendarDays:
    """Finds days of the calendar in a text and counts how long ago they are."""

    MONTHS = _MONTHS

    def __init__(self, today: date) -> None:
        """Keep the day that is counted from."""
        self._today = today

    def find(self, text: str) -> Iterator[Found]:
        """All days told in a text."""
        for pattern, days in (
            (_MOMENTS, self._moment), (_DAY, self._weekday), (_WEEKEND, self._weekend), (_MONTH, self._month), (_DIGITS, self._digits),
            (_NTH_OF_MONTH, self._day_of_month), (_YEAR, self._year), (_OF_THIS, self._of_this), (_HOLIDAY, self._holiday), (_SEASON, self._season),
        ):
            for match in pattern.finditer(text):
                ago = days(match)
                if ago is not None and not self._excluded(text, match):
                    yield (*ago, match.start(), match.end(), self._is_onset(text, match))

    def _excluded(self, text: str, match: re.Match[str]) -> bool:
        """`every monday`, `next week`, `on tuesday` (except "started on tuesday") tell no onset."""
        before = text[max(match.start() - 24, 0) : match.start()]
        found = _EXCLUDED.search(before)
        return found is not None and not (found.group().strip() in ("on", "by") and _LINK.search(before))

    def _is_onset(self, text: str, match: re.Match[str]) -> bool:
        if text.strip(" .!?,") == match.group().strip() or match.group() in _WORDS["plain_moments"]:
            return True
        own = re.match(r"(?:since|from|started|began)\b", match.group())
        near = re.split(r"[.!?;]", text[max(match.start() - 60, 0) : match.start()])[-1]
        return bool(own or _LINK.search(near) or re.match(r"\s*(?:it|my|the|this|i)?\s*(?:nose|started|began)", text[match.end() : match.end() + 24]))

    def _moment(self, match: re.Match[str]) -> tuple[float, float] | None:
        low, high = _WORDS["moments"][match.group()]
        return low, high

    def _weekday(self, match: re.Match[str]) -> tuple[float, float] | None:
        index = next(number for number, name in enumerate(_WEEKDAYS) if name.startswith(match["day"][:3]))
        days = (self._today.weekday() - index) % 7
        if match["last"]:
            return (days or 7), (days or 7) + 7
        return (days, days) if days else (0, 7)

    def _weekend(self, match: re.Match[str]) -> tuple[float, float] | None:
        days = (self._today.weekday() - 5) % 7
        return max(days - 1, 0), days + 1 + (7 if match["last"] else 0)

    def _month(self, match: re.Match[str]) -> tuple[float, float] | None:
        if match["month"] == "may" and not (match["day"] or match["after"] or re.search(r"\b(?:since|in|from|last|early|late|mid|of)\s+$", match.string[: match.start("month")])):
            return None
        if match["month"] in ("mar", "sun") and not (match["day"] or match["after"]):
            return None
        day = int(match["day"] or match["after"] or 0)
        first = self._last_time(_MONTH_NUMBER[match["month"]], min(max(day, 1), 28), int(match["year"]) if match["year"] else None)
        if first is None:
            return None
        since = (self._today - first).days - max(day - 28, 0)
        if day:
            return max(since, 0), max(since, 0)
        first_day, last_day = _PARTS_OF_MONTH.get(match["part"] or "", (1, 31))
        return max(since - last_day + 1, 0), max(since - first_day + 1, 0)

    def _digits(self, match: re.Match[str]) -> tuple[float, float] | None:
        """15/11 and 11/15; where both could be meant (10/11), both."""
        if match["iso"]:
            days = [self._days_since(int(match["iso"]), int(match["m"]), int(match["d"]))]
        else:
            if "." in match.group() and not match["year"] and not re.search(r"\b(?:since|from|on)\s+$", match.string[: match.start()]):
                return None
            year = int(match["year"]) if match["year"] else None
            year = year + 2000 if year is not None and year < 100 else year
            first, second = int(match["first"]), int(match["second"])
            days = [self._days_since(year, second, first), self._days_since(year, first, second)]
        known = sorted(day for day in days if day is not None)
        return (known[0], known[-1]) if known else None

    def _day_of_month(self, match: re.Match[str]) -> tuple[float, float] | None:
        day = int(match["day"])
        if not 1 <= day <= 31:
            return None
        back = self._today.day - day
        if back < 0:
            back += 30
        return back, back

    def _year(self, match: re.Match[str]) -> tuple[float, float] | None:
        years = self._today.year - int(match["year"])
        passed = (self._today - date(self._today.year, 1, 1)).days
        return None if years < 0 else (max((years - 1) * 365 + passed, 0), years * 365 + passed)

    def _of_this(self, match: re.Match[str]) -> tuple[float, float] | None:
        into = {"month": self._today.day - 1, "week": self._today.weekday(), "year": (self._today - date(self._today.year, 1, 1)).days}[match["what"]]
        length = {"month": 30, "week": 7, "year": 365}[match["what"]]
        if "last" in match.group():
            into += length
        share = {"start": 0.0, "beginning": 0.0, "middle": 0.5, "end": 0.9}[match["part"]]
        return max(into - share * length - 0.15 * length, 0), max(into - share * length + 0.1, 0)

    def _holiday(self, match: re.Match[str]) -> tuple[float, float] | None:
        day = self._holiday_date(match["name"])
        if day is None:
            return None
        ago = (self._today - day).days
        return max(ago - 1, 0), ago + 1

    def _holiday_date(self, name: str) -> date | None:
        if name in _MOVING:
            return max((day for day in map(_as_date, _MOVING[name]) if day <= self._today), default=None)
        years = (self._today.year, self._today.year - 1)
        days = [_holiday_of_year(name, year) for year in years]
        return next((day for day in days if day <= self._today), None)

    def _season(self, match: re.Match[str]) -> tuple[float, float] | None:
        if not re.search(r"\b(?:since|from|in|over|during|around|all|started|began|last|this)\s+(?:the\s+)?(?:early\s+|late\s+|last\s+|mid\s+)?$", match.string[: match.start("name")]):
            return None
        (month, day), (end_month, end_day) = _WORDS["seasons"][match["name"]]
        begun = self._last_time(month, day, None)
        if begun is None:
            return None
        longest = (self._today - begun).days
        length = (date(2001 + (end_month < month), end_month, end_day) - date(2001, month, day)).days
        return max(longest - length, 1), longest + (365 if match["last"] and longest < 150 else 0)

    def _last_time(self, month: int, day: int, year: int | None) -> date | None:
        """The last time that a day of the year was, or that day of a given year."""
        day_of_year = date(year or self._today.year, month, day)
        if day_of_year > self._today:
            return None if year else day_of_year.replace(year=self._today.year - 1)
        return day_of_year

    def _days_since(self, year: int | None, month: int, day: int) -> int | None:
        if not (1 <= month <= 12 and 1 <= day <= 31):
            return None
        then = self._last_time(month, min(day, 28), year)
        return (self._today - then).days - max(day - 28, 0) if then else None


def _as_date(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def _holiday_of_year(name: str, year: int) -> date:
    if name in _WORDS["easter_days"]:
        return _easter(year) + timedelta(days=_WORDS["easter_days"][name])
    if name in _WORDS["weekday_holidays"]:
        month, weekday, which = _WORDS["weekday_holidays"][name]
        days = [date(year, month, day) for day in range(1, 31 if month in (9, 11) else 32) if date(year, month, day).weekday() == weekday]
        return days[which] if which < 0 else days[which - 1]
    month, day = _WORDS["holidays"][name]
    return date(year, month, day)


def _easter(year: int) -> date:
    """Easter Sunday, by the Gregorian rule of Meeus."""
    a, b, c = year % 19, year // 100, year % 100
    d = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - c % 4) % 7
    f = d + e - 7 * ((a + 11 * d + 22 * e) // 451) + 114
    return date(year, f // 31, f % 31 + 1)
