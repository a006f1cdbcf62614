"""A tracker's events as a page shows them."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActiveLoop, BotUttered, Event, Restarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from nose_twitch.medical.knowledge import load_knowledge
from nose_twitch.rasa_parts.channels.messages import shown, standing

DOMAIN = Domain.from_dict(
    {
        "forms": {"twitch_form": {"required_slots": []}},
        "responses": {
            "utter_question_controls": [{"text": "or", "buttons": [{"title": "Not sure", "payload": "not sure"}]}]
        },
        "slots": {
            name: {"type": "any", "mappings": [{"type": "custom"}]}
            for name in ("triage", "question_number", "question_total", "requested_slot")
        },
    }
)


def said(text: str, response: str, buttons: list[dict[str, str]] | None = None, fold: bool = False) -> BotUttered:
    return BotUttered(text, {"buttons": buttons}, {"utter_action": response, "metadata": {"fold": fold}})


def talk(*events: Event) -> DialogueStateTracker:
    return DialogueStateTracker.from_events("web-1", list(events), DOMAIN.slots)


def test_who_said_what() -> None:
    messages = shown([said("Hello", "utter_greet"), UserUttered("hi")], DOMAIN)
    assert [(message["from"], message["blocks"][0]["text"]) for message in messages] == [
        ("guide", "Hello"),
        ("person", "hi"),
    ]
    assert len({message["id"] for message in messages}) == 2


def test_a_pressed_button_is_shown_by_its_title() -> None:
    (message,) = shown([UserUttered("yes, lost strength", metadata={"title": "Yes, lost strength"})], DOMAIN)
    assert message["blocks"][0]["text"] == "Yes, lost strength"


def test_controls_are_told_from_answers() -> None:
    buttons = [{"title": "Yes", "payload": "yes"}, {"title": "Not sure", "payload": "not sure"}]
    (message,) = shown([said("Is it?", "utter_ask_onset", buttons)], DOMAIN)
    assert [(button["payload"], button["control"]) for button in message["buttons"]] == [
        ("yes", False),
        ("not sure", True),
    ]


@pytest.mark.parametrize(
    ("response", "card"),
    [
        ("utter_emergency", "emergency"),
        ("utter_emergency_again", "emergency"),
        ("utter_crisis", "crisis"),
        ("utter_escalate_urgent", "urgent"),
        ("utter_urgent", "urgent"),
        ("utter_escalate_see_doctor_again", "see_doctor"),
        ("utter_assessment_self_care", "self_care"),
        ("utter_greet", None),
        ("utter_self_care_tips", None),
    ],
)
def test_care_cards(response: str, card: str | None) -> None:
    (message,) = shown([said("text", response)], DOMAIN)
    assert message["card"] == card


def test_the_answer_is_one_card() -> None:
    messages = shown(
        [
            said("What I have so far", "utter_understood"),
            said("See a doctor.", "utter_assessment_see_doctor"),
            said("This may fit stress. You told me: exams.", "utter_cause_psychological", fold=True),
            said("Where this comes from: NHS", "utter_assessment_sources", fold=True),
            said("What next?", "utter_after_assessment", [{"title": "Start over", "payload": "start over"}]),
        ],
        DOMAIN,
    )
    assert [message["response"] for message in messages] == [
        "utter_understood",
        "utter_assessment_see_doctor",
        "utter_after_assessment",
    ]
    blocks = messages[1]["blocks"]
    assert [(block["summary"], block["text"]) for block in blocks] == [
        (None, "See a doctor."),
        ("This may fit stress.", "You told me: exams."),
        ("Where this comes from", "NHS"),
    ]


def test_what_was_said_in_between_is_no_part_of_the_answer() -> None:
    messages = shown(
        [
            said("See a doctor.", "utter_assessment_see_doctor"),
            UserUttered("why"),
            said("Because.", "utter_why_advice"),
        ],
        DOMAIN,
    )
    assert [message["from"] for message in messages] == ["guide", "person", "guide"]


def test_what_stood_before_a_restart_is_gone() -> None:
    assert shown([said("a", "utter_greet"), UserUttered("b"), Restarted()], DOMAIN) == []


def links(text: str) -> list[dict[str, str]]:
    (message,) = shown([said(text, "utter_emergency")], DOMAIN)
    found: list[dict[str, str]] = message["blocks"][0]["links"]
    return found


def test_numbers_can_be_tapped() -> None:
    assert links("Call 116 123 in the UK, 911 in the US, or see findahelpline.com.") == [
        {"text": "116 123", "to": "tel:116123"},
        {"text": "911", "to": "tel:911"},
        {"text": "findahelpline.com", "to": "https://findahelpline.com"},
    ]


@pytest.mark.parametrize(
    "text", ["It lasted 1122 days", "1.911 times", "911th", "12 days", "at findahelpline.community"]
)
def test_other_numbers_cannot(text: str) -> None:
    assert links(text) == []


def test_every_line_that_can_be_called_is_known() -> None:
    for country in load_knowledge().helplines["countries"].values():
        for line in [*country["emergency"], *country["crisis"], *country["health_line"]]:
            if "call" in line:
                assert links(f"Call {line['call']} now.")[0]["text"] == line["call"]


def test_the_persons_own_words_hold_no_links() -> None:
    (message,) = shown([UserUttered("i called 911")], DOMAIN)
    assert message["blocks"][0]["links"] == []


ASKING: list[Event] = [
    ActiveLoop("twitch_form"),
    SlotSet("requested_slot", "trend"),
    SlotSet("question_number", 3),
    SlotSet("question_total", 7),
]


def standing_of(*events: Event) -> dict[str, Any]:
    return standing(talk(*events), DOMAIN)


def test_progress_while_a_question_is_open() -> None:
    assert standing_of(*ASKING)["progress"] == {"number": 3, "total": 7}
    assert standing_of(*ASKING, SlotSet("requested_slot", None))["progress"] is None
    assert standing_of(*ASKING, ActiveLoop(None))["progress"] is None


def test_an_emergency_stays_in_view_while_it_is_one() -> None:
    emergency = said("Call 911 now", "utter_emergency")
    now = SlotSet("triage", "emergency")
    pinned = standing_of(now, emergency, said("Keep still", "utter_waiting"))["pinned"]
    assert [card["response"] for card in pinned] == ["utter_emergency"]
    both = standing_of(now, said("Call 988", "utter_crisis"), emergency, emergency)["pinned"]
    assert [card["response"] for card in both] == ["utter_emergency", "utter_crisis"]
    assert standing_of(SlotSet("triage", "urgent"), emergency)["pinned"] == []
    assert standing_of(SlotSet("triage", "self_care"))["pinned"] == []
