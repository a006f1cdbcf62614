"""A talk as the safety policy sees it: real tracker events, with the other policies and the actions played by the test."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rasa.core.policies.policy import PolicyPrediction
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, BotUttered, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from nose_twitch.rasa_parts.safety_policy import SafetyPolicy

LISTEN, END_FORM, FORM = "action_listen", "action_deactivate_loop", "twitch_form"
MOST_ACTIONS = 10  # Rasa's own limit for one turn


class PlayedTalk:
    """Plays turns. `dead` is an action server that is away; `script` is what rules and stories would run."""

    def __init__(self, policy: SafetyPolicy, domain: Domain) -> None:
        """Begin a talk in which nothing was said."""
        self.policy, self.domain = policy, domain
        self.tracker = DialogueStateTracker.from_events("tested", [ActionExecuted(LISTEN)], domain.slots)
        self.dead = False

    def add(self, *events: Event) -> None:
        """Put events on the tracker."""
        self.tracker.update_with_events(list(events), self.domain)

    def predict(self) -> PolicyPrediction:
        """What the policy predicts now."""
        return self.policy.predict_action_probabilities(self.tracker, self.domain)

    def next_action(self) -> str | None:
        """The action that it predicts, None if it keeps out."""
        prediction = self.predict()
        if not any(prediction.probabilities):
            return None
        return str(self.domain.action_names_or_texts[prediction.probabilities.index(1.0)])

    def tell(self, intent: str = "describe_twitch", **slots: Any) -> None:
        """A message of the person, with what the pipeline made of it."""
        self.add(UserUttered("a message", {"name": intent, "confidence": 1.0}))
        self.add(*(SlotSet(name, value) for name, value in slots.items()))

    def open_form(self, asked: str = "duration") -> None:
        """A question is open."""
        self.add(
            ActionExecuted(FORM),
            ActiveLoop(FORM),
            SlotSet("requested_slot", asked),
            BotUttered("a question"),
            ActionExecuted(LISTEN),
        )

    def turn(self, intent: str = "describe_twitch", script: Iterable[str] = (), **slots: Any) -> list[str]:
        """Play a message to the end; gives the actions in order."""
        self.tell(intent, **slots)
        planned, done = iter(script), list[str]()
        while True:
            prediction = self.predict()
            action = self.next_action() or next(planned, LISTEN)
            done.append(action)
            self.add(*(prediction.optional_events if any(prediction.probabilities) else ()))
            self._run(action)
            if action == LISTEN or len(done) > MOST_ACTIONS:
                return done

    def _run(self, action: str) -> None:
        self.add(ActionExecuted(action))
        if action == END_FORM:
            self.add(ActiveLoop(None), SlotSet("requested_slot", None))
        elif action.startswith("utter_"):
            self.add(BotUttered(action, metadata={"utter_action": action}))
        elif action == FORM and not self.dead:
            self.add(ActiveLoop(FORM), SlotSet("requested_slot", "duration"), BotUttered("a question"))
        elif action != LISTEN and not self.dead:
            self.add(BotUttered("said by an action"))
