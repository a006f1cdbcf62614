"""Calls of the action server: a tracker as Rasa sends it, and what an action makes of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from nose_twitch.medical.assessment import assess
from nose_twitch.medical.case import Case
from nose_twitch.medical.knowledge import load_knowledge

FORM = "twitch_form"
ROOT = Path(__file__).resolve().parents[2]
KNOWLEDGE = load_knowledge()


@lru_cache(maxsize=1)
def domain() -> dict[str, Any]:
    """The domain as the action server gets it."""
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    return loaded


def finding(status: str = "present", said: str = "", when: str | None = None) -> dict[str, str]:
    """An entry of the slot `findings`."""
    return {"status": status, "said": said} | ({"when": when} if when else {})


def known(findings: Mapping[str, Any] | None = None, **slots: Any) -> dict[str, Any]:
    """Slots as CaseKeeper fills them: what was told, and the level, reasons and causes that follow."""
    given = {"findings": dict(findings or {}) or None, **slots}
    case = Case.from_slots(given, KNOWLEDGE.question_slots)
    conclusion = assess(case, KNOWLEDGE)
    return {
        "triage": None if case.empty else conclusion.level.slot_value,
        "escalation_reasons": list(conclusion.reasons) or None,
        "likely_causes": [cause.id for cause in conclusion.causes] or None,
        **given,
    }


def slot(name: str, value: Any) -> dict[str, Any]:
    """The event that sets a slot."""
    return {"event": "slot", "name": name, "value": value, "timestamp": None}


def call(
    slots: Mapping[str, Any] | None = None,
    *,
    said: str = "a message",
    intent: str | None = None,
    told: Iterable[str] = (),
    asked: str | None = None,
    ran: Iterable[str] = (),
    before: Iterable[dict[str, Any]] = (),
) -> Tracker:
    """The tracker of one call.

    Args:
        slots: all slots now.
        said: the last message.
        intent: its intent.
        told: names of the slots that this message set.
        asked: slot of the open question (then the form is active).
        ran: actions that ran since the message, the running one included.
        before: events of earlier turns.
    """
    values = {**dict.fromkeys(domain()["slots"]), "ask_again": False, "answered": False, **(slots or {})}
    values["requested_slot"] = asked
    message = {"text": said, "intent": {"name": intent, "confidence": 1.0}, "entities": []}
    events = [*before, {"event": "user", "text": said, "parse_data": message}]
    events += [slot(name, values[name]) for name in told]
    events += [{"event": "action", "name": name} for name in ran]
    loop = {"name": FORM} if asked else {}
    return Tracker("tested", values, message, events, False, None, loop, "action_listen")


@dataclass(frozen=True)
class Outcome:
    """What an action did: names of the responses in order, the values filled into each, and its events."""

    responses: list[str]
    filled: dict[str, dict[str, Any]]
    events: list[dict[str, Any]]

    @property
    def slots(self) -> dict[str, Any]:
        """The slots that were set, with the last value of each."""
        return {event["name"]: event["value"] for event in self.events if event["event"] == "slot"}

    @property
    def kinds(self) -> list[str]:
        """The kinds of the events."""
        return [event["event"] for event in self.events]


async def run(action: Action, tracker: Tracker) -> Outcome:
    """Run an action."""
    dispatcher = CollectingDispatcher()
    events = await action.run(dispatcher, tracker, domain())
    names = [message["response"] for message in dispatcher.messages]
    assert all(name in domain()["responses"] for name in names), names
    return Outcome(names, {message["response"]: message for message in dispatcher.messages}, events)
