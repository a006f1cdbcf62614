"""The actions of the small bot: a form's validation, its report, and some that misbehave."""

import asyncio
from typing import Any

from rasa_sdk import Action, FormValidationAction
from rasa_sdk.events import FollowupAction, Restarted


class ValidateReportForm(FormValidationAction):
    """Wants a number in the duration."""

    def name(self) -> str:
        """As in the domain."""
        return "validate_report_form"

    def validate_duration(self, value: Any, dispatcher: Any, tracker: Any, domain: Any) -> dict[str, Any]:
        """Raise when the answer says so, else look for a number."""
        if "break the action" in value:
            raise ValueError("an action's bug")
        if any(letter.isdigit() for letter in value):
            return {"duration": value}
        dispatcher.utter_message(text="Please give a number.")
        return {"duration": None}


class Report(Action):
    """Says what the form holds."""

    def name(self) -> str:
        """As in the domain."""
        return "action_report"

    def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[Any]:
        """Say it."""
        said = [f"{name}={tracker.get_slot(name)}" for name in ("duration", "place", "worry")]
        dispatcher.utter_message(text="Report: " + ", ".join(said))
        return []


class Raises(Action):
    """An action with a bug."""

    def name(self) -> str:
        """As in the domain."""
        return "action_raises"

    def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[Any]:
        """Raise after it has spoken."""
        dispatcher.utter_message(text="This was said before the bug.")
        raise ValueError("an action's bug")


class Slow(Action):
    """An action that takes five seconds."""

    def name(self) -> str:
        """As in the domain."""
        return "action_slow"

    async def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[Any]:
        """Wait, then speak."""
        await asyncio.sleep(5)
        dispatcher.utter_message(text="That took a while.")
        return []


class Loops(Action):
    """An action that always wants itself to be next."""

    def name(self) -> str:
        """As in the domain."""
        return "action_loops"

    def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[Any]:
        """Ask for itself."""
        return [FollowupAction("action_loops")]


class Forget(Action):
    """What Rasa offers for "forget me"."""

    def name(self) -> str:
        """As in the domain."""
        return "action_forget"

    def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[Any]:
        """Restart the conversation."""
        dispatcher.utter_message(text="I have forgotten you.")
        return [Restarted()]
