"""One turn: what was known, what the person told, what is known afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from nose_twitch.medical.assessment import assess
from nose_twitch.medical.case import NOT_SURE, SKIPPED, Case, Subject
from nose_twitch.medical.duration import Duration
from nose_twitch.medical.findings import Finding, Findings, Status, When
from nose_twitch.medical.knowledge import CLARIFY
from nose_twitch.medical.levels import TriageLevel
from nose_twitch.medical.questions import SCREEN
from nose_twitch.medical.turn import FOR_THEM, Told, Turn, update_case
from tests.medical.cases import KNOWLEDGE, case_of, finding, statuses_of

NOTHING_ASKED = Turn()
WEEKS, TODAY = Duration(7, 14), Duration(0, 1)


def after(case: Case, told: Told, turn: Turn = NOTHING_ASKED) -> Case:
    """What is known after a message."""
    return update_case(case, told, turn, KNOWLEDGE)[0]


def tell(*findings: Finding, **more: Any) -> Told:
    """A message that tells these findings."""
    return Told(findings, **more)


def answer(slot: str, value: str, **more: Any) -> tuple[Told, Turn]:
    """An answer to the open question."""
    return Told(answers={slot: value}, said="my reply", **more), Turn(slot)


# --- answers ---


@pytest.mark.parametrize(
    ("slot", "choice"),
    [
        pytest.param(question.slot, choice, id=f"{question.slot}-{choice.id}")
        for question in KNOWLEDGE.questions
        for choice in question.choices.values()
    ],
)
def test_an_answer_is_kept_and_sets_its_findings_in_the_persons_words(slot: str, choice: Any) -> None:
    case = after(Case(), *answer(slot, choice.id))
    assert case.answers == {slot: choice.id}
    assert {key: each.status for key, each in case.findings.items()} == choice.sets
    assert {each.said for each in case.findings.values()} <= {"my reply"}


def test_an_answer_told_before_it_was_asked_counts() -> None:
    case = after(Case(), Told(answers={"stress": "no", "side": "left"}, said="left, not stress"), Turn("duration"))
    assert case.answers == {"stress": "no", "side": "left"}
    assert statuses_of(case.findings) == {"stress_linked": "absent", "one_side": "present", "both_sides": "absent"}


@pytest.mark.parametrize("value", [NOT_SURE, SKIPPED])
def test_not_sure_and_skip_are_kept_as_answers(value: str) -> None:
    case = after(Case(), *answer("side", value))
    assert case.answers == {"side": value}
    assert not case.findings


@pytest.mark.parametrize(
    ("choice", "days"),
    [("today", Duration(0, 1)), ("few_days", Duration(2, 3)), ("weeks", Duration(7, 14)), ("longer", Duration(14, 90))],
)
def test_a_choice_of_time_gives_days(choice: str, days: Duration) -> None:
    assert after(Case(), *answer("duration", choice)).duration == days


def test_a_time_in_own_words_is_kept_in_these_words() -> None:
    case = after(Case(), *answer("duration", "since Monday", duration=Duration(6, 6)))
    assert case.duration == Duration(6, 6)
    assert case.answers["duration"] == "since Monday"


# --- duration ---


def test_only_the_answer_or_a_correction_shortens_the_time() -> None:
    known = Case(duration=WEEKS, answers={"duration": "weeks"})
    assert after(known, Told(duration=TODAY)).duration == WEEKS
    assert after(known, Told(duration=TODAY, answers={"duration": "today"}), Turn("side")).duration == WEEKS
    assert after(known, *answer("duration", "today")).duration == TODAY
    assert after(known, Told(duration=TODAY, correction=True)).duration == TODAY


def test_a_longer_time_told_in_passing_counts() -> None:
    assert after(Case(duration=TODAY), Told(duration=WEEKS)).duration == WEEKS


def test_a_correction_of_something_else_keeps_the_time() -> None:
    assert after(Case(duration=WEEKS), tell(finding("weakness", "absent"), correction=True)).duration == WEEKS


# --- doubts ---

OUTCOMES = [
    pytest.param(doubt.id, about, reply, id=f"{doubt.id}-{about}-{reply}")
    for doubt in KNOWLEDGE.doubts.values()
    for about in doubt.findings[:2]
    for reply in ("yes", "no", NOT_SURE, SKIPPED)
]


@pytest.mark.parametrize(("doubt", "about", "reply"), OUTCOMES)
def test_a_doubt_is_settled_as_the_knowledge_says(doubt: str, about: str, reply: str) -> None:
    raised = sorted(KNOWLEDGE.doubts[doubt].statuses, key=lambda status: status.value)[0]
    when = When.UNTOLD if raised is Status.PAST else None
    known = Case(Findings({about: Finding(about, raised, "my own words", when)}))
    case = after(known, *answer(CLARIFY, reply)[:1], Turn(CLARIFY, doubt, about))
    outcome = KNOWLEDGE.doubts[doubt].outcomes["not_sure" if reply == SKIPPED else reply]
    expected = {about if key == "about" else key: status for key, status in outcome.items()}
    assert {key: case.findings.status(key) for key in expected} == expected
    assert all(case.findings[key].said == "my own words" for key in expected)


def test_yes_to_still_now_escalates_and_no_does_not() -> None:
    known = case_of({"seizure": "uncertain"})
    turn = Turn(CLARIFY, "still_now", "seizure")
    assert assess(after(known, Told(answers={CLARIFY: "yes"}), turn), KNOWLEDGE).level is TriageLevel.EMERGENCY
    assert assess(after(known, Told(answers={CLARIFY: "no"}), turn), KNOWLEDGE).level is TriageLevel.SELF_CARE


def test_an_answer_without_a_doubt_settles_nothing() -> None:
    assert statuses_of(after(case_of({"seizure": "uncertain"}), Told(answers={CLARIFY: "yes"})).findings) == {
        "seizure": "uncertain"
    }


def test_one_answer_to_a_doubt_does_not_outlive_the_next_message() -> None:
    known = case_of({}, {CLARIFY: "yes"})
    assert CLARIFY not in after(known, Told(said="hello")).answers


@pytest.mark.parametrize(
    ("subject", "becomes"), [("self", Subject.OTHER), ("child", Subject.CHILD), ("other", Subject.OTHER)]
)
def test_asking_for_them_makes_them_the_subject_and_their_sign_counts(subject: str, becomes: Subject) -> None:
    known = case_of({"face_droop": "someone_else", "subject": subject})
    case = after(known, Told(answers={CLARIFY: FOR_THEM}), Turn(CLARIFY, "who", "face_droop"))
    assert case.subject is becomes
    assert case.findings.present("face_droop")


# --- corrections ---


def test_not_me_takes_back_what_was_told_last_and_nothing_else() -> None:
    known = case_of({"weakness": "present", "stress_linked": "present", "numbness": "absent"})
    case = after(known, Told(correction=True, not_me=True), Turn(last_told=("weakness", "numbness")))
    assert statuses_of(case.findings) == {"weakness": "someone_else", "stress_linked": "present", "numbness": "absent"}


def test_a_correction_that_names_a_sign_takes_back_that_one_only() -> None:
    known = case_of({"weakness": "present"})
    told = tell(finding("numbness", "someone_else"), correction=True, not_me=True)
    assert after(known, told, Turn(last_told=("weakness",))).findings.present("weakness")


def test_a_correction_with_a_finding_holds_as_it_is_told() -> None:
    known = case_of({"weakness": "present", "seizure": "past_recent"})
    case = after(known, tell(finding("seizure", "absent"), finding("weakness", "someone_else"), correction=True))
    assert statuses_of(case.findings) == {"weakness": "someone_else", "seizure": "absent"}


def test_without_a_correction_a_sign_that_passed_stays() -> None:
    case = after(case_of({"seizure": "past_recent"}), tell(finding("seizure", "absent")))
    assert statuses_of(case.findings) == {"seizure": "past_recent"}


def test_the_guide_remembers_what_was_told_last_for_a_correction_that_may_follow() -> None:
    case, last = update_case(Case(), tell(finding("weakness"), finding("pain", "absent")), Turn(), KNOWLEDGE)
    assert last == ("weakness",)
    case, last = update_case(case, Told(said="hm"), Turn(last_told=last), KNOWLEDGE)
    assert last == ("weakness",)
    _, last = update_case(case, tell(finding("numbness")), Turn(last_told=last), KNOWLEDGE)
    assert last == ("numbness",)


def test_the_question_about_signs_is_open_again_when_its_answer_was_taken_back() -> None:
    known = case_of({"weakness": "present"}, {SCREEN: "some"})
    case = after(known, Told(correction=True, not_me=True), Turn(last_told=("weakness",)))
    assert SCREEN not in case.answers
    assert SCREEN in after(known, tell(finding("caffeine"))).answers


def test_naming_the_sign_leaves_no_unnamed_one_in_doubt() -> None:
    known = after(Case(), *answer(SCREEN, "some"))
    case = after(known, tell(finding("weakness")), Turn(CLARIFY, "which_sign", "some_sign"))
    assert case.findings.present("weakness")
    assert case.findings.status("some_sign") is not Status.UNCERTAIN


@pytest.mark.parametrize("slot", ["duration", "side"])
def test_a_sign_of_long_ago_does_not_answer_the_question_about_signs(slot: str) -> None:
    case = after(Case(), tell(finding("seizure", "past_long_ago"), answers={SCREEN: "some"}), Turn(slot))
    assert SCREEN not in case.answers
    assert "some_sign" not in case.findings


# --- an answer that the person wants to change ---


@pytest.mark.parametrize(
    ("slot", "old", "new"),
    [
        ("triggers", "stress", "irritant"),
        ("trend", "worse", "same"),
        ("side", "left", "both"),
        ("medication", "yes", "no"),
        (SCREEN, "some", "none"),
        (SCREEN, NOT_SURE, "none"),
    ],
)
def test_a_changed_answer_leaves_nothing_of_the_old_one(slot: str, old: str, new: str) -> None:
    before = after(Case(), *answer(slot, old))
    changed = after(before, Told(answers={slot: new}, said="my reply"), Turn(slot, revisited=True))
    fresh = after(Case(), *answer(slot, new))
    assert (changed.findings, changed.answers) == (fresh.findings, fresh.answers)


def test_a_changed_answer_about_signs_takes_back_the_signs_told_for_it() -> None:
    known = case_of({"weakness": "present", "stress_linked": "present"}, {SCREEN: "some"})
    case = after(known, Told(answers={SCREEN: "none"}), Turn(SCREEN, revisited=True))
    assert statuses_of(case.findings)["weakness"] == "absent"
    assert statuses_of(case.findings)["stress_linked"] == "present"


def test_a_changed_time_of_months_leaves_no_long_time_behind() -> None:
    before = after(Case(), *answer("duration", "longer"))
    changed = after(before, Told(answers={"duration": "today"}), Turn("duration", revisited=True))
    assert changed.duration == TODAY
    assert not changed.findings.present("persistence")


def test_a_question_that_is_open_again_changes_nothing_until_it_is_answered() -> None:
    before = after(Case(), *answer("triggers", "stress"))
    assert after(before, Told(said="why do you ask?"), Turn("triggers", revisited=True)) == before


# --- whose nose, and whether anything was told ---


def test_the_subject_stays_until_another_is_told() -> None:
    child = after(Case(), Told(subject=Subject.CHILD))
    assert after(child, tell(finding("worsening"))).subject is Subject.CHILD
    assert after(child, Told(subject=Subject.SELF)).subject is Subject.SELF


@pytest.mark.parametrize(
    ("told", "empty"),
    [
        (Told(said="hello"), True),
        (tell(finding("seizure", "someone_else")), True),
        (tell(finding("seizure", "hypothetical")), True),
        (tell(finding("seizure", "absent")), False),
        (tell(finding("stress_linked")), False),
        (Told(duration=TODAY), False),
        (Told(answers={"side": "left"}), False),
    ],
)
def test_a_question_or_somebody_elses_illness_tells_nothing_of_the_person(told: Told, empty: bool) -> None:
    assert after(Case(), told).empty is empty


def test_the_case_comes_back_from_the_slots() -> None:
    slots: Mapping[str, Any] = {
        "findings": {"weakness": {"status": "present", "said": "weak"}},
        "duration_days": [7, 14],
        "subject": "child",
        "side": "left",
        "trend": None,
        "country": "CA",
    }
    case = Case.from_slots(slots, KNOWLEDGE.question_slots)
    assert case == Case(
        Findings({"weakness": finding("weakness", said="weak")}), WEEKS, Subject.CHILD, {"side": "left"}
    )
    assert Case.from_slots({}, KNOWLEDGE.question_slots) == Case()
