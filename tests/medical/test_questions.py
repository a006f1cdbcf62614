"""Which question comes next, and when it is enough."""

from __future__ import annotations

import random
from statistics import median
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nose_twitch.medical.assessment import assess
from nose_twitch.medical.case import NOT_SURE, SKIPPED
from nose_twitch.medical.findings import Findings
from nose_twitch.medical.knowledge import CLARIFY
from nose_twitch.medical.levels import TriageLevel
from nose_twitch.medical.questions import (
    SCREEN,
    OpenDoubt,
    findings_of_answer,
    next_question,
    open_doubt,
    questions_left,
    settle,
)
from tests.medical.cases import KNOWLEDGE, RED_FLAGS, STATUSES, case_of, findings, statuses_of
from tests.medical.patients import interview, replies_to

MOST, USUAL = 12, 8
# One red flag is never told in words: it is what "no" to the sign test means.
TOLD_RED_FLAGS = sorted(set(RED_FLAGS) - {"failed_sign_test"})
ANY_CASE = st.dictionaries(st.sampled_from(sorted(KNOWLEDGE.findings)), st.sampled_from(sorted(STATUSES)), max_size=6)
REPLIES = st.lists(st.integers(0, 9), min_size=1, max_size=20)
DOUBTS = [
    pytest.param(doubt.id, about, status.value, id=f"{doubt.id}-{about}-{status.value}")
    for doubt in KNOWLEDGE.doubts.values()
    for about in doubt.findings
    for status in sorted(doubt.statuses, key=lambda status: status.value)
    if status.value in STATUSES
]


def ask(
    given: dict[str, Any],
    answers: dict[str, str] | None = None,
    asked: tuple[str, ...] = (),
    settled: tuple[str, ...] = (),
) -> str | None:
    """The next question for a case."""
    case = case_of(given, answers)
    return next_question(case, assess(case, KNOWLEDGE), asked, settled, KNOWLEDGE)


@given(ANY_CASE, st.none() | st.integers(0, 400), st.sampled_from(["self", "child", "other"]), REPLIES)
def test_nobody_is_asked_more_than_twelve_questions_or_anything_twice(
    given: dict[str, str], days: int | None, subject: str, replies: list[int]
) -> None:
    numbers = iter(replies * 20)
    held = interview({**given, "duration_days": days, "subject": subject}, lambda slot: next(numbers))
    assert len(held.asked) <= MOST
    plain = [slot for slot in held.asked if slot != CLARIFY]
    assert len(plain) == len(set(plain))
    assert len(held.doubts) == len(set(held.doubts))


@given(ANY_CASE, REPLIES)
def test_nobody_gets_to_the_end_without_the_question_about_warning_signs(
    given: dict[str, str], replies: list[int]
) -> None:
    numbers = iter(replies * 20)
    held = interview(given, lambda slot: next(numbers))
    assert SCREEN in held.case.answers or held.assessment.level is TriageLevel.EMERGENCY
    if SCREEN in held.asked:
        assert set(held.asked[: held.asked.index(SCREEN)]) <= {CLARIFY, "onset"}


@given(ANY_CASE, st.lists(st.sampled_from(KNOWLEDGE.questions), unique_by=lambda each: each.slot), REPLIES, st.data())
def test_nothing_is_asked_that_is_answered(
    given: dict[str, str], told: list[Any], replies: list[int], data: st.DataObject
) -> None:
    answers = {question.slot: data.draw(st.sampled_from(replies_to(question.slot))) for question in told}
    numbers = iter(replies * 20)
    held = interview(given, lambda slot: next(numbers), answers)
    reopened = {SCREEN} if answers.get(SCREEN) == "some" else set()  # what had answered it may be taken back
    assert not set(held.asked) & (set(answers) - reopened)


def test_eight_questions_are_enough_for_most_people() -> None:
    chance = random.Random(7)
    held = [interview({}, lambda slot: chance.randrange(100)) for _ in range(300)]
    assert median(len(each.asked) for each in held) <= USUAL


def test_the_knowledge_keeps_the_promised_number() -> None:
    assert KNOWLEDGE.max_questions == MOST


@pytest.mark.parametrize("asked", [MOST, MOST + 1])
def test_after_twelve_questions_it_is_enough(asked: int) -> None:
    assert ask({"weakness": "uncertain"}, asked=("side",) * asked) is None


@pytest.mark.parametrize("sign", ["face_droop", "seizure", "self_harm", "breathing"])
def test_at_an_emergency_the_questions_stop(sign: str) -> None:
    assert ask({sign: "present", "numbness": "uncertain"}) is None


def test_warning_signs_are_asked_for_before_anything_else() -> None:
    assert ask({}) == SCREEN


@pytest.mark.parametrize("sign", ["weakness", "numbness", "vision", "balance"])
def test_a_sign_that_may_be_sudden_is_settled_first(sign: str) -> None:
    assert ask({sign: "present"}) == "onset"


@pytest.mark.parametrize("onset", ["sudden_onset", "gradual_onset"])
def test_how_it_began_is_not_asked_when_told(onset: str) -> None:
    assert ask({"weakness": "present", onset: "present"}) != "onset"


def test_a_doubt_about_a_warning_sign_comes_before_every_other_question() -> None:
    assert ask({"weakness": "uncertain"}) == CLARIFY
    assert ask({"numbness": "present", "seizure": "uncertain"}) == CLARIFY


def test_a_doubt_about_self_harm_comes_before_every_other_doubt() -> None:
    case = case_of(dict.fromkeys(RED_FLAGS, "uncertain"))
    assert open_doubt(case, (), KNOWLEDGE) == OpenDoubt("self_harm_now", "self_harm")


