"""The history of a talk in Rasa's tracker: copied without replaying it, and cut down to its last turns."""

from __future__ import annotations

import copy
import dataclasses
from itertools import islice
from typing import Any

from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    AllSlotsReset,
    FollowupAction,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker


def copied(tracker: DialogueStateTracker) -> DialogueStateTracker:
    """A tracker in the same state, that can go on by itself; as `DialogueStateTracker.copy`, without replaying the talk."""
    twin: DialogueStateTracker = copy.copy(tracker)
    twin.events = copy.copy(tracker.events)
    twin.slots = copy.copy(tracker.slots)
    for name, slot in tracker.slots.items():
        twin.slots[name] = copied_slot(slot)
    twin.active_loop = dataclasses.replace(tracker.active_loop) if tracker.active_loop else tracker.active_loop
    twin.followup_action = _followup_after(tracker)
    # As after Rasa's copy.
    twin.sender_source = twin.model_id = twin.assistant_id = None
    return twin


def copied_slot(slot: Slot) -> Slot:
    """As `copy.copy`, which asks first in which way."""
    twin: Slot = object.__new__(type(slot))
    twin.__dict__.update(slot.__dict__)
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


def with_last_turns(tracker: DialogueStateTracker, turns: int) -> DialogueStateTracker:
    """A tracker in the same state that remembers the last turns alone; the tracker itself where there are no more."""
    first = start_of_turns(tracker, turns, outside_forms=True)
    if not first:
        return tracker
    twin: DialogueStateTracker = copy.copy(tracker)
    before = (SlotSet(slot.name, slot.value) for slot in _slots_before(tracker, first))
    twin.events = type(tracker.events)([*before, *islice(tracker.events, first, None)])
    return twin


def _slots_before(tracker: DialogueStateTracker, first: int) -> list[Any]:
    """The slots that policies see, as they were before an event."""
    seen = {name: copied_slot(slot) for name, slot in tracker.slots.items() if slot.influence_conversation}
    for slot in seen.values():
        slot.reset()
    for event in islice(tracker.events, first):
        if isinstance(event, SlotSet) and event.key in seen:
            seen[event.key].value = event.value
        elif isinstance(event, (AllSlotsReset, Restarted)):
            for slot in seen.values():
                slot.reset()
    return [slot for slot in seen.values() if slot.has_been_set]


def start_of_turns(tracker: DialogueStateTracker, turns: int, *, outside_forms: bool = False) -> int:
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
