"""Since when it has lasted: from "for a fortnight", "since easter", "abt 10 days" to an interval of days."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from nose_twitch.medical.duration import Duration

_NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "eighteen": 18,
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90, "hundred": 100,
}
_VAGUE = {"couple": (2, 2), "few": (2, 4), "several": (4, 7), "some": (2, 5), "handful": (3, 6), "many": (5, 12), "half": (0.5, 0.5)}
_UNIT_DAYS = {
    "second": 1 / 86400, "minute": 1 / 1440, "hour": 1 / 24, "day": 1, "night": 1, "morning": 1, "evening": 1, "week": 7, "fortnight": 14, "month": 30.4,
    "year": 365, "decade": 3650, "weekend": 7,
}
_UNIT = r"(second|minute|hour|day|night|morning|evening|week|fortnight|month|year|decade)s?"
_NUMBER = r"(\d+(?:[.,]\d+)?|" + "|".join([*_NUMBERS, *_VAGUE]) + r")"
_FUZZ = r"(?:about|around|roughly|approx(?:imately)?\.?|nearly|almost|over|more than|at least|maybe|like|only|just|say|some|the last|the past|past|last|these|good|whole|full|~|c\.)?\s*"
_AMOUNT = re.compile(
    rf"{_FUZZ}(?P<low>{_NUMBER})(?:\s*(?:of|or so|odd|and a half|whole|full|good|long|solid|more|or more))*"
    rf"(?:\s*(?:-|to|or|/)\s*(?P<high>{_NUMBER})(?:\s*(?:or so|odd))?)?\s*(?P<unit>{_UNIT})\b(?:\s*(?P<half>and a half))?"
)
_WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_MONTHS = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"]
_MONTH = "(" + "|".join(_MONTHS) + ")"
_START = r"(?:since|from|started|start|starting|began|begun|going back to|ever since|noticed(?: it)?(?: first)?|first|on|back in|in|early|late|mid|last|around|about|the|this|it|that was)"
_NOT_LASTING = re.compile(
    r"\b(?:every|each|per|once a|twice a|times a|times an|times per|a day|an hour|in an hour|at a time|lasts?|lasting|cups?|glasses|pints|drinks|hours? (?:of )?sleep|"
    r"hours? a night|years? old|year old|yo|aged?|in|next|within|hours? later|minutes? each|seconds? each|for the next|apart|shift|shifts)\b"
)
_EVENT_DAYS = {
    "today": (0, 1), "this morning": (0, 1), "tonight": (0, 1), "this afternoon": (0, 1), "this evening": (0, 1), "just now": (0, 0.2), "just started": (0, 1), "earlier": (0, 1),
    "earlier today": (0, 1), "breakfast": (0, 1), "lunch": (0, 1), "lunchtime": (0, 1), "last night": (1, 1), "i woke up": (0, 1), "waking up": (0, 1), "midnight": (0, 1),
    "yesterday": (1, 1), "yesterday morning": (1, 2), "the day before yesterday": (2, 2), "day before yesterday": (2, 2), "the other day": (2, 4), "the other week": (7, 14), "the other night": (2, 4),
    "this week": (1, 6), "last week": (7, 13), "the week before last": (14, 20), "last month": (28, 60), "last year": (330, 690), "this month": (5, 30), "this year": (30, 330),
    "a bit": (1, 7), "a little while": (3, 21), "a while": (7, 60), "a short while": (1, 7), "recently": (1, 21), "not long": (1, 4), "the start of the month": (15, 30), "the beginning of the month": (15, 30), "new year": (300, 330), "new years": (300, 330),
}


@dataclass(frozen=True)
class DurationHit:
    """A duration and where it stands in the text."""

    duration: Duration
    start: int
    end: int


def find_durations(text: str, today: date, *, asked: bool) -> list[DurationHit]:
    """All durations since an onset.

    Args:
        text: the cleaned message, lower case.
        today: the day dates are counted from.
        asked: the guide just asked "how long?", so that a bare "two weeks" is one.
    """
    hits = [*_amounts(text, asked), *_since_dates(text, today, asked), *_events(text, today, asked)]
    return sorted(_longest(hits), key=lambda hit: hit.start)


def _amounts(text: str, asked: bool) -> list[DurationHit]:
    hits = []
    for match in _AMOUNT.finditer(text):
        before, after = text[max(match.start() - 34, 0) : match.start()], text[match.end() : match.end() + 22]
        if not _is_onset(before, match.group(), after, asked):
            continue
        low, high = _number(match["low"]), _number(match["high"]) if match["high"] else None
        unit = _UNIT_DAYS[re.sub(r"s$", "", match["unit"])]
        extra = 0.5 if match["half"] or "and a half" in match.group() else 0.0
        bottom, top = (low[0], low[1]) if high is None else (low[0], high[1])
        if bottom > top:
            continue
        hits.append(DurationHit(_rounded((bottom + extra) * unit, (top + extra) * unit), match.start(), match.end()))
    fortnight = re.compile(r"\b(?:a|the last|the past|for|past|last)?\s*fortnight\b")
    hits += [DurationHit(Duration(14, 14), m.start(), m.end()) for m in fortnight.finditer(text) if "every" not in text[max(m.start() - 8, 0) : m.start()]]
    return hits


def _is_onset(before: str, amount: str, after: str, asked: bool) -> bool:
    if re.match(r"\s*(?:old|of sleep|each|at a time|later|a night|of age|shifts?|apart|long each)\b", after) or re.search(r"\b(?:every|each|lasts?|lasting|aged?|am|i'm|in|another|next|within|per|until|till|than|under)\s*$", before):
        return False
    if re.search(r"\b(?:times?|twice|once|cups?|glasses|drinks|cigarettes|pints)\b[^.]{0,14}$", before) and re.match(r"an?\b", amount):
        return False
    if re.search(r"\b(?:sleep|slept|sleeping|only)\b[^.]{0,12}$", before) and "hour" in amount:
        return False
    if asked:
        return True
    if re.match(r"\s*(?:now|ago|or so now|already|straight|in a row|running|solid|back|today)\b", after):
        return True
    return bool(
        re.search(r"\b(?:for|since|over|been|past|last|twitch\w*|lasted|going on|nearly|about|started|now|it's|its|the|day|like|on and off|off and on|,|\.|had it|had this)\b[^.!?]{0,12}$", before)
        or re.match(r"(?:for|the last|the past|past|about|over|almost|nearly)", amount)
        or re.match(r"\s*(?:of (?:twitch\w*|this|it)|it'?s been|of nose)", after)
        or (not before.strip() and (not after.strip() or re.match(r"\s*[,.]|\s*(?:of|and|my|it|nose|nostril)", after)))
        or re.search(r"(?:nose|nostril|twitch\w*|spasms?|flutter\w*|jump\w*|quiver\w*|tic)\s*$", before.rstrip(" ,.-"))
    )


def _since_dates(text: str, today: date, asked: bool) -> list[DurationHit]:
    hits = []
    start = "" if asked else rf"\b{_START}\s+(?:{_START}\s+)*"
    for match in re.finditer(rf"{start}\b({'|'.join(_WEEKDAYS)})\b", text):
        if not re.search(r"\b(?:every|next|each|on|until)\s+$", text[: match.start(1)]) or re.search(r"start\w*\s+on\s+$|began on\s+$", text[: match.start(1)]):
            days = (today.weekday() - _WEEKDAYS.index(match.group(1))) % 7 or 7
            if "last" in match.group() and days < 6:
                hits.append(DurationHit(Duration(days, days + 7), match.start(), match.end()))
            else:
                hits.append(DurationHit(Duration(days, days), match.start(), match.end()))
    for match in re.finditer(rf"{start}(?:(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?)?\b{_MONTH}\b(?:\s+(\d{{1,2}})(?:st|nd|rd|th)?\b)?(?:\s+((?:19|20)\d\d))?", text):
        if match.group(2) == "may" and not re.search(r"\b(?:since|in|from|last|early|late|mid|of|\d)\s+$", text[: match.start(2)]):
            continue
        hits.append(DurationHit(_month_duration(match, today), match.start(), match.end()))
    for match in re.finditer(r"\b(?:since|in|from|back in)\s+((?:19|20)\d\d)\b", text):
        years = today.year - int(match.group(1))
        if years >= 0:
            hits.append(DurationHit(Duration(max(years - 1, 0) * 365 + 1, years * 365 + 365), match.start(), match.end()))
    return hits


def _month_duration(match: re.Match[str], today: date) -> Duration:
    month = _MONTHS.index(match.group(2)) + 1
    day = int(match.group(1) or match.group(3) or 0)
    year = int(match.group(4)) if match.group(4) else today.year
    first = date(year, month, min(max(day, 1), 28))
    if not match.group(4) and first > today:
        first = first.replace(year=year - 1)
    since = (today - first).days
    if day:
        return Duration(since, since)
    return Duration(max(since - 30, 0), since)


def _events(text: str, today: date, asked: bool) -> list[DurationHit]:
    hits = []
    cue = r"\b(?:since|from|started|start|starting|began|begun|for|noticed|happening|been|only|all|it's been|just|first|twitch\w*|came on|kicked off|appeared)\b"
    for phrase, (low, high) in _EVENT_DAYS.items():
        for match in re.finditer(rf"\b{re.escape(phrase)}\b", text):
            near = text[max(match.start() - 46, 0) : match.start()]
            whole_reply = text.strip(" .!?,") == phrase
            if asked or whole_reply or re.search(cue + r"[^.!?]*$", near):
                hits.append(DurationHit(Duration(low, high), match.start(), match.end()))
    for name, day in _holidays(today).items():
        for match in re.finditer(rf"\b(?:since|from|at|after|started|around|over|before)?\s*(?:the\s)?(?:last\s)?\b{name}\b", text):
            if asked or re.match(r"\s*(?:since|from|at|after|started|around|over|before)", match.group()):
                days = (today - day).days
                hits.append(DurationHit(Duration(max(days - 1, 0), days + 1), match.start(), match.end()))
    for match in re.finditer(r"\b(?:since|from|over|at|started)\s+(?:the|last|this|at the)?\s*weekend\b|\bthe weekend\b", text):
        if asked or re.match(r"since|from|over|at|started", match.group()):
            days = (today.weekday() - 5) % 7
            extra = 7 if "last" in match.group() and days < 3 else 0
            hits.append(DurationHit(Duration(max(days - 1, 0), days + 2 + extra), match.start(), match.end()))
    for season, month in (("spring", 3), ("summer", 6), ("autumn", 9), ("fall", 9), ("winter", 12)):
        for match in re.finditer(rf"\b(?:since|from)\s+(?:the\s|last\s|early\s|late\s|this\s|mid\s)*{season}\b", text):
            begun = date(today.year, month, 1)
            if begun > today:
                begun = begun.replace(year=today.year - 1)
            since = (today - begun).days
            hits.append(DurationHit(Duration(max(since - 90, 1), since + (365 if "last" in match.group() else 0)), match.start(), match.end()))
    return hits


def _holidays(today: date) -> dict[str, date]:
    easter = _easter(today.year) if _easter(today.year) <= today else _easter(today.year - 1)
    fixed = {"christmas": (12, 25), "boxing day": (12, 26), "new year'?s?(?: day| eve)?": (1, 1), "halloween": (10, 31), "valentine'?s?(?: day)?": (2, 14), "bonfire night": (11, 5), "guy fawkes": (11, 5), "st patrick'?s(?: day)?": (3, 17), "thanksgiving": (11, 26), "fourth of july": (7, 4), "lockdown": (3, 23)}
    days = {name: date(today.year, *month_day) for name, month_day in fixed.items()}
    past = {name: day if day <= today else day.replace(year=day.year - 1) for name, day in days.items()}
    past["lockdown"] = date(2020, 3, 23)
    return past | {"easter": easter, "good friday": easter - timedelta(days=2), "pancake day": easter - timedelta(days=47)}


def _easter(year: int) -> date:
    """Easter Sunday, by the Gregorian rule of Meeus."""
    a, b, c = year % 19, year // 100, year % 100
    d = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - c % 4) % 7
    f = d + e - 7 * ((a + 11 * d + 22 * e) // 451) + 114
    return date(year, f // 31, f % 31 + 1)


def _number(word: str) -> tuple[float, float]:
    if word in _VAGUE:
        return _VAGUE[word]
    if word in _NUMBERS:
        return _NUMBERS[word], _NUMBERS[word]
    value = float(word.replace(",", "."))
    return value, value


def _rounded(low: float, high: float) -> Duration:
    return Duration(round(low, 2) if low < 1 else round(low), round(high, 2) if high < 1 else round(high))


def _longest(hits: list[DurationHit]) -> list[DurationHit]:
    kept: list[DurationHit] = []
    for hit in sorted(hits, key=lambda item: (item.start - item.end, item.start)):
        if all(hit.end <= other.start or hit.start >= other.end for other in kept):
            kept.append(hit)
    return kept
