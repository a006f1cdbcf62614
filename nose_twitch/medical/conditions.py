"""The small language of `when:` in the knowledge files: conditions over what is known of a person.

A condition in YAML is one of
  weakness                          the finding is present
  {passed: seizure}                 over, within the last days or at a time not told
  {uncertain: weakness}             told, but not plainly
  {absent: suppressible}            plainly denied
  {elsewhere: weakness}             somebody else's
  {any: [...]}, {all: [...]}, {not: ...}
  {at_least: 2, of: [...]}
  {lasting_over_days: 3}            the twitching; a name of a threshold may stand for the number
  {subject: child}
  {answer: {trend: [same, better]}} the question was answered so (`any` = answered at all)
  {level_at_most: see_doctor}, {level_at_least: urgent}
  {no_cause: true}                  nothing told so far supports a cause
  {asked_fewer_than: 6}             questions asked so far
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nose_twitch.medical.case import Case, Subject
from nose_twitch.medical.findings import Status
from nose_twitch.medical.levels import TriageLevel


@dataclass(frozen=True)
class View:
    """What a condition may look at: the case and what was concluded from it so far."""

    case: Case
    level: TriageLevel = TriageLevel.SELF_CARE
    has_cause: bool = False
    asked: int = 0


@dataclass(frozen=True)
class Condition:
    """A parsed condition.

    Attributes:
        holds: whether it is true of a view.
        findings: every finding it names, for checks and for reasons.
    """

    holds: Callable[[View], bool]
    findings: frozenset[str] = frozenset()


class ConditionError(ValueError):
    """A condition in a knowledge file that cannot be understood."""


@dataclass(frozen=True)
class Vocabulary:
    """What conditions may name."""

    findings: frozenset[str]
    thresholds: Mapping[str, float]
    answers: Mapping[str, frozenset[str]]  # of each question


def parse_condition(raw: Any, words: Vocabulary) -> Condition:
    """Turn YAML into a condition.

    Raises:
        ConditionError: naming the wrong word and what is allowed.
    """
    if isinstance(raw, str):
        return _of_finding(raw, words, lambda view, name: view.case.findings.present(name))
    if isinstance(raw, Mapping):
        for key, build in _BUILDERS.items():
            if key in raw and set(raw) <= {key, "of"} and ("of" in raw) is (key == "at_least"):
                return build(raw, words)
    raise ConditionError(
        f"not a condition: {raw!r}; allowed: a finding id or one of {sorted(_BUILDERS)} (at_least together with of)"
    )


def _of_finding(name: str, words: Vocabulary, test: Callable[[View, str], bool]) -> Condition:
    if name not in words.findings:
        raise ConditionError(f"unknown finding {name!r}; allowed: {', '.join(sorted(words.findings))}")
    return Condition(lambda view: test(view, name), frozenset({name}))


def _with_status(key: str, status: Status) -> Callable[[Any, Vocabulary], Condition]:
    return lambda raw, words: _of_finding(raw[key], words, lambda view, name: view.case.findings.status(name) is status)


def _parts(raws: Sequence[Any], words: Vocabulary) -> tuple[list[Condition], frozenset[str]]:
    if isinstance(raws, str) or not raws:
        raise ConditionError(f"not a list of conditions: {raws!r}")
    parts = [parse_condition(raw, words) for raw in raws]
    return parts, frozenset().union(*(part.findings for part in parts))


def _at_least(count: int, raws: Sequence[Any], words: Vocabulary) -> Condition:
    parts, named = _parts(raws, words)
    return Condition(lambda view: sum(part.holds(view) for part in parts) >= count, named)


def _negation(raw: Any, words: Vocabulary) -> Condition:
    inner = parse_condition(raw["not"], words)
    return Condition(lambda view: not inner.holds(view))


def _lasting(raw: Any, words: Vocabulary) -> Condition:
    days = raw["lasting_over_days"]
    if isinstance(days, str):
        if days not in words.thresholds:
            raise ConditionError(f"unknown threshold {days!r}; allowed: {', '.join(sorted(words.thresholds))}")
        days = words.thresholds[days]
    return Condition(lambda view: view.case.duration is not None and view.case.duration.longer_than(days))


def _subject(raw: Any, _: Vocabulary) -> Condition:
    allowed = [subject.value for subject in Subject]
    if raw["subject"] not in allowed:
        raise ConditionError(f"unknown subject {raw['subject']!r}; allowed: {', '.join(allowed)}")
    subject = Subject(raw["subject"])
    return Condition(lambda view: view.case.subject is subject)


def _answer(raw: Any, words: Vocabulary) -> Condition:
    ((slot, wanted),) = raw["answer"].items()
    if slot not in words.answers:
        raise ConditionError(f"unknown question {slot!r}; allowed: {', '.join(sorted(words.answers))}")
    if wanted == "any":
        return Condition(lambda view: slot in view.case.answers)
    for value in wanted if isinstance(wanted, list) else [wanted]:
        if not isinstance(wanted, list) or value not in words.answers[slot]:
            allowed = ", ".join(sorted(words.answers[slot]))
            raise ConditionError(f"unknown answer {value!r} to {slot!r}; allowed: any, or a list of {allowed}")
    return Condition(lambda view: view.case.answers.get(slot) in wanted)


def _level(key: str, test: Callable[[TriageLevel, TriageLevel], bool]) -> Callable[[Any, Vocabulary], Condition]:
    def build(raw: Any, _: Vocabulary) -> Condition:
        level = TriageLevel.from_name(raw[key])
        return Condition(lambda view: test(view.level, level))

    return build


_BUILDERS: dict[str, Callable[[Any, Vocabulary], Condition]] = {
    "any": lambda raw, words: _at_least(1, raw["any"], words),
    "all": lambda raw, words: _at_least(len(raw["all"]), raw["all"], words),
    "at_least": lambda raw, words: _at_least(raw["at_least"], raw["of"], words),
    "not": _negation,
    "passed": lambda raw, words: _of_finding(raw["passed"], words, lambda view, name: view.case.findings.passed(name)),
    "uncertain": _with_status("uncertain", Status.UNCERTAIN),
    "absent": _with_status("absent", Status.ABSENT),
    "elsewhere": _with_status("elsewhere", Status.SOMEONE_ELSE),
    "lasting_over_days": _lasting,
    "subject": _subject,
    "answer": _answer,
    "level_at_most": _level("level_at_most", lambda now, limit: now <= limit),
    "level_at_least": _level("level_at_least", lambda now, limit: now >= limit),
    "asked_fewer_than": lambda raw, words: Condition(lambda view: view.asked < raw["asked_fewer_than"]),
    "no_cause": lambda raw, words: Condition(lambda view: view.has_cause is not raw["no_cause"]),
}
