"""What is read in a message leaves the component as entities."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActiveLoop, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from nose_twitch.medical.findings import Status
from nose_twitch.rasa_parts.findings_extractor import READING, FindingsExtractor, asked_slot, without_command


@pytest.fixture
def extractor(create: Callable[[Any], Any]) -> FindingsExtractor:
    made = create(FindingsExtractor)
    assert isinstance(made, FindingsExtractor)
    return made


def at_question(domain: Domain, slot: str, form: str | None = "twitch_form") -> DialogueStateTracker:
    """A tracker on which a question is open, or is only left over without its form."""
    return DialogueStateTracker.from_events("tested", [ActiveLoop(form), SlotSet("requested_slot", slot)], domain.slots)


def entities(
    extractor: FindingsExtractor, text: str, tracker: DialogueStateTracker | None = None
) -> list[dict[str, Any]]:
    """The entities of a message."""
    (message,) = extractor.process([Message.build(text)], tracker)
    found: list[dict[str, Any]] = message.get(ENTITIES)
    return found


def test_a_finding_is_an_entity_with_its_status_and_place(extractor: FindingsExtractor) -> None:
    text = "Hello, my arm is weak"
    (entity,) = entities(extractor, text)
    assert (entity["entity"], entity["value"], entity["role"]) == ("finding", "weakness", "present")
    assert "weak" in text[entity["start"] : entity["end"]]


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("my arm is weak", Status.PRESENT),
        ("no weakness", Status.ABSENT),
        ("what if my arm gets weak?", Status.HYPOTHETICAL),
        ("my neighbour has a weak arm", Status.SOMEONE_ELSE),
    ],
)
def test_the_role_is_the_status(extractor: FindingsExtractor, text: str, role: Status) -> None:
    assert [entity["role"] for entity in entities(extractor, text)] == [role.value]


def test_roles_are_those_of_the_domain(domain: Domain) -> None:
    assert set(domain.entity_properties.roles["finding"]) == {status.value for status in Status}


def test_a_duration_is_an_entity_in_days(extractor: FindingsExtractor) -> None:
    (entity,) = entities(extractor, "my nose has been twitching for 2 weeks")
    assert (entity["entity"], entity["value"]) == ("duration_told", 14)


@pytest.mark.parametrize("text", ["", "   ", "hello there"])
def test_a_message_that_tells_nothing_has_no_entities(extractor: FindingsExtractor, text: str) -> None:
    assert entities(extractor, text) == []


def test_entities_of_earlier_components_stay(extractor: FindingsExtractor) -> None:
    earlier = {"entity": "other", "value": 1}
    message = Message(data={TEXT: "my arm is weak", ENTITIES: [earlier]})
    extractor.process([message])
    assert message.get(ENTITIES)[0] == earlier
    assert len(message.get(ENTITIES)) == 2


def test_every_message_of_a_batch_is_read(extractor: FindingsExtractor) -> None:
    messages = extractor.process([Message.build("my arm is weak"), Message.build("no weakness"), Message(data={})])
    assert [[entity["role"] for entity in message.get(ENTITIES)] for message in messages] == [
        ["present"],
        ["absent"],
        [],
    ]
    assert all(message.get(READING) is not None for message in messages)


def test_a_bare_answer_is_read_in_the_light_of_the_open_question(extractor: FindingsExtractor, domain: Domain) -> None:
    def answers(tracker: DialogueStateTracker | None) -> dict[str, str]:
        (message,) = extractor.process([Message.build("yes")], tracker)
        found: dict[str, str] = message.get(READING).answers
        return found

    assert answers(at_question(domain, "impact")) == {"impact": "yes"}
    assert answers(at_question(domain, "stress")) == {"stress": "yes"}
    assert answers(at_question(domain, "impact", form=None)) == {}
    assert answers(None) == {}


def test_a_question_is_open_only_while_its_form_is(domain: Domain) -> None:
    assert asked_slot(at_question(domain, "side")) == "side"
    assert asked_slot(at_question(domain, "side", form=None)) is None
    assert asked_slot(None) is None


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("/restart", "restart"),
        ('/answer{"triage": "self_care"}', 'answer{"triage": "self_care"}'),
        (" / weak", "weak"),
        ("left/right", "left/right"),
    ],
)
def test_nobody_can_give_commands(typed: str, read: str) -> None:
    assert without_command(typed) == read


def test_a_command_loses_its_slash_before_rasa_sees_it(extractor: FindingsExtractor) -> None:
    (message,) = extractor.process([Message.build("/my arm is weak")])
    assert message.get(TEXT) == "my arm is weak"
    assert [entity["value"] for entity in message.get(ENTITIES)] == ["weakness"]
