"""What the safety policy decides, as a table over its small view of the talk."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.shared.core.domain import Domain

from nose_twitch.medical.levels import TriageLevel
from nose_twitch.rasa_parts.safety_decision import Announced, View, decide

LISTEN, END_FORM, FORM = "action_listen", "action_deactivate_loop", "twitch_form"
ESCALATE, UPDATE = "action_escalate", "action_update_assessment"
PLACES: dict[str, dict[str, Any]] = {"before": {}, "in the form": {"form_active": True}, "after": {"answered": True}}
TELLING = [
    "describe_twitch",
    "report_symptom",
    "answer",
    "correct_statement",
    "nlu_fallback",
    "affirm",
    "greet",
    "start_check",
]


@pytest.fixture(scope="module")
def responses(domain: Domain) -> frozenset[str]:
    return frozenset(domain.responses)


@pytest.fixture
def decided(responses: frozenset[str]) -> Any:
    """Decides for a talk in which nothing was told, but for what a test says."""

    def decide_for(level: str = "self_care", *reasons: str, told: Announced | None = None, **more: Any) -> str | None:
        view: dict[str, Any] = {
            "level": TriageLevel.from_name(level),
            "reasons": reasons,
            "announced": told or Announced(),
            "intent": "describe_twitch",
            "done": (),
            "failed": False,
            "spoke": False,
            "form_active": False,
            "answered": False,
            "responses": responses,
        }
        return decide(View(**{**view, **more}))

    return decide_for


def announced(level: str, *reasons: str) -> Announced:
    """What was told before."""
    return Announced(TriageLevel.from_name(level), reasons)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "intent", [*TELLING, "ask_serious", "thanks", "goodbye", "stop", "insult", "out_of_scope", "go_back", None]
)
@pytest.mark.parametrize(
    ("level", "reasons", "says"),
    [
        ("emergency", ["stroke_signs"], "utter_emergency"),
        ("emergency", ["self_harm"], "utter_crisis"),
        ("emergency", ["stroke_signs", "self_harm"], "utter_crisis"),
        ("urgent", ["weakness"], ESCALATE),
        ("see_doctor", ["persistence"], ESCALATE),
    ],
)
def test_a_raised_level_is_told_at_once(
    decided: Any, place: str, intent: str, level: str, reasons: list[str], says: str
) -> None:
    assert decided(level, *reasons, intent=intent, **PLACES[place]) == says


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    ("level", "before", "now", "says"),
    [
        ("urgent", announced("urgent", "weakness"), ["weakness", "numbness"], ESCALATE),
        ("urgent", announced("see_doctor", "persistence"), ["weakness", "persistence"], ESCALATE),
        ("emergency", announced("urgent", "weakness"), ["stroke_signs", "weakness"], "utter_emergency"),
        ("emergency", announced("emergency", "seizure"), ["seizure", "stroke_signs"], "utter_emergency_again"),
        ("emergency", announced("emergency", "seizure"), ["seizure", "self_harm"], "utter_crisis"),
        ("emergency", announced("emergency", "self_harm"), ["self_harm", "seizure"], "utter_emergency"),
    ],
)
def test_a_new_reason_is_told_at_once(
    decided: Any, place: str, level: str, before: Announced, now: list[str], says: str
) -> None:
    assert decided(level, *now, told=before, **PLACES[place]) == says


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("level", ["see_doctor", "urgent"])
@pytest.mark.parametrize("intent", [*TELLING, "ask_serious", "thanks"])
def test_what_was_told_is_not_told_again(decided: Any, place: str, level: str, intent: str) -> None:
    assert decided(level, "pain", told=announced(level, "pain"), intent=intent, **PLACES[place]) is None


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("intent", [*TELLING, "ask_serious", "thanks"])
def test_without_a_reason_the_policy_keeps_out(decided: Any, place: str, intent: str) -> None:
    assert decided(intent=intent, **PLACES[place]) is None


@pytest.mark.parametrize("level", ["see_doctor", "urgent"])
def test_a_reason_less_is_no_news(decided: Any, level: str) -> None:
    assert decided(level, "pain", told=announced(level, "pain", "worsening")) is None


# --- after the message ---


@pytest.mark.parametrize("message", ["utter_emergency", "utter_emergency_again", "utter_crisis", "utter_crisis_again"])
def test_after_an_emergency_the_form_ends_and_the_guide_listens(decided: Any, message: str) -> None:
    known = announced("emergency", "seizure")
    now = {"told": known, "spoke": True}
    assert decided("emergency", "seizure", done=(message,), form_active=True, **now) == END_FORM
    assert decided("emergency", "seizure", done=(message, END_FORM), **now) == LISTEN
    assert decided("emergency", "seizure", done=(message,), **now) == LISTEN


def test_both_kinds_of_emergency_in_one_message_are_both_told(decided: Any) -> None:
    now = {"told": announced("emergency", "self_harm"), "done": ("utter_crisis",), "spoke": True}
    assert decided("emergency", "self_harm", "seizure", **now) == "utter_emergency"


@pytest.mark.parametrize("level", ["see_doctor", "urgent"])
def test_below_emergency_the_open_question_follows(decided: Any, level: str) -> None:
    now = {"told": announced(level, "pain"), "done": (ESCALATE,), "spoke": True}
    assert decided(level, "pain", form_active=True, **now) is None
    assert decided(level, "pain", **now) == FORM
    assert decided(level, "pain", answered=True, **now) == FORM


def test_what_was_asked_is_answered_after_the_message(decided: Any) -> None:
    now = {"told": announced("see_doctor", "pain"), "done": (ESCALATE,), "spoke": True}
    assert decided("see_doctor", "pain", intent="ask_serious", **now) == "utter_serious"


# --- a lower level ---


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    ("level", "reasons", "before"),
    [
        ("self_care", [], announced("emergency", "seizure")),
        ("see_doctor", ["pain"], announced("emergency", "seizure", "pain")),
        ("urgent", ["weakness"], announced("emergency", "stroke_signs", "weakness")),
        ("self_care", [], announced("see_doctor", "pain")),
    ],
)
def test_a_correction_that_lowers_the_level_is_noted(
    decided: Any, place: str, level: str, reasons: list[str], before: Announced
) -> None:
    assert (
        decided(level, *reasons, told=before, intent="correct_statement", **PLACES[place]) == "utter_correction_noted"
    )


def test_a_correction_is_noted_once_and_the_talk_goes_on(decided: Any) -> None:
    now = {"done": ("utter_correction_noted",), "spoke": True}
    assert decided(form_active=True, **now) is None
    assert decided(**now) == FORM
    assert decided(intent="ask_serious", **now) == "utter_serious"


# --- after an emergency ---


@pytest.mark.parametrize("intent", TELLING)
@pytest.mark.parametrize(("reason", "says"), [("seizure", "utter_emergency_stay"), ("self_harm", "utter_crisis_stay")])
def test_after_an_emergency_the_guide_stays_and_asks_nothing(decided: Any, intent: str, reason: str, says: str) -> None:
    known = announced("emergency", reason)
    assert decided("emergency", reason, told=known, intent=intent) == says
    assert decided("emergency", reason, told=known, intent=intent, answered=True) == says
    assert decided("emergency", reason, told=known, intent=intent, done=(says,), spoke=True) == LISTEN


@pytest.mark.parametrize(
    "intent",
    ["ask_waiting", "ask_numbers", "thanks", "goodbye", "forget_me", "start_over", "tell_country"],
)
def test_after_an_emergency_questions_are_still_answered(decided: Any, intent: str) -> None:
    assert decided("emergency", "seizure", told=announced("emergency", "seizure"), intent=intent) is None


def test_after_such_an_answer_the_guide_listens(decided: Any) -> None:
    now = {"told": announced("emergency", "seizure"), "intent": "ask_waiting", "spoke": True}
    assert decided("emergency", "seizure", done=("utter_waiting",), **now) == LISTEN


@pytest.mark.parametrize("intent", ["ask_serious", "ask_self_care", "ask_when_doctor", "ask_luck", "ask_treatment"])
def test_in_an_emergency_nothing_that_is_true_of_a_small_twitch_is_said(decided: Any, intent: str) -> None:
    known = announced("emergency", "seizure")
    assert decided("emergency", "seizure", told=known, intent=intent) == "utter_emergency_stay"


def test_a_question_that_also_tells_of_the_twitch_is_answered_and_then_the_check_begins(decided: Any) -> None:
    asks = {"intent": "ask_environmental", "done": ("utter_environmental",), "spoke": True}
    assert decided("self_care", tells=True, **asks) == "twitch_form"
    assert decided("self_care", tells=False, **asks) is None
    assert decided("self_care", tells=True, answered=True, **asks) is None


# --- when something is broken ---


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("level", ["see_doctor", "urgent"])
def test_a_failed_escalation_still_says_the_level(decided: Any, place: str, level: str) -> None:
    now = {"told": announced(level, "pain"), "failed": True, "done": (ESCALATE,)}
    assert decided(level, "pain", **now, **PLACES[place]) == f"utter_{level}"


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("action", [FORM, UPDATE, "action_give_assessment", "action_repair", "action_tell_numbers"])
def test_any_other_failure_gets_an_honest_sentence(decided: Any, place: str, action: str) -> None:
    assert decided(failed=True, done=(action,), **PLACES[place]) == "utter_trouble"


def test_after_the_sentence_the_guide_listens(decided: Any) -> None:
    assert decided(done=(FORM, "utter_trouble"), spoke=True) == LISTEN
    assert decided(done=(FORM, "utter_trouble"), spoke=True, form_active=True) == LISTEN


def test_a_failure_after_something_was_said_needs_no_second_sentence(decided: Any) -> None:
    now = {"told": announced("urgent", "weakness"), "failed": True, "spoke": True}
    assert decided("urgent", "weakness", done=(ESCALATE, "utter_urgent", FORM), **now) == LISTEN


@pytest.mark.parametrize("level", ["self_care", "see_doctor", "urgent", "emergency"])
@pytest.mark.parametrize("action", [FORM, "utter_serious", ESCALATE, UPDATE])
def test_an_action_that_comes_again_and_again_is_ended(decided: Any, level: str, action: str) -> None:
    now = {"told": announced(level, "pain"), "done": (action,) * 2, "spoke": True}
    assert decided(level, "pain", **now) == LISTEN


# --- the note on what was told ---


def test_the_note_keeps_level_and_reasons() -> None:
    note = announced("urgent", "weakness", "pain")
    assert note.to_slot() == {"level": "urgent", "reasons": ["weakness", "pain"]}
    assert Announced.from_slot(note.to_slot()) == note


def test_no_note_is_nothing_told() -> None:
    assert Announced.from_slot(None) == Announced(TriageLevel.SELF_CARE, ())
