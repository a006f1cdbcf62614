"""What the guide says in one turn: collected for a channel that answers all at once, and found again for one that asks twice."""

from __future__ import annotations

from typing import Any

from rasa.core.channels.channel import OutputChannel
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker


class CollectedOutput(OutputChannel):
    """Collects what the guide says in one turn, for the answer to the request.

    Not read from the tracker afterwards: that is empty when the person said "forget me".
    """

    # The channel waits for the answer, and says when that takes long (server/turns.py).
    waits = True

    def __init__(self, channel: str) -> None:
        """Nothing said yet; `channel` is the name of the input channel."""
        self.said: list[BotUttered] = []
        self._channel = channel

    def name(self) -> str:
        """As the input channel, whose turn this is."""
        return self._channel

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keep it."""
        self.said.append(as_event(message))


def as_event(message: dict[str, Any]) -> BotUttered:
    """A message as Rasa sends it, as the event that it came from."""
    data = {key: message.get(key) for key in ("buttons", "image")}
    metadata = {key: message.get(key) for key in ("utter_action", "metadata")}
    return BotUttered(message.get("text"), data, metadata, message.get("timestamp"))


def answer_to(tracker: DialogueStateTracker, message_id: str) -> list[BotUttered]:
    """What the guide said to this very message, if it came through before and the page never heard of it."""
    said: list[BotUttered] = []
    for event in reversed(tracker.events):
        if isinstance(event, BotUttered):
            said.insert(0, event)
        elif isinstance(event, UserUttered):
            if event.message_id == message_id:
                return said
            said = []
    return []
