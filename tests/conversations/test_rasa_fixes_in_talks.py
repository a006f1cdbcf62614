"""The repairs of Rasa change nothing but time: at every step of a long talk Rasa's own way gives the same."""

from __future__ import annotations

import copy
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pytest
from rasa.core.actions.action import RemoteAction
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.policies.rule_policy import RulePolicy
from rasa.core.processor import MessageProcessor
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from ruamel.yaml import YAML

from nose_twitch.rasa_parts import rasa_fixes, talk_history
from tests.conversations.guide import ROOT, Guide

pytestmark = pytest.mark.asyncio(loop_scope="session")

CHECK = [
    "none of these",
    "it got worse",
    "why do you ask?",
    "the left side",
    "a quick flick",
    "go back",
    "a slow pull",
    "skip",
]
MORE = [
    "not sure",
    "coffee",
    "is it serious?",
    "yes",
    "not really",
    "no medicine",
    "a few times a day",
    "34",
    "nothing else",
]
AFTER = ["thanks", "what helps?", "is it serious?", "hello", "blorp", "i also sleep badly", "summary for my doctor"]
LONG_TALK = [
    "hello",
    "my nose has been twitching for three weeks, more when i am stressed",
    *CHECK,
    *MORE,
    *AFTER,
    *AFTER,
    "check my symptoms",
    "yes",
    "it is my daughter's nose",
    *CHECK,
    "stop",
    *AFTER,
    "one side of my face is drooping",
    "i have called them",
    "no, that was a mistake",
    *AFTER,
]
QUESTIONS = ["thanks", "what helps?", "is it serious?", "hello"]
# A form that stays open while much else is asked.
TALK_IN_THE_FORM = [
    "my nose twitches",
    *[text for _ in range(5) for text in (*QUESTIONS, "blorp", "why do you ask?", "not sure")],
]
TALK_IN_THE_FORM += [text for _ in range(4) for text in ("what causes it?", "is it serious?", "can it be stress?")]
SHORT_TALK = [
    "my nose twitches and my cheek feels weak",
    "it came slowly",
    "none of these",
    "forget me",
    "hello",
    "it twitches",
]


def state_of(tracker: DialogueStateTracker) -> dict[str, Any]:
    """Everything that Rasa replays a talk for."""
    known = {name: value for name, value in vars(tracker).items() if not name.startswith("_nose_twitch")}
    known["events"] = [event.as_dict() for event in tracker.events]
    known["slots"] = {name: (type(slot), slot.value, slot.has_been_set) for name, slot in tracker.slots.items()}
    for name in ("latest_message", "latest_bot_utterance"):
        known[name] = known[name] and {**known[name].as_dict(), "timestamp": None}
    return known


def what_is_predicted(prediction: PolicyPrediction) -> dict[str, Any]:
    """All of a prediction."""
    events = [{**event.as_dict(), "timestamp": None} for event in prediction.events]
    chosen = int(max(range(len(prediction.probabilities)), key=prediction.probabilities.__getitem__))
    return {
        **vars(prediction),
        "probabilities": (chosen, prediction.probabilities[chosen]),
        "events": events,
        "optional_events": len(prediction.optional_events),
    }


