"""Every story in data/stories can really happen: it is held with the guide, turn by turn, action by action."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from rasa.core.test import test as rasa_test
from rasa.shared.core.events import UserUttered

from tests.conversations.guide import ROOT, Guide, Talk
from tests.conversations.patients import USUAL_ANSWERS, answer_questions, open_question
from tests.conversations.scenarios import check_sound

pytestmark = pytest.mark.asyncio(loop_scope="session")

STORIES = ROOT / "data/stories"
FORM = "twitch_form"
# What a person may type for each intent of the stories; plain and certain, for the wording is not what is tested here.
TEXTS = {
    "greet": "hello",
    "goodbye": "goodbye",
    "thanks": "thank you",
    "describe_twitch": "my nose has been twitching since this morning",
    "start_check": "check my symptoms",
    "express_worry": "I am very worried",
    "go_back": "go back",
    "stop": "stop",
    "start_over": "start over",
    "ask_summary": "summary for my doctor",
    "ask_definition": "what is nose twitching?",
    "ask_causes": "what causes it?",
    "ask_serious": "is it serious?",
    "ask_self_care": "what helps against it?",
    "ask_why_question": "why do you ask?",
    "ask_why_advice": "why do you say that?",
}
TEXTS_AFTER_THE_ANSWER = {
    "describe_twitch": "my nose also twitches when I laugh a lot",
    "correct_statement": "sorry, I meant the left side",
}


@dataclass
class Step:
    """What the person means, what the guide does then, and whether the check is open afterwards."""

    intent: str
    actions: list[str] = field(default_factory=list)
    check_open: bool | None = None


def stories() -> Iterator[tuple[str, list[Step]]]:
    """Each story as the person's steps."""
    for path in sorted(STORIES.glob("*.yml")):
        for story in yaml.safe_load(path.read_text(encoding="utf-8"))["stories"]:
            yield story["story"], _steps(story["steps"])


def _steps(raw: list[dict[str, Any]]) -> list[Step]:
    steps: list[Step] = []
    for entry in raw:
        if "intent" in entry:
            steps.append(Step(entry["intent"]))
        elif "action" in entry:
            steps[-1].actions.append(entry["action"])
        elif "active_loop" in entry:
            steps[-1].check_open = entry["active_loop"] == FORM
    return steps


async def take(talk: Talk, step: Step) -> list[str]:
    """Say what the step means and return what the guide did. The last answer of a check stands for all of them."""
    if step.intent == "answer":
        if step.check_open:
            question = await open_question(talk)
            reply = await talk.say(USUAL_ANSWERS[str(question)])
        else:
            reply = (await answer_questions(talk)).replies[-1]
    else:
        texts = TEXTS | (TEXTS_AFTER_THE_ANSWER if (await talk.slots())["answered"] else {})
        reply = await talk.say(texts[step.intent])
    check_sound(reply, step.intent)
    return [action for action in reply.actions if action != "action_listen"]


async def last_intent(talk: Talk) -> str | None:
    """The intent of the last message (Rasa hides messages of a finished form from `latest_message`)."""
    events = reversed(list((await talk.tracker()).events))
    return next(event.intent_name for event in events if isinstance(event, UserUttered))


@pytest.mark.parametrize("steps", [pytest.param(steps, id=name) for name, steps in stories()])
async def test_the_story_happens_as_it_is_told(guide: Guide, steps: list[Step]) -> None:
    talk = guide.talk()
    for number, step in enumerate(steps):
        done = await take(talk, step)
        assert await last_intent(talk) == step.intent, f"step {number}"
        if number == 0:
            done = [action for action in done if action != "action_session_start"]
        assert done == step.actions, f"step {number}: {step.intent}"
        if step.check_open is not None:
            assert (await open_question(talk) is not None) == step.check_open, f"step {number}: {step.intent}"


async def test_rasas_own_test_stories_pass(guide: Guide, tmp_path: Path) -> None:
    results = await rasa_test(
        str(ROOT / "tests/test_stories.yml"), guide.agent, out_directory=str(tmp_path), e2e=True, disable_plotting=True
    )
    failed = (tmp_path / "failed_test_stories.yml").read_text(encoding="utf-8")
    assert results["report"]["conversation_accuracy"]["accuracy"] == 1.0, failed


async def test_no_two_stories_share_a_name_and_every_file_holds_one() -> None:
    names = [name for name, _ in stories()]
    assert len(set(names)) == len(names) >= len(list(STORIES.glob("*.yml"))) >= 8
