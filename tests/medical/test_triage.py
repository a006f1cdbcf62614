"""Which help, how soon: the rules by their own examples, and what holds for all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nose_twitch.medical.knowledge import TriageRule
from nose_twitch.medical.levels import TriageLevel
from nose_twitch.medical.triage import triage
from tests.medical.cases import KNOWLEDGE, STATUSES, case_of, level_of, present, triage_of

EMERGENCY, SEE_DOCTOR, SELF_CARE = TriageLevel.EMERGENCY, TriageLevel.SEE_DOCTOR, TriageLevel.SELF_CARE
EXAMPLES = [
    pytest.param(rule, example, id=f"{rule.id}-{number}")
    for rule in KNOWLEDGE.rules
    for number, example in enumerate(rule.examples, start=1)
]
RULES = [pytest.param(rule, id=rule.id) for rule in KNOWLEDGE.rules]
SEED_REASONS = {
    "weakness",
    "worsening",
    "more_frequent",
    "persistence",
    "stress",
    "interference",
    "seizure",
    "stroke_signs",
    "self_harm",
}


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_rule_does_what_its_example_says(rule: TriageRule, example: Mapping[str, Any]) -> None:
    fired = triage_of(example["given"]).rules
    assert (rule in fired) is example["fires"]


@pytest.mark.parametrize("rule", RULES)
def test_rule_has_an_example_that_fires_and_one_that_does_not(rule: TriageRule) -> None:
    assert {example["fires"] for example in rule.examples} == {True, False}


@pytest.mark.parametrize("rule", RULES)
def test_examples_name_what_exists(rule: TriageRule) -> None:
    for example in rule.examples:
        assert set(example) == {"given", "fires"}
        for key, value in example["given"].items():
            assert key in ("duration_days", "subject") or (key in KNOWLEDGE.findings and value in STATUSES), example


@pytest.mark.parametrize("rule", RULES)
def test_rule_that_fires_raises_to_its_level_and_tells_its_reason(rule: TriageRule) -> None:
    for example in rule.examples:
        if example["fires"]:
            result = triage_of(example["given"])
            assert result.level >= rule.level
            assert rule.reason in result.reasons


@pytest.mark.parametrize(
    ("claim", "given"),
    [
        ("S37", present("rhythmic_jerks")),
        ("S37", present("tic_urge")),
        ("S56", {"duration_days": 4}),
        ("S58", present("worsening")),
        ("S59", present("more_frequent")),
        ("S60", present("other_symptom")),
        ("S61", present("weakness")),
        ("S61", present("headache")),
        ("S63", present("stress_linked")),
        ("S69", present("interferes")),
    ],
)
def test_what_the_article_sends_to_a_doctor_is_sent_there(claim: str, given: dict[str, Any]) -> None:
    fired = [rule for rule in triage_of(given).rules if claim in rule.claims]
    assert fired
    assert all(rule.level >= SEE_DOCTOR for rule in fired)


def test_each_escalation_claim_of_the_article_has_a_rule() -> None:
    claims = {key for key, claim in KNOWLEDGE.claims.items() if claim["kind"] == "esc"}
    assert claims <= {claim for rule in KNOWLEDGE.rules for claim in rule.claims}


def test_the_reasons_that_others_rely_on_exist() -> None:
    assert {rule.reason for rule in KNOWLEDGE.rules} >= SEED_REASONS


def test_all_reasons_are_told_most_urgent_first_and_each_once() -> None:
    result = triage_of(present("face_droop", "seizure", "weakness", "worsening", "headache", "pain", duration_days=14))
    assert result.level is EMERGENCY
    assert set(result.reasons) == {
        "stroke_signs",
        "seizure",
        "weakness",
        "persistence",
        "worsening",
        "other_health_problem",
    }
    assert len(result.reasons) == len(set(result.reasons))
    levels = [max(rule.level for rule in result.rules if rule.reason == reason) for reason in result.reasons]
    assert levels == sorted(levels, reverse=True)
    assert set(result.leading_reasons) == {"stroke_signs", "seizure"}


ANY_CASE = st.dictionaries(st.sampled_from(sorted(KNOWLEDGE.findings)), st.sampled_from(sorted(STATUSES)), max_size=8)
# The only things that may lower a level: a slow start speaks against a stroke.
REASSURING = {"gradual_onset"}


@given(ANY_CASE, st.sampled_from(sorted(set(KNOWLEDGE.findings) - REASSURING)))
def test_one_more_thing_that_is_there_never_lowers_the_level(given: dict[str, str], more: str) -> None:
    given = {key: status for key, status in given.items() if key != more}
    assert level_of({**given, more: "present"}) >= level_of(given)


@given(ANY_CASE, st.none() | st.integers(0, 400))
def test_no_level_without_a_reason_and_no_reason_without_a_level(given: dict[str, str], days: int | None) -> None:
    result = triage(case_of({**given, "duration_days": days}), KNOWLEDGE)
    assert bool(result.reasons) is (result.level > SELF_CARE)
    assert bool(result.leading_reasons) is (result.level > SELF_CARE)
