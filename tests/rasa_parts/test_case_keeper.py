"""The state of the case after each message, sent as entities that fill the slots of the same name."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from rasa.core.actions.action import ActionExtractSlots
from rasa.core.channels.channel import CollectingOutputChannel
from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActiveLoop, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ENTITIES, INTENT
from rasa.shared.nlu.training_data.message import Message

from nose_twitch.rasa_parts.case_keeper import CaseKeeper
from nose_twitch.rasa_parts.findings_extractor import FindingsExtractor

NAME = CaseKeeper.__name__


class Pipeline:
    """The two components one after the other, and Rasa's own filling of the slots."""

    def __init__(self, create: Callable[[Any], Any], domain: Domain) -> None:
        self.extractor, self.keeper, self.domain = create(FindingsExtractor), create(CaseKeeper), domain
        self.tracker = DialogueStateTracker.from_events("tested", [], domain.slots)

    def parse(self, text: str, intent: str = "describe_twitch", tracker: DialogueStateTracker | None = None) -> Message:
        """One message through both components."""
        message = Message.build(text)
        message.set(INTENT, {"name": intent, "confidence": 0.5})
        (parsed,) = self.keeper.process(self.extractor.process([message], tracker), tracker)
        return parsed

    def sent(self, text: str, intent: str = "describe_twitch", *, first: bool = False) -> dict[str, Any]:
        """The state that is sent for a message: entity to value. `first`: without any tracker."""
        message = self.parse(text, intent, None if first else self.tracker)
        return {entity["entity"]: entity["value"] for entity in message.get(ENTITIES) if entity["extractor"] == NAME}

    async def tell(self, text: str, intent: str = "describe_twitch") -> dict[str, Any]:
        """Send a message, let Rasa fill the slots from its entities, and give the slots that hold something."""
        message = self.parse(text, intent, self.tracker)
        self.tracker.update(UserUttered(text, message.get(INTENT), message.get(ENTITIES)), self.domain)
        filling = ActionExtractSlots(action_endpoint=None)
        nlg = TemplatedNaturalLanguageGenerator(self.domain.responses)
        events = await filling.run(CollectingOutputChannel(), nlg, self.tracker, self.domain)
        self.tracker.update_with_events(events, self.domain)
        return {name: value for name, value in self.tracker.current_slot_values().items() if value is not None}

    def open_question(self, slot: str, **slots: Any) -> None:
        """A question of the form is open."""
        self.tracker.update_with_events(
            [ActiveLoop("twitch_form"), SlotSet("requested_slot", slot), *(SlotSet(*pair) for pair in slots.items())],
            self.domain,
        )


@pytest.fixture
def pipeline(create: Callable[[Any], Any], domain: Domain) -> Pipeline:
    return Pipeline(create, domain)


def test_the_very_first_message_sets_level_reasons_and_facts(pipeline: Pipeline) -> None:
    state = pipeline.sent("My nose has been twitching for 2 weeks and my arm is weak", first=True)
    assert state["findings"]["weakness"]["status"] == "present"
    assert state["duration_days"] == 14
    assert state["triage"] == "urgent"
    assert state["escalation_reasons"] == ["weakness", "persistence"]
    assert state["likely_causes"] == ["neurological"]
    assert {"duration", "other_symptoms"} <= set(state)


def test_a_message_with_a_fresh_tracker_is_like_one_without(pipeline: Pipeline) -> None:
    text = "My nose has been twitching for 2 weeks and my arm is weak"
    assert pipeline.sent(text) == pipeline.sent(text, first=True)


@pytest.mark.parametrize("text", ["hello", "what is it?", "my neighbour has a weak arm", "what if my arm gets weak?"])
def test_there_is_no_level_until_the_person_told_something(pipeline: Pipeline, text: str) -> None:
    assert not {"triage", "escalation_reasons", "likely_causes"} & set(pipeline.sent(text, first=True))


async def test_the_slots_are_filled_by_rasa_itself(pipeline: Pipeline) -> None:
    slots = await pipeline.tell("my nose has been twitching for 2 weeks and my arm is weak")
    assert slots["findings"]["weakness"]["said"]
    assert slots["duration_days"] == 14
    assert slots["triage"] == "urgent"
    assert slots["escalation_reasons"] == ["weakness", "persistence"]


async def test_only_what_changed_is_sent(pipeline: Pipeline) -> None:
    await pipeline.tell("my arm is weak")
    assert pipeline.sent("hello", "greet") == {}
    assert pipeline.sent("my arm is weak") == {}
    assert set(pipeline.sent("it has lasted 2 weeks")) == {"duration_days", "duration", "escalation_reasons"}


