"""One turn of the talk: what was known, what the person told, what is known afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from nose_twitch.medical.case import Case, Subject
from nose_twitch.medical.duration import Duration, merge_durations
from nose_twitch.medical.findings import Finding, Findings, Status
from nose_twitch.medical.knowledge import CLARIFY, Knowledge
from nose_twitch.medical.questions import SCREEN, OpenDoubt, findings_of_answer, names_red_flag, settle

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
    """What the guide had asked.

    Attributes:
        asked: slot of the open question.
        doubt: the doubt behind `clarify`, and `doubt_about` its finding.
        last_told: findings told last.
        revisited: the open question is asked again because the person wants to change its answer.
    """

    asked: str | None = None
    doubt: str | None = None
    doubt_about: str | None = None
    last_told: tuple[str, ...] = ()
    revisited: bool = False


def update_case(case: Case, told: Told, turn: Turn, knowledge: Knowledge) -> tuple[Case, tuple[str, ...]]:
    """What is known after a message, and the findings it told (for a correction that may follow).

    The same findings told in another order lead to the same case, unless they contradict each other.
    """
    known = case.findings
    if turn.revisited and turn.asked in told.answers:
        known = known.without(_answered_by(str(turn.asked), knowledge))
    findings = known.replace(told.findings) if told.correction else known.merge(told.findings)
    told = replace(told, answers=_answers_that_count(told, turn, findings, knowledge))
    findings = _with_answers(findings, told, turn, knowledge)
    if findings.status("some_sign") is Status.UNCERTAIN and names_red_flag(findings, knowledge):
        findings = findings.without(["some_sign"])  # the sign that "yes, something" left open is named now
    if told.not_me and not told.findings:
        findings = _not_theirs(findings, turn.last_told)
    answers = {**case.answers, **told.answers}
    answers.pop(CLARIFY, None)
    if CLARIFY in told.answers:
        answers[CLARIFY] = told.answers[CLARIFY]
    if answers.get(SCREEN) == "some" and SCREEN not in told.answers and not _some_sign_left(findings, knowledge):
        del answers[SCREEN]  # what had answered the screening question was taken back, so it is open again
    case = replace(
        case,
        findings=findings,
        duration=_duration(case, told, turn, knowledge),
        subject=_subject(case, told),
        answers=answers,
    )
    news = tuple(finding.id for finding in told.findings if finding.status is Status.PRESENT)
    return case, news or turn.last_told


def _answers_that_count(told: Told, turn: Turn, findings: Findings, knowledge: Knowledge) -> Mapping[str, str]:
    """The answers without a "some" to the question about signs that rests only on a sign of long ago."""
    if told.answers.get(SCREEN) != "some" or turn.asked == SCREEN or names_red_flag(findings, knowledge):
        return told.answers
    return {slot: value for slot, value in told.answers.items() if slot != SCREEN}


def _with_answers(findings: Findings, told: Told, turn: Turn, knowledge: Knowledge) -> Findings:
    for slot, value in told.answers.items():
        if slot == CLARIFY:
            if turn.doubt and turn.doubt_about:
                answer = "yes" if value == FOR_THEM or _is_well(value, told, turn.doubt, knowledge) else value
                earlier = findings.get(turn.doubt_about)
                said = earlier.said if earlier else told.said
                findings = findings.replace(settle(OpenDoubt(turn.doubt, turn.doubt_about), answer, said, knowledge))
        else:
            said = told.said if slot == turn.asked else ""
            findings = findings.merge(findings_of_answer(slot, value, said, findings, knowledge))
    return findings


def _is_well(value: str, told: Told, doubt: str, knowledge: Knowledge) -> bool:
    """Asked "is the smile even, can both arms lift?", a person says "no, nothing like that, just itchy"."""
    said = told.said.lower().replace("\u2019", "'")
    denied = "n't" in said or any(word in said.split() for word in ("not", "cannot", "cant", "wont", "isnt"))
    signs = {finding.status for finding in told.findings if knowledge.findings[finding.id].red_flag}
    if value != "no" or not knowledge.doubts[doubt].all_well or signs & {Status.PRESENT, Status.UNCERTAIN, Status.PAST}:
        return False
    if Status.ABSENT in signs:  # "no fever, not stiff, just wired"
        return True
    return not denied and any(each in said for each in knowledge.doubts[doubt].all_well)


def _some_sign_left(findings: Findings, knowledge: Knowledge) -> bool:
    return names_red_flag(findings, knowledge) or "some_sign" in findings or "unsure_signs" in findings


def _answered_by(slot: str, knowledge: Knowledge) -> frozenset[str]:
    """The findings that answers to a question set: they go when the person changes that answer."""
    question = knowledge.question(slot)
    if question is None:
        return frozenset()
    red_flags = [kind.id for kind in knowledge.findings.values() if kind.red_flag] if slot == SCREEN else []
    told = [finding for choice in question.choices.values() for finding in (*choice.sets, *choice.told_by)]
    return frozenset((*red_flags, *told, *question.unknown_sets))


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
