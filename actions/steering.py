"""The person steers: go back, change an answer, start over, be forgotten, phone numbers of a country."""

from __future__ import annotations

from typing import Any

from rasa_sdk.events import AllSlotsReset, FollowupAction, Restarted, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import slots
from actions.base import SafeAction
from actions.talk import Talk
from nose_twitch.language.question_names import find_question
from nose_twitch.medical.knowledge import CLARIFY


class GoBack(SafeAction):
    """Asks the question before the open one again."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_go_back"

    def act(self, dispatcher: CollectingDispatcher, talk: Talk) -> list[dict[str, Any]]:
        """Clear the last answer; the form then asks for it."""
        earlier = [
            slot for slot in talk.asked if slot not in (talk.open_question, CLARIFY) and slot in talk.case.answers
        ]
        if not earlier:
            dispatcher.utter_message(response="utter_nothing_to_go_back" if talk.in_form else "utter_change_which")
            return [SlotSet(slots.MISSES, 0)]
        dispatcher.utter_message(response="utter_back")
        return _ask_once_more(talk, earlier[-1])


class ChangeAnswer(SafeAction):
    """Opens an earlier answer again, by its name ("change how long it has lasted")."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_change_answer"

    def act(self, dispatcher: CollectingDispatcher, talk: Talk) -> list[dict[str, Any]]:
        """Clear the named answer and ask for it, or ask which one."""
        slot = find_question(talk.message)
        if slot is None or slot in talk.slots_set_this_turn():
            dispatcher.utter_message(response="utter_change_which")
            return [SlotSet(slots.MISSES, 0)]
        events = _ask_once_more(talk, slot)
        return events if talk.in_form else [*events, FollowupAction(slots.FORM)]


def _ask_once_more(talk: Talk, slot: str) -> list[dict[str, Any]]:
    asked = list(talk.asked)
    if talk.open_question in asked:
        asked.remove(talk.open_question)
    if slot in asked:
        asked.remove(slot)
    return [
        SlotSet(slot, None),
        SlotSet(slots.REVISIT, slot),
        SlotSet("requested_slot", None),
        SlotSet(slots.ASKED_QUESTIONS, asked or None),
        SlotSet(slots.MISSES, 0),
    ]


class StartOver(SafeAction):
    """Forgets the answers and begins again; the country stays, it only chooses phone numbers."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_start_over"

    def act(self, dispatcher: CollectingDispatcher, talk: Talk) -> list[dict[str, Any]]:
        """Clear everything."""
        dispatcher.utter_message(response="utter_start_over")
        return [AllSlotsReset(), SlotSet(slots.COUNTRY, talk.tracker.get_slot(slots.COUNTRY))]


class ForgetMe(SafeAction):
    """Forgets the whole talk; the tracker store then drops what was said (rasa_parts/server/tracker_store.py)."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_forget_me"

    def act(self, dispatcher: CollectingDispatcher, talk: Talk) -> list[dict[str, Any]]:
        """Say so and restart."""
        dispatcher.utter_message(response="utter_forgotten")
        return [Restarted()]


class TellNumbers(SafeAction):
    """Tells the numbers of the person's country, or the common ones."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_tell_numbers"

    def act(self, dispatcher: CollectingDispatcher, talk: Talk) -> list[dict[str, Any]]:
        """Say the numbers; a country that is not in the list gets the common ones and a way to find its own."""
        if talk.intent == "tell_country" and not talk.tracker.get_slot(slots.COUNTRY):
            dispatcher.utter_message(response="utter_country_unknown")
        else:
            dispatcher.utter_message(response="utter_numbers")
        return []
