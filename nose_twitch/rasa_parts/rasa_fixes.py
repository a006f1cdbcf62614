"""Repairs of Rasa 3.6.21 that change nothing but time; NOSE_TWITCH_RASA_FIXES=off leaves Rasa as it is.

- The domain is kept as JSON beside its YAML in the model: Rasa's YAML reader takes almost two seconds for ours, and
  checks again what was checked in training.
- What an action server answers is checked against a schema that never changes. Rasa checks the schema itself each time,
  too, which takes 12 times as long as all the rest; here it is taken as checked, and plain slot events are known to fit it.
- Each event of a talk that is read from the store looks for its class among all subclasses of `Event`; here it is looked for
  once for each kind.
- Where Rasa copies a tracker, it replays the whole talk; here the state is copied.
- Policies make states of the whole talk for each prediction; here of its last turns, as far back as rules and stories
  reach, and which events count is worked out once for each.
- Rules are tried one by one; here only those for what was done last. And slots are copied by the way that suits any object.
- An action is sent the whole talk; here the current turn, and of what came before the names of what was said and the levels
  that were announced.
- Rasa copies deeply what it might write to its log at a level that is off.
- A task scheduler (dask) works out anew for each prediction in which order the same few components run.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from functools import lru_cache
from itertools import islice
from types import ModuleType
from typing import Any

from jsonschema.validators import validator_for  # type: ignore[import-untyped]
from rasa import __version__
from rasa.core import processor
from rasa.core.actions import forms
from rasa.core.actions.action import RemoteAction
from rasa.core.nlg import interpolator
from rasa.core.policies import memoization, rule_policy
from rasa.core.policies.rule_policy import RulePolicy
from rasa.core.processor import MessageProcessor
from rasa.engine.exceptions import GraphRunError
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.graph_components.providers.domain_provider import DomainProvider
from rasa.shared.core import trackers
from rasa.shared.core.constants import PREVIOUS_ACTION
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, Event, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ACTION_NAME

from nose_twitch.rasa_parts import slots
from nose_twitch.rasa_parts.talk_history import applied_events, copied, copied_slot, start_of_turn, with_last_turns

MADE_FOR = "3.6.21"
SWITCH = "NOSE_TWITCH_RASA_FIXES"
# How many of the person's messages policies look back at; no rule and no story is longer (a test sees to that).
TURNS_FOR_POLICIES = 6
_JSON = "domain.json"
# They copy deeply for their log lines alone.
_COPY_FOR_LOGS: tuple[ModuleType, ...] = (processor, forms, interpolator, memoization, rule_policy)
_load = DomainProvider.load.__func__
_persist = DomainProvider._persist
_validate = RemoteAction._validate_action_result
_call_format = RemoteAction._action_call_format
_resolve_by_type = Event.resolve_by_type
_copy = DialogueStateTracker.copy
_applied_events = DialogueStateTracker.applied_events
_get_possible_keys = RulePolicy._get_possible_keys
_predict = MessageProcessor._predict_next_with_tracker
_run = DaskGraphRunner.run


def apply() -> None:
    """Applies the repairs, unless they are switched off or this is another Rasa than the one they were made for."""
    if __version__ == MADE_FOR and os.environ.get(SWITCH) != "off":
        DomainProvider._persist = _persist_as_json_too
        DomainProvider.load = classmethod(_load_from_json)
        RemoteAction._validate_action_result = _validate_by_known_schema
        RemoteAction._action_call_format = _call_with_this_turn
        Event.resolve_by_type = staticmethod(lru_cache(maxsize=256)(_resolve_by_type))
        DialogueStateTracker.copy = copied
        DialogueStateTracker.applied_events = applied_events
        trackers.copy = _SlotCopies
        RulePolicy._get_possible_keys = _keys_for_last_action
        MessageProcessor._predict_next_with_tracker = _predict_from_last_turns
        DaskGraphRunner.run = _run_in_order
        for module in _COPY_FOR_LOGS:
            module.copy = _NoCopies  # type: ignore[attr-defined]


# --- the domain ---


def _persist_as_json_too(self: DomainProvider, domain: Domain) -> None:
    _persist(self, domain)
    with self._model_storage.write_to(self._resource) as folder:
        (folder / _JSON).write_text(json.dumps(domain.as_dict()), encoding="utf-8")


def _load_from_json(
    cls: type[DomainProvider],
    /,
    config: dict[str, Any],
    model_storage: ModelStorage,
    resource: Resource,
    execution_context: ExecutionContext,
    **kwargs: Any,
) -> DomainProvider:
    with model_storage.read_from(resource) as folder:
        if (folder / _JSON).exists():
            domain = Domain.from_dict(json.loads((folder / _JSON).read_text(encoding="utf-8")))
            return cls(model_storage, resource, domain)
    provider: DomainProvider = _load(cls, config, model_storage, resource, execution_context, **kwargs)
    return provider


# --- calls of actions ---


def _call_with_this_turn(self: RemoteAction, tracker: DialogueStateTracker, domain: Domain) -> dict[str, Any]:
    first = start_of_turn(tracker)
    known = tracker.events
    tracker.events = type(known)(islice(known, first, None))
    try:
        call: dict[str, Any] = _call_format(self, tracker, domain)
    finally:
        tracker.events = known
    call["tracker"]["events"][:0] = filter(None, map(_in_short, islice(known, first)))
    return call


def _in_short(event: Event) -> dict[str, Any] | None:
    """What actions look for in earlier turns: what was said, without its words, and which levels were announced."""
    if isinstance(event, BotUttered):
        said = {"utter_action": event.metadata.get("utter_action")}
        return {"event": event.type_name, "timestamp": event.timestamp, "metadata": said}
    if isinstance(event, SlotSet) and event.key == slots.ANNOUNCED:
        known: dict[str, Any] = event.as_dict()
        return known
    return None


def _validate_by_known_schema(self: RemoteAction, result: Any) -> bool:
    # What is wrong is told by Rasa's own check.
    return _response_schema().is_valid(_without_plain_slots(result)) or _validate(self, result)


def _without_plain_slots(result: Any) -> Any:
    events = result.get("events") if isinstance(result, dict) else None
    if not isinstance(events, list):
        return result
    return {**result, "events": [event for event in events if not _is_plain_slot(event)]}


def _is_plain_slot(event: Any) -> bool:
    return (
        isinstance(event, dict)
        and event.keys() == {"event", "timestamp", "name", "value"}
        and event["event"] == "slot"
        and event["timestamp"] is None
        and isinstance(event["name"], str)
    )


@lru_cache(maxsize=1)
def _response_schema() -> Any:
    schema = RemoteAction.action_response_format_spec()
    return validator_for(schema)(schema)


# --- predictions ---


def _predict_from_last_turns(self: MessageProcessor, tracker: DialogueStateTracker) -> Any:
    # A follow-up action is taken off the tracker itself.
    return _predict(self, tracker if tracker.followup_action else with_last_turns(tracker, TURNS_FOR_POLICIES))


class _SlotCopies:
    """Stands in for the module `copy` where only slots are copied."""

    copy = staticmethod(copied_slot)


def _keys_for_last_action(self: RulePolicy, lookup: dict[str, str], states: list[dict[str, Any]]) -> set[str]:
    last = states[-1].get(PREVIOUS_ACTION, {}).get(ACTION_NAME) if states else None
    known: dict[int, tuple[dict[str, str], int, dict[str, dict[str, str]]]]
    known = self.__dict__.setdefault("_nose_twitch_keys", {})
    of_lookup, size, by_action = known.get(id(lookup), ({}, 0, {}))
    # In training lookups grow, and others come in their place.
    if of_lookup is not lookup or size != len(lookup):
        by_action = _keys_by_last_action(self, lookup)
        known[id(lookup)] = lookup, len(lookup), by_action
    keys: set[str] = _get_possible_keys(self, by_action.get(last, by_action[""]) if last else lookup, states)
    return keys


def _keys_by_last_action(policy: RulePolicy, lookup: dict[str, str]) -> dict[str, dict[str, str]]:
    """Rules by the action that must have been the last; those that ask for none in particular are with each, and under ""."""
    action_of = {
        key: policy._rule_key_to_state(key)[-1].get(PREVIOUS_ACTION, {}).get(ACTION_NAME, "") for key in lookup
    }
    return {
        action: {key: value for key, value in lookup.items() if action_of[key] in ("", action)}
        for action in {"", *action_of.values()}
    }


class _NoCopies:
    """Stands in for the module `copy`: what is logged at once needs no copy."""

    @staticmethod
    def deepcopy(value: Any, *_: Any) -> Any:
        """The value itself."""
        return value


def _run_in_order(
    self: DaskGraphRunner, inputs: Mapping[str, Any] | None = None, targets: list[str] | None = None
) -> dict[str, Any]:
    wanted = targets or self._graph_schema.target_names
    outputs: dict[str, Any] = {name: (name, value) for name, value in (inputs or {}).items()}
    try:
        for name, needs in _order(self, tuple(wanted)):
            if name not in outputs:
                outputs[name] = self._instantiated_nodes[name](*(outputs.get(need, need) for need in needs))
    except RuntimeError as error:
        raise GraphRunError("Error running runner.") from error
    return dict(outputs[name] for name in wanted)


def _order(runner: DaskGraphRunner, targets: tuple[str, ...]) -> list[tuple[str, list[str]]]:
    """The components that targets need, each after those that it needs itself."""
    known: dict[tuple[str, ...], list[tuple[str, list[str]]]] = runner.__dict__.setdefault("_nose_twitch_order", {})
    if targets not in known:
        schema: GraphSchema = runner._graph_schema.minimal_graph_schema(list(targets))
        ordered: dict[str, list[str]] = {}

        def add(name: str) -> None:
            if name in schema.nodes and name not in ordered:
                needs = list(schema.nodes[name].needs.values())
                for need in needs:
                    add(need)
                ordered[name] = needs

        for target in schema.nodes:
            add(target)
        known[targets] = list(ordered.items())
    return known[targets]
