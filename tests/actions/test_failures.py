"""Whatever goes wrong inside an action, the person hears a sentence and the log gets a code, not their words."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from rasa_sdk import Action
from rasa_sdk.executor import ActionExecutor

from actions.base import SafeAction
from tests.actions.calls import call, finding, known, run, slot

SECRET = "my left arm is weak and I am Jo"


def own_actions() -> list[Action]:
    """One of each action of the guide."""
    executor = ActionExecutor()
    executor.register_package("actions")
    found = [handler.__self__ for handler in executor.actions.values()]
    return [action for action in found if type(action).__module__.startswith("actions.")]


ACTIONS = [pytest.param(action, id=action.name()) for action in own_actions()]


def breaks(monkeypatch: pytest.MonkeyPatch, action: Action) -> None:
    """Let an action say something and then raise, with the person's words in the error."""

    def act(dispatcher: Any, talk: Any) -> list[dict[str, Any]]:
        dispatcher.utter_message(response="utter_greet")
        raise ValueError(SECRET)

    monkeypatch.setattr(action, "act", act, raising=True)


@pytest.mark.parametrize("action", ACTIONS)
def test_every_action_is_guarded(action: Action) -> None:
    assert isinstance(action, SafeAction)


@pytest.mark.parametrize("action", ACTIONS)
async def test_an_action_that_raises_says_that_something_went_wrong(
    action: Action, monkeypatch: pytest.MonkeyPatch
) -> None:
    breaks(monkeypatch, action)
    outcome = await run(action, call(known({"weakness": finding()}), said=SECRET))
    assert outcome.responses == (["utter_urgent"] if action.name() == "action_escalate" else ["utter_trouble"])


@pytest.mark.parametrize("action", ACTIONS)
async def test_the_log_names_the_action_and_no_word_of_the_person(
    action: Action, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    breaks(monkeypatch, action)
    with caplog.at_level(logging.INFO):
        await run(action, call(known({"weakness": finding(said=SECRET)}), said=SECRET))
    (record,) = [record for record in caplog.records if "ACTION_FAILED" in record.getMessage()]
    assert record.levelno == logging.ERROR
    assert action.name() in record.getMessage()
    assert "ValueError" in record.getMessage()
    assert not any(word in caplog.text for word in ("weak", "left arm", "Jo"))


@pytest.mark.parametrize("action", ACTIONS)
async def test_state_that_cannot_be_read_is_survived(action: Action) -> None:
    broken = {
        "findings": {"weakness": {"status": "unheard of"}},
        "duration_days": "soon",
        "triage": "urgent",
        "asked_questions": 7,
    }
    outcome = await run(action, call(broken, asked="side", told=["findings"], ran=["twitch_form"]))
    assert outcome.responses or outcome.events


async def test_a_failed_question_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    action = next(action for action in own_actions() if action.name() == "validate_twitch_form")
    breaks(monkeypatch, action)
    outcome = await run(action, call(asked="side"))
    assert outcome.slots == {"requested_slot": "side"}


@pytest.mark.parametrize(
    ("findings", "says"),
    [({"weakness": finding()}, "utter_urgent"), ({"pain": finding()}, "utter_see_doctor")],
)
async def test_a_failed_escalation_says_the_plain_level(
    findings: dict[str, Any], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    action = next(action for action in own_actions() if action.name() == "action_escalate")
    breaks(monkeypatch, action)
    assert (await run(action, call(known(findings)))).responses == [says]


async def test_a_second_failed_escalation_has_other_words(monkeypatch: pytest.MonkeyPatch) -> None:
    action = next(action for action in own_actions() if action.name() == "action_escalate")
    breaks(monkeypatch, action)
    said = {"event": "bot", "text": "Get help today.", "metadata": {"utter_action": "utter_urgent"}}
    note = slot("announced", {"level": "urgent", "reasons": ["weakness"]})
    tracker = call(known({"weakness": finding(), "vision": finding()}), before=[note, said])
    assert (await run(action, tracker)).responses == ["utter_urgent_again"]


async def test_even_a_call_without_any_slots_is_answered() -> None:
    for action in own_actions():
        if action.name() == "action_escalate":
            continue  # the safety policy calls it only with a level to tell
        tracker = call()
        tracker.slots.clear()
        outcome = await run(action, tracker)
        assert outcome.responses or outcome.events, action.name()
