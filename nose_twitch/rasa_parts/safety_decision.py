"""What the guide says first in a turn: a pure function over a small view of the talk, without Rasa's objects."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from rasa.shared.core.constants import ACTION_DEACTIVATE_LOOP_NAME, ACTION_LISTEN_NAME

from nose_twitch.medical.knowledge import load_knowledge
from nose_twitch.medical.levels import TriageLevel
from nose_twitch.rasa_parts import slots
from nose_twitch.rasa_parts.intents import is_digression

ESCALATE = "action_escalate"
SELF_HARM = "self_harm"
# After these the turn goes on; RulePolicy cannot tell how, as its rules begin with the message itself.
GOES_ON = (ESCALATE, "utter_correction_noted")
# Intents that a rule answers even after an emergency; anything else the guide answers by staying with the person.
_ANSWERED_BY_RULES = frozenset(
    {"thanks", "goodbye", "insult", "stop", "start_over", "forget_me", "tell_country", "not_english"}
)

# What is true of a small twitch ("mostly it is not serious", "rest and sleep well") is the wrong thing to say in an emergency.
_NOT_IN_EMERGENCY = frozenset(
    {
        "correct_statement",
        "ask_luck",
        "ask_serious",
        "ask_when_doctor",
        "ask_self_care",
        "ask_early_help",
        "ask_treatment",
    }
)


@dataclass(frozen=True)
class Announced:
    """What the person was told last: the level, every reason so far, and the safety messages said."""

    level: TriageLevel = TriageLevel.SELF_CARE
    reasons: tuple[str, ...] = ()
    said: tuple[str, ...] = ()

    def to_slot(self) -> dict[str, Any]:
        """The shape of the slot `announced`."""
        note: dict[str, Any] = {"level": self.level.slot_value, "reasons": list(self.reasons)}
        return note | ({"said": list(self.said)} if self.said else {})

    @classmethod
    def from_slot(cls, value: dict[str, Any] | None) -> Announced:
        """What the slot holds; None is nothing announced."""
        if not value:
            return cls()
        return cls(TriageLevel.from_name(value["level"]), tuple(value["reasons"]), tuple(value.get("said", ())))


@dataclass(frozen=True)
class View:
    """What the policy looks at.

    Attributes:
        level: triage now.
        reasons: all escalation reasons now.
        announced: what was told before.
        intent: of the last message.
        done: names of the actions run since the last message, in order.
        failed: the last of them was to be run by the action server and nothing came back.
        spoke: the guide said something since the last message.
        form_active: a question is open.
        answered: the final answer was given.
        tells: the message told something of the twitch.
        responses: names of the responses that exist.
    """

    level: TriageLevel
    reasons: tuple[str, ...]
    announced: Announced
    intent: str | None
    done: tuple[str, ...]
    failed: bool
    spoke: bool
    form_active: bool
    answered: bool
    responses: frozenset[str]
    tells: bool = False

    @property
    def news(self) -> tuple[str, ...]:
        """Reasons that were not told yet; in an emergency only those that make one."""
        untold = tuple(reason for reason in self.reasons if reason not in self.announced.reasons)
        if self.level is not TriageLevel.EMERGENCY or self.announced.level is not TriageLevel.EMERGENCY:
            return untold
        return tuple(reason for reason in untold if reason in _emergency_reasons())

    def in_new_words(self, response: str) -> str:
        """A safety message that was not said yet: itself, its second wording, or staying with the person."""
        told_before = self.announced.level is TriageLevel.EMERGENCY and (SELF_HARM in self.announced.reasons) == (
            response == "utter_crisis"
        )
        wordings = (response, f"{response}_again", f"{response}_stay")[1 if told_before else 0 :]
        return next((each for each in wordings if each not in self.announced.said), wordings[-1])


def decide(view: View) -> str | None:
    """The action to run next, or None to leave it to the form, the rules and the stories."""
    last = view.done[-1] if view.done else None
    if view.failed:
        return _after_failure(view, last)
    if last == "utter_trouble" or is_floor(last):
        return _go_on(view, last)
    if _risen(view):
        return _announcement(view)
    if is_emergency_message(last):
        return ACTION_DEACTIVATE_LOOP_NAME if view.form_active else ACTION_LISTEN_NAME
    if last == ACTION_DEACTIVATE_LOOP_NAME or (last is not None and view.done.count(last) > 1):
        return ACTION_LISTEN_NAME  # the last words were said; also the end of any loop of predictions
    if view.level is TriageLevel.EMERGENCY:
        return _stay(view, last)
    if view.level < view.announced.level and not view.done:
        return "utter_correction_noted"
    if _answered_and_told(view, last):
        return slots.FORM
    if last in GOES_ON:
        return _go_on(view, last)
    if not view.form_active and last is not None and any(action in GOES_ON for action in view.done):
        return ACTION_LISTEN_NAME if last.startswith("utter_") else None
    return None


def _answered_and_told(view: View, last: str | None) -> bool:
    """The first message asked something and told of the twitch: once the question is answered, the check begins."""
    digression = view.intent if is_digression(view.intent) else None
    return (
        view.tells
        and not view.answered
        and not view.form_active
        and last == f"utter_{(digression or '').removeprefix('ask_')}"
    )


def _risen(view: View) -> bool:
    """The level or its reasons rose; after the final answer the update says so itself, below emergency."""
    if view.level is TriageLevel.SELF_CARE or not view.news:
        return False
    return view.level is TriageLevel.EMERGENCY or ESCALATE not in view.done


def _announcement(view: View) -> str:
    if view.level is not TriageLevel.EMERGENCY:
        return ESCALATE
    return view.in_new_words("utter_crisis" if SELF_HARM in view.news else "utter_emergency")


@lru_cache(maxsize=1)
def _emergency_reasons() -> frozenset[str]:
    return frozenset(rule.reason for rule in load_knowledge().rules if rule.level is TriageLevel.EMERGENCY)


def _after_failure(view: View, last: str | None) -> str:
    """The floor: plain responses that need no action server."""
    if last == ESCALATE:
        floor = f"utter_{view.level.slot_value}"
        return f"{floor}_again" if floor in view.announced.said else floor
    return ACTION_LISTEN_NAME if view.spoke else "utter_trouble"


def is_emergency_message(action: str | None) -> bool:
    """Whether an action is one of the emergency or crisis messages."""
    return action is not None and action.startswith(("utter_emergency", "utter_crisis"))


def is_floor(action: str | None) -> bool:
    """Whether an action is a plain message of a lower level, which needs no action server."""
    return action in ("utter_urgent", "utter_see_doctor", "utter_urgent_again", "utter_see_doctor_again")


def _go_on(view: View, last: str | None) -> str | None:
    """After an announcement: the open question again, the answer to what was asked, or the first question."""
    if last == "utter_trouble":
        return ACTION_LISTEN_NAME
    if view.form_active:
        return None
    response = f"utter_{(view.intent or '').removeprefix('ask_')}"
    if is_digression(view.intent) and response in view.responses and view.level < TriageLevel.URGENT:
        return response
    if is_floor(last):
        return ACTION_LISTEN_NAME
    return slots.FORM  # with nothing left to ask it ends at once, and the answer is given anew


def _stay(view: View, last: str | None) -> str | None:
    """An emergency was told and the person goes on writing: stay with them, answer, and never start to question them."""
    digression = is_digression(view.intent) and view.intent not in _NOT_IN_EMERGENCY
    by_rule = view.intent in _ANSWERED_BY_RULES or digression
    if view.done or by_rule:
        return ACTION_LISTEN_NAME if last and last.startswith("utter_") else None
    return "utter_crisis_stay" if SELF_HARM in view.reasons else "utter_emergency_stay"