@pytest.mark.parametrize("sign", TOLD_RED_FLAGS)
def test_every_uncertain_red_flag_is_asked_about(sign: str) -> None:
    doubt = open_doubt(case_of({sign: "uncertain"}), (), KNOWLEDGE)
    assert doubt is not None
    assert doubt.about == sign


@pytest.mark.parametrize(("doubt", "about", "status"), DOUBTS)
def test_a_doubt_is_asked_once(doubt: str, about: str, status: str) -> None:
    case = case_of({about: status})
    assert open_doubt(case, (), KNOWLEDGE) == OpenDoubt(doubt, about)
    assert open_doubt(case, (f"{doubt}:{about}",), KNOWLEDGE) is None


@pytest.mark.parametrize("sign", TOLD_RED_FLAGS)
def test_somebody_elses_red_flag_raises_the_question_for_whom(sign: str) -> None:
    assert open_doubt(case_of({sign: "someone_else"}), (), KNOWLEDGE) == OpenDoubt("who", sign)


def test_for_whom_is_not_asked_once_the_person_told_of_themselves() -> None:
    assert open_doubt(case_of({"weakness": "someone_else", "stress_linked": "present"}), (), KNOWLEDGE) is None
    assert open_doubt(case_of({"weakness": "someone_else", "duration_days": 2}), (), KNOWLEDGE) is None


@pytest.mark.parametrize("status", ["uncertain", "past_recent", "past_untold", "hypothetical"])
def test_a_hint_of_self_harm_is_asked_about(status: str) -> None:
    assert open_doubt(case_of({"self_harm": status}), (), KNOWLEDGE) == OpenDoubt("self_harm_now", "self_harm")


@pytest.mark.parametrize("doubt", ["self_harm_now", "weak_or_tired", "still_now"])
def test_not_knowing_about_a_warning_sign_takes_the_careful_reading(doubt: str) -> None:
    about = KNOWLEDGE.doubts[doubt].findings[0]
    for answer in (NOT_SURE, SKIPPED, "yes"):
        assert statuses_of(Findings().replace(settle(OpenDoubt(doubt, about), answer, "", KNOWLEDGE))) == {
            about: "present"
        }
    assert statuses_of(Findings().replace(settle(OpenDoubt(doubt, about), "no", "", KNOWLEDGE))) == {about: "absent"}


@pytest.mark.parametrize(
    ("answer", "becomes"),
    [("yes", "present"), ("no", "someone_else"), (NOT_SURE, "someone_else"), (SKIPPED, "someone_else")],
)
def test_for_whom_decides_whose_sign_it_is(answer: str, becomes: str) -> None:
    assert statuses_of(Findings().replace(settle(OpenDoubt("who", "seizure"), answer, "", KNOWLEDGE))) == {
        "seizure": becomes
    }


@pytest.mark.parametrize("first", [NOT_SURE, SKIPPED])
@pytest.mark.parametrize(
    ("second", "level"),
    [
        ("yes", TriageLevel.SELF_CARE),
        ("no", TriageLevel.EMERGENCY),
        (NOT_SURE, TriageLevel.SEE_DOCTOR),
        (SKIPPED, TriageLevel.SEE_DOCTOR),
    ],
)
def test_not_sure_about_the_signs_is_asked_once_in_other_words(first: str, second: str, level: TriageLevel) -> None:
    chosen = {SCREEN: first, CLARIFY: second, "duration": "today"}
    held = interview({}, lambda slot: replies_to(slot).index(chosen.get(slot, SKIPPED)))
    assert held.doubts == ("unsure_signs:unsure_signs",)
    assert held.asked[:2] == (SCREEN, CLARIFY)
    assert held.assessment.level is level


def test_yes_something_leads_to_the_question_which() -> None:
    told = findings_of_answer(SCREEN, "some", "", Findings(), KNOWLEDGE)
    assert open_doubt(case_of(statuses_of(Findings().merge(told))), (), KNOWLEDGE) == OpenDoubt(
        "which_sign", "some_sign"
    )


def test_yes_something_is_enough_when_a_sign_was_named() -> None:
    assert findings_of_answer(SCREEN, "some", "", findings({"weakness": "present"}), KNOWLEDGE) == []


@pytest.mark.parametrize("status", ["present", "uncertain", "past_recent", "past_untold"])
def test_none_of_these_does_not_take_back_a_sign_that_was_named(status: str) -> None:
    known = findings({"weakness": status})
    after = known.merge(findings_of_answer(SCREEN, "none", "", known, KNOWLEDGE))
    assert statuses_of(after)["weakness"] == status
    assert statuses_of(after)["seizure"] == "absent"


@pytest.mark.parametrize("slot", sorted({question.slot for question in KNOWLEDGE.questions} - {SCREEN}))
@pytest.mark.parametrize("value", [NOT_SURE, SKIPPED, "in my own words"])
def test_not_sure_at_any_other_question_says_nothing(slot: str, value: str) -> None:
    assert findings_of_answer(slot, value, "", Findings(), KNOWLEDGE) == []


def test_what_asks_nothing_says_nothing() -> None:
    assert findings_of_answer("country", "yes", "", Findings(), KNOWLEDGE) == []


@given(ANY_CASE, st.integers(0, MOST))
def test_the_number_of_questions_to_come_is_no_false_promise(given: dict[str, str], asked: int) -> None:
    case = case_of(given)
    left = questions_left(case, assess(case, KNOWLEDGE), asked, KNOWLEDGE)
    assert 0 <= left <= MOST - asked
    if next_question(case, assess(case, KNOWLEDGE), ("side",) * asked, (), KNOWLEDGE) not in (None, CLARIFY):
        assert left >= 1
