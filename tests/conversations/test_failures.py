"""When something breaks the person still gets an answer, and nothing they told is lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from rasa_sdk import Action

from actions.answer import GiveAssessment, Summarise
from actions.base import SafeAction
from actions.escalation import Escalate
from actions.questions import ExplainQuestion, ValidateTwitchForm
from actions.steering import ForgetMe, GoBack, StartOver, TellNumbers
from actions.understanding import Repair, SayUnderstood
from tests.conversations.guide import Guide, Talk
from tests.conversations.patients import answer_questions, open_question, talk_at
from tests.conversations.scenarios import all_scenarios, check_sound

pytestmark = pytest.mark.asyncio(loop_scope="session")

TODAY = "my nose has been twitching since this morning"
LONG_TALK = "I went to the shop and bought some bread and milk for the week. "


async def said_at_a_question(guide: Guide, message: str) -> tuple[Talk, list[str]]:
    """Say something at the duration question while the action server is away."""
    talk = await talk_at(guide, "duration")
    guide.actions.dead = True
    reply = await talk.say(message)
    check_sound(reply, message)
    return talk, reply.responses


async def test_without_the_action_server_an_emergency_is_answered(guide: Guide) -> None:
    guide.actions.dead = True
    assert (await guide.talk().say("one side of my face is drooping")).responses == ["utter_emergency"]
    assert (await guide.talk().say("I want to kill myself")).responses == ["utter_crisis"]
    _, responses = await said_at_a_question(guide_alive(guide), "one side of my face is drooping")
    assert responses == ["utter_emergency"]


def guide_alive(guide: Guide) -> Guide:
    guide.actions.dead = False
    return guide


async def test_without_the_action_server_a_second_emergency_sign_is_answered_too(guide: Guide) -> None:
    guide.actions.dead = True
    talk = guide.talk()
    await talk.say("one side of my face is drooping")
    assert (await talk.say("and I have chest pain")).responses == ["utter_emergency_again"]


@pytest.mark.parametrize(
    ("message", "response"),
    [
        ("my arm is weak", "utter_urgent"),
        ("my cheek is numb", "utter_urgent"),
        ("my nose has been twitching for 3 weeks", "utter_see_doctor"),
    ],
)
async def test_without_the_action_server_the_plain_advice_of_the_level_is_given(
    guide: Guide, message: str, response: str
) -> None:
    guide.actions.dead = True
    reply = await guide.talk().say(message)
    check_sound(reply, message)
    assert reply.responses[0] == response
    _, responses = await said_at_a_question(guide_alive(guide), message)
    assert responses[0] == response


@pytest.mark.parametrize(
    "message", [TODAY, "check my symptoms", "summary for my doctor", "which number do I call in an emergency?", "asdf"]
)
async def test_without_the_action_server_anything_else_gets_an_honest_sentence(guide: Guide, message: str) -> None:
    guide.actions.dead = True
    assert (await guide.talk().say(message)).responses == ["utter_trouble"]


@pytest.mark.parametrize("message", ["2 days", "asdf", "go back", "skip", "why do you ask?", "summary for my doctor"])
async def test_without_the_action_server_a_question_ends_in_an_honest_sentence(guide: Guide, message: str) -> None:
    _, responses = await said_at_a_question(guide, message)
    assert responses == ["utter_trouble"]


@pytest.mark.parametrize("message", ["is it serious?", "hello", "thank you"])
async def test_what_needs_no_action_server_is_answered_without_it(guide: Guide, message: str) -> None:
    guide.actions.dead = True
    reply = await guide.talk().say(message)
    assert reply.responses not in ([], ["utter_trouble"])


async def test_when_the_action_server_is_back_the_talk_goes_on_and_nothing_told_is_lost(guide: Guide) -> None:
    talk = guide.talk()
    guide.actions.dead = True
    await talk.say("my right nostril has been twitching for 3 weeks")
    await talk.say("the pollen makes it itch")
    guide.actions.dead = False
    reply = await talk.say("check my symptoms")
    assert reply.responses[-1] == "utter_ask_other_symptoms"
    check = await answer_questions(talk)
    assert {"duration", "side", "triggers"} & set(check.asked) == set()
    assert "utter_assessment_see_doctor" in check.responses
    slots = await talk.slots()
    assert slots["duration_days"] == 21
    assert slots["side"] == "right"
    assert "environmental" in slots["likely_causes"]


async def test_an_answer_given_while_the_action_server_was_away_is_kept(guide: Guide) -> None:
    talk, _ = await said_at_a_question(guide, "2 days")
    guide.actions.dead = False
    reply = await talk.say("on the left side")
    check_sound(reply, "back again")
    assert reply.responses[-1].startswith("utter_ask_")
    slots = await talk.slots()
    assert slots["duration_days"] == 2
    assert slots["side"] == "left"
    assert await open_question(talk) not in ("duration", "side")


async def test_the_server_away_for_a_whole_talk_never_leaves_a_message_unanswered(guide: Guide) -> None:
    guide.actions.dead = True
    talk = guide.talk()
    for message in (
        "hello",
        TODAY,
        "2 days",
        "my arm is weak",
        "it is numb too",
        "asdf",
        "stop",
        "one side of my face is drooping",
    ):
        reply = await talk.say(message)
        check_sound(reply, message)
    assert (await talk.slots())["triage"] == "emergency"


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Makes actions raise, as a mistake in their code would."""

    def break_action(action: type[Action]) -> None:
        def act(self: SafeAction, *args: object) -> None:
            raise RuntimeError("a mistake")

        monkeypatch.setattr(action, "act", act)

    yield break_action


