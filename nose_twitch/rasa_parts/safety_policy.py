"""The policy that speaks first when the triage level rises, and that never leaves a failed action unanswered.

Rasa's rules cannot interrupt an active form (an active form wins until it rejects: rule_policy._predict), and a raising or
unreachable custom action leaves the person with silence (processor._run_action only logs it). This policy predicts with
`is_no_user_prediction`, which wins over both. What to do is decided by `decide`, a pure function over a small view of the
talk; the class below only builds that view from Rasa's tracker.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from rasa.core.featurizers.tracker_featurizers import TrackerFeaturizer
from rasa.core.policies.policy import Policy, PolicyPrediction
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.constants import ACTION_DEACTIVATE_LOOP_NAME, ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, Event, SlotSet, UserUttered
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT_NAME_KEY

from nose_twitch.medical.knowledge import load_knowledge
from nose_twitch.medical.levels import TriageLevel
from nose_twitch.rasa_parts import slots
from nose_twitch.rasa_parts.intents import is_digression

ESCALATE = "action_escalate"
SELF_HARM = "self_harm"
# After these the turn goes on; RulePolicy cannot tell how, as its rules begin with the message itself.
_GOES_ON = (ESCALATE, "utter_correction_noted")
# Intents that a rule answers even after an emergency; anything else the guide answers by staying with the person.
_ANSWERED_BY_RULES = frozenset(
    {"thanks", "goodbye", "insult", "stop", "start_over", "forget_me", "tell_country", "not_english"}
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
    if last == "utter_trouble" or _is_floor(last):
        return _go_on(view, last)
    if _risen(view):
        return _announcement(view)
    if _is_emergency_message(last):
        return ACTION_DEACTIVATE_LOOP_NAME if view.form_active else ACTION_LISTEN_NAME
    if last == ACTION_DEACTIVATE_LOOP_NAME or (last is not None and view.done.count(last) > 1):
        return ACTION_LISTEN_NAME  # the last words were said; also the end of any loop of predictions
    if view.level is TriageLevel.EMERGENCY:
        return _stay(view, last)
    if view.level < view.announced.level and not view.done:
        return "utter_correction_noted"
    if last in _GOES_ON:
        return _go_on(view, last)
    if not view.form_active and last is not None and any(action in _GOES_ON for action in view.done):
        return ACTION_LISTEN_NAME if last.startswith("utter_") else None
    return None


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


def _is_emergency_message(action: str | None) -> bool:
    return action is not None and action.startswith(("utter_emergency", "utter_crisis"))


def _is_floor(action: str | None) -> bool:
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
    if _is_floor(last):
        return ACTION_LISTEN_NAME
    return slots.FORM  # with nothing left to ask it ends at once, and the answer is given anew


def _stay(view: View, last: str | None) -> str | None:
    """An emergency was told and the person goes on writing: stay with them, answer, and never start to question them."""
    digression = is_digression(view.intent) and view.intent not in ("correct_statement", "ask_luck")  # no time for luck
    by_rule = view.intent in _ANSWERED_BY_RULES or digression
    if view.done or by_rule:
        return ACTION_LISTEN_NAME if last and last.startswith("utter_") else None
    return "utter_crisis_stay" if SELF_HARM in view.reasons else "utter_emergency_stay"


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
    if action in _GOES_ON:
        return Announced(view.level, view.reasons, view.announced.said)
    if _is_floor(action):
        return Announced(view.level, view.reasons, said)
    if not _is_emergency_message(action) or not view.news:
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
    )


def _events_since_last_message(tracker: DialogueStateTracker) -> list[Event]:
    recent: list[Event] = []
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            break
        recent.append(event)
    return recent[::-1]


def _failed(events: Sequence[Event], domain: Domain) -> bool:
    """Rasa logs a failed action as run, with no event after it; ours always return at least one."""
    last = events[-1] if events else None
    return isinstance(last, ActionExecuted) and (
        (last.action_name in domain.user_actions and not str(last.action_name).startswith("utter_"))
        or last.action_name in domain.form_names
    )