@dataclass
class Compared:
    """How often each repair was compared with what it replaces, and where they differed."""

    times: Counter[str] = field(default_factory=Counter)
    different: list[tuple[str, Any, Any]] = field(default_factory=list)

    def same(self, what: str, ours: Any, rasas: Any) -> None:
        """Compare (a turn's guard would catch what is raised here)."""
        self.times[what] += 1
        if ours != rasas:
            keys = [key for key in rasas if ours.get(key) != rasas[key]]
            self.different.append((what, {key: ours.get(key) for key in keys}, {key: rasas[key] for key in keys}))


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch, guide: Guide) -> Compared:
    """Rasa's way beside ours at every step."""
    found = Compared()
    same = found.same

    def copy_both(tracker: DialogueStateTracker) -> DialogueStateTracker:
        twin = talk_history.copied(tracker)
        same("copy", state_of(twin), state_of(rasa_fixes._copy(tracker)))
        return twin

    def applied_both(tracker: DialogueStateTracker) -> list[Any]:
        events = talk_history.applied_events(tracker)
        same(
            "applied",
            {"ids": [id(event) for event in events]},
            {"ids": [id(event) for event in rasa_fixes._applied_events(tracker)]},
        )
        return events

    def predict_both(self: MessageProcessor, tracker: DialogueStateTracker) -> PolicyPrediction:
        if not tracker.followup_action:
            short = what_is_predicted(
                rasa_fixes._predict(self, talk_history.with_last_turns(tracker, rasa_fixes.TURNS_FOR_POLICIES))
            )
            same("prediction", short, what_is_predicted(rasa_fixes._predict(self, tracker)))
        return rasa_fixes._predict_from_last_turns(self, tracker)

    def run_both(self: DaskGraphRunner, inputs: dict[str, Any], targets: list[str]) -> dict[str, Any]:
        rasas = rasa_fixes._run(self, copy.deepcopy(inputs), targets)
        ours = rasa_fixes._run_in_order(self, inputs, targets)
        same(
            "components",
            {name: _shown(value) for name, value in ours.items()},
            {name: _shown(value) for name, value in rasas.items()},
        )
        return ours

    async def act_on_both(self: RemoteAction, tracker: DialogueStateTracker, domain: Any) -> None:
        for call in (rasa_fixes._call_with_this_turn, rasa_fixes._call_format):
            answers.append(await guide.actions.executor.run(call(self, tracker, domain)))
        same("action", *(answer if isinstance(answer, dict) else answer.dict() for answer in answers[-2:]))

    def keys_both(self: RulePolicy, lookup: dict[str, str], states: Any) -> set[str]:
        keys = rasa_fixes._keys_for_last_action(self, lookup, states)
        same("rules", {"keys": keys}, {"keys": rasa_fixes._get_possible_keys(self, lookup, states)})
        return keys

    answers: list[Any] = []
    run = RemoteAction.run

    async def run_both_ways(self: RemoteAction, output: Any, nlg: Any, tracker: Any, domain: Any) -> Any:
        try:
            await act_on_both(self, tracker, domain)
        except Exception as rejected:  # told as such below
            assert "reject" in type(rejected).__name__.lower()
        return await run(self, output, nlg, tracker, domain)

    monkeypatch.setattr(DialogueStateTracker, "copy", copy_both)
    monkeypatch.setattr(DialogueStateTracker, "applied_events", applied_both)
    monkeypatch.setattr(MessageProcessor, "_predict_next_with_tracker", predict_both)
    monkeypatch.setattr(DaskGraphRunner, "run", run_both)
    monkeypatch.setattr(RemoteAction, "run", run_both_ways)
    monkeypatch.setattr(RulePolicy, "_get_possible_keys", keys_both)
    return found


def _shown(value: Any) -> Any:
    if isinstance(value, PolicyPrediction):
        return what_is_predicted(value)
    return [message.as_dict_nlu() for message in value] if isinstance(value, list) else value


@pytest.mark.parametrize("talk", [LONG_TALK, TALK_IN_THE_FORM, SHORT_TALK], ids=["long", "in the form", "short"])
async def test_every_step_of_a_talk_is_what_rasa_makes_of_it(guide: Guide, compared: Compared, talk: list[str]) -> None:
    held = guide.talk()
    for text in talk:
        await held.say(text)
    assert compared.different == []
    assert min(compared.times[what] for what in ("copy", "applied", "prediction", "components", "rules")) > 2 * len(
        talk
    )
    assert compared.times["action"] >= len(talk) / 3


@pytest.mark.parametrize("texts", [QUESTIONS * 6, ["my nose twitches", *QUESTIONS * 6]], ids=["no form", "form open"])
async def test_policies_see_the_last_turns_of_a_long_talk_and_no_more(guide: Guide, texts: list[str]) -> None:
    held = guide.talk()
    for text in texts:
        await held.say(text)
    tracker = await held.tracker()
    short = talk_history.with_last_turns(tracker, rasa_fixes.TURNS_FOR_POLICIES)
    assert sum(isinstance(event, UserUttered) for event in short.events) == rasa_fixes.TURNS_FOR_POLICIES
    assert len(short.events) < len(tracker.events) / 3


def test_no_rule_and_no_story_is_longer_than_what_policies_see() -> None:
    parts = [
        part
        for kind in ("rules", "stories")
        for file in (ROOT / "data" / kind).glob("*.yml")
        for part in YAML(typ="safe").load(file)[kind]
    ]
    assert len(parts) > 50
    # A story is recalled by its last four states; a rule as a whole.
    rules = [part for part in parts if "rule" in part]
    assert max(sum("intent" in step for step in rule["steps"]) for rule in rules) < rasa_fixes.TURNS_FOR_POLICIES
