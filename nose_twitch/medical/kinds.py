"""What the knowledge files hold, once read: findings, rules, causes, questions, doubts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nose_twitch.medical.conditions import Condition
from nose_twitch.medical.findings import Status
from nose_twitch.medical.levels import TriageLevel

CLARIFY = "clarify"


@dataclass(frozen=True)
class FindingKind:
    """A finding as the knowledge describes it: `name` is what people are told, `red_flag` and `passing_counts` its weight."""

    id: str
    name: str
    red_flag: bool
    passing_counts: bool


@dataclass(frozen=True)
class TriageRule:
    """One rule: when it holds, at least `level` is needed, and `reason` is told."""

    id: str
    level: TriageLevel
    reason: str
    when: Condition
    sources: tuple[str, ...]
    claims: tuple[str, ...]
    examples: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class CauseKind:
    """One cause, with the weight of each finding that speaks for it and the conditions that speak against it."""

    id: str
    weights: Mapping[str, int]
    against: tuple[tuple[str, Condition], ...]
    claims: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Choice:
    """One answer to a question: the findings it sets, those that give it away, and for `duration` the days it means."""

    id: str
    sets: Mapping[str, Status]
    told_by: Mapping[str, Status]
    days: tuple[float, float] | None


@dataclass(frozen=True)
class Question:
    """One question: its slot, when it is worth asking, its choices by id, and what not knowing or skipping it sets."""

    slot: str
    when: Condition
    choices: Mapping[str, Choice]
    unknown_sets: Mapping[str, Status]
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Doubt:
    """A doubt that the slot `clarify` settles: about which findings in which status, and what each answer makes of them.

    `outcomes` maps an answer (yes, no, not_sure) to findings and their new status; the key `about` stands for the
    finding in doubt. `only_when_nothing_else_told`: once the person told of themselves the doubt is idle. `all_well`:
    a "no" with one of these phrases, without "not" and without a warning sign, means that all is well.
    """

    id: str
    findings: tuple[str, ...]
    statuses: frozenset[Status]
    only_when_nothing_else_told: bool
    outcomes: Mapping[str, Mapping[str, Status]]
    sources: tuple[str, ...]
    all_well: tuple[str, ...]


@dataclass(frozen=True)
class Knowledge:
    """Everything in `knowledge/`, checked."""

    findings: Mapping[str, FindingKind]
    thresholds: Mapping[str, float]
    rules: tuple[TriageRule, ...]
    causes: tuple[CauseKind, ...]
    cause_needs: int
    questions: tuple[Question, ...]
    doubts: Mapping[str, Doubt]
    max_questions: int
    sources: Mapping[str, Mapping[str, Any]]
    claims: Mapping[str, Mapping[str, Any]]
    helplines: Mapping[str, Any]
    advice: Mapping[str, Mapping[str, Any]]

    @property
    def question_slots(self) -> tuple[str, ...]:
        """The slots of the form, the settling question first."""
        return (CLARIFY, *(question.slot for question in self.questions))

    def question(self, slot: str) -> Question | None:
        """The question of a slot; None for `clarify` and for slots that ask nothing."""
        return next((question for question in self.questions if question.slot == slot), None)
