"""Says back what was understood, and mends the talk when something was not."""

from __future__ import annotations

from typing import Any

from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import slots
from actions.base import SafeAction
from actions.talk import Talk, listed, responses_said

INTRODUCTIONS = ("utter_greet", "utter_introduction")


def introduce(dispatcher: CollectingDispatcher, talk: Talk) -> None:
    """Say once what this is, to somebody who began without a greeting."""
    if not responses_said(talk.tracker).intersection(INTRODUCTIONS):
        dispatcher.utter_message(response="utter_introduction")


def say_understood(dispatcher: CollectingDispatcher, talk: Talk) -> None:
    """Say in one line what is known; nothing where nothing is."""
    facts = talk.facts()
    if facts:
        dispatcher.utter_message(response="utter_understood", facts=listed([f'"{fact}"' for fact in facts]))


class SayUnderstood(SafeAction):
    """Says back what the first message told."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_say_understood"

    def act(self, dispatcher: CollectingDispatcher, talk: Talk) -> list[dict[str, Any]]:
        """Say what this is, if that was not said yet, and what is known."""
        introduce(dispatcher, talk)
        say_understood(dispatcher, talk)
        return [SlotSet(slots.MISSES, 0)]


class Repair(SafeAction):
    """Answers a message that was not understood: first with a request, then with buttons. The form does the rest."""

    def name(self) -> str:
        """Its name in the domain; also RulePolicy's fallback action (it keeps what the message told)."""
        return "action_repair"

    def act(self, dispatcher: CollectingDispatcher, talk: Talk) -> list[dict[str, Any]]:
        """Count the miss and say what helps.

        Plain words that the guide cannot place count double: asking for them once more is enough. Of letters that are no words it
        asks twice.
        """
        before = talk.tracker.get_slot(slots.MISSES) or 0
        misses = before + (1 if talk.unreadable else 2)
        if not before:
            dispatcher.utter_message(response="utter_not_understood")
        elif not talk.in_form:
            dispatcher.utter_message(response="utter_not_understood_buttons")
        return [SlotSet(slots.MISSES, misses)]
