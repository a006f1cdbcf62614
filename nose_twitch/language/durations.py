"""Since when it has lasted: from "for a fortnight", "since easter", "abt 10 days" to an interval of days.

Times stand in a message for many reasons ("two coffees a day", "I had a stroke in 2010"). A time counts when it was
asked for, or when its part of the sentence speaks of the twitch, or of nothing else.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date

from nose_twitch.language.amounts import find_amounts
from nose_twitch.language.calendar_days import CalendarDays
from nose_twitch.language.time_words import any_of, any_word_of, load_time_words
from nose_twitch.medical.duration import Duration

_WORDS = load_time_words()
_LONGEST_PART = 400  # what a part of a sentence speaks of stands near its time
_SINCE_REACH = 160

# Parts of a sentence: a time belongs to what stands in its own part.
_PART_END = re.compile(
    r"[.!?;,\n]+\s|\s(?:but|though|although|because|while|whereas|so)\s|\s(?=after\s)"
    r"|\sand\s(?=(?:i|my|it|the|he|she|now|then|it's|am|is|have|has|had|did|been|still)\b)"
)
_TWITCH = any_word_of("twitch_words")
_OF_TWITCH = any_word_of("twitch_or_beginning")
_OTHER_TOPIC = any_word_of("other_topics")
_OTHER_ACTION = any_word_of("other_actions")
_DONE_TO_OTHER = re.compile(
    rf"\b(?:had|started|start|on|diagnosed|quit|stopped)\s+(?:\w+\s+){{0,2}}(?:{any_of(_WORDS['other_topics'])})\b"
)
_EVER_SINCE = re.compile(r"\b(?:ever since|since then)\b|\bsince(?: that)?\s*[.!?]*$")
_OTHER_BEFORE = re.compile(
    rf"(?:\b(?:{any_of(_WORDS['other_before'])})(?:\s+(?:{any_of(_WORDS['between'])}))*"
    rf"|\b(?:{any_of(_WORDS['ages_before'])}))\s*$"
)
_OTHER_AFTER = re.compile(rf"\s*-?\s*(?:{any_of(_WORDS['other_after'])})\b")
_OF_ANOTHER = re.compile(rf"\s+of\s+(?!(?:the|my|his|her|this|non)\b|{_TWITCH.pattern})")  # "forty years of dust"
_HARD_TIME = re.compile(r"\bbeen\s+(?:an?|one|such a)\s*$")  # "this has been a long week"
_ONE = re.compile(r"(?:an?|one)\s")
_COUNTED = re.compile(
    rf"(?:\d|\b(?!(?:{any_of(_WORDS['verbs_before_a_day'])})\b)\w+s|\b(?:{any_of(_WORDS['counts'])}))\s+$"
)
_SPELL_UNIT = re.compile(r"second|minute|\bsecs?\b|\bmins?\b")
_ONSET = any_word_of("onset_words")
# "my daughter 9 years is having ...", "paramedic, 14 years in": years are an age or a career unless something says otherwise.
_YEARS = re.compile(r"years?|yrs?")
_PERSON_BEFORE = re.compile(rf"\b(?:{any_of(_WORDS['people_with_ages'])})\s+(?:is\s+|of\s+)?$")
_LASTING_BEFORE = re.compile(rf"\b(?:{any_of(_WORDS['lasting_before'])})\s+(?:\w+\s+)?$")
_LASTING_AFTER = re.compile(rf"\s+(?:{any_of(_WORDS['lasting_after'])})\b")
_WHAT_IF = re.compile(
    rf"\b(?:{any_of(_WORDS['what_if'])})\b|\bis\b[^.!?]{{1,30}}\b(?:normal|ok|too long|long enough)\b"
)


@dataclass(frozen=True)
class DurationHit:
    """A duration, where it stands in the text, and whether its part of the sentence names the twitch or its beginning."""

    duration: Duration
    start: int
    end: int
    of_twitch: bool = False


def find_durations(text: str, today: date, *, asked: bool) -> list[DurationHit]:
    """All durations since an onset.

    Args:
        text: the cleaned message, lower case.
        today: the day dates are counted from.
        asked: the guide just asked "how long?", so that a bare "two weeks" is one.
    """
    parts = _Parts(text)
    found = [
        DurationHit(_rounded(low, high), start, end, parts.name_twitch(start))
        for low, high, start, end in find_amounts(text)
        if _tells_onset(text, start, end, parts, asked)
    ]
    found += [
        DurationHit(_rounded(low, high), start, end, parts.name_twitch(start))
        for low, high, start, end, sure in CalendarDays(today).find(text)
        if (asked or sure) and _fits_topic(text, start, end, parts, asked)
    ]
    return _longest(found)


class _Parts:
    """The parts of a sentence."""

    def __init__(self, text: str) -> None:
        self._text = text
        ends = [match.end() for match in _PART_END.finditer(text)]
        self._starts = [0, *ends]
        self._ends = [*ends, len(text)]

    def around(self, position: int) -> str:
        """The part in which a position lies."""
        number = bisect_right(self._starts, position) - 1
        first = max(self._starts[number], position - _LONGEST_PART)
        return self._text[first : min(self._ends[number], position + _LONGEST_PART)]

    def name_twitch(self, position: int) -> bool:
        """Whether the part around a position speaks of the twitch or of a beginning."""
        return bool(_OF_TWITCH.search(self.around(position)))


def _tells_onset(text: str, start: int, end: int, parts: _Parts, asked: bool) -> bool:
    """Whether an amount of time tells how long it has lasted."""
    before, amount, after = text[max(start - 40, 0) : start], text[start:end], text[end : end + 30]
    if _OTHER_AFTER.match(after) or _OTHER_BEFORE.search(before) or _OF_ANOTHER.match(after):
        return False
    if "long" in amount and _HARD_TIME.search(text[: start + 2]):
        return False
    if _ONE.match(amount) and _COUNTED.search(before):
        return False
    if _YEARS.search(amount) and not asked and _is_age(before, after, parts.name_twitch(start)):
        return False
    part = parts.around(start)
    if _SPELL_UNIT.search(amount) and not (asked and len(part) < 40) and not _ONSET.search(part):
        return False
    return _fits_topic(text, start, end, parts, asked)


def _is_age(before: str, after: str, names_twitch: bool) -> bool:
    if _PERSON_BEFORE.search(before) and not _LASTING_AFTER.match(after):
        return True
    return not (names_twitch or _LASTING_BEFORE.search(before) or _LASTING_AFTER.match(after))


def _fits_topic(text: str, start: int, end: int, parts: _Parts, asked: bool) -> bool:
    """Whether the part of the sentence speaks of the twitch, or of nothing else."""
    part = parts.around(start).replace(text[start:end], " ")
    if not asked and _WHAT_IF.search(part):
        return False
    if not _OTHER_TOPIC.search(part) and (asked or not _OTHER_ACTION.search(part)):
        return True
    if _TWITCH.search(part) and not _DONE_TO_OTHER.search(part):
        return True
    return bool(_EVER_SINCE.search(text[start : start + _SINCE_REACH]))


def _rounded(low: float, high: float) -> Duration:
    return Duration(round(low, 2) if low < 1 else round(low), round(high, 2) if high < 1 else round(high))


def _longest(hits: list[DurationHit]) -> list[DurationHit]:
    """Of overlapping times the longest, in the order of the text."""
    kept: list[DurationHit] = []
    for hit in sorted(hits, key=lambda item: (item.start, -item.end)):
        if not kept or hit.start >= kept[-1].end:
            kept.append(hit)
        elif hit.end - hit.start > kept[-1].end - kept[-1].start:
            kept[-1] = hit
    return kept
