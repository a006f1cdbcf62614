"""An odd answer to an open question is asked again; it neither ends the talk nor counts as another matter."""

import pytest

from nose_twitch.language.reading import Reading
from nose_twitch.rasa_parts.intents import NOT_UNDERSTOOD, settle_intent


def settled(name: str, confidence: float, text: str, asked: str | None) -> str | None:
    return settle_intent({"name": name, "confidence": confidence}, text, Reading(), asked).name


@pytest.mark.parametrize("name", ["goodbye", "stop", "start_over", "forget_me"])
def test_only_a_sure_farewell_ends_the_questions(name: str) -> None:
    assert settled(name, 0.54, "being up", "triggers") == NOT_UNDERSTOOD
    assert settled(name, 0.95, "bye now", "triggers") == name
    assert settled(name, 0.54, "being up", None) == name


def test_an_odd_answer_is_no_other_matter() -> None:
    assert settled("out_of_scope", 0.9, "like a fly on a cow", "side") == NOT_UNDERSTOOD
    assert settled("out_of_scope", 0.9, "can you book me a flight?", "appearance") == "out_of_scope"
    assert settled("out_of_scope", 0.9, "book me a flight", None) == "out_of_scope"


def test_a_person_who_tells_and_asks_is_taken_to_tell() -> None:
    reading = Reading(about_twitch=True, answers={"side": "left"})
    intent = {"name": "ask_causes", "confidence": 0.78}
    text = "my left nostril keeps twitching, is that a caffeine thing"
    assert settle_intent(intent, text, reading, None).name == "describe_twitch"


@pytest.mark.parametrize("name", ["out_of_scope", "nlu_fallback", "describe_twitch", "ask_causes"])
def test_where_it_changes_nothing_the_persons_own_words_are_the_answer(name: str) -> None:
    intent = {"name": name, "confidence": 0.5}
    kept = settle_intent(intent, "like a fly on a cow", Reading(), "appearance")
    assert (kept.name, kept.answered, kept.own_words) == ("answer", True, True)
    assert not settle_intent(intent, "like a fly on a cow", Reading(), "other_symptoms").answered
    assert not settle_intent(intent, "what do you mean by that?", Reading(), "appearance").answered
    assert not settle_intent(intent, "xqzt vbnm", Reading(unknown_words=True), "appearance").answered


def test_the_same_words_again_are_not_taken_for_another_matter_again() -> None:
    intent = {"name": "ask_environmental", "confidence": 0.9}
    assert settle_intent(intent, "tilted?? jk no", Reading(), "triggers").name == "ask_environmental"
    assert settle_intent(intent, "tilted?? jk no", Reading(), "triggers", repeated=True).name == NOT_UNDERSTOOD


@pytest.mark.parametrize("name", ["go_back", "ask_why_question", "change_answer"])
def test_who_steers_twice_is_obeyed_twice(name: str) -> None:
    intent = {"name": name, "confidence": 0.95}
    assert settle_intent(intent, "go back", Reading(), "triggers", repeated=True).name == name
