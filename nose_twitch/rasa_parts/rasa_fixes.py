"""Repairs of Rasa 3.6.21 that change nothing but time; NOSE_TWITCH_RASA_FIXES=off leaves Rasa as it is.

- The domain is kept as JSON beside its YAML in the model: Rasa's YAML reader takes almost two seconds for ours, and
  checks again what was checked in training.
- What an action server answers is checked against a schema that never changes. Rasa checks the schema itself each time,
  too, which takes 12 times as long as all the rest; here it is taken as checked, and plain slot events are known to fit it.
- Each event of a talk that is read from the store looks for its class among all subclasses of `Event`; here it is looked for
  once for each kind.
- Where Rasa copies a tracker, it replays the whole talk; here the state is copied.
- Policies make states of the whole talk for each prediction; here of its last turns, as far back as rules and stories reach.
- An action is sent the whole talk; here the current turn, and of what came before the names of what was said and the levels
  that were announced.
- Rasa copies deeply what it might write to its log at a level that is off.
- A task scheduler (dask) works out anew for each prediction in which order the same few components run.
"""

from __future__ import annotations

import copy
import dataclasses
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
from rasa.core.processor import MessageProcessor
from rasa.engine.exceptions import GraphRunError
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.graph_components.providers.domain_provider import DomainProvider
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    AllSlotsReset,
    BotUttered,
    Event,
    FollowupAction,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from nose_twitch.rasa_parts import slots

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
    first = _start_of_turns(tracker, 1)
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


# --- long talks ---


def copied(tracker: DialogueStateTracker) -> DialogueStateTracker:
    """A tracker in the same state, that can go on by itself; as `DialogueStateTracker.copy`, without replaying the talk."""
    twin: DialogueStateTracker = copy.copy(tracker)
    twin.events = copy.copy(tracker.events)
    twin.slots = copy.copy(tracker.slots)
    for name, slot in tracker.slots.items():
        twin.slots[name] = copy.copy(slot)
    twin.active_loop = dataclasses.replace(tracker.active_loop) if tracker.active_loop else tracker.active_loop
    twin.followup_action = _followup_after(tracker)
    # As after Rasa's copy.
    twin.sender_source = twin.model_id = twin.assistant_id = None
    return twin


def _followup_after(tracker: DialogueStateTracker) -> str | None:
    for event in reversed(tracker.events):
        if isinstance(event, FollowupAction):
            return str(event.action_name)
        if isinstance(event, ActionExecuted):
            return None
        if isinstance(event, Restarted):
            return str(ACTION_SESSION_START_NAME)
        if isinstance(event, SessionStarted):
            break
    return str(ACTION_LISTEN_NAME)


def _predict_from_last_turns(self: MessageProcessor, tracker: DialogueStateTracker) -> Any:
    # A follow-up action is taken off the tracker itself.
    return _predict(self, tracker if tracker.followup_action else _with_last_turns(tracker))


def _with_last_turns(tracker: DialogueStateTracker) -> DialogueStateTracker:
    first = _start_of_turns(tracker, TURNS_FOR_POLICIES, outside_forms=True)
    if not first:
        return tracker
    twin: DialogueStateTracker = copy.copy(tracker)
    before = (SlotSet(slot.name, slot.value) for slot in _slots_before(tracker, first))
    twin.events = type(tracker.events)([*before, *islice(tracker.events, first, None)])
    return twin


def _slots_before(tracker: DialogueStateTracker, first: int) -> list[Any]:
    """The slots that policies see, as they were before an event."""
    seen = {name: copy.copy(slot) for name, slot in tracker.slots.items() if slot.influence_conversation}
    for slot in seen.values():
        slot.reset()
    for event in islice(tracker.events, first):
        if isinstance(event, SlotSet) and event.key in seen:
            seen[event.key].value = event.value
        elif isinstance(event, (AllSlotsReset, Restarted)):
            for slot in seen.values():
                slot.reset()
    return [slot for slot in seen.values() if slot.has_been_set]


def _start_of_turns(tracker: DialogueStateTracker, turns: int, *, outside_forms: bool = False) -> int:
    """The number of the event that the last few turns begin with; 0 if there are no more.

    `outside_forms`: a turn in which no form was open when it began, however far back that is.
    """
    events = tracker.events
    loops = [number for number, event in enumerate(events) if isinstance(event, ActiveLoop)] if outside_forms else []
    for number in range(len(events) - 1, 0, -1):
        if isinstance(events[number], UserUttered):
            turns -= 1
            while loops and loops[-1] > number:
                loops.pop()
            in_form = bool(loops) and events[loops[-1]].name is not None
            if turns <= 0 and not in_form:
                # Rasa listened before.
                return number - 1 if outside_forms else number
    return 0


# --- one turn ---


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
