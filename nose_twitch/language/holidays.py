"""When a holiday was the last time: fixed ones, those that move with the moon, and "the last Sunday of October"."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from nose_twitch.language.time_words import load_time_words

_WORDS = load_time_words()
_FIXED: dict[str, list[int]] = _WORDS["holidays"]
_MOVING: dict[str, list[Any]] = _WORDS["moving_holidays"]
_BY_EASTER: dict[str, int] = _WORDS["easter_days"]
_BY_WEEKDAY: dict[str, list[int]] = _WORDS["weekday_holidays"]
HOLIDAY_NAMES = (*_FIXED, *_MOVING, *_BY_EASTER, *_BY_WEEKDAY)


def last_holiday(name: str, today: date) -> date | None:
    """The last time it was that holiday, today included; None if no table tells."""
    if name in _MOVING:
        return max((day for day in map(_as_date, _MOVING[name]) if day <= today), default=None)
    days = (_in_year(name, year) for year in (today.year, today.year - 1))
    return next((day for day in days if day <= today), None)


def _in_year(name: str, year: int) -> date:
    if name in _BY_EASTER:
        return _easter(year) + timedelta(days=_BY_EASTER[name])
    if name in _BY_WEEKDAY:
        month, weekday, which = _BY_WEEKDAY[name]
        return _weekday_of_month(year, month, weekday, which)
    month, day = _FIXED[name]
    return date(year, month, day)


def _weekday_of_month(year: int, month: int, weekday: int, which: int) -> date:
    """The first, second, ... (or -1, the last) of a weekday in a month."""
    first = date(year, month, 1)
    day = first + timedelta(days=(weekday - first.weekday()) % 7)
    days = [later for later in (day + timedelta(weeks=week) for week in range(5)) if later.month == month]
    return days[which if which < 0 else which - 1]


def _easter(year: int) -> date:
    """Easter Sunday, by the Gregorian rule of Meeus."""
    a, b, c = year % 19, year // 100, year % 100
    d = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - c % 4) % 7
    f = d + e - 7 * ((a + 11 * d + 22 * e) // 451) + 114
    return date(year, f // 31, f % 31 + 1)


def _as_date(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))
