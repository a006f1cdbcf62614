"""Which question comes next, and when enough is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from nose_twitch.medical.assessment import Assessment
from nose_twitch.medical.case import NOT_SURE, SKIPPED, Case
from nose_twitch.medical.conditions import View
from nose_twitch.medical.duration import Duration
from nose_twitch.medical.findings import Finding, Findings, Status
from nose_twitch.medical.kinds import Choice
from nose_twitch.medical.knowledge import CLARIFY, Knowledge, Question
from nose_twitch.medical.levels import TriageLevel

SCREEN = "other_symptoms"  # the question that screens for warning signs
_LASTING = Duration(14, 14)


@dataclass(frozen=True)
class OpenDoubt:
    """A doubt to settle: which one, and about which finding."""

    id: str
    about: str


def open_doubt(case: Case, settled: Sequence[str], knowledge: Knowledge) -> OpenDoubt | None:
    """The first doubt about the findings that was not asked about yet.

    Args:
        case: what is known.
        settled: `doubt:finding` of those asked before (each is asked once).
        knowledge: the doubts and their order.
    """
    for doubt in knowledge.doubts.values():
        if doubt.only_when_nothing_else_told and not case.only_denials:
            continue
        for finding in doubt.findings:
            if case.findings.status(finding) in doubt.statuses and f"{doubt.id}:{finding}" not in settled:
                return OpenDoubt(doubt.id, finding)
    return None


def settle(doubt: OpenDoubt, answer: str, said: str, knowledge: Knowledge) -> list[Finding]:
    """The findings after a doubt was answered.

    Args:
        doubt: what was asked.
        answer: `yes`, `no`, or anything else for not knowing (then the more careful reading is taken).
        said: the person's words.
        knowledge: what each answer means.
    """
    outcomes = knowledge.doubts[doubt.id].outcomes
    return [
        Finding(doubt.about if finding == "about" else finding, status, said)
        for finding, status in outcomes.get(answer, outcomes["not_sure"]).items()
    ]


def next_question(
    case: Case, assessment: Assessment, asked: Sequence[str], settled: Sequence[str], knowledge: Knowledge
) -> str | None:
    """The slot to ask for next; None when enough is known or enough was asked.

    Args:
        case: what is known.
        assessment: what follows from it.
        asked: question slots asked so far, in order, settling ones included.
        settled: doubts asked so far (see `open_doubt`).
        knowledge: questions in their order.
    """
    if len(asked) >= knowledge.max_questions or assessment.level is TriageLevel.EMERGENCY:
        return None
    if open_doubt(case, settled, knowledge):
        return CLARIFY
    return next((question.slot for question in _worth_asking(case, assessment, len(asked), knowledge)), None)


def questions_left(case: Case, assessment: Assessment, asked: int, knowledge: Knowledge) -> int:
    """About how many questions are still to come, the next one included.

    While it is not known how long the twitch has lasted, counted as for one that lasts, so that the number does not grow.
    """
    if case.duration is None and "duration" not in case.answers:
        case = replace(case, duration=_LASTING)
    return min(
        len(_worth_asking(case, assessment, asked, knowledge)),
        knowledge.max_questions - asked,
    )


def _worth_asking(case: Case, assessment: Assessment, asked: int, knowledge: Knowledge) -> list[Question]:
    view = View(case, assessment.level, bool(assessment.causes), asked)
    return [
        question for question in knowledge.questions if question.slot not in case.answers and question.when.holds(view)
    ]


def findings_of_answer(slot: str, value: str, said: str, known: Findings, knowledge: Knowledge) -> list[Finding]:
    """What an answer says about findings.

    A screening "none of these" denies only what was not told before: a sign that the person named stays until they
    take it back in plain words.
    """
    question = knowledge.question(slot)
    if question is None:
        return []
    choice = question.choices.get(value)
    unknown = question.unknown_sets if value in (NOT_SURE, SKIPPED) else {}
    sets = _not_told_in_plain_words(choice, known) if choice else unknown
    told = [Finding(finding, status, said) for finding, status in sets.items()]
    if slot != SCREEN:
        return told
    if value == "some" and names_red_flag(known, knowledge):
        return []
    named = (Status.PRESENT, Status.UNCERTAIN, Status.PAST)
    return [finding for finding in told if known.status(finding.id) not in named]


def _not_told_in_plain_words(choice: Choice, known: Findings) -> Mapping[str, Status]:
    """What a choice sets, less what other words for it have told: "when I am tired" is no coffee, though both are one choice."""
    otherwise = any(known.status(finding) is status for finding, status in choice.told_by.items())
    return {
        finding: status
        for finding, status in choice.sets.items()
        if not (otherwise and finding in choice.told_by and finding not in known)
    }


def names_red_flag(findings: Findings, knowledge: Knowledge) -> bool:
    """Whether any red flag is there now, was there lately, or is in doubt."""
    return any(
        knowledge.findings[finding.id].red_flag
        and (finding.passed or finding.status in (Status.PRESENT, Status.UNCERTAIN))
        for finding in findings.values()
    )
