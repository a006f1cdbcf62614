"""The whole conclusion from what is known: level, reasons, causes, advice, sources."""

from __future__ import annotations

from dataclasses import dataclass

from nose_twitch.medical.case import Case
from nose_twitch.medical.causes import LikelyCause, rank_causes
from nose_twitch.medical.knowledge import Knowledge
from nose_twitch.medical.levels import TriageLevel
from nose_twitch.medical.triage import triage


@dataclass(frozen=True)
class Assessment:
    """What follows from a case.

    Attributes:
        level: how soon help is needed.
        reasons: ids of the escalation reasons, most urgent first.
        leading_reasons: those of the level itself.
        causes: the likely causes, best first.
        sources: keys of the sources behind level and causes.
    """

    level: TriageLevel
    reasons: tuple[str, ...]
    leading_reasons: tuple[str, ...]
    causes: tuple[LikelyCause, ...]
    sources: tuple[str, ...]


def assess(case: Case, knowledge: Knowledge) -> Assessment:
    """Conclude from scratch; the same case always gives the same assessment."""
    result = triage(case, knowledge)
    causes = rank_causes(case, knowledge)
    cited = [source for rule in result.rules for source in rule.sources]
    cited += [source for cause in causes for source in cause.kind.sources]
    return Assessment(result.level, result.reasons, result.leading_reasons, causes, tuple(dict.fromkeys(cited)))
