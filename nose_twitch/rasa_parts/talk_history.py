"""The history of a talk in Rasa's tracker: copied without replaying it, and cut down to its last turns."""

from __future__ import annotations

import copy
import dataclasses
from itertools import islice
from typing import Any

from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.events import (
    ActionExecuted,
    ActionReverted,
    ActiveLoop,
    AllSlotsReset,
    Event,
    FollowupAction,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker

# Which of its events count, worked out so far (an attribute of a tracker).
_APPLIED = "_nose_twitch_applied"


def copied(tracker: DialogueStateTracker) -> DialogueStateTracker:
    """A tracker in the same state, that can go on by itself; as `DialogueStateTracker.copy`, without replaying the talk."""
    twin: DialogueStateTracker = copy.copy(tracker)
    twin.events = copy.copy(tracker.events)
    twin.slots = copy.copy(tracker.slots)
    for name, slot in tracker.slots.items():
        twin.slots[name] = copied_slot(slot)
    twin.active_loop = dataclasses.replace(tracker.active_loop) if tracker.active_loop else tracker.active_loop
    twin.followup_action = _followup_after(tracker)
    if known := tracker.__dict__.get(_APPLIED):
        setattr(twin, _APPLIED, known.copied())
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


class _Applied:
    """Which events of a tracker count, as far as it was worked out."""

    def __init__(self) -> None:
        self.seen = 0
        self.loops: set[str] = set()
        self.events: list[Event] = []

    def copied(self) -> _Applied:
        """One that can go on by itself."""
        twin = _Applied()
        twin.seen, twin.loops, twin.events = self.seen, set(self.loops), list(self.events)
        return twin

    def add(self, tracker: DialogueStateTracker, event: Event) -> None:
        """Take one more event, as Rasa does it."""
        if isinstance(event, (Restarted, SessionStarted)):
            self.events.clear()
        elif isinstance(event, ActionReverted):
            tracker._undo_till_previous(ActionExecuted, self.events)
        elif isinstance(event, UserUtteranceReverted):
            tracker._undo_till_previous(UserUttered, self.events)
            tracker._undo_till_previous(ActionExecuted, self.events)
        elif self._repeats_a_loop(tracker, event):
            tracker._undo_till_previous_loop_execution(event.action_name, self.events)
        else:
            self.events.append(event)

    def _repeats_a_loop(self, tracker: DialogueStateTracker, event: Event) -> bool:
        return (
            isinstance(event, ActionExecuted)
            and event.action_name in self.loops
            and not tracker._first_loop_execution_or_unhappy_path(event.action_name, self.events)
        )


def applied_events(tracker: DialogueStateTracker) -> list[Event]:
    """As `DialogueStateTracker.applied_events`, working out only what is new."""
    known: _Applied = tracker.__dict__.get(_APPLIED) or _Applied()
    loops = {event.name for event in islice(tracker.events, known.seen, None) if isinstance(event, ActiveLoop)} - {None}
    if known.seen > len(tracker.events) or not loops <= known.loops:
        loops |= known.loops
        known = _Applied()
        known.loops = loops
    for event in islice(tracker.events, known.seen, None):
        known.add(tracker, event)
    known.seen = len(tracker.events)
    setattr(tracker, _APPLIED, known)
    return list(known.events)


def with_last_turns(tracker: DialogueStateTracker, turns: int) -> DialogueStateTracker:
    """A tracker in the same state that remembers the last turns that count alone; the tracker itself where there are no more."""
    said = [event for event in applied_events(tracker) if isinstance(event, UserUttered)]
    if len(said) <= turns:
        return tracker
    # Rasa listened before.
    first = _place_of(said[-turns], tracker) - 1
    twin: DialogueStateTracker = copy.copy(tracker)
    twin.events = type(tracker.events)([*_state_before(tracker, first), *islice(tracker.events, first, None)])
    delattr(twin, _APPLIED)
    return twin


def _place_of(event: Event, tracker: DialogueStateTracker) -> int:
    return next(number for number in range(len(tracker.events) - 1, -1, -1) if tracker.events[number] is event)


def _state_before(tracker: DialogueStateTracker, first: int) -> list[Event]:
    """What policies see of the state before an event, as events: some slots, and whether a form is open."""
    seen: dict[str, Any] = {}
    loop = None
    for event in islice(tracker.events, first):
        if isinstance(event, SlotSet) and getattr(tracker.slots.get(event.key), "influence_conversation", False):
            seen[event.key] = event.value
        elif isinstance(event, (AllSlotsReset, Restarted)):
            seen.clear()
        elif isinstance(event, ActiveLoop):
            loop = event.name
    return [*(SlotSet(name, value) for name, value in seen.items()), *([ActiveLoop(loop)] if loop else [])]


def start_of_turn(tracker: DialogueStateTracker) -> int:
    """The number of the event that the current turn begins with: what the person said last."""
    numbers = range(len(tracker.events) - 1, 0, -1)
    return next((number for number in numbers if isinstance(tracker.events[number], UserUttered)), 0)
