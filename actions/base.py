"""The base of all actions: whatever goes wrong inside, the person hears a sentence and the log gets a code."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.talk import Talk
from nose_twitch.operations import logs

logger = logging.getLogger(__name__)


class SafeAction(Action, ABC):
    """An action that never leaves the person without an answer.

    Subclasses write `act`. If it raises, what it had said so far is dropped, `apology` is said instead, and the log gets
    `ACTION_FAILED` with the action's name and the kind of error, without a word of what the person wrote.
    """

    apology = "utter_trouble"

    @abstractmethod
    def act(self, dispatcher: CollectingDispatcher, talk: Talk) -> list[dict[str, Any]]:
        """Do the work: say things through `dispatcher`, return events. Rasa takes no event at all for a failure."""

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[dict[str, Any]]:
        """Run `act`, guarded."""
        with logs.handling(tracker.latest_message.get("text")):
            try:
                return self.act(dispatcher, Talk(tracker, domain))
            except Exception as error:
                logger.error("ACTION_FAILED action=%s error=%s", self.name(), type(error).__name__)
                logger.debug("ACTION_FAILED details", exc_info=True)
                dispatcher.messages.clear()
                dispatcher.utter_message(response=self.apology_for(tracker))
                return self.events_after_failure(tracker)

    def apology_for(self, tracker: Tracker) -> str:
        """The response that is said when `act` raised."""
        return self.apology

    def events_after_failure(self, tracker: Tracker) -> list[dict[str, Any]]:
        """Events that keep the talk where it is when `act` raised."""
        return []
