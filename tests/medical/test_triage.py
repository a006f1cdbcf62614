"""Which help, how soon: the rules by their own examples, and the table that they must add up to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nose_twitch.medical.knowledge import TriageRule
from nose_twitch.medical.levels import TriageLevel
from nose_twitch.medical.triage import Triage, triage
from tests.medical.cases import KNOWLEDGE, RED_FLAGS, STATUSES, case_of, level_of, triage_of

EMERGENCY, URGENT, SEE_DOCTOR, SELF_CARE = (
    TriageLevel.EMERGENCY,
    TriageLevel.URGENT,
    TriageLevel.SEE_DOCTOR,
    TriageLevel.SELF_CARE,
)
EXAMPLES = [
    pytest.param(rule, example, id=f"{rule.id}-{number}")
    for rule in KNOWLEDGE.rules
    for number, example in enumerate(rule.examples, start=1)
]
RULES = [pytest.param(rule, id=rule.id) for rule in KNOWLEDGE.rules]
# Signs that are a stroke's, a seizure's or a blackout's: still an emergency when they passed lately.
PASSING_SIGNS = [
    "face_droop",
    "slurred_speech",
    "weakness",
    "numbness",
    "vision",
    "worst_headache",
    "confusion",
    "balance",
    "stroke",
    "seizure",
    "loss_of_awareness",
]
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


def present(*ids: str, **more: Any) -> dict[str, Any]:
    """A case in which these findings are there."""
    return {**dict.fromkeys(ids, "present"), **more}


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


AT_ONCE = [
    "face_droop",
    "slurred_speech",
    "confusion",
    "worst_headache",
    "stroke",
    "seizure",
    "loss_of_awareness",
    "breathing",
    "swelling",
    "chest_pain",
    "self_harm",
    "failed_sign_test",
]
IF_SUDDEN = ["weakness", "numbness", "vision", "balance", "swallowing"]
AFTER_A_KNOCK = [
    "clear_fluid",
    "head_injury_sign",
    "vision",
    "slurred_speech",
    "balance",
    "confusion",
    "weakness",
    "numbness",
    "seizure",
    "worst_headache",
]


@pytest.mark.parametrize("sign", AT_ONCE)
def test_emergency_at_once(sign: str) -> None:
    assert level_of(present(sign)) is EMERGENCY


@pytest.mark.parametrize("sign", IF_SUDDEN)
def test_emergency_if_it_came_suddenly_else_urgent(sign: str) -> None:
    assert level_of(present(sign, "sudden_onset")) is EMERGENCY
    assert level_of(present(sign)) is URGENT
    assert level_of(present(sign, "gradual_onset", sudden_onset="absent")) is URGENT


@pytest.mark.parametrize("sign", IF_SUDDEN)
@pytest.mark.parametrize("answer", ["not_sure", "skipped"])
def test_not_sure_about_the_start_leaves_it_urgent(sign: str, answer: str) -> None:
    assert triage_of(present(sign), {"onset": answer}).level is URGENT


@pytest.mark.parametrize("sign", ["face_droop", "slurred_speech", "confusion"])
def test_a_sign_that_came_slowly_is_urgent(sign: str) -> None:
    assert level_of(present(sign, "gradual_onset")) is URGENT


@pytest.mark.parametrize("sign", AFTER_A_KNOCK)
def test_a_knock_to_the_head_with_a_red_flag_is_an_emergency(sign: str) -> None:
    assert level_of(present("head_injury", sign)) is EMERGENCY


@pytest.mark.parametrize("when", ["past_recent", "past_untold"])
def test_a_knock_of_the_last_days_counts_like_one_of_today(when: str) -> None:
    assert level_of({"head_injury": when}) is URGENT
    assert level_of({"head_injury": when, "clear_fluid": "present"}) is EMERGENCY


@pytest.mark.parametrize("taken", ["medication", "substance_use"])
@pytest.mark.parametrize("sign", ["fever", "confusion", "stiffness"])
def test_a_drug_reaction_with_fever_confusion_or_rigidity_is_an_emergency(taken: str, sign: str) -> None:
    assert level_of(present(taken, sign)) is EMERGENCY


@pytest.mark.parametrize("sign", PASSING_SIGNS)
@pytest.mark.parametrize("when", ["past_recent", "past_untold"])
def test_a_sign_that_passed_lately_or_at_a_time_not_told_is_an_emergency(sign: str, when: str) -> None:
    assert level_of({sign: when}) is EMERGENCY


@pytest.mark.parametrize(
    "given",
    [
        present("rhythmic_jerks"),
        present("face_arm_jerks"),
        present("head_injury"),
        present("lockjaw"),
        present("swallowing"),
        present("medication", "sweating_agitation"),
        present("medication", "dystonia"),
        present("withdrawal", "tremor"),
        {"breathing": "past_recent"},
    ],
)
def test_help_today(given: dict[str, str]) -> None:
    assert level_of(given) is URGENT


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"duration_days": 4}, "persistence"),
        ({"duration_days": [3, 5]}, "persistence"),
        (present("persistence"), "persistence"),
        (present("worsening"), "worsening"),
        (present("more_frequent"), "more_frequent"),
        (present("pain"), "other_health_problem"),
        (present("other_symptom"), "other_health_problem"),
        (present("known_condition"), "other_health_problem"),
        (present("stress_linked"), "stress"),
        (present("interferes"), "interference"),
        (present("tic_urge"), "movement_signs"),
        (present("dystonia"), "movement_signs"),
        (present("one_side", "spreads_face"), "movement_signs"),
        (present("one_side", "rippling"), "movement_signs"),
        ({"suppressible": "absent", "duration_days": 4}, "movement_signs"),
        (present("spreads_face"), "spreading"),
        (present("eye_twitch"), "many_places"),
        (present("other_jerks"), "many_places"),
        (present("medication"), "medication"),
        (present("infection", subject="child"), "child_overnight"),
        (present("low_mood"), "mood"),
        (present("unsure_signs"), "unsure_signs"),
    ],
)
def test_a_doctors_visit(given: dict[str, Any], reason: str) -> None:
    result = triage_of(given)
    assert result.level is SEE_DOCTOR
    assert reason in result.reasons


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"duration_days": 0},
        {"duration_days": 3},
        {"duration_days": [2, 3]},
        present("one_side"),
        present("both_sides"),
        present("worry"),
        present("caffeine", "poor_sleep", "alcohol"),
        present("allergen_or_irritant"),
        present("muscle_overuse", duration_days=[0, 1]),
        present("improving"),
        present("fatigue"),
        present("suppressible"),
        present("blink_linked"),
        present("sudden_onset"),
        {"suppressible": "absent"},
        present("infection"),
    ],
)
def test_nothing_alarming_is_self_care_without_a_reason(given: dict[str, Any]) -> None:
    assert triage_of(given) == Triage(SELF_CARE, ())


@pytest.mark.parametrize("sign", RED_FLAGS)
def test_every_red_flag_that_is_there_needs_help_today_or_at_once(sign: str) -> None:
    assert level_of(present(sign)) >= URGENT


@pytest.mark.parametrize("sign", sorted(KNOWLEDGE.findings))
@pytest.mark.parametrize("status", ["absent", "hypothetical", "someone_else", "uncertain", "past_long_ago"])
def test_what_is_not_plainly_there_raises_nothing(sign: str, status: str) -> None:
    assert triage_of({sign: status}) == Triage(SELF_CARE, ())


@pytest.mark.parametrize("days", [30, 3650])
@pytest.mark.parametrize("sign", ["weakness", "numbness", "rhythmic_jerks"])
def test_old_and_still_there_counts(sign: str, days: int) -> None:
    assert level_of(present(sign, duration_days=days)) is URGENT


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
