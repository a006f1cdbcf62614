"""Ranks the causes that the person's own words support."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nose_twitch.medical.case import Case
from nose_twitch.medical.conditions import View
from nose_twitch.medical.findings import Findings, Status
from nose_twitch.medical.knowledge import CauseKind, Knowledge


@dataclass(frozen=True)
class LikelyCause:
    """A cause with the findings that speak for it (strongest first) and against it."""

    kind: CauseKind
    score: int
    because: tuple[str, ...]
    against: tuple[str, ...]

    @property
    def id(self) -> str:
        """The id used in the slot `likely_causes`."""
        return self.kind.id


def rank_causes(case: Case, knowledge: Knowledge) -> tuple[LikelyCause, ...]:
    """The causes that reach the needed weight, best first; ties keep the order of `causes.yml`."""
    scored = (_score(kind, case) for kind in knowledge.causes)
    likely = [cause for cause in scored if cause.score >= knowledge.cause_needs]
    return tuple(sorted(likely, key=lambda cause: -cause.score))


def _score(kind: CauseKind, case: Case) -> LikelyCause:
    found = [finding for finding in kind.weights if supports(case.findings, finding)]
    found.sort(key=lambda finding: -kind.weights[finding])
    view = View(case)
    against = tuple(about for about, condition in kind.against if condition.holds(view))
    return LikelyCause(kind, _sum(kind.weights, found), tuple(found), against)


def supports(findings: Findings, finding: str) -> bool:
    """Whether a finding speaks for a cause: it is there, or was there lately."""
    return findings.status(finding) is Status.PRESENT or findings.passed(finding)


def _sum(weights: Mapping[str, int], found: list[str]) -> int:
    return sum(weights[finding] for finding in found)
