"""Replies to a question: choices, yes and no in many voices, not sure, skip, and what is no answer at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from nose_twitch.language.ages import age_group
from nose_twitch.language.reader import load_reader
from nose_twitch.medical.knowledge import load_knowledge
from nose_twitch.medical.questions import OpenDoubt

DOMAIN = Path(__file__).parents[2] / "domain.yml"
# What a button says, where it does not begin like the id of its choice.
BUTTONS = {
    "onset": {"yes, suddenly": "sudden", "no, slowly": "gradual"},
    "other_symptoms": {"none of these": "none", "yes, something": "some"},
    "trend": {
        "about the same": "same",
        "getting stronger": "worse",
        "coming more often": "more_often",
        "getting better": "better",
    },
    "frequency": {
        "now and then": "now_and_then",
        "every day": "daily",
        "many times a day": "many_daily",
        "almost non-stop": "constant",
    },
    "side": {
        "left side": "left",
        "right side": "right",
        "both sides or the tip": "both",
        "also eye, cheek or mouth": "beyond",
    },
    "appearance": {
        "quick flicks": "flick",
        "small quivers": "quiver",
        "rippling under the skin": "ripple",
        "rhythmic jerks": "jerk",
        "a pull or squeeze": "pull",
    },
    "triggers": {
        "stress or worry": "stress",
        "pollen, dust or smoke": "irritant",
        "lots of talking or laughing": "overuse",
        "coffee or little sleep": "stimulant",
        "nothing i know of": "nothing",
    },
    "stress": {"yes, they do": "yes", "no, they don't": "no"},
    "impact": {"yes, it does": "yes", "no, not really": "no"},
    "medication": {"yes": "yes", "no": "no"},
    "suppressible": {
        "urge, and i can hold it": "urge_hold",
        "i can hold it, no urge": "hold",
        "i cannot hold it": "cannot_hold",
    },
    "age_group": {"under 18": "child", "18 to 60": "adult", "over 60": "older"},
    "anything_else": {"no, that's all": "nothing"},
}
DURATION_BUTTONS = {"today": (0, 1), "2 or 3 days": (2, 3), "1 to 2 weeks": (7, 14)}


def answer(message: str, slot: str) -> str | None:
    """What a message answers to the open question."""
    return load_reader().read(message, asked=slot).answers.get(slot)


def buttons(slot: str) -> Iterator[str]:
    """The payloads of a question's buttons in the domain."""
    responses = YAML(typ="safe").load(DOMAIN)["responses"]
    for variant in responses[f"utter_ask_{slot}"]:
        for button in variant.get("buttons") or ():
            yield button["payload"]


def test_every_button_of_the_domain_is_understood() -> None:
    for question in load_knowledge().questions:
        for payload in buttons(question.slot):
            if payload in DURATION_BUTTONS:
                told = load_reader().read(payload, asked="duration").duration
                assert told is not None and (told.min_days, told.max_days) == DURATION_BUTTONS[payload]
            elif question.slot == "duration":
                assert answer(payload, "duration") == "longer"
            else:
                assert answer(payload, question.slot) == BUTTONS[question.slot][payload], payload


@pytest.mark.parametrize(
    ("slot", "message", "expected"),
    [
        ("onset", "it hit me out of nowhere", "sudden"),
        ("onset", "crept in over a few weeks", "gradual"),
        ("other_symptoms", "nope, right as rain", "none"),
        ("trend", "no real difference", "same"),
        ("trend", "if anything a little better", "better"),
        ("frequency", "maybe once a month", "now_and_then"),
        ("frequency", "dozens of times a day", "many_daily"),
        ("frequency", "it just never stops", "constant"),
        ("side", "the left one", "left"),
        ("side", "R", "right"),
        ("side", "mostly the right, never the left", "right"),
        ("side", "just the tip", "both"),
        ("appearance", "tiny little jumps", "flick"),
        ("appearance", "like a worm crawling under the skin", "ripple"),
        ("appearance", "it pulls my nose up and holds it", "pull"),
        ("triggers", "cold wind I'd say", "irritant"),
        ("triggers", "too many espressos", "stimulant"),
        ("triggers", "no idea, it just happens", "nothing"),
        ("stress", "only before exams", "yes"),
        ("stress", "makes no odds", "no"),
        ("impact", "yeah I hide my face from people", "yes"),
        ("impact", "nah, I just ignore it", "no"),
        ("medication", "they doubled my tablets", "yes"),
        ("medication", "nothing new, no", "no"),
        ("suppressible", "I can stop it for a minute if I concentrate", "hold"),
        ("suppressible", "no chance, it has a mind of its own", "cannot_hold"),
        ("age_group", "I'm 52", "adult"),
        ("age_group", "she is seven", "child"),
        ("age_group", "it's for my toddler", "child"),
        ("anything_else", "nope that covers everything", "nothing"),
        ("clarify", "yes it's still there", "yes"),
        ("clarify", "no, that was years ago", "no"),
    ],
)
def test_choices_in_the_persons_own_words(slot: str, message: str, expected: str | None) -> None:
    assert answer(message, slot) == expected