@pytest.mark.parametrize(
    ("action", "opening", "message"),
    [
        (SayUnderstood, [], TODAY),
        (GiveAssessment, [], None),
        (Summarise, [TODAY], "summary for my doctor"),
        (TellNumbers, [], "which number do I call in an emergency?"),
        (StartOver, [], "start over"),
        (ForgetMe, [], "forget me"),
        (GoBack, [TODAY, "none of these"], "go back"),
        (ExplainQuestion, [TODAY], "why do you ask?"),
        (Repair, [], "asdf"),
        (ValidateTwitchForm, [], "check my symptoms"),
        (ValidateTwitchForm, [TODAY], "none of these"),
    ],
)
async def test_an_action_that_raises_ends_in_an_honest_sentence(
    guide: Guide, broken: Any, action: type[Action], opening: list[str], message: str | None
) -> None:
    talk = guide.talk()
    for line in opening:
        await talk.say(line)
    if message is None:
        await talk.say(TODAY)
        broken(action)
        reply = (await answer_questions(talk)).replies[-1]
    else:
        broken(action)
        reply = await talk.say(message)
    check_sound(reply, action.__name__)
    assert "utter_trouble" in reply.responses


async def test_a_raising_escalation_still_says_its_level(guide: Guide, broken: Any) -> None:
    broken(Escalate)
    reply = await guide.talk().say("my nose twitches and my arm is weak")
    check_sound(reply, "raising escalation")
    assert reply.responses[0] == "utter_urgent"
    reply = await guide.talk().say("my nose has been twitching for 3 weeks")
    assert reply.responses[0] == "utter_see_doctor"


async def test_a_raising_form_never_keeps_an_emergency_from_being_answered(guide: Guide, broken: Any) -> None:
    talk = await talk_at(guide, "duration")
    for action in (ValidateTwitchForm, Escalate, SayUnderstood, Repair):
        broken(action)
    assert (await talk.say("one side of my face is drooping")).responses == ["utter_emergency"]


async def test_a_repeated_escalation_never_uses_the_same_words(guide: Guide) -> None:
    talk = guide.talk()
    said: list[str] = []
    for message in (
        "my nose has been twitching for 3 weeks",
        "it is getting worse",
        "it gets in the way of my work",
        "stress makes it worse",
        "my cheek is numb",
        "my arm is weak",
        "my vision is blurred",
        "I have trouble swallowing",
        "one side of my face is drooping",
        "I have chest pain",
        "I want to kill myself",
    ):
        reply = await talk.say(message)
        check_sound(reply, message)
        said += [
            text
            for name, text in zip(reply.responses, reply.texts, strict=True)
            if name.startswith(
                ("utter_escalate_", "utter_emergency", "utter_crisis", "utter_urgent", "utter_see_doctor")
            )
        ]
    assert len(said) >= 8, said
    assert len(set(said)) == len(said), "an escalation was repeated word for word"


async def test_what_was_announced_is_not_announced_again(guide: Guide) -> None:
    talk = guide.talk()
    await talk.say("my nose twitches and my arm is weak")
    reply = await talk.say("yes, my arm is weak")
    assert not [name for name in reply.responses if name.startswith("utter_escalate_urgent")]


@pytest.mark.parametrize(
    "message",
    [
        pytest.param(LONG_TALK * 150, id="10,000 characters of small talk"),
        pytest.param("twitch " * 1500, id="one word for ever"),
        pytest.param("a" * 10_000, id="one endless word"),
        pytest.param("👃" * 3_000, id="emojis"),
        pytest.param("no not never " * 700, id="nothing but negations"),
        pytest.param("my arm " * 1200, id="half a sentence for ever"),
    ],
)
async def test_a_very_long_message_gets_an_answer(guide: Guide, message: str) -> None:
    talk = guide.talk()
    check_sound(await talk.say(message), "long message")
    check_sound(await talk.say("check my symptoms"), "after a long message")
    check_sound(await talk.say(message), "long message at a question")


@pytest.mark.parametrize("place", ["first", "at a question", "after the answer"])
async def test_an_emergency_at_the_very_end_of_10000_characters_is_answered(guide: Guide, place: str) -> None:
    talk = guide.talk()
    if place != "first":
        await talk.say(TODAY)
    if place == "after the answer":
        await answer_questions(talk)
    message = (LONG_TALK * 200)[:9_960] + " And one side of my face is drooping."
    reply = await talk.say(message)
    check_sound(reply, "long message")
    assert reply.responses[0] == "utter_emergency"
    assert (await talk.slots())["triage"] == "emergency"


async def test_messages_in_another_order_never_make_the_guide_silent_or_run_wild(guide: Guide) -> None:
    talk = guide.talk()
    for event, scenario in all_scenarios():
        if event == "escalation":
            for step in scenario["steps"]:
                if "you" in step:
                    check_sound(await talk.say(step["you"]), step["you"])
