"""The table of levels that all rules together must add up to (docs/clinical-safety.md)."""

from __future__ import annotations

from typing import Any

import pytest

from nose_twitch.medical.levels import TriageLevel
from nose_twitch.medical.triage import Triage
from tests.medical.cases import KNOWLEDGE, RED_FLAGS, level_of, present, triage_of

EMERGENCY, URGENT, SEE_DOCTOR, SELF_CARE = (
    TriageLevel.EMERGENCY,
    TriageLevel.URGENT,
    TriageLevel.SEE_DOCTOR,
    TriageLevel.SELF_CARE,
)
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


@pytest.mark.parametrize("sign", RED_FLAGS)
@pytest.mark.parametrize("when", ["past_recent", "past_untold"])
def test_a_sign_that_is_over_counts_where_the_knowledge_says_so(sign: str, when: str) -> None:
    assert (level_of({sign: when}) > SELF_CARE) is KNOWLEDGE.findings[sign].passing_counts


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
