"""The order in which a person tells things that do not contradict each other changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nose_twitch.medical.assessment import Assessment, assess
from nose_twitch.medical.case import Case, Subject
from nose_twitch.medical.duration import Duration
from nose_twitch.medical.findings import Finding
from nose_twitch.medical.knowledge import CLARIFY
from nose_twitch.medical.questions import SCREEN
from nose_twitch.medical.turn import Told, Turn, update_case
from tests.medical.cases import KNOWLEDGE, STATUSES, finding, statuses_of

# Findings that no words tell: they only follow from answers.
FOLLOWING = {"some_sign", "unsure_signs", "failed_sign_test"}
TELLABLE = sorted(set(KNOWLEDGE.findings) - FOLLOWING)
CHOICES = {question.slot: sorted(question.choices) for question in KNOWLEDGE.questions}


@dataclass(frozen=True)
class Fact:
    """One thing that a person tells: a finding, an answer or a time."""

    finding: Finding | None = None
    answer: tuple[str, str] | None = None
    duration: Duration | None = None


@st.composite
def stories(draw: st.DrawFn) -> list[Fact]:
    """Facts of one person that do not contradict each other: one status per finding, one answer per question."""
    statuses = draw(st.dictionaries(st.sampled_from(TELLABLE), st.sampled_from(sorted(STATUSES)), max_size=6))
    slots = draw(st.lists(st.sampled_from(sorted(CHOICES)), unique=True, max_size=5))
    answers = {slot: draw(st.sampled_from(CHOICES[slot])) for slot in slots}
    for slot, choice_id in answers.items():
        question = KNOWLEDGE.question(slot)
        assert question is not None
        # "None of these" does not take back a sign that is told, so it contradicts nothing. Who tells in words what a choice
        # stands for, and then chooses it, means those words; who chooses first may mean more: there the order counts.
        choice = question.choices[choice_id]
        set_by_answer = {*choice.sets, *choice.told_by} if slot != SCREEN else set()
        statuses = {key: status for key, status in statuses.items() if key not in set_by_answer}
    days = draw(st.lists(st.integers(0, 400), max_size=2))
    facts = [Fact(finding=finding(key, status, "in my words")) for key, status in statuses.items()]
    facts += [Fact(answer=(slot, choice)) for slot, choice in consistent(answers).items()]
    return facts + [Fact(duration=Duration(day, day)) for day in days]


def consistent(answers: dict[str, str]) -> dict[str, str]:
    """The answers without those that say the opposite of an earlier one ("no stress" and "stress sets it off")."""
    kept: dict[str, str] = {}
    said: dict[str, object] = {}
    for slot, choice_id in answers.items():
        question = KNOWLEDGE.question(slot)
        assert question is not None
        sets = question.choices[choice_id].sets
        if all(said.get(key, status) is status for key, status in sets.items()):
            kept[slot] = choice_id
            said |= sets
    return kept


def told_in(order: list[Fact], cuts: list[int]) -> tuple[Case, Assessment]:
    """The case after the facts were told in this order, cut into messages at these places."""
    case = Case()
    places = sorted({0, len(order), *(cut % (len(order) + 1) for cut in cuts)})
    for start, end in pairwise(places):
        facts = order[start:end]
        told = Told(
            findings=tuple(fact.finding for fact in facts if fact.finding),
            duration=max(
                (fact.duration for fact in facts if fact.duration), key=lambda each: each.max_days, default=None
            ),
            answers=dict(fact.answer for fact in facts if fact.answer),
            subject=Subject.SELF,
        )
        case, _ = update_case(case, told, Turn(), KNOWLEDGE)
    return case, assess(case, KNOWLEDGE)


@settings(max_examples=300)
@given(stories(), st.data())
def test_the_order_of_messages_does_not_change_the_conclusion(story: list[Fact], data: st.DataObject) -> None:
    cuts = st.lists(st.integers(0, 20), max_size=6)
    case, conclusion = told_in(story, data.draw(cuts))
    other_case, other_conclusion = told_in(data.draw(st.permutations(story)), data.draw(cuts))
    assert other_conclusion.level == conclusion.level
    assert other_conclusion.reasons == conclusion.reasons
    assert [cause.id for cause in other_conclusion.causes] == [cause.id for cause in conclusion.causes]
    assert statuses_of(other_case.findings) == statuses_of(case.findings)
    assert other_case.duration == case.duration
    assert {**other_case.answers, SCREEN: ""} == {**case.answers, SCREEN: ""}
    assert CLARIFY not in case.answers


@pytest.mark.parametrize("sign", KNOWLEDGE.question(SCREEN).choices["none"].sets)
@pytest.mark.parametrize("status", sorted(STATUSES))
def test_none_of_these_and_a_sign_that_is_told_may_come_in_any_order(sign: str, status: str) -> None:
    facts = [Fact(answer=(SCREEN, "none")), Fact(finding=finding(sign, status, "in my words"))]
    case, conclusion = told_in(facts, [1])
    other_case, other_conclusion = told_in(facts[::-1], [1])
    assert statuses_of(case.findings) == statuses_of(other_case.findings)
    assert (conclusion.level, conclusion.reasons) == (other_conclusion.level, other_conclusion.reasons)


@settings(max_examples=50)
@given(stories(), st.integers(1, 3))
def test_saying_everything_again_does_not_change_the_conclusion(story: list[Fact], times: int) -> None:
    once, conclusion = told_in(story, [])
    again, same_conclusion = told_in(story * (times + 1), list(range(0, 20, 3)))
    assert same_conclusion.level == conclusion.level
    assert same_conclusion.reasons == conclusion.reasons
    assert statuses_of(again.findings) == statuses_of(once.findings)
