"""What other programs are told, and that nobody waits for them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, Event, Restarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from nose_twitch.rasa_parts.server import event_broker
from nose_twitch.rasa_parts.server.event_broker import GuideEventBroker, without_words
from nose_twitch.rasa_parts.server.tracker_store import GuideTrackerStore

SECRET = "my arm is weak and my name is Jo"


class Collecting:
    """Takes events in the broker's place."""

    def __init__(self) -> None:
        self.taken: list[dict[str, Any]] = []

    def publish(self, event: dict[str, Any]) -> None:
        self.taken.append(without_words(event))


async def test_words_are_left_out_and_the_rest_is_told(domain: Domain, tmp_path: Any) -> None:
    broker: Any = Collecting()
    store = GuideTrackerStore(domain, db=str(tmp_path / "talks.db"), event_broker=broker)
    events: list[Event] = [
        UserUttered(SECRET, {"name": "report_symptom"}),
        SlotSet("findings", {"weakness": {"status": "present", "said": SECRET}}),
        SlotSet("anything_else", SECRET),
        SlotSet("triage", "urgent"),
        BotUttered(f"You told me: {SECRET}", metadata={"utter_action": "utter_urgent"}),
    ]
    await store.save(DialogueStateTracker.from_events("jo", events, domain.slots))
    told = json.dumps(broker.taken)
    assert "weak" not in told
    assert "Jo" not in told
    assert [event["event"] for event in broker.taken] == ["user", "slot", "slot", "slot", "bot"]
    assert broker.taken[0]["intent"] == "report_symptom"
    assert broker.taken[3]["value"] == "urgent"
    assert broker.taken[4]["response"] == "utter_urgent"


async def test_forgetting_is_told_so_that_others_forget_too(domain: Domain, tmp_path: Any) -> None:
    broker: Any = Collecting()
    store = GuideTrackerStore(domain, db=str(tmp_path / "talks.db"), event_broker=broker)
    await store.save(DialogueStateTracker.from_events("jo", [UserUttered(SECRET), Restarted()], domain.slots))
    assert [(event["sender_id"], event["event"]) for event in broker.taken] == [("jo", "forgotten")]


class Channel:
    """A broker's channel that takes some messages and then breaks."""

    def __init__(self, takes: int, taken: list[Any]) -> None:
        self.default_exchange = self
        self._takes = takes
        self._taken = taken

    async def declare_queue(self, *args: Any, **kwargs: Any) -> None: ...

    async def publish(self, message: Any, *args: Any, **kwargs: Any) -> None:
        if not self._takes:
            raise ConnectionError
        self._takes -= 1
        self._taken.append(json.loads(message.body)["timestamp"])


async def test_a_broker_that_breaks_and_comes_back_is_told_all(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[float] = []
    takes = [0, 2, 0, 100]

    async def connect(*args: Any, **kwargs: Any) -> Any:
        @asynccontextmanager
        async def connection() -> AsyncIterator[Any]:
            channel = Channel(takes.pop(0), taken)

            class Connection:
                async def channel(self, **kwargs: Any) -> Channel:
                    return channel

            yield Connection()

        return connection()

    monkeypatch.setattr(event_broker.aio_pika, "connect", connect)
    monkeypatch.setattr(event_broker, "_PAUSES", (0.0,))
    broker = GuideEventBroker("amqp://somewhere/")
    for number in range(5):
        broker.publish({"event": "user", "timestamp": number})
    for _ in range(100):
        await asyncio.sleep(0.01)
        if len(taken) == 5:
            break
    await broker.close()
    assert taken == [0, 1, 2, 3, 4]


async def test_off_unless_it_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EVENTS_URL", raising=False)
    assert await GuideEventBroker.from_endpoint_config(None) is None
    monkeypatch.setenv("EVENTS_URL", "localhost:5672")
    with pytest.raises(ValueError, match="EVENTS_URL: write it as amqp://"):
        await GuideEventBroker.from_endpoint_config(None)
