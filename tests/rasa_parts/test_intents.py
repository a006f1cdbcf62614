"""The intent to act on: the classifier's, in the light of the open question and of what was read."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.shared.core.domain import Domain

from nose_twitch.language.reading import Mention, Reading
from nose_twitch.medical.duration import Duration
from nose_twitch.medical.findings import Finding, Status
from nose_twitch.rasa_parts.intents import SettledIntent, is_digression, settle_intent, tells_of_a_twitch

WEAK = Reading(mentions=(Mention(Finding("weakness", Status.PRESENT, "weak"), 0, 4),))
ANSWER = SettledIntent("answer", 1.0, True)


def settle(
    name: str | None, text: str, reading: Reading, asked: str | None = None, confidence: float = 0.9
) -> SettledIntent:
    """Settle the intent of a message."""
    return settle_intent({"name": name, "confidence": confidence}, text, reading, asked)


def answers(**told: str) -> Reading:
    """A reading that answers questions."""
    return Reading(answers=told)


@pytest.mark.parametrize(
    "name", ["affirm", "deny", "describe_twitch", "out_of_scope", "nlu_fallback", "greet", "not_english", None]
)
def test_whatever_answers_the_open_question_is_the_answer(name: str | None) -> None:
    assert settle(name, "left", answers(side="left"), "side") == ANSWER


@pytest.mark.parametrize("name", ["ask_serious", "ask_causes", "go_back"])
def test_an_unsure_digression_that_answers_is_the_answer(name: str) -> None:
    assert settle(name, "left side", answers(side="left"), "side", confidence=0.4) == ANSWER


@pytest.mark.parametrize("name", ["go_back", "stop", "start_over", "change_answer", "ask_summary", "forget_me"])
def test_a_plain_wish_to_steer_is_no_answer(name: str) -> None:
    assert settle(name, "stop now", answers(anything_else="nothing"), "anything_else").name == name


@pytest.mark.parametrize(
    ("name", "text"), [("ask_serious", "Left. Is it serious?"), ("ask_why_question", "left, why do you ask?")]
)
@pytest.mark.parametrize("confidence", [0.5, 0.95])
def test_a_question_is_answered_and_an_answer_beside_it_is_kept(name: str, text: str, confidence: float) -> None:
    settled = settle(name, text, answers(side="left"), "side", confidence)
    assert (settled.name, settled.answered) == (name, True)


def test_the_same_words_outside_the_form_answer_nothing() -> None:
    settled = settle("affirm", "yes", answers(impact="yes"), None)
    assert (settled.name, settled.answered) == ("affirm", False)


def test_answers_to_other_questions_leave_the_open_one_unanswered() -> None:
    assert not settle("describe_twitch", "it is my left nostril", answers(side="left"), "duration").answered


@pytest.mark.parametrize(
    "name", ["greet", "affirm", "nlu_fallback", "out_of_scope", "insult", "thanks", "express_worry", None]
)
@pytest.mark.parametrize(
    "reading", [WEAK, Reading(duration=Duration(3, 3)), Reading(answers={"side": "left"}, about_twitch=True)]
)
def test_a_message_that_tells_something_is_taken_as_telling(name: str | None, reading: Reading) -> None:
    assert settle(name, "hi, my arm is weak", reading).name == "describe_twitch"


@pytest.mark.parametrize("name", ["describe_twitch", "report_symptom", "answer", "correct_statement"])
def test_telling_keeps_its_own_name(name: str) -> None:
    assert settle(name, "my arm is weak", WEAK).name == name


def test_an_unsure_question_without_a_question_word_that_tells_is_telling() -> None:
    assert settle("ask_neurological", "my arm is weak", WEAK, confidence=0.4).name == "describe_twitch"


@pytest.mark.parametrize("name", ["ask_serious", "ask_waiting"])
def test_a_question_that_also_tells_is_still_answered(name: str) -> None:
    assert settle(name, "my arm is weak, is that serious?", WEAK).name == name


@pytest.mark.parametrize("name", ["nlu_fallback", "ask_serious", "greet", "stop"])
def test_a_message_that_tells_nothing_keeps_the_classifiers_intent(name: str) -> None:
    assert settle(name, "well", Reading(), "duration").name == name


@pytest.mark.parametrize(
    ("name", "digression"),
    [
        ("ask_bot", True),
        ("ask_serious", True),
        ("go_back", True),
        ("tell_country", True),
        ("answer", False),
        ("describe_twitch", False),
        ("greet", False),
        (None, False),
    ],
)
def test_a_digression_asks_or_steers(name: str | None, digression: bool) -> None:
    assert is_digression(name) is digression


def test_every_intent_that_asks_is_a_digression(domain: Domain) -> None:
    assert all(is_digression(name) for name in domain.intents if name.startswith("ask_"))


def test_rasa_gets_the_settled_intent_and_keeps_the_rest() -> None:
    classified: dict[str, Any] = {"name": "greet", "confidence": 0.3, "id": "x"}
    assert ANSWER.as_rasa(classified) == {"name": "answer", "confidence": 1.0, "id": "x"}
    assert classified["name"] == "greet"


@pytest.mark.parametrize("classified", [{}, {"name": None, "confidence": None}])
def test_no_intent_at_all_is_borne(classified: dict[str, Any]) -> None:
    assert settle_intent(classified, "", Reading(), None) == SettledIntent(None, 0.0, False)


@pytest.mark.parametrize("text", ["nose twitch", "hi, my left nostril keeps twitching", "nose twitching please help"])
def test_bare_words_for_the_twitch_tell_of_it_and_ask_nothing(text: str) -> None:
    assert settle("ask_definition", text, Reading(about_twitch=True)).name == "describe_twitch"


@pytest.mark.parametrize("text", ["what is a nose twitch", "nose twitching causes in adults"])
def test_a_question_about_twitching_stays_one(text: str) -> None:
    assert settle("ask_causes", text, Reading(about_twitch=True)).name == "ask_causes"


def test_a_statement_about_the_twitch_is_never_not_understood() -> None:
    text = "there is an odd tremble at the edge of my nostril, I should be glad of your opinion"
    assert settle("nlu_fallback", text, Reading(about_twitch=True)).name == "describe_twitch"


@pytest.mark.parametrize(
    ("text", "tells"),
    [
        ("G'day, my nose has been twitching on me, what could it be?", True),
        ("mi nose dey jump, weh cause dat", True),
        ("hello my nose and face is shake, what medicine i can take", True),
        ("can pollen or dust make my nose twitch?", False),
        ("why does my nose twitch?", False),
        ("is nose twitching dangerous?", False),
    ],
)
def test_who_tells_of_a_twitch_beside_a_question_is_told_from_who_only_asks(text: str, tells: bool) -> None:
    assert tells_of_a_twitch(text) is tells


@pytest.mark.parametrize(
    ("name", "text", "confidence", "settled"),
    [
        ("ask_privacy", "no i wont call anyone", 0.6, "nlu_fallback"),
        ("ask_summary", "im on my own", 0.32, "nlu_fallback"),
        ("ask_privacy", "who can see what I write?", 0.5, "ask_privacy"),
        ("ask_privacy", "tell me about cookies", 0.5, "ask_privacy"),
        ("ask_summary", "short version to take along", 0.98, "ask_summary"),
    ],
)
def test_a_guess_at_privacy_or_a_summary_needs_a_word_that_asks(
    name: str, text: str, confidence: float, settled: str
) -> None:
    assert settle(name, text, Reading(), confidence=confidence).name == settled
