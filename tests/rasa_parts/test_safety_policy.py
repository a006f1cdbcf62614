"""The safety policy inside Rasa: real domain, real tracker events."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered

from nose_twitch.medical.knowledge import load_knowledge
from nose_twitch.medical.levels import TriageLevel
from nose_twitch.rasa_parts.safety_policy import SafetyPolicy
from tests.rasa_parts.talks import END_FORM, FORM, LISTEN, MOST_ACTIONS, PlayedTalk

ESCALATE = "action_escalate"
SAFETY_MESSAGES = ("utter_emergency", "utter_crisis", "utter_urgent", "utter_see_doctor")
LEVEL_OF_REASON = {
    "persistence": "see_doctor",
    "worsening": "see_doctor",
    "weakness": "urgent",
    "vision": "urgent",
    "seizure": "emergency",
    "stroke_signs": "emergency",
    "breathing": "emergency",
    "self_harm": "emergency",
}
LEVELS = ["self_care", "see_doctor", "urgent", "emergency"]


@pytest.fixture(scope="module")
def policy(tmp_path_factory: pytest.TempPathFactory) -> SafetyPolicy:
    storage = LocalModelStorage(tmp_path_factory.mktemp("model"))
    config = SafetyPolicy.get_default_config()
    return SafetyPolicy.create(config, storage, Resource("policy"), ExecutionContext(GraphSchema({})))


@pytest.fixture
def talk(policy: SafetyPolicy, domain: Domain) -> PlayedTalk:
    return PlayedTalk(policy, domain)


def known(*reasons: str) -> dict[str, Any]:
    """The slots when these reasons hold."""
    levels = [LEVELS.index(LEVEL_OF_REASON[reason]) for reason in reasons]
    ordered = sorted(reasons, key=lambda reason: -LEVELS.index(LEVEL_OF_REASON[reason]))
    return {"triage": LEVELS[max(levels, default=0)], "escalation_reasons": ordered or None}


def test_it_outranks_the_rules() -> None:
    assert SafetyPolicy.get_default_config()["priority"] > RulePolicy.get_default_config()["priority"]


@pytest.mark.parametrize("place", ["before", "in the form", "after"])
@pytest.mark.parametrize(
    ("reason", "says"),
    [("seizure", "utter_emergency"), ("self_harm", "utter_crisis"), ("weakness", ESCALATE), ("persistence", ESCALATE)],
)
def test_a_raised_level_is_told_at_once_whatever_the_intent(
    talk: PlayedTalk, place: str, reason: str, says: str
) -> None:
    if place == "in the form":
        talk.open_form()
    for intent in talk.domain.intents:
        other = PlayedTalk(talk.policy, talk.domain)
        other.tracker = talk.tracker.copy()
        other.tell(intent, **known(reason), answered=place == "after")
        assert other.next_action() == says, intent


def test_the_prediction_is_certain_and_overrides_form_and_rules(talk: PlayedTalk) -> None:
    talk.open_form()
    talk.tell(**known("seizure"))
    prediction = talk.predict()
    assert prediction.is_no_user_prediction
    assert max(prediction.probabilities) == 1.0
    assert sum(prediction.probabilities) == 1.0
    assert prediction.policy_priority == SafetyPolicy.get_default_config()["priority"]


def test_without_news_it_keeps_out_entirely(talk: PlayedTalk) -> None:
    talk.tell(triage="self_care")
    prediction = talk.predict()
    assert not any(prediction.probabilities)
    assert not prediction.is_no_user_prediction
    assert not prediction.optional_events


def test_it_notes_what_it_told(talk: PlayedTalk) -> None:
    talk.turn(**known("persistence", "weakness"))
    assert talk.tracker.get_slot("announced") == {"level": "urgent", "reasons": ["weakness", "persistence"]}


@pytest.mark.parametrize("reason", sorted(LEVEL_OF_REASON))
def test_the_same_is_never_told_twice(talk: PlayedTalk, reason: str) -> None:
    first = talk.turn(**known(reason))
    later = [*talk.turn("answer"), *talk.turn("describe_twitch"), *talk.turn("thanks")]
    assert {ESCALATE, *SAFETY_MESSAGES} & set(first)
    assert not {ESCALATE, *SAFETY_MESSAGES} & set(later)


def test_an_emergency_in_the_form_ends_the_form(talk: PlayedTalk) -> None:
    talk.open_form()
    assert talk.turn("answer", **known("seizure")) == ["utter_emergency", END_FORM, LISTEN]
    assert talk.tracker.active_loop_name is None


def test_below_emergency_the_form_goes_on(talk: PlayedTalk) -> None:
    talk.open_form()
    assert talk.turn("answer", script=[FORM], **known("weakness")) == [ESCALATE, FORM, LISTEN]
    assert talk.tracker.active_loop_name == FORM


def test_a_second_emergency_has_other_words(talk: PlayedTalk) -> None:
    talk.turn(**known("seizure"))
    assert talk.turn(**known("seizure", "breathing"))[0] == "utter_emergency_again"


def test_a_correction_is_noted_and_what_comes_later_is_told(talk: PlayedTalk) -> None:
    talk.turn(**known("seizure"))
    assert talk.turn("correct_statement", **known())[0] == "utter_correction_noted"
    assert talk.turn(**known("weakness"))[0] == ESCALATE


def test_an_emergency_after_a_correction_has_other_words(talk: PlayedTalk) -> None:
    talk.turn(**known("seizure"))
    talk.turn("correct_statement", **known())
    assert talk.turn(**known("stroke_signs"))[0] == "utter_emergency_again"


def test_an_emergency_stays_an_emergency(talk: PlayedTalk) -> None:
    talk.turn(**known("seizure"))
    for _ in range(3):
        assert talk.turn("describe_twitch") == ["utter_emergency_stay", LISTEN]
    assert talk.turn("ask_waiting", script=["utter_waiting"]) == ["utter_waiting", LISTEN]
    assert talk.tracker.active_loop_name is None


# --- the action server is away ---


@pytest.mark.parametrize(("reason", "floor"), [("weakness", "utter_urgent"), ("persistence", "utter_see_doctor")])
@pytest.mark.parametrize("in_form", [True, False])
def test_a_failed_escalation_falls_back_on_the_plain_message(
    talk: PlayedTalk, reason: str, floor: str, in_form: bool
) -> None:
    talk.dead = True
    if in_form:
        talk.open_form()
    done = talk.turn("answer", script=[FORM], **known(reason))
    assert done[:2] == [ESCALATE, floor]
    assert done[-1] == LISTEN
    assert "utter_trouble" not in done


@pytest.mark.parametrize(
    ("reasons", "floor"), [(("weakness", "vision"), "utter_urgent"), (("persistence", "worsening"), "utter_see_doctor")]
)
def test_the_plain_message_has_other_words_the_second_time(
    talk: PlayedTalk, reasons: tuple[str, str], floor: str
) -> None:
    talk.dead = True
    assert floor in talk.turn(**known(reasons[0]))
    assert f"{floor}_again" in talk.turn(**known(*reasons))


@pytest.mark.parametrize(
    "action", [FORM, "action_repair", "action_give_assessment", "action_summarise", "action_tell_numbers"]
)
@pytest.mark.parametrize("in_form", [True, False])
def test_any_other_failed_action_gets_an_honest_sentence(talk: PlayedTalk, action: str, in_form: bool) -> None:
    talk.dead = True
    if in_form:
        talk.open_form()
    assert talk.turn(script=[action]) == [action, "utter_trouble", LISTEN]


def test_an_emergency_needs_no_action_server(talk: PlayedTalk) -> None:
    talk.dead = True
    assert talk.turn(**known("stroke_signs")) == ["utter_emergency", LISTEN]


def test_an_action_that_spoke_has_not_failed(talk: PlayedTalk) -> None:
    talk.tell()
    talk.add(ActionExecuted("action_summarise"), BotUttered("the summary"))
    assert talk.next_action() is None


# Reasons that make an emergency; a milder one told in an emergency does not sound the alarm again.
EMERGENCIES = {rule.reason for rule in load_knowledge().rules if rule.level is TriageLevel.EMERGENCY}

# --- any course of a talk ---

TURNS = st.lists(
    st.tuples(
        st.sets(st.sampled_from(sorted(LEVEL_OF_REASON)), max_size=4),
        st.sampled_from(
            ["describe_twitch", "answer", "correct_statement", "ask_serious", "thanks", "nlu_fallback", "start_check"]
        ),
        st.booleans(),
    ),
    max_size=6,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(turns=TURNS)
def test_whatever_comes_news_is_told_in_the_same_turn_and_the_guide_listens_again(
    policy: SafetyPolicy, domain: Domain, turns: list[Any]
) -> None:
    talk, told = PlayedTalk(policy, domain), set[str]()
    for more, intent, dead in turns:
        talk.dead = dead
        news = more - told
        told |= more
        now = known(*told)
        done = talk.turn(intent, script=["action_say_understood", FORM], **now)
        assert done[-1] == LISTEN
        assert len(done) <= MOST_ACTIONS
        if now["triage"] == "emergency" and news & EMERGENCIES:
            assert done[0].startswith(("utter_emergency", "utter_crisis"))
        elif news and now["triage"] != "emergency":
            assert done[0] == ESCALATE
        assert ("self_harm" in news) is any(action in ("utter_crisis", "utter_crisis_again") for action in done)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(turns=TURNS)
def test_no_safety_message_is_repeated_word_for_word(policy: SafetyPolicy, domain: Domain, turns: list[Any]) -> None:
    talk, said = PlayedTalk(policy, domain), list[str]()
    for reasons, intent, dead in turns:
        talk.dead = dead
        said += talk.turn(intent, script=[FORM], **known(*reasons))
    for message in SAFETY_MESSAGES:
        assert said.count(message) <= 1, said
