"""Every turn is answered, and in time, whatever fails: the guard around `Agent.handle_message`, through which all channels go.

Rasa 3.6.21 answers with silence when a component or a store raises, when there is no model, or when its circuit breaker trips,
and loses the whole turn when an output fails.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.processor import MessageProcessor
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import ActionExecuted, BotUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig
from ruamel.yaml import YAML

from nose_twitch.medical.levels import TriageLevel
from nose_twitch.operations import logs, metrics
from nose_twitch.operations.metrics import known_channel
from nose_twitch.rasa_parts import slots
from nose_twitch.rasa_parts.channels.output import answer_to
from nose_twitch.rasa_parts.safety_decision import SELF_HARM
from nose_twitch.rasa_parts.server import action_calls, database_calls
from nose_twitch.rasa_parts.server.action_calls import ActionCalls
from nose_twitch.rasa_parts.server.numbers import positive
from nose_twitch.rasa_parts.server.tracker_store import GuideTrackerStore, StoreAwayError

logger = logging.getLogger(__name__)

SETTING = "TURN_SECONDS"
SECONDS = 10.0
# More than the reader takes in (language/preparation.py), so that nothing it would read is lost.
LONGEST_TEXT = 8_000
TROUBLE = "utter_trouble"
SLOW = "utter_slow"
NOTES_AWAY = "utter_notes_away"
_LAST_WORDS = Path(__file__).with_name("last_words.yml")

_load_model = Agent.load_model
_create_tracker_store = Agent._create_tracker_store
# The names of the responses that were sent in this turn.
_sent: ContextVar[list[str] | None] = ContextVar("sent", default=None)


def guard_turns() -> None:
    """Put the guard in its place.

    Raises:
        ValueError: TURN_SECONDS is no positive number.
    """
    turn_seconds()
    Agent.handle_message = _guarded
    Agent.load_model = _load_model_with_patience
    Agent._create_tracker_store = staticmethod(_keep_own_store)
    MessageProcessor._send_bot_messages = staticmethod(_send_bot_messages)


def turn_seconds() -> float:
    """After how many seconds a person is told that it takes longer.

    Raises:
        ValueError: TURN_SECONDS is no positive number.
    """
    return positive(SETTING, SECONDS, "seconds")


async def _guarded(self: Agent, message: UserMessage) -> list[dict[str, Any]] | None:
    """A turn. It goes on when the channel gives up, so that nothing of it is lost."""
    message.text = shortened(message.text)
    turn = asyncio.create_task(_counted(self, message))
    # Channels that wait for the answer themselves also tell that it is slow.
    patient = getattr(message.output_channel, "waits", False)
    done, _ = await asyncio.wait({turn}, timeout=None if patient else turn_seconds())
    if not done:
        logger.error("TURN_SLOW channel=%s", known_channel(message.input_channel))
        await _say(self, message, SLOW)
    return getattr(message.output_channel, "messages", None)


async def _counted(agent: Agent, message: UserMessage) -> None:
    began = time.monotonic()
    with logs.handling(message.text):
        outcome = await _turn(agent, message, known_channel(message.input_channel))
    metrics.turn(message.input_channel, outcome, time.monotonic() - began)


async def _turn(agent: Agent, message: UserMessage, channel: str) -> metrics.Turn:
    sent: list[str] = []
    _sent.set(sent)
    if not agent.is_ready():
        logger.error("NO_MODEL channel=%s", channel)
        await _say(agent, message, TROUBLE)
        return "no_model"
    try:
        with action_calls.of_one_turn(), database_calls.of_one_turn():
            await _hold(agent, message)
    except StoreAwayError:
        logger.error("NOTES_AWAY channel=%s", channel)
        await _tell_emergency(agent, message)
        await _say(agent, message, NOTES_AWAY)
        return "notes_away"
    except Exception as error:
        logger.error("TURN_FAILED channel=%s error=%s", channel, type(error).__name__)
        logger.debug("TURN_FAILED details", exc_info=True)
        if not sent:
            await _tell_emergency(agent, message)
    else:
        if sent:
            return "trouble" if TROUBLE in sent else "answered"
        logger.error("TURN_SILENT channel=%s", channel)
    await _say(agent, message, TROUBLE)
    return "trouble"


async def _hold(agent: Agent, message: UserMessage) -> None:
    """The turn itself; a message that another process was asked, too, is answered with what that one said."""
    async with agent.lock_store.lock(message.sender_id):
        tracker = await agent.tracker_store.retrieve(message.sender_id)
        if tracker and (said := answer_to(tracker, message.message_id)):
            await _send_bot_messages(said, tracker, message.output_channel)
            return
        if isinstance(agent.tracker_store, GuideTrackerStore):
            agent.tracker_store.hand_on(message.sender_id, tracker)  # the processor reads it next
        await agent.processor.handle_message(message)


async def _tell_emergency(agent: Agent, message: UserMessage) -> None:
    """If this very message tells of one, whatever else is broken and not known."""
    with contextlib.suppress(Exception):
        tracker = DialogueStateTracker.from_events(message.sender_id, [], agent.domain.slots)
        read = await agent.processor.parse_message(message, tracker)
        found = {entity["entity"]: entity.get("value") for entity in read["entities"]}
        level = TriageLevel.from_name(found.get(slots.TRIAGE) or TriageLevel.SELF_CARE.slot_value)
        if SELF_HARM in (found.get(slots.ESCALATION_REASONS) or ()):
            await _say(agent, message, "utter_crisis")
        elif level >= TriageLevel.URGENT:
            await _say(agent, message, f"utter_{level.slot_value}")


async def _say(agent: Agent, message: UserMessage, response: str) -> None:
    """Say something that needs no notes, no policy and no action; at the worst, the last words."""
    output: OutputChannel = message.output_channel
    said: dict[str, Any] = {}
    with contextlib.suppress(Exception):
        tracker = DialogueStateTracker.from_events(message.sender_id, [], agent.domain.slots)
        said = dict(await agent.nlg.generate(response, tracker, output.name()) or {})
    if not said.get("text"):
        said = {"text": YAML(typ="safe").load(_LAST_WORDS)["last_words"]}
    await _send(output, message.sender_id, {**said, "utter_action": response})


async def _send_bot_messages(events: list[Any], tracker: DialogueStateTracker, output_channel: OutputChannel) -> None:
    """As Rasa's, but an output that fails costs its message, not the turn."""
    for event in events:
        if isinstance(event, BotUttered):
            await _send(output_channel, tracker.sender_id, event.message())