async def test_what_is_known_stays_over_the_turns(pipeline: Pipeline) -> None:
    await pipeline.tell("my arm is weak")
    await pipeline.tell("what is this called?", "ask_definition")
    slots = await pipeline.tell("it twitches when I am stressed")
    assert slots["triage"] == "urgent"
    assert slots["escalation_reasons"] == ["weakness", "stress"]


async def test_what_no_longer_holds_is_reset(pipeline: Pipeline) -> None:
    await pipeline.tell("my arm is weak")
    slots = await pipeline.tell("no weakness", "correct_statement")
    assert slots["triage"] == "self_care"
    assert "escalation_reasons" not in slots
    assert "likely_causes" not in slots
    assert slots["findings"]["weakness"]["status"] == "absent"


async def test_nothing_else_is_touched(pipeline: Pipeline) -> None:
    pipeline.tracker.update_with_events(
        [SlotSet("announced", {"level": "urgent", "reasons": []}), SlotSet("misses", 2)], pipeline.domain
    )
    slots = await pipeline.tell("my arm is weak")
    assert slots["announced"] == {"level": "urgent", "reasons": []}
    assert slots["misses"] == 2


async def test_every_slot_that_is_sent_is_filled_from_an_entity_of_its_name(pipeline: Pipeline) -> None:
    mapped = {
        slot.name for slot in pipeline.domain.slots if any(each["type"] == "from_entity" for each in slot.mappings)
    }
    state = pipeline.sent(
        "I'm in Canada, my son's right nostril has twitched for 2 weeks when he is stressed", first=True
    )
    assert len(state) > 5
    assert set(state) <= mapped
    slots = await pipeline.tell("I'm in Canada, my son's right nostril has twitched for 2 weeks when he is stressed")
    assert {name: slots[name] for name in state} == state


def test_the_state_is_plain_json(pipeline: Pipeline) -> None:
    state = pipeline.sent("my nose has been twitching for 2 to 3 weeks and my arm is weak", first=True)
    assert json.loads(json.dumps(state)) == state


def test_the_country_is_known_from_the_message(pipeline: Pipeline) -> None:
    assert pipeline.sent("I'm in Canada", "tell_country", first=True)["country"] == "CA"


async def test_an_answer_fills_the_open_question(pipeline: Pipeline) -> None:
    pipeline.open_question("impact")
    slots = await pipeline.tell("yes", "affirm")
    assert slots["impact"] == "yes"
    assert slots["findings"]["interferes"]["status"] == "present"
    assert slots["escalation_reasons"] == ["interference"]


async def test_a_warning_sign_at_any_question_counts_at_once(pipeline: Pipeline) -> None:
    pipeline.open_question("anything_else")
    assert (await pipeline.tell("my arm is weak"))["triage"] == "urgent"


async def test_an_answered_question_sets_the_intent_answer(pipeline: Pipeline) -> None:
    pipeline.open_question("side")
    message = pipeline.parse("left side", "out_of_scope", pipeline.tracker)
    assert message.get(INTENT)["name"] == "answer"


@pytest.mark.parametrize(
    ("slot", "text", "intent"),
    [
        ("triggers", "can stress cause this?", "ask_stress_link"),
        ("triggers", "is it because of coffee?", "ask_causes"),
        ("stress", "does stress make a nose twitch?", "ask_stress_link"),
        ("onset", "why do you ask if it came suddenly?", "ask_why_question"),
    ],
)
def test_a_question_of_the_person_is_no_answer(pipeline: Pipeline, slot: str, text: str, intent: str) -> None:
    pipeline.open_question(slot)
    state = pipeline.sent(text, intent)
    assert slot not in state
    assert "triage" not in state


async def test_a_doubt_is_settled_by_yes(pipeline: Pipeline) -> None:
    uncertain = {"seizure": {"status": "uncertain", "said": "a kind of fit"}}
    pipeline.open_question("clarify", findings=uncertain, doubt="still_now", doubt_finding="seizure")
    slots = await pipeline.tell("yes", "affirm")
    assert slots["findings"]["seizure"] == {"status": "present", "said": "a kind of fit"}
    assert slots["triage"] == "emergency"


def test_a_sign_of_long_ago_does_not_answer_the_question_about_signs(pipeline: Pipeline) -> None:
    state = pipeline.sent("I had a seizure 20 years ago", first=True)
    assert state["findings"]["seizure"]["when"] == "long_ago"
    assert "other_symptoms" not in state
    assert "escalation_reasons" not in state


def test_messages_come_in_batches_too(pipeline: Pipeline) -> None:
    messages = [Message.build("my arm is weak"), Message.build("")]
    parsed = pipeline.keeper.process(pipeline.extractor.process(messages))
    assert [any(entity["entity"] == "triage" for entity in message.get(ENTITIES)) for message in parsed] == [
        True,
        False,
    ]
