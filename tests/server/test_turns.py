"""Whatever fails in a turn, the person hears a sentence that says what to do if it is urgent."""

from __future__ import annotations

import asyncio
import copy
from pathlib import Path
from typing import Any

import pytest
from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.shared.core.events import UserUttered

from nose_twitch.rasa_parts.server.tracker_store import GuideTrackerStore
from nose_twitch.rasa_parts.server.turns import LONGEST_TEXT, shortened
from tests.conversations.guide import Guide, RecordingChannel, Talk
from tests.server.guides import Outage, said_to, with_store

OPENING = "my nose has been twitching for two days"


def breaking(guide: Guide, error: Exception) -> Agent:
    """The guide with an understanding that raises."""
    agent = copy.copy(guide.agent)
    agent.processor = copy.copy(agent.processor)

    def fail(*args: Any, **kwargs: Any) -> Any:
        raise error

    agent.processor._parse_message_with_graph = fail
    return agent


# --- understanding, model, circuit breaker ---


async def test_an_understanding_that_raises(guide: Guide) -> None:
    output = await said_to(breaking(guide, ValueError("my arm is weak")), "my arm is weak")
    assert output.responses == ["utter_trouble"]
    assert "112" in output.messages[0]["text"]


async def test_the_log_has_a_code_and_no_words(guide: Guide, caplog: pytest.LogCaptureFixture) -> None:
    # Another kind of error than elsewhere: Rasa drops a line that is the same as the one before.
    await said_to(breaking(guide, LookupError("my arm is weak")), "my arm is weak")
    assert "TURN_FAILED channel=other error=LookupError" in caplog.text
    assert "weak" not in caplog.text


async def test_without_a_model() -> None:
    output = await said_to(Agent(), "my arm is weak")
    assert output.responses == ["utter_trouble"]
    assert "112" in output.messages[0]["text"]


async def test_a_tripped_circuit_breaker(guide: Guide) -> None:
    agent = copy.copy(guide.agent)
    agent.processor = copy.copy(agent.processor)
    agent.processor.is_action_limit_reached = lambda *_: True
    assert (await said_to(agent, "hello")).responses == ["utter_trouble"]
    assert (await said_to(guide.agent, "hello")).responses != ["utter_trouble"]


async def test_a_talk_goes_on_after_the_circuit_breaker(guide: Guide) -> None:
    """Rasa itself says nothing in such a talk, ever again."""
    agent = copy.copy(guide.agent)
    agent.processor = copy.copy(agent.processor)
    agent.processor.max_number_of_predictions = 1
    for _ in range(3):
        assert "utter_trouble" not in (await said_to(agent, "hello", "after the breaker")).responses


# --- time ---


async def test_a_slow_turn_is_told_and_goes_on(guide: Guide, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TURN_SECONDS", "0.3")
    run = guide.actions.request

    async def slowly(*args: Any, **kwargs: Any) -> Any:
        await asyncio.sleep(0.6)
        return await run(*args, **kwargs)

    monkeypatch.setattr(guide.actions, "request", slowly)
    talk = guide.talk()
    output = RecordingChannel()
    await guide.agent.handle_message(UserMessage(OPENING, output, talk.sender))
    assert output.responses == ["utter_slow"]
    assert "112" in output.messages[0]["text"]
    monkeypatch.undo()
    reply = await talk.say("what did you ask?")  # waits for the turn before it
    assert reply.responses
    assert (await talk.slots())["duration_days"] == 2


async def test_a_turn_goes_on_when_nobody_waits_any_more(guide: Guide) -> None:
    talk = guide.talk()
    waiting = asyncio.create_task(guide.agent.handle_message(UserMessage(OPENING, RecordingChannel(), talk.sender)))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await talk.say("hello?")
    assert (await talk.slots())["duration_days"] == 2


async def test_many_messages_at_once_are_all_answered_in_their_order(
    stored: Guide, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TURN_SECONDS", "60")  # a slow machine is not the point here
    talk = stored.talk()
    texts = [f"my nose twitches {number}" for number in range(20)]
    outputs = await asyncio.gather(*(said_to(stored.agent, text, talk.sender) for text in texts))
    assert all(output.responses and "utter_trouble" not in output.responses for output in outputs)
    assert [event.text for event in (await talk.tracker()).events if isinstance(event, UserUttered)] == texts


# --- output ---


class BrokenOutput(CollectingOutputChannel):
    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        raise ConnectionError("nobody there")


async def test_an_output_that_fails_does_not_lose_the_turn(guide: Guide) -> None:
    talk = guide.talk()
    await guide.agent.handle_message(UserMessage(OPENING, BrokenOutput(), talk.sender))
    assert (await talk.slots())["duration_days"] == 2
    assert (await talk.slots())["requested_slot"]


# --- a store that is away ---


async def answers(talk: Talk, *texts: str) -> None:
    for text in texts:
        assert (await talk.say(text)).responses


async def test_a_talk_goes_on_while_the_store_is_away_and_is_written_afterwards(
    stored: Guide, outage: Outage, file: Path, guide: Guide
) -> None:
    talk = stored.talk()
    await answers(talk, OPENING)
    outage.begin()
    await answers(talk, "none of these")
    assert (await talk.say("it is getting worse")).responses[0].startswith("utter_escalate")
    before = await talk.slots()
    outage.end()
    again = Talk(with_store(guide, GuideTrackerStore(db=str(file))), talk.sender)
    assert await again.slots() == before
    assert (await again.tracker()).events == (await talk.tracker()).events
    assert (await again.say("no")).responses


async def test_a_talk_that_is_not_known_here_is_told_so(
    stored: Guide, outage: Outage, guide: Guide, file: Path
) -> None:
    talk = stored.talk()
    await answers(talk, OPENING)
    other = GuideTrackerStore(db=str(file))
    second = with_store(guide, other)
    Outage(other, pytest.MonkeyPatch()).begin()
    assert (await said_to(second.agent, "no, the left side", talk.sender)).responses == ["utter_notes_away"]
    before = (await talk.tracker()).events
    assert before == (await stored.agent.tracker_store.retrieve(talk.sender)).events


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("one side of my face is drooping", "utter_emergency"),
        ("I want to kill myself", "utter_crisis"),
        ("my cheek feels weak and it came on slowly", "utter_urgent"),
    ],
)
async def test_without_notes_an_emergency_is_told_all_the_same(
    stored: Guide, outage: Outage, text: str, first: str
) -> None:
    outage.begin()
    assert (await said_to(stored.agent, text)).responses == [first, "utter_notes_away"]


async def test_without_notes_and_without_understanding(stored: Guide, outage: Outage) -> None:
    outage.begin()
    output = await said_to(breaking(stored, ValueError()), "one side of my face is drooping")
    assert output.responses == ["utter_notes_away"]
    assert "112" in output.messages[0]["text"]


async def test_a_disk_that_is_full_keeps_nobody_from_talking(
    stored: Guide, outage: Outage, guide: Guide, file: Path
) -> None:
    outage.begin("write")
    talk = stored.talk()
    await answers(talk, OPENING, "none of these")
    outage.end()
    again = Talk(with_store(guide, GuideTrackerStore(db=str(file))), talk.sender)
    assert (await again.slots())["other_symptoms"] == "none"


# --- what is handed on ---


def test_of_a_very_long_message_beginning_and_end_are_kept() -> None:
    text = "a" * 60_000 + "b" * 60_000
    short = shortened(text) or ""
    assert len(short) == LONGEST_TEXT + 1
    assert (short[0], short[-1]) == ("a", "b")
    assert shortened("as it is") == "as it is"
    assert shortened(None) is None
