"""Every red flag, told at every point of the talk in every way: what is there now is answered in the very next reply."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from nose_twitch.medical.knowledge import load_knowledge
from tests.conversations.guide import Guide, Reply, Talk
from tests.conversations.patients import answer_questions, copy_of, talk_at
from tests.conversations.scenarios import FOLDER, check_sound

pytestmark = pytest.mark.asyncio(loop_scope="session")

RED_FLAGS: dict[str, dict[str, Any]] = yaml.safe_load((FOLDER / "red_flag_wordings.yml").read_text(encoding="utf-8"))
NOT_NOW = ("denied", "hypothetical", "past", "someone_else")
PLACES = ("before the questions", "at a text question", "at a yes or no question", "after the answer")
ONLY_FROM_THE_QUICK_CHECK = {"failed_sign_test"}
LOUD = ("utter_emergency", "utter_crisis", "utter_urgent", "utter_escalate_urgent", "utter_assessment_urgent")

TODAY = "my nose has been twitching since this morning"
# How to come to each question: what to say first and which answers lead there.
WAYS: dict[str, tuple[str, dict[str, str]]] = {
    "clarify": (TODAY, {"other_symptoms": "not sure"}),
    "onset": ("my nose twitches and my cheek is numb", {}),
    "other_symptoms": (TODAY, {}),
    "duration": ("check my symptoms", {}),
    "trend": ("check my symptoms", {"duration": "2 or 3 days"}),
    "side": (TODAY, {}),
    "appearance": (TODAY, {}),
    "triggers": (TODAY, {}),
    "suppressible": ("my nose has been twitching for 2 weeks", {}),
    "stress": (TODAY, {}),
    "impact": (TODAY, {}),
    "medication": (TODAY, {}),
    "frequency": (TODAY, {"triggers": "pollen"}),
    "age_group": (f"{TODAY}, there is an urge building up before it and I can hold it back", {}),
    "anything_else": (f"{TODAY}, quick flicks now and then on both sides after a lot of talking", {}),
}
# The onset question stands open because the cheek is numb: numbness is no news there, and with a knock to the head it is
# an emergency. So these two meet it because of something else.
OTHER_ONSET = {
    "numbness": ("my nose twitches and my arm is weak", {}),
    "head_injury": ("my nose twitches and I have trouble swallowing", {}),
}


@pytest.fixture(scope="session")
def talks() -> dict[str, Talk]:
    """Talks that stand at a place, to be copied."""
    return {}


async def stand_at(guide: Guide, talks: dict[str, Talk], place: str, finding: str = "") -> Talk:
    """Another talk that stands at a phase or at an open question."""
    place = {"at a text question": "duration", "at a yes or no question": "impact"}.get(place, place)
    if place == "before the questions":
        return guide.talk()
    key = f"{place} for {finding}" if place == "onset" and finding in OTHER_ONSET else place
    if key not in talks:
        if place == "after the answer":
            talks[key] = guide.talk()
            await talks[key].say(TODAY)
            await answer_questions(talks[key])
        else:
            opening, answers = OTHER_ONSET[finding] if key != place else WAYS[place]
            talks[key] = await talk_at(guide, place, opening, **answers)
    return await copy_of(talks[key])


async def check_answered(talk: Talk, reply: Reply, finding: str) -> None:
    """The reply has the level of the finding, in the words for it."""
    level = RED_FLAGS[finding]["level"]
    slots = await talk.slots()
    known = (slots["findings"] or {}).get(finding, {})
    assert known.get("status") in ("present", "past"), f"{finding} was not understood: {reply.responses}"
    assert slots["triage"] == level, f"{slots['triage']}: {slots['escalation_reasons']}"
    if level == "emergency":
        words = "utter_crisis" if finding == "self_harm" else "utter_emergency"
        assert reply.responses[0] in (words, f"{words}_again"), reply.responses
        assert not any(name.startswith("utter_ask_") for name in reply.responses), reply.responses
    else:
        assert {"utter_escalate_urgent", "utter_escalate_urgent_again"} & set(reply.responses), reply.responses
        assert reply.responses[-1].startswith(("utter_ask_", "utter_after_assessment")), reply.responses


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("finding", RED_FLAGS)
async def test_a_red_flag_that_is_there_is_answered_in_every_phase(
    guide: Guide, talks: dict[str, Talk], finding: str, place: str
) -> None:
    talk = await stand_at(guide, talks, place)
    reply = await talk.say(RED_FLAGS[finding]["present"][0])
    check_sound(reply, place)
    await check_answered(talk, reply, finding)


@pytest.mark.parametrize("question", WAYS)
@pytest.mark.parametrize("finding", RED_FLAGS)
async def test_a_red_flag_is_answered_at_every_question(
    guide: Guide, talks: dict[str, Talk], finding: str, question: str
) -> None:
    talk = await stand_at(guide, talks, question, finding)
    await check_answered(talk, await talk.say(RED_FLAGS[finding]["present"][0]), finding)


@pytest.mark.parametrize(
    ("finding", "wording", "question"),
    [
        # Each wording at another question; the few where a red flag is told already are left out.
        (finding, wording, [slot for slot in WAYS if slot not in ("onset", "clarify")][number % (len(WAYS) - 2)])
        for finding, entry in RED_FLAGS.items()
        for number, wording in enumerate(entry["present"])
    ],
)
async def test_a_red_flag_is_understood_in_many_wordings(
    guide: Guide, talks: dict[str, Talk], finding: str, wording: str, question: str
) -> None:
    talk = await stand_at(guide, talks, question, finding)
    await check_answered(talk, await talk.say(wording), finding)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("status", NOT_NOW)
@pytest.mark.parametrize("finding", RED_FLAGS)
async def test_a_red_flag_that_is_not_there_now_does_not_escalate(
    guide: Guide, talks: dict[str, Talk], finding: str, status: str, place: str
) -> None:
    for wording in RED_FLAGS[finding][status]:
        talk = await stand_at(guide, talks, place)
        reply = await talk.say(wording)
        check_sound(reply, place)
        slots = await talk.slots()
        assert not [name for name in reply.responses if name.startswith(LOUD)], (wording, slots["findings"])
        assert slots["triage"] in (None, "self_care", "see_doctor"), (wording, slots["findings"])
        known = (slots["findings"] or {}).get(finding, {})
        assert known.get("status") != "present", wording
        if finding == "self_harm" and status in ("past", "hypothetical") and place != "after the answer":
            assert "utter_ask_clarify" in reply.responses, f"{wording}: nobody asks whether the thoughts are there now"


@pytest.mark.parametrize("finding", RED_FLAGS)
async def test_somebody_else_s_red_flag_as_the_first_message_is_asked_about_once(guide: Guide, finding: str) -> None:
    talk = guide.talk()
    reply = await talk.say(RED_FLAGS[finding]["someone_else"][0])
    assert "utter_ask_clarify" in reply.responses, reply.responses
    assert (await talk.slots())["doubt"] == "who"
    reply = await talk.say("someone else")
    assert "utter_ask_clarify" not in reply.responses
    assert not [name for name in reply.responses if name.startswith(LOUD)]


async def test_every_red_flag_of_the_knowledge_has_wordings_and_its_level() -> None:
    known = {finding.id for finding in load_knowledge().findings.values() if finding.red_flag}
    assert set(RED_FLAGS) == known - ONLY_FROM_THE_QUICK_CHECK
    for finding, entry in RED_FLAGS.items():
        assert set(entry) == {"level", "present", *NOT_NOW}, finding
        assert len(set(entry["present"])) >= 10, finding
        assert all(entry[status] for status in NOT_NOW), finding


async def test_every_question_is_reached() -> None:
    assert set(WAYS) == set(load_knowledge().question_slots)
