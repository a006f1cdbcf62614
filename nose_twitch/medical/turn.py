"""One turn of the talk: what was known, what the person told, what is known afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from nose_twitch.medical.case import Case, Subject
from nose_twitch.medical.duration import Duration, merge_durations
from nose_twitch.medical.findings import Finding, Findings, Status
from nose_twitch.medical.knowledge import CLARIFY, Knowledge
from nose_twitch.medical.questions import OpenDoubt, findings_of_answer, settle

FOR_THEM = "for_them"


@dataclass(frozen=True)
class Told:
    """What one message tells, as the language part read it.

    Attributes:
        findings: with their status.
        duration: since when the nose twitches.
        answers: question slot to value.
        subject: for whom they ask, None if not told.
        correction: they take something back.
        not_me: the correction says that it was somebody else's ("no, I meant my grandmother").
        said: the whole message.
    """

    findings: tuple[Finding, ...] = ()
    duration: Duration | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    subject: Subject | None = None
    correction: bool = False
    not_me: bool = False
    said: str = ""


@dataclass(frozen=True)
class Turn:
    """What the guide had asked: the open question, the doubt behind it, and which findings were told last."""

    asked: str | None = None
    doubt: str | None = None
    doubt_about: str | None = None
    last_told: tuple[str, ...] = ()


def update_case(case: Case, told: Told, turn: Turn, knowledge: Knowledge) -> tuple[Case, tuple[str, ...]]:
    """What is known after a message, and the findings it told (for a correction that may follow).

    The same findings told in another order lead to the same case, unless they contradict each other.
    """
    findings = _with_answers(case.findings, told, turn, knowledge)
    findings = findings.replace(told.findings) if told.correction else findings.merge(told.findings)
    if told.not_me and not told.findings:
        findings = _not_theirs(findings, turn.last_told)
    answers = {**case.answers, **told.answers}
    answers.pop(CLARIFY, None)
    if CLARIFY in told.answers:
        answers[CLARIFY] = told.answers[CLARIFY]
    case = replace(
        case,
        findings=findings,
        duration=_duration(case, told, turn, knowledge),
        subject=_subject(case, told),
        answers=answers,
    )
    news = tuple(finding.id for finding in told.findings if finding.status is Status.PRESENT)
    return case, news or turn.last_told


def _with_answers(findings: Findings, told: Told, turn: Turn, knowledge: Knowledge) -> Findings:
    for slot, value in told.answers.items():
        if slot == CLARIFY:
            if turn.doubt and turn.doubt_about:
                answer = "yes" if value == FOR_THEM else value
                findings = findings.replace(
                    settle(OpenDoubt(turn.doubt, turn.doubt_about), answer, told.said, knowledge)
                )
        else:
            said = told.said if slot == turn.asked else ""
            findings = findings.merge(findings_of_answer(slot, value, said, findings, knowledge))
    return findings


def _not_theirs(findings: Findings, last_told: tuple[str, ...]) -> Findings:
    """Take back what was told last: it was somebody else's."""
    return findings.replace(
        replace(findings[finding], status=Status.SOMEONE_ELSE, when=None)
        for finding in last_told
        if findings.present(finding)
    )


def _duration(case: Case, told: Told, turn: Turn, knowledge: Knowledge) -> Duration | None:
    answered = turn.asked == "duration" and "duration" in told.answers
    duration = told.duration
    if duration is None and answered:
        question = knowledge.question("duration")
        choice = question.choices.get(told.answers["duration"]) if question else None
        duration = Duration(*choice.days) if choice and choice.days else None
    return merge_durations(case.duration, duration, replace=answered or told.correction)


def _subject(case: Case, told: Told) -> Subject:
    if told.answers.get(CLARIFY) == FOR_THEM and case.subject is Subject.SELF:
        return Subject.OTHER
    return told.subject or case.subject