@pytest.mark.parametrize(
    "message", ["yep", "yeah for sure", "aye", "mhm", "I'm afraid so", "ye", "haan", "hell yes", "kind of"]
)
def test_yes_in_many_voices(message: str) -> None:
    assert answer(message, "stress") == "yes"


@pytest.mark.parametrize(
    "message", ["nope", "nah mate", "not at all", "nae", "I doubt it", "no way", "it doesn't", "absolutely not"]
)
def test_no_in_many_voices(message: str) -> None:
    assert answer(message, "stress") == "no"


@pytest.mark.parametrize("slot", ["side", "impact", "appearance", "triggers", "age_group", "clarify"])
@pytest.mark.parametrize(
    "message", ["not sure", "idk", "hard to say", "beats me", "I couldn't tell you", "no clue tbh", "who knows"]
)
def test_not_sure_at_every_question(slot: str, message: str) -> None:
    assert answer(message, slot) == "not_sure"


@pytest.mark.parametrize("slot", ["side", "impact", "appearance", "triggers", "age_group", "clarify"])
@pytest.mark.parametrize(
    "message", ["skip", "pass", "next question please", "I'd rather not say", "none of your business"]
)
def test_skip_at_every_question(slot: str, message: str) -> None:
    assert answer(message, slot) == "skipped"


@pytest.mark.parametrize(
    "slot",
    [
        "side",
        "impact",
        "appearance",
        "triggers",
        "stress",
        "medication",
        "suppressible",
        "anything_else",
        "frequency",
        "other_symptoms",
        "onset",
    ],
)
@pytest.mark.parametrize(
    "message",
    [
        "why do you ask?",
        "why do you need to know that",
        "is it serious?",
        "is this dangerous",
        "what is a tic?",
        "what do you mean",
        "my cat is ill",
        "who won the match",
        "are you a robot",
        "tell me a joke",
        "go back",
        "hello",
        "thanks",
        "asdf ghjk",
    ],
)
def test_a_question_or_another_topic_leaves_the_question_open(slot: str, message: str) -> None:
    assert answer(message, slot) is None


def test_a_choice_after_a_doubt_counts_and_one_before_it_does_not() -> None:
    assert answer("not sure, the left side I think", "side") == "left"
    assert answer("up and down, hard to tell", "trend") == "not_sure"


def test_what_is_denied_is_not_chosen() -> None:
    assert answer("not a ripple, more like quick flicks", "appearance") == "flick"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("45", "adult"),
        ("i am 17", "child"),
        ("18", "adult"),
        ("61 last week", "older"),
        ("late fifties", "adult"),
        ("my 70s", "older"),
        ("born in 1948", "older"),
        ("eighty three", "older"),
        ("four months old", None),
        ("6 months old", "child"),
        ("over 60", "older"),
        ("under 18", "child"),
        ("900", None),
        ("twice", None),
    ],
)
def test_ages(text: str, expected: str | None) -> None:
    assert age_group(text) == expected


@pytest.mark.parametrize("reply", ["Never tried, and there isn't any urge", "never thought to hold it back"])
def test_who_never_tried_to_hold_it_back_does_not_know(reply: str) -> None:
    assert load_reader().read(reply, asked="suppressible").answers.get("suppressible") == "not_sure"


def test_a_plain_no_about_thoughts_of_suicide_is_a_no() -> None:
    reading = load_reader().read(
        "No, I promise. I'm sad, but I want to be here", asked="clarify", doubt=OpenDoubt("self_harm_now", "self_harm")
    )
    assert reading.answers["clarify"] == "no"
