"""Short ways to write down a person's case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nose_twitch.medical.case import Case, Subject
from nose_twitch.medical.duration import Duration
from nose_twitch.medical.findings import Finding, Findings, Status, When
from nose_twitch.medical.knowledge import load_knowledge
from nose_twitch.medical.levels import TriageLevel
from nose_twitch.medical.triage import Triage, triage

KNOWLEDGE = load_knowledge()
RED_FLAGS = sorted(kind.id for kind in KNOWLEDGE.findings.values() if kind.red_flag)
# How a status is written in the examples of triage.yml; something that is over says when.
STATUSES = {status.value: (status, None) for status in Status if status is not Status.PAST}
STATUSES |= {f"past_{when.value}": (Status.PAST, when) for when in When}


def finding(finding_id: str, status: str = "present", said: str = "") -> Finding:
    """A finding; `status` as in the examples of triage.yml."""
    kind, when = STATUSES[status]
    return Finding(finding_id, kind, said, when)


def findings(statuses: Mapping[str, str]) -> Findings:
    """Findings by id, each with its status."""
    return Findings({key: finding(key, status) for key, status in statuses.items()})


def case_of(given: Mapping[str, Any], answers: Mapping[str, str] | None = None) -> Case:
    """A case from findings with their status, `duration_days` and `subject`."""
    told = {key: value for key, value in given.items() if key not in ("duration_days", "subject")}
    return Case(
        findings(told),
        Duration.from_slot(given.get("duration_days")),
        Subject(given.get("subject", "self")),
        answers or {},
    )


def triage_of(given: Mapping[str, Any], answers: Mapping[str, str] | None = None) -> Triage:
    """The triage of such a case."""
    return triage(case_of(given, answers), KNOWLEDGE)


def level_of(given: Mapping[str, Any]) -> TriageLevel:
    """The level of such a case."""
    return triage_of(given).level


def statuses_of(known: Findings) -> dict[str, str]:
    """Findings by id with their status, as `findings` takes them."""
    return {key: each.status.value + (f"_{each.when.value}" if each.when else "") for key, each in known.items()}


def present(*ids: str, **more: Any) -> dict[str, Any]:
    """A case in which these findings are there."""
    return {**dict.fromkeys(ids, "present"), **more}
