"""The policy that speaks first when the triage level rises, and that never leaves a failed action unanswered.

Rasa's rules cannot interrupt an active form (an active form wins until it rejects: rule_policy._predict), and a raising or
unreachable custom action leaves the person with silence (processor._run_action only logs it). This policy predicts with
`is_no_user_prediction`, which wins over both. What to do is decided by `safety_decision.decide`; the class below only builds
the view of the talk for it from Rasa's tracker.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rasa.core.featurizers.tracker_featurizers import TrackerFeaturizer
from rasa.core.policies.policy import Policy, PolicyPrediction
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, Event, SlotSet, UserUttered
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT_NAME_KEY

from nose_twitch.medical.levels import TriageLevel
from nose_twitch.rasa_parts import slots
from nose_twitch.rasa_parts.intents import tells_of_a_twitch
from nose_twitch.rasa_parts.safety_decision import (
    GOES_ON,
    SELF_HARM,
    Announced,
    View,
    decide,
    is_emergency_message,
    is_floor,
)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=False)
class SafetyPolicy(Policy):
    """Adapter: builds the view from the tracker and turns the decision into a prediction."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Above RulePolicy's 6."""
        return {"priority": 7}

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        featurizer: TrackerFeaturizer | None = None,
    ) -> None:
        """Nothing is trained: the rules stand in `decide`."""
        super().__init__(config, model_storage, resource, execution_context, featurizer)

    def train(self, training_trackers: list[TrackerWithCachedStates], domain: Domain, **kwargs: Any) -> Resource:
        """Nothing to learn (Rasa demands the method)."""
        return self._resource

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> PolicyPrediction:
        """Predict with certainty where `decide` wants to speak, else abstain."""
        view = _view(tracker, domain)
        action = decide(view)
        if action is None:
            return self._prediction(self._default_predictions(domain))
        announced = _announces(action, view)
        return PolicyPrediction(
            [1.0 if name == action else 0.0 for name in domain.action_names_or_texts],
            self.__class__.__name__,
            self.priority,
            optional_events=[SlotSet(slots.ANNOUNCED, announced.to_slot())] if announced else [],
            is_no_user_prediction=True,
        )


def _announces(action: str, view: View) -> Announced | None:
    """What has been told once this action ran; None where it tells nothing of the level."""
    said = view.announced.said if action in view.announced.said else (*view.announced.said, action)
    if action in GOES_ON:
        return Announced(view.level, view.reasons, view.announced.said)
    if is_floor(action):
        return Announced(view.level, view.reasons, said)
    if not is_emergency_message(action) or not view.news:
        return None
    if action.startswith("utter_crisis"):
        return Announced(view.level, (*view.announced.reasons, SELF_HARM), said)
    return Announced(view.level, view.reasons, said)


def _view(tracker: DialogueStateTracker, domain: Domain) -> View:
    events = _events_since_last_message(tracker)
    done = tuple(event.action_name for event in events if isinstance(event, ActionExecuted) and event.action_name)
    value = tracker.get_slot(slots.TRIAGE)
    message = tracker.latest_message
    return View(
        level=TriageLevel.from_name(value) if value else TriageLevel.SELF_CARE,
        reasons=tuple(tracker.get_slot(slots.ESCALATION_REASONS) or ()),
        announced=Announced.from_slot(tracker.get_slot(slots.ANNOUNCED)),
        intent=message.intent.get(INTENT_NAME_KEY) if message and message.intent else None,
        done=done,
        failed=_failed(events, domain),
        spoke=any(isinstance(event, BotUttered) for event in events),
        form_active=tracker.active_loop_name == slots.FORM,
        answered=bool(tracker.get_slot(slots.ANSWERED)),
        responses=frozenset(domain.responses),
        tells=_told_of_twitch(tracker),
    )


def _events_since_last_message(tracker: DialogueStateTracker) -> list[Event]:
    recent: list[Event] = []
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            break
        recent.append(event)
    return recent[::-1]


def _told_of_twitch(tracker: DialogueStateTracker) -> bool:
    """Whether the last message told of somebody's twitch, or anything that is kept: that left the pipeline as entities."""
    message = tracker.latest_message
    if message is None:
        return False
    kept = any(entity.get("entity") == slots.TRIAGE for entity in message.entities or ())
    return kept or tells_of_a_twitch(message.text or "")


def _failed(events: Sequence[Event], domain: Domain) -> bool:
    """Rasa logs a failed action as run, with no event after it; ours always return at least one."""
    last = events[-1] if events else None
    return isinstance(last, ActionExecuted) and (
        (last.action_name in domain.user_actions and not str(last.action_name).startswith("utter_"))
        or last.action_name in domain.form_names
    )
