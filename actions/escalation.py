"""Tells the person at once that more help is needed, and why."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import slots
from actions.base import SafeAction
from actions.talk import Talk, responses_said
from actions.understanding import introduce, say_understood


class Escalate(SafeAction):
    """The message of `see_doctor` and `urgent` with its reasons.

    The safety policy calls it the moment level or reasons rise. Emergencies never come here: they are plain responses of
    the policy, which need no action server.
    """

    def name(self) -> str:
        """Its name in the domain."""
        return "action_escalate"

    def act(self, dispatcher: CollectingDispatcher, talk: Talk) -> list[dict[str, Any]]:
        """Say what was understood (in the first reply), then the level with the reasons that are new."""
        first = not talk.in_form and not talk.tracker.get_slot(slots.ANSWERED)
        if first:
            say_understood(dispatcher, talk)
        level = talk.assessment.level.slot_value
        told = _announced_before(talk)
        again = "_again" if any(entry["level"] == level for entry in told) else ""
        known = {reason for entry in told for reason in entry["reasons"]}
        new = tuple(reason for reason in talk.assessment.reasons if reason not in known)
        dispatcher.utter_message(
            response=f"utter_escalate_{level}{again}", reasons=talk.reasons(new or talk.assessment.leading_reasons)
        )
        if first:
            introduce(dispatcher, talk)  # help comes before it
        return []

    def apology_for(self, tracker: Tracker) -> str:
        """The plain message of the level, without reasons; in other words if it was said before."""
        plain = f"utter_{tracker.get_slot(slots.TRIAGE) or 'see_doctor'}"
        return f"{plain}_again" if plain in responses_said(tracker) else plain


def _announced_before(talk: Talk) -> list[dict[str, Any]]:
    """What the policy announced in earlier turns (its note on this announcement is already set)."""
    notes = [
        event["value"]
        for event in talk.tracker.events
        if event.get("event") == "slot" and event["name"] == slots.ANNOUNCED and event["value"]
    ]
    return notes[:-1]
