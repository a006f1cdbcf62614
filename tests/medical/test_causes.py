"""Which causes the person's own words support, ranked."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nose_twitch.medical.causes import LikelyCause, rank_causes, supports
from tests.medical.cases import KNOWLEDGE, STATUSES, case_of, findings

ALL_CAUSES = [kind.id for kind in KNOWLEDGE.causes]
SUPPORTING = sorted({finding for kind in KNOWLEDGE.causes for finding in kind.weights})


def causes_of(given: dict[str, Any]) -> tuple[LikelyCause, ...]:
    """The ranked causes of a case."""
    return rank_causes(case_of(given), KNOWLEDGE)


def ids_of(given: dict[str, Any]) -> list[str]:
    """Their ids."""
    return [cause.id for cause in causes_of(given)]


def test_the_causes_that_others_rely_on_exist() -> None:
    assert set(ALL_CAUSES) == {
        "psychological",
        "environmental",
        "muscle_fatigue",
        "neurological",
        "lifestyle",
        "medication",
        "other",
    }


@pytest.mark.parametrize(
    ("given", "first"),
    [
        ({"stress_linked": "present"}, "psychological"),
        ({"stress_disorder": "present", "worry": "present"}, "psychological"),
        ({"allergen_or_irritant": "present"}, "environmental"),
        ({"muscle_overuse": "present", "duration_days": [0, 1], "weakness": "absent"}, "muscle_fatigue"),
        ({"tic_urge": "present", "suppressible": "present"}, "neurological"),
        ({"dystonia": "present"}, "neurological"),
        ({"one_side": "present", "spreads_face": "present"}, "neurological"),
        ({"weakness": "present"}, "neurological"),
        ({"seizure": "past_recent"}, "neurological"),
        ({"medication": "present"}, "medication"),
        ({"withdrawal": "present"}, "medication"),
        ({"caffeine": "present", "poor_sleep": "present"}, "lifestyle"),
        ({"alcohol": "present"}, "lifestyle"),
        ({"blink_linked": "present", "past_facial_palsy": "present"}, "other"),
        # Worry about the twitch goes with most causes and must not push the fitting one aside.
        ({"allergen_or_irritant": "present", "worry": "present"}, "environmental"),
        ({"caffeine": "present", "worry": "present", "one_side": "present"}, "lifestyle"),
        ({"stress_linked": "present", "one_side": "present", "suppressible": "present"}, "psychological"),
        ({"weakness": "present", "stress_linked": "present"}, "neurological"),
    ],
)
def test_the_fitting_cause_comes_first(given: dict[str, Any], first: str) -> None:
    assert ids_of(given)[0] == first


@pytest.mark.parametrize(
    "given", [{}, {"worry": "present"}, {"one_side": "present"}, {"duration_days": 20}, {"worsening": "present"}]
)
def test_no_cause_is_named_that_the_words_do_not_support(given: dict[str, Any]) -> None:
    assert causes_of(given) == ()


@pytest.mark.parametrize("finding", SUPPORTING)
@pytest.mark.parametrize("status", ["absent", "uncertain", "hypothetical", "someone_else", "past_long_ago"])
def test_what_is_not_there_speaks_for_nothing(finding: str, status: str) -> None:
    assert ids_of({finding: status}) == []


@pytest.mark.parametrize("status", ["present", "past_recent", "past_untold"])
def test_what_was_there_lately_supports_as_well(status: str) -> None:
    assert supports(findings({"seizure": status}), "seizure")


@pytest.mark.parametrize("cause", ALL_CAUSES)
def test_every_cause_can_be_the_first(cause: str) -> None:
    kind = next(kind for kind in KNOWLEDGE.causes if kind.id == cause)
    assert ids_of(dict.fromkeys(kind.weights, "present"))[0] == cause


def test_the_ranking_follows_the_weight_of_what_was_told() -> None:
    ranked = causes_of(
        {"stress_linked": "present", "stress_disorder": "present", "caffeine": "present", "pain": "present"}
    )
    assert [cause.id for cause in ranked] == ["psychological", "lifestyle", "other"]
    assert [cause.score for cause in ranked] == sorted((cause.score for cause in ranked), reverse=True)


def test_among_equals_everyday_causes_come_before_rare_ones() -> None:
    equal = {
        "stress_linked": "present",
        "allergen_or_irritant": "present",
        "caffeine": "present",
        "tic_urge": "present",
    }
    assert ids_of(equal) == ["psychological", "environmental", "lifestyle", "neurological"]


def test_a_cause_gives_what_was_told_as_its_reason_strongest_first() -> None:
    (cause,) = causes_of(
        {"low_mood": "present", "stress_linked": "present", "worry": "absent", "caffeine": "hypothetical"}
    )
    assert cause.because == ("stress_linked", "low_mood")


@pytest.mark.parametrize(
    ("given", "cause", "against"),
    [
        ({"muscle_overuse": "present", "duration_days": 10}, "muscle_fatigue", ("persistence",)),
        ({"muscle_overuse": "present", "duration_days": 1}, "muscle_fatigue", ()),
        ({"stress_disorder": "present", "stress_linked": "absent"}, "psychological", ("stress_linked",)),
        ({"dystonia": "present", "weakness": "absent", "tic_urge": "absent"}, "neurological", ("weakness", "tic_urge")),
        ({"caffeine": "present", "poor_sleep": "absent"}, "lifestyle", ("poor_sleep",)),
    ],
)
def test_a_cause_says_what_speaks_against_it(given: dict[str, Any], cause: str, against: tuple[str, ...]) -> None:
    (found,) = (each for each in causes_of(given) if each.id == cause)
    assert found.against == against


@pytest.mark.parametrize("cause", ALL_CAUSES)
def test_what_speaks_for_or_against_a_cause_has_a_name_to_say_it_with(cause: str) -> None:
    kind = next(kind for kind in KNOWLEDGE.causes if kind.id == cause)
    assert {*kind.weights, *(about for about, _ in kind.against)} <= set(KNOWLEDGE.findings)


ANY_CASE = st.dictionaries(st.sampled_from(SUPPORTING), st.sampled_from(sorted(STATUSES)), max_size=8)


@given(ANY_CASE)
def test_every_named_cause_rests_on_something_told(given: dict[str, str]) -> None:
    told = findings(given)
    for cause in causes_of(given):
        assert cause.because
        assert all(supports(told, finding) for finding in cause.because)
        assert not set(cause.because) & set(cause.against)


@given(ANY_CASE.flatmap(lambda given: st.tuples(st.just(given), st.permutations(sorted(given)))))
def test_the_order_of_telling_does_not_change_the_ranking(given_and_order: tuple[dict[str, str], list[str]]) -> None:
    given, order = given_and_order
    assert causes_of(given) == causes_of({key: given[key] for key in order})
