"""The whole guide in one process: real model, real policies, real actions, no ports."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.utils import AvailableEndpoints
from rasa.shared.core.events import ActionExecuted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig
from rasa_sdk.executor import ActionExecutor

from nose_twitch.rasa_parts import server  # as endpoints.yml has Rasa do it: the guard around each turn

ROOT = Path(__file__).parents[2]
_NUMBERS = itertools.count()


class InProcessActions(EndpointConfig):
    """Stands in for the action server's address and runs the actions here. `dead` makes every call fail like a closed port."""

    def __init__(self) -> None:
        """Register the project's actions."""
        super().__init__(url="http://in-process/webhook", enable_selective_domain=True)  # as endpoints.yml
        self.executor = ActionExecutor()
        self.executor.register_package("actions")
        self.dead = False
        self.calls: list[str] = []

    async def request(self, *args: Any, json: dict[str, Any] | None = None, **kwargs: Any) -> Any:
        """Run one action call."""
        if self.dead:
            raise ConnectionError("the action server is away")
        self.calls.append(str((json or {}).get("next_action")))
        result = await self.executor.run(json)
        return result.dict() if hasattr(result, "dict") else result


@dataclass(frozen=True)
class Reply:
    """What the guide answered in one turn: response names in order, texts, button titles."""

    responses: list[str]
    texts: list[str]
    buttons: list[str]
    actions: list[str]

    @property
    def text(self) -> str:
        """All texts."""
        return "\n".join(self.texts)


@dataclass
class Guide:
    """A loaded guide that many talks can be held with."""

    agent: Agent
    actions: InProcessActions

    def talk(self, channel: str = "test") -> Talk:
        """A new talk with nobody the guide knows."""
        return Talk(self, f"{channel}-{next(_NUMBERS)}", channel)


class RecordingChannel(CollectingOutputChannel):
    """Collects what is sent, with the names of the responses (the store forgets them after "forget me")."""

    def __init__(self) -> None:
        """Nothing was sent yet."""
        super().__init__()
        self.responses: list[str] = []
        self.buttons: list[str] = []

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Note the name and the quick replies, then send."""
        self.responses.append(str(message.get("utter_action") or ""))
        self.buttons += [button["title"] for button in message.get("buttons") or []]
        await super().send_response(recipient_id, message)


class AnyTalk(Protocol):
    """A talk, in this process or through a channel (tests/channels/app_talks.py)."""

    replies: list[Reply]

    async def say(self, text: str) -> Reply:
        """Send a message and collect the answer."""

    async def tracker(self) -> DialogueStateTracker:
        """The conversation's tracker."""

    async def slots(self) -> dict[str, Any]:
        """All slot values."""


@dataclass
class Talk:
    """One conversation."""

    guide: Guide
    sender: str
    channel: str = "test"
    replies: list[Reply] = field(default_factory=list)
    known: DialogueStateTracker | None = None  # as it was stored last; Rasa reads each event anew for every look

    async def say(self, text: str) -> Reply:
        """Send a message and collect the answer."""
        before = len((await self.tracker()).events)
        output = RecordingChannel()
        await self.guide.agent.handle_message(UserMessage(text, output, self.sender, input_channel=self.channel))
        self.known = None
        events = list((await self.tracker()).events)[before:]
        reply = Reply(
            output.responses,
            [message.get("text") or "" for message in output.messages],
            output.buttons,
            [event.action_name for event in events if isinstance(event, ActionExecuted) and event.action_name],
        )
        self.replies.append(reply)
        # As an action does that builds a sentence and is sent no domain (domain.yml: send_domain).
        assert "utter_" not in reply.text
        return reply

    async def tracker(self) -> DialogueStateTracker:
        """The conversation's tracker."""
        if self.known is None:
            self.known = await self.guide.agent.tracker_store.get_or_create_tracker(self.sender)
        return self.known

    async def slots(self) -> dict[str, Any]:
        """All slot values."""
        return (await self.tracker()).current_slot_values()

    async def intent(self) -> str | None:
        """The intent of the last message."""
        message = (await self.tracker()).latest_message
        return message.intent.get("name") if isinstance(message, UserUttered) and message.intent else None


def load_guide(model: Path) -> Guide:
    """Load the trained model with the project's own endpoints, actions in this process."""
    endpoints = AvailableEndpoints.read_endpoints(str(ROOT / "endpoints.yml"))
    actions = InProcessActions()
    assert server
    agent = Agent.load(str(model), action_endpoint=actions, generator=endpoints.nlg)
    return Guide(agent, actions)
