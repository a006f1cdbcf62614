"""From what is known to a triage level with its reasons."""

from __future__ import annotations

from dataclasses import dataclass

from nose_twitch.medical.case import Case
from nose_twitch.medical.conditions import View
from nose_twitch.medical.knowledge import Knowledge, TriageRule
from nose_twitch.medical.levels import TriageLevel


@dataclass(frozen=True)
class Triage:
    """A level and the rules that led to it and below it, most urgent first."""

    level: TriageLevel
    rules: tuple[TriageRule, ...]

    @property
    def reasons(self) -> tuple[str, ...]:
        """The ids of all reasons, most urgent first, each once."""
        return tuple(dict.fromkeys(rule.reason for rule in self.rules))

    @property
    def leading_reasons(self) -> tuple[str, ...]:
        """The reasons of the level itself."""
        return tuple(dict.fromkeys(rule.reason for rule in self.rules if rule.level is self.level))


def triage(case: Case, knowledge: Knowledge) -> Triage:
    """Apply every rule; the highest level wins. No rule that holds is left out of the reasons."""
    view = View(case)
    fired = sorted((rule for rule in knowledge.rules if rule.when.holds(view)), key=lambda rule: -rule.level)
    return Triage(fired[0].level if fired else TriageLevel.SELF_CARE, tuple(fired))
