"""Since when it has lasted: from "for a fortnight", "since easter", "abt 10 days" to an interval of days.

Times stand in a message for many reasons ("two coffees a day", "I had a stroke in 2010"). A time counts when it was
asked for, or when its part of the sentence speaks of the twitch, or of nothing else.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from nose_twitch.language.calendar_days import CalendarDays, any_of, load_time_words
from nose_twitch.medical.duration import Duration


@dataclass(frozen=True)
class DurationHit:
    """A duration and where it stands in the text."""

    duration: Duration
    start: int
    end: int


_WORDS = load_time_words()
_UNITS: dict[str, float] = _WORDS["units"]
_SHORT_UNITS: dict[str, float] = _WORDS["short_units"]
_NUMBERS: dict[str, float] = _WORDS["numbers"]
_VAGUE: dict[str, list[float]] = _WORDS["vague_numbers"]
_ORDINALS: dict[str, int] = _WORDS["ordinals"]

_NUMBER = rf"(?:\d+(?:[.,]\d+)?|(?:twenty|thirty)[ -](?:one|two|three|four|five|six|seven|eight|nine)|{any_of([*_VAGUE, *_NUMBERS])})"
_LESS = r"almost|nearly|just under|under|less than|not quite|coming up to|close to|going on"
_MORE = r"just over|over|more than|at least|upwards of|longer than|more like|well over"
_SO = r"(?:\s+(?:of|or so|odd|and a half|whole|full|good|long|solid|more|or more|straight|wee|ish))*"
_AMOUNT = re.compile(
    rf"(?<![\w/.])(?:(?P<less>{_LESS})\s+|(?P<more>{_MORE})\s+|~\s*)?(?:the\s+)?(?:(?:last|past)\s+)?"
    rf"(?:(?P<low>{_NUMBER}){_SO}(?:\s*(?:-|to|or|/)\s*(?P<high>{_NUMBER}){_SO})?\s*|(?P<bare>last|past|whole)\s+)"
    rf"(?P<unit>(?:{any_of(_UNITS)})s?|(?<=\d)(?:{any_of(_SHORT_UNITS)}))\b(?P<half>\s+and a half)?"
)
_NTH = re.compile(rf"\b(?:(?P<unit>day|week|month)\s+(?P<count>\d+|{any_of(_NUMBERS)})|(?P<nth>{any_of(_ORDINALS)})\s+(?P<of>day|week|month|year))\b(?!\s+of\s+(?:{'|'.join(CalendarDays.MONTHS)}))")
_OR_TWO = re.compile(rf"\b(?:a|an|one)\s+(?P<unit>{any_of(_UNITS)})\s+or\s+(?P<high>two|three|so)\b")
_FORTNIGHT = re.compile(r"\b(?:fortnight|twa week)\b")

# Parts of a sentence: a time belongs to what stands in its own part.
_PART_END = re.compile(r"[.!?;,\n]+\s|\s(?:but|though|although|because|while|whereas|so)\s|\sand\s(?=(?:i|my|it|the|he|she|now|then|it's|am|is|have|has|had|did|been|still)\b)|\s(?=after\s)")
_TWITCH = re.compile(rf"\b(?:{any_of(_WORDS['twitch_words'])})\b")
_OTHER_TOPIC = re.compile(rf"\b(?:{any_of(_WORDS['other_topics'])})\b")
_EVER_SINCE = re.compile(r"\b(?:ever since|since then|since that|since)\s*[.!?]*$|\b(?:ever since|since then)\b")

# Times that are no "since when": how often, how long a spell lasts, how old, how much sleep, in the future.
_OTHER_BEFORE = re.compile(
    r"(?:\b(?:every|each|per|lasts?|lasting|aged?|in another|another|next|within|in|until|till|til|by|away|gone|free|quiet|without it|clear|every other|once|twice|times|time|cups?|glasses|pints|drinks?|coffees|teas|"
    r"cigarettes|bottles?|wait|waiting|slept|sleep|sleeping|stops? for|pauses? for|back in|see you|come back|hold it(?: back)?|keep it (?:still|in)|hold(?: it)? for|of)"
    r"(?:\s+(?:for|about|around|like|only|maybe|just|a|or|than|up to|or twice|the|roughly))*|\b(?:i'?m|i am|he'?s|he is|she'?s|she is|am))\s*$"
)
_OTHER_AFTER = re.compile(
    r"\s*(?:-?\s*old\b|of age|later|a night\b|per night|of sleep|sleep\b|each\b|at a time|at a stretch|long each|apart|shifts?\b|a (?:day|week|month)\b|from now|between|in between|"
    r"after\b|before\b|(?:till|until|'?til) (?:it|they) (?:stops?|goes|passes)|and (?:then )?(?:it )?(?:stops|goes|calms|passes)|then (?:it )?(?:stops|goes|passes)|off\b|without\b|pregnant|ahead|time\b)"
)
_A_DAY = re.compile(r"(?:\d|\b(?!was|is|has|this|twitches|lasts|it's|its)\w+s|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twenty|few|lot))\s+$")
_OTHER_ACTION = re.compile(r"\b(?:took|ate|bought|visited|saw|met|had|got|went|flew|ran|fell|hit|banged|quit|stopped|joined|left)\b")
_SPELL_UNIT = re.compile(r"second|minute|sec\b|min\b|mins|secs")
_ONSET = re.compile(r"\b(?:ago|back|now|since|started|start|began|begun|been|already|so far|noticed|straight|nonstop|non-stop|came on|going on)\b")
_WHAT_IF = re.compile(r"\b(?:if|when should|should i|how long|wait|until|will it|can it|could it|would|normal for|is (?:it|that|this|two|a|three|\d+)\b.{0,20}\b(?:normal|ok|long|enough)|is it ok|what happens|usually last|expect)\b")


def find_durations(text: str, today: date, *, asked: bool) -> list[DurationHit]:
    """All durations since an onset.

    Args:
        text: the cleaned message, lower case.
        today: the day dates are counted from.
        asked: the guide just asked "how long?", so that a bare "two weeks" is one.
    """
    parts = _Parts(text)
    found = [hit for hit in [*_amounts(text), *_nths(text)] if _tells_onset(text, hit, parts, asked)]
    calendar = CalendarDays(today)
    found += [
        DurationHit(Duration(low, high), start, end)
        for low, high, start, end, sure in calendar.find(text)
        if (asked or sure) and _fits_topic(text, start, parts, asked)
    ]
    return sorted(_longest(found), key=lambda hit: hit.start)


class _Parts:
    """The parts of a sentence and what they speak of."""

    def __init__(self, text: str) -> None:
        self._text = text
        ends = [match.end() for match in _PART_END.finditer(text)]
        self._starts = [0, *ends]
        self._ends = [*ends, len(text)]

    def around(self, position: int) -> str:
        """The part in which a position lies."""
        number = bisect_right(self._starts, position) - 1
        return self._text[self._starts[number] : self._ends[number]][:400]


def _amounts(text: str) -> Iterator[DurationHit]:
    for match in _AMOUNT.finditer(text):
        low, high = _number(match["low"] or "one")
        if match["high"]:
            high = _number(match["high"])[1]
        unit = _UNITS.get(re.sub(r"s$", "", match["unit"])) or _UNITS.get(match["unit"]) or _SHORT_UNITS[match["unit"]]
        extra = 0.5 if match["half"] or "and a half" in match.group() else 0.0
        if high < low:
            continue
        bottom, top = (low + extra) * unit, (high + extra) * unit
        if match["less"]:
            bottom *= 0.75
        if match["more"]:
            top *= 1.2 if "just" in match["more"] else 1.6
        yield DurationHit(_rounded(bottom, top), match.start(), match.end())
    for match in _OR_TWO.finditer(text):
        days = _UNITS[match["unit"]]
        yield DurationHit(_rounded(days, days * {"two": 2, "three": 3, "so": 1.4}[match["high"]]), match.start(), match.end())
    for match in _FORTNIGHT.finditer(text):
        yield DurationHit(Duration(14, 14), match.start(), match.end())


def _nths(text: str) -> Iterator[DurationHit]:
    """`day 4`, `the third week`: so many minus one to so many."""
    for match in _NTH.finditer(text):
        if match["count"]:
            count, unit = _number(match["count"])[0], match["unit"]
        else:
            count, unit = float(_ORDINALS[match["nth"]]), match["of"]
        if 1 <= count <= 60:
            days = _UNITS[unit]
            yield DurationHit(_rounded((count - 1) * days, count * days), match.start(), match.end())


def _tells_onset(text: str, hit: DurationHit, parts: _Parts, asked: bool) -> bool:
    """Whether an amount of time tells how long it has lasted."""
    before, after = text[max(hit.start - 40, 0) : hit.start], text[hit.end : hit.end + 30]
    amount = text[hit.start : hit.end]
    if _OTHER_AFTER.match(after) or _OTHER_BEFORE.search(before):
        return False
    if re.match(r"(?:an?|one)\s", amount) and _A_DAY.search(before):
        return False
    part = parts.around(hit.start)
    if _SPELL_UNIT.search(amount) and not (asked and len(part) < 40) and not _ONSET.search(part):
        return False
    return _fits_topic(text, hit.start, parts, asked)


def _fits_topic(text: str, position: int, parts: _Parts, asked: bool) -> bool:
    """Whether the part of the sentence speaks of the twitch, or of nothing else."""
    part = parts.around(position)
    if not asked and _WHAT_IF.search(part):
        return False
    if not _OTHER_TOPIC.search(part) and (asked or not _OTHER_ACTION.search(part)):
        return True
    if _TWITCH.search(part) and not re.search(r"\b(?:had|started|start|on|diagnosed|quit|stopped)\s+(?:\w+\s+){0,2}(?:" + any_of(_WORDS["other_topics"]) + r")\b", part):
        return True
    return bool(_EVER_SINCE.search(text[position : position + 160]))


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


def _rounded(low: float, high: float) -> Duration:
    return Duration(round(low, 2) if low < 1 else round(low), round(high, 2) if high < 1 else round(high))


def _longest(hits: list[DurationHit]) -> list[DurationHit]:
    kept: list[DurationHit] = []
    end = 0
    for hit in sorted(hits, key=lambda item: (item.start, -item.end)):
        if hit.start >= end:
            kept.append(hit)
            end = hit.end
        elif hit.end - hit.start > kept[-1].end - kept[-1].start:
            kept[-1], end = hit, hit.end
    return kept
