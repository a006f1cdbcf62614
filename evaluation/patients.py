"""Whole scripted patients: held as talks with the real model and the real actions, and what came of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from scipy.stats import beta

from nose_twitch.medical.levels import TriageLevel
from tests.conversations.guide import Guide

HERE = Path(__file__).parent
MOST_TURNS = 16
# The first development patients were written before the guide's questions had their names.
_OTHER_NAMES = {
    "side": "nostril_side",
    "trend": "course",
    "suppressible": "control",
    "anything_else": "other_notes",
    "stress": "triggers",
    "medication": "triggers",
    "impact": "other_notes",
}
_OTHER_CAUSES = {
    "stress": "psychological",
    "irritation": "environmental",
    "caffeine_sleep": "lifestyle",
    "tic": "neurological",
}
_LEVELS = list(TriageLevel)


@dataclass(frozen=True)
class Patient:
    """A scripted person, and what the talk should reach."""

    id: str
    first: str
    answers: dict[str, str]
    level: TriageLevel
    cause: str | None
    reasons: frozenset[str] = frozenset()
    not_reasons: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Met:
    """How a talk went: the highest level, its reasons, the first cause, how many questions."""

    level: TriageLevel
    reasons: frozenset[str]
    cause: str | None
    questions: int


def load(path: str) -> list[dict[str, Any]]:
    """A list from a YAML file beside this one."""
    content: list[dict[str, Any]] = YAML(typ="safe").load(HERE / path)
    return content


def patients(path: str) -> Iterator[Patient]:
    """The patients of a file."""
    for raw in load(path):
        expected = raw.get("expect", raw)
        cause = expected.get("top_cause", raw.get("first_cause"))
        yield Patient(
            raw["id"],
            raw.get("opening", raw.get("first")),
            raw["answers"],
            TriageLevel.from_name(expected["level"]),
            _OTHER_CAUSES.get(cause, cause),
            frozenset(expected.get("reasons") or ()),
            frozenset(expected.get("not_reasons") or ()),
        )


async def meet(guide: Guide, patient: Patient) -> Met:
    """Holds the whole talk."""
    talk = guide.talk()
    await talk.say(patient.first)
    highest, asked = TriageLevel.SELF_CARE, 0
    reasons: set[str] = set()
    while True:
        slots = await talk.slots()
        highest = max(highest, TriageLevel.from_name(slots["triage"] or "self_care"))
        reasons |= set(slots["escalation_reasons"] or ())
        tracker = await talk.tracker()
        question = slots["requested_slot"] if tracker.active_loop_name else None
        if question is None or asked == MOST_TURNS:
            return Met(highest, frozenset(reasons), next(iter(slots["likely_causes"] or ()), None), asked)
        asked += 1
        await talk.say(reply_of(patient, question, slots["doubt"]))


def reply_of(patient: Patient, question: str, doubt: str | None) -> str:
    """What the patient says to a question; "not sure" where the script has nothing for it."""
    names = (f"{question}_{doubt}", question, _OTHER_NAMES.get(question, ""))
    return next((patient.answers[name] for name in names if patient.answers.get(name)), "not sure")


async def meet_all(guide: Guide, paths: Sequence[str]) -> list[tuple[Patient, Met]]:
    """Every talk, one after the other."""
    return [(patient, await meet(guide, patient)) for path in paths for patient in patients(path)]


def describe(met: list[tuple[Patient, Met]]) -> list[str]:
    """The totals over some talks, as lines of a table."""
    emergencies = [m for p, m in met if p.level is TriageLevel.EMERGENCY]
    mild = [m for p, m in met if p.level <= TriageLevel.SEE_DOCTOR]
    off = [_LEVELS.index(m.level) - _LEVELS.index(p.level) for p, m in met]
    judged = [(p, m) for p, m in met if p.cause and m.level is not TriageLevel.EMERGENCY]
    questions = sorted(m.questions for _, m in met)
    seen = [reason in m.reasons for p, m in met for reason in p.reasons]
    wrong = [reason in m.reasons for p, m in met for reason in p.not_reasons]
    rows = {
        "level exact": share(off.count(0), len(met)),
        "too low (by two or more)": f"{share(sum(d < 0 for d in off), len(met))}, {sum(d < -1 for d in off)}",
        "too high": share(sum(d > 0 for d in off), len(met)),
        "emergencies found": _with_bound(sum(m.level is TriageLevel.EMERGENCY for m in emergencies), len(emergencies)),
        "false emergencies among the milder": share(sum(m.level is TriageLevel.EMERGENCY for m in mild), len(mild)),
        "reasons found": share(sum(seen), len(seen)),
        "reasons that should not be": share(sum(wrong), len(wrong)),
        "first cause": share(sum(p.cause == m.cause for p, m in judged), len(judged)),
        "questions: median, most": f"{questions[len(questions) // 2]}, {questions[-1]}",
    }
    return [f"| {name} | {value} |" for name, value in rows.items()]


def _with_bound(part: int, whole: int) -> str:
    """With the lower end of the 95 % interval (Clopper and Pearson): how few it may be among all such people."""
    least = float(beta.ppf(0.025, part, whole - part + 1)) if part else 0.0
    return f"{share(part, whole)}, at least {least:.0%}"


def share(part: int, whole: int) -> str:
    """As in "18 of 20 (90 %)"."""
    return f"{part} of {whole} ({part / whole:.0%})" if whole else "none"
