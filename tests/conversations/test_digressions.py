"""A question about anything else is answered at any point, and an open question comes back in other words."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from tests.conversations.guide import Guide, Talk
from tests.conversations.patients import answer_questions, copy_of, open_question, talk_at
from tests.conversations.scenarios import FOLDER, check_sound

pytestmark = pytest.mark.asyncio(loop_scope="session")

DIGRESSIONS: dict[str, list[str]] = yaml.safe_load((FOLDER / "digressions.yml").read_text(encoding="utf-8"))
TODAY = "my nose has been twitching since this morning"

everything_asked = pytest.mark.parametrize(
    ("response", "message"), [(response, message) for response, said in DIGRESSIONS.items() for message in said]
)


@pytest.fixture(scope="session")
def talks() -> dict[str, Talk]:
    """Talks to be copied, by the question that is open in them ("" is after the answer)."""
    return {}


async def stand_at(guide: Guide, talks: dict[str, Talk], question: str) -> Talk:
    if question not in talks:
        if question:
            talks[question] = await talk_at(guide, question, "check my symptoms" if question == "duration" else TODAY)
        else:
            talks[question] = guide.talk()
            await talks[question].say(TODAY)
            await answer_questions(talks[question])
    return await copy_of(talks[question])


def plainly_told(slots: dict[str, Any]) -> dict[str, str]:
    """The findings that are more than a question or a fear."""
    findings = {finding: told["status"] for finding, told in (slots["findings"] or {}).items()}
    return {finding: status for finding, status in findings.items() if status != "hypothetical"}


@everything_asked
async def test_a_question_before_the_check_is_answered(guide: Guide, response: str, message: str) -> None:
    talk = guide.talk()
    reply = await talk.say(message)
    check_sound(reply, message)
    assert reply.responses == [response]
    assert await open_question(talk) is None
    assert (await talk.slots())["triage"] is None


@pytest.mark.parametrize("question", ["other_symptoms", "duration", "side", "impact", "medication"])
@everything_asked
async def test_an_open_question_comes_back_in_other_words_after_a_digression(
    guide: Guide, talks: dict[str, Talk], response: str, message: str, question: str
) -> None:
    talk = await stand_at(guide, talks, question)
    before = plainly_told(await talk.slots())
    asked_first = [event.text for event in (await talk.tracker()).events if event.type_name == "bot"][-1]
    reply = await talk.say(message)
    check_sound(reply, message)
    assert reply.responses == [response, f"utter_ask_{question}"]
    assert reply.texts[-1] != asked_first, "the question came back word for word"
    slots = await talk.slots()
    assert slots[question] is None, f"a digression was taken for an answer: {slots[question]}"
    if response != "utter_worry":
        assert plainly_told(slots) == before, "a question was taken for a fact"


@everything_asked
async def test_a_question_after_the_answer_is_answered_and_changes_nothing(
    guide: Guide, talks: dict[str, Talk], response: str, message: str
) -> None:
    talk = await stand_at(guide, talks, "")
    before = await talk.slots()
    reply = await talk.say(message)
    check_sound(reply, message)
    assert reply.responses == [response]
    after = await talk.slots()
    assert after["triage"] == before["triage"]
    assert await open_question(talk) is None


@everything_asked
async def test_a_question_after_an_emergency_is_answered_or_the_guide_stays(
    guide: Guide, response: str, message: str
) -> None:
    talk = guide.talk()
    await talk.say("one side of my face is drooping")
    reply = await talk.say(message)
    check_sound(reply, message)
    assert reply.responses[0] in (response, "utter_emergency_stay")
    assert not any(name.startswith("utter_ask_") for name in reply.responses)
    assert (await talk.slots())["triage"] == "emergency"
