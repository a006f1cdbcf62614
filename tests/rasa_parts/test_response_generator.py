"""The wording as it is sent: controls at every question, and no menus in the terminal."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from nose_twitch.medical.knowledge import load_knowledge
from nose_twitch.rasa_parts.response_generator import CONTROLS, TERMINAL, GuideResponses

CONTROL_TITLES = ["Not sure", "Skip", "Why do you ask?", "Go back"]
KNOWLEDGE = load_knowledge()
QUESTIONS = [(question.slot, None) for question in KNOWLEDGE.questions] + [
    ("clarify", doubt) for doubt in KNOWLEDGE.doubts
]


@pytest.fixture
def responses(domain: Domain) -> GuideResponses:
    return GuideResponses(domain)


async def said(
    responses: GuideResponses, domain: Domain, name: str, channel: str = "rest", **slots: Any
) -> dict[str, Any]:
    """A response as it goes out."""
    known = {"question_number": 3, "question_total": 7, "doubt_about": "numbness", "ask_again": False, **slots}
    events = [UserUttered("hello", input_channel=channel), *(SlotSet(*pair) for pair in known.items())]
    tracker = DialogueStateTracker.from_events("tested", events, domain.slots)
    message = await responses.generate(name, tracker, channel)
    assert message is not None
    return message


def titles(message: dict[str, Any]) -> list[str]:
    """The titles of a message's buttons."""
    return [button["title"] for button in message.get("buttons") or []]


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize(("slot", "doubt"), QUESTIONS)
async def test_every_question_has_its_choices_and_the_four_controls(
    responses: GuideResponses, domain: Domain, slot: str, doubt: str | None, again: bool
) -> None:
    message = await said(responses, domain, f"utter_ask_{slot}", doubt=doubt, ask_again=again)
    shown = titles(message)
    assert shown[-4:] == CONTROL_TITLES
    assert 1 <= len(shown) - 4 <= 4
    assert len(shown) == len(set(shown))


@pytest.mark.parametrize(("slot", "doubt"), QUESTIONS)
async def test_a_question_that_comes_again_has_other_words(
    responses: GuideResponses, domain: Domain, slot: str, doubt: str | None
) -> None:
    first = await said(responses, domain, f"utter_ask_{slot}", doubt=doubt)
    again = await said(responses, domain, f"utter_ask_{slot}", doubt=doubt, ask_again=True)
    assert first["text"] != again["text"]
    assert titles(first) == titles(again)


@pytest.mark.parametrize("name", ["utter_greet", "utter_emergency", "utter_serious", "utter_after_assessment"])
async def test_what_is_no_question_has_no_controls(responses: GuideResponses, domain: Domain, name: str) -> None:
    assert not set(titles(await said(responses, domain, name))) & set(CONTROL_TITLES)


async def test_the_question_says_where_one_stands(responses: GuideResponses, domain: Domain) -> None:
    message = await said(responses, domain, "utter_ask_duration")
    assert "3" in message["text"]
    assert "7" in message["text"]
    assert "{" not in message["text"]


async def test_asking_often_does_not_pile_up_controls(responses: GuideResponses, domain: Domain) -> None:
    before = copy.deepcopy(domain.responses)
    first = titles(await said(responses, domain, "utter_ask_side"))
    assert titles(await said(responses, domain, "utter_ask_side")) == first
    assert domain.responses == before


async def test_the_controls_follow_when_rasa_exchanges_the_wording(responses: GuideResponses, domain: Domain) -> None:
    other = copy.deepcopy(domain.responses)
    other[CONTROLS][0]["buttons"] = [{"title": "Pass", "payload": "skip"}]
    responses.responses = other
    assert titles(await said(responses, domain, "utter_ask_side"))[-1:] == ["Pass"]
    assert not set(titles(await said(responses, domain, "utter_ask_side"))) & set(CONTROL_TITLES)


@pytest.mark.parametrize(("slot", "doubt"), QUESTIONS)
async def test_in_the_terminal_choices_are_written_out_and_nothing_is_a_menu(
    responses: GuideResponses, domain: Domain, slot: str, doubt: str | None
) -> None:
    message = await said(responses, domain, f"utter_ask_{slot}", channel=TERMINAL, doubt=doubt)
    elsewhere = await said(responses, domain, f"utter_ask_{slot}", doubt=doubt)
    assert not message.get("buttons")
    assert all(title in message["text"] for title in titles(elsewhere)[:-4])
    assert message["text"].startswith(elsewhere["text"])


async def test_in_the_terminal_a_question_says_how_to_steer(responses: GuideResponses, domain: Domain) -> None:
    hint = domain.responses[CONTROLS][0]["metadata"]["terminal_hint"]
    assert hint in (await said(responses, domain, "utter_ask_side", channel=TERMINAL))["text"]
    assert hint not in (await said(responses, domain, "utter_greet", channel=TERMINAL))["text"]
    assert all(title.split()[0].lower() in hint.lower() for title in CONTROL_TITLES)


async def test_no_blank_line_that_rasa_would_split_a_message_at(responses: GuideResponses, domain: Domain) -> None:
    for name in domain.responses:
        message = await said(responses, domain, name, channel=TERMINAL)
        assert "\n\n" not in message.get("text", ""), name


async def test_an_unknown_response_is_none(responses: GuideResponses, domain: Domain) -> None:
    tracker = DialogueStateTracker.from_events("tested", [], domain.slots)
    assert await responses.generate("utter_never_written", tracker, "rest") is None
