"""Days of the calendar that people count from: weekdays, months, dates, holidays, "this morning". All as days ago."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date

from nose_twitch.language.holidays import HOLIDAY_NAMES, last_holiday
from nose_twitch.language.time_words import any_of, any_word_of, load_time_words

# Days ago at least and at most, where it stands, and whether its own words ("since", "started") make it an onset.
Found = tuple[float, float, int, int, bool]
_Days = tuple[float, float] | None

_WORDS = load_time_words()
_MONTHS: dict[str, int] = _WORDS["months"]
_LINK = any_word_of("day_is_onset_after")
_WEAK_LINK = any_word_of("day_may_be_onset_after")
_TWITCH = any_word_of("twitch_words")
_EXCLUDED = re.compile(rf"\b(?P<word>{any_of(_WORDS['day_is_other_after'])})\s+$")
_OPENING = re.compile(r"(?:since|from|started|began)\b")
_FOLLOWING = re.compile(r"\s*(?:it|my|the|this|i)?\s*(?:nose|started|began)")
_REACH = 60
_SHORT = 4  # words: "last night, both nostrils"

_ORDINAL = r"(?:st|nd|rd|th)"
_MOMENT = any_word_of("moments")
_WEEKDAY = re.compile(
    rf"\b(?P<last>last\s+)?(?P<day>{any_of(_WORDS['weekdays'])})\b(?:\s+(?:night|morning|evening|afternoon))?"
)
_WEEKEND = re.compile(r"\b(?P<last>last\s+)?weekend\b")
_MONTH = re.compile(
    rf"(?:\b(?P<part>{any_of(_WORDS['parts_of_month'])})\s+)?"
    rf"(?:\b(?P<day>\d{{1,2}}){_ORDINAL}?\s+(?:of\s+)?)?"
    rf"\b(?P<month>{any_of(_MONTHS)})\b"
    rf"(?:\s+(?:the\s+)?(?P<after>\d{{1,2}}){_ORDINAL}?\b)?(?:,?\s+(?P<year>(?:19|20)\d\d))?"
)
_BEFORE_MAY = re.compile(r"\b(?:since|in|from|last|early|late|mid|of)\s+$")
_DIGITS = re.compile(
    r"(?<![\d/.-])(?!24/7)(?:(?P<iso>20\d\d)-(?P<m>\d\d)-(?P<d>\d\d)"
    r"|(?P<first>\d{1,2})[/.](?P<second>\d{1,2})(?:[/.](?P<year>(?:20)?\d\d))?)(?![\d/%]|\s*(?:mg|hours))"
)
_BEFORE_DATE = re.compile(r"\b(?:since|from|on)\s+$")
_DAY_OF_MONTH = re.compile(
    rf"\b(?:since|from|on|started|began)\s+(?:the\s+)?(?P<day>\d{{1,2}}){_ORDINAL}\b(?!\s+(?:of|day|week|month))"
)
_YEAR = re.compile(r"\b(?:since|in|from|back in)\s+(?:about\s+|around\s+)?(?P<year>(?:19|20)\d\d)\b")
_STRETCH = re.compile(
    rf"\b(?P<part>{any_of(_WORDS['parts_of_stretch'])})\s+of\s+(?:the|this|last)\s+(?P<what>month|week|year)\b"
)
_HOLIDAY = re.compile(rf"\b(?P<name>{any_of(HOLIDAY_NAMES)})(?!\w)")
_SEASON = re.compile(
    r"\b(?:since|from|in|over|during|around|all|started|began|last|this)\s+(?:the\s+)?"
    rf"(?:(?P<last>last)\s+|(?:early|late|this|mid)\s+)*(?P<name>{any_of(_WORDS['seasons'])})\b"
)


class CalendarDays:
    """Finds days of the calendar in a text and counts how long ago they are."""

    def __init__(self, today: date) -> None:
        """Keep the day that is counted from."""
        self._today = today
        self._readers: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], _Days]], ...] = (
            (_MOMENT, self._moment),
            (_WEEKDAY, self._weekday),
            (_WEEKEND, self._weekend),
            (_MONTH, self._month),
            (_DIGITS, self._digits),
            (_DAY_OF_MONTH, self._day_of_month),
            (_YEAR, self._year),
            (_STRETCH, self._stretch),
            (_HOLIDAY, self._holiday),
            (_SEASON, self._season),
        )

    def find(self, text: str) -> Iterator[Found]:
        """All days told in a text."""
        for pattern, days_ago in self._readers:
            for match in pattern.finditer(text):
                days = days_ago(match)
                if days is not None and not _is_other_day(text, match.start()):
                    yield (*days, match.start(), match.end(), _is_onset(text, match))

    def _moment(self, match: re.Match[str]) -> _Days:
        low, high = _WORDS["moments"][match.group()]
        return low, high

    def _weekday(self, match: re.Match[str]) -> _Days:
        days = (self._today.weekday() - _WORDS["weekdays"][match["day"]]) % 7
        if match["last"]:
            return days or 7, (days or 7) + 7
        return (days, days) if days else (0, 7)

    def _weekend(self, match: re.Match[str]) -> _Days:
        days = (self._today.weekday() - 5) % 7
        return max(days - 1, 0), days + 1 + (7 if match["last"] else 0)

    def _month(self, match: re.Match[str]) -> _Days:
        day = int(match["day"] or match["after"] or 0)
        if match["month"] == "may" and not day and not _BEFORE_MAY.search(match.string[: match.start("month")]):
            return None
        year = int(match["year"]) if match["year"] else None
        if day:
            since = self._days_since(year, _MONTHS[match["month"]], day)
            return None if since is None else (since, since)
        since = self._days_since(year, _MONTHS[match["month"]], 1)
        if since is None:
            return None
        first, last = _WORDS["parts_of_month"].get(match["part"] or "", (1, 31))
        return max(since - last + 1, 0), max(since - first + 1, 0)

    def _digits(self, match: re.Match[str]) -> _Days:
        """15/11 and 11/15; where both could be meant (10/11), both."""
        if match["iso"]:
            days = [self._days_since(int(match["iso"]), int(match["m"]), int(match["d"]))]
        elif "." in match.group() and not match["year"] and not _BEFORE_DATE.search(match.string[: match.start()]):
            return None
        else:
            year = int(match["year"]) % 100 + 2000 if match["year"] else None
            first, second = int(match["first"]), int(match["second"])
            days = [self._days_since(year, second, first), self._days_since(year, first, second)]
        known = sorted(day for day in days if day is not None)
        return (known[0], known[-1]) if known else None

    def _day_of_month(self, match: re.Match[str]) -> _Days:
        if not 1 <= int(match["day"]) <= 31:
            return None
        days = (self._today.day - int(match["day"])) % 30
        return days, days

    def _year(self, match: re.Match[str]) -> _Days:
        years = self._today.year - int(match["year"])
        return None if years < 0 else (max((years - 1) * 365 + self._into_year, 0), years * 365 + self._into_year)

    def _stretch(self, match: re.Match[str]) -> _Days:
        """`the beginning of the month`, `the end of last year`."""
        passed = {"month": self._today.day - 1, "week": self._today.weekday(), "year": self._into_year}[match["what"]]
        length = {"month": 30, "week": 7, "year": 365}[match["what"]]
        if "last" in match.group():
            passed += length
        since = passed - _WORDS["parts_of_stretch"][match["part"]] * length
        return max(since - 0.15 * length, 0), max(since + 0.1, 0)

    def _holiday(self, match: re.Match[str]) -> _Days:
        day = last_holiday(match["name"], self._today)
        if day is None:
            return None
        days = (self._today - day).days
        return max(days - 1, 0), days + 1

    def _season(self, match: re.Match[str]) -> _Days:
        (month, day), (end_month, end_day) = _WORDS["seasons"][match["name"]]
        since = self._days_since(None, month, day)
        if since is None:
            return None
        length = (date(2001 + (end_month < month), end_month, end_day) - date(2001, month, day)).days
        year_before = 365 if "last" in match.group() and since < 150 else 0
        return max(since - length, 1), since + year_before

    @property
    def _into_year(self) -> int:
        return (self._today - date(self._today.year, 1, 1)).days

    def _days_since(self, year: int | None, month: int, day: int) -> int | None:
        """Days since a day of a year, or since the last time it was that day; None if there is no such day."""
        if not (1 <= month <= 12 and 1 <= day <= 31):
            return None
        # the 29th to the 31st are counted from the 28th: not every month has them
        then = date(year or self._today.year, month, min(day, 28))
        if then > self._today and year is None:
            then = then.replace(year=self._today.year - 1)
        days = (self._today - then).days - max(day - 28, 0)
        return days if days >= 0 else None


def _is_other_day(text: str, start: int) -> bool:
    """`every monday`, `next week`, `on tuesday` tell no onset, except "started on tuesday"."""
    before = text[max(start - 24, 0) : start]
    found = _EXCLUDED.search(before)
    if found is None:
        return False
    return found["word"] not in ("on", "by") or not _LINK.search(before)


def _is_onset(text: str, match: re.Match[str]) -> bool:
    """Whether the words around a day say that it began then."""
    day = match.group()
    if text.strip(" .!?,") == day.strip() or _OPENING.match(day):
        return True
    before = re.split(r"[.!?;]", text[max(match.start() - _REACH, 0) : match.start()])[-1]
    after = text[match.end() : match.end() + _REACH]
    if _LINK.search(before) or _FOLLOWING.match(after):
        return True
    if day not in _WORDS["plain_moments"] and not _WEAK_LINK.search(before) and not _TWITCH.search(before):
        return False
    return bool(_TWITCH.search(before) or _TWITCH.search(after)) or len(text.split()) <= _SHORT