async def _send(output: OutputChannel, recipient: str, message: dict[str, Any]) -> None:
    sent = _sent.get()
    if sent is not None:
        sent.append(str(message.get("utter_action") or ""))
    try:
        await output.send_response(recipient, message)
    except Exception as error:
        logger.error("OUTPUT_FAILED channel=%s error=%s", known_channel(output.name()), type(error).__name__)


def shortened(text: str | None) -> str | None:
    """The beginning and the end of a text that is longer than anybody reads."""
    half = LONGEST_TEXT // 2
    return f"{text[:half]}\n{text[-half:]}" if text and len(text) > LONGEST_TEXT else text


def _keep_own_store(store: TrackerStore | None, domain: Any) -> TrackerStore:
    """Rasa wraps a store so that what it does not answer counts as a new talk. Ours says so itself."""
    inner = getattr(store, "_tracker_store", store)
    if isinstance(inner, GuideTrackerStore):
        inner.domain = domain
        return inner
    return _create_tracker_store(store, domain)


def _load_model_with_patience(self: Agent, *args: Any, **kwargs: Any) -> None:
    if type(self.action_endpoint) is EndpointConfig:
        self.action_endpoint = ActionCalls(self.action_endpoint)
    _load_model(self, *args, **kwargs)
    if self.processor:
        self.processor.on_circuit_break = _listen_again
        _warm_up(self.processor)


def _warm_up(processor: MessageProcessor) -> None:
    """Read something once: what is loaded only then would take seconds of the first person's time."""
    with contextlib.suppress(Exception):  # told when a person writes
        tracker = DialogueStateTracker.from_events("", [], processor.domain.slots)
        processor._parse_message_with_graph(UserMessage("my nose has been twitching for two days"), tracker)


def _listen_again(tracker: DialogueStateTracker, *_: Any) -> None:
    """After its circuit breaker Rasa would go on counting, and never say anything in this talk again."""
    tracker.clear_followup_action()
    tracker.update(ActionExecuted(ACTION_LISTEN_NAME))
