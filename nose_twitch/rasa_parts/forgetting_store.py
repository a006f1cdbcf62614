"""A tracker store that forgets: what stood before a restart ("forget me") is dropped, not only hidden.

Rasa keeps every event of a conversation for ever; `Restarted` only makes it ignore the earlier ones.
"""

from __future__ import annotations

from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.events import Restarted
from rasa.shared.core.trackers import DialogueStateTracker


class ForgettingTrackerStore(InMemoryTrackerStore):
    """Rasa's in-memory store, with forgetting. Set as `tracker_store: type:` in endpoints.yml."""

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Store the conversation from its last restart on."""
        await super().save(self._since_restart(tracker))

    def _since_restart(self, tracker: DialogueStateTracker) -> DialogueStateTracker:
        events = list(tracker.events)
        restarts = [number for number, event in enumerate(events) if isinstance(event, Restarted)]
        if not restarts:
            return tracker
        return DialogueStateTracker.from_events(tracker.sender_id, events[restarts[-1] + 1 :], self.domain.slots)
