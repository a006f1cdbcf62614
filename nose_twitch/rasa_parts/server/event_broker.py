"""Tells other programs what happens in talks, over RabbitMQ (AMQP): without anybody's words, unless the operator wants them.

Off until EVENTS_URL is set. A broker that is away holds up nobody: events wait, in memory and up to a number.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
from asyncio import AbstractEventLoop
from collections import deque
from typing import Any

import aio_pika
from rasa.core.brokers.broker import EventBroker
from rasa.utils.endpoints import EndpointConfig
from yarl import URL

logger = logging.getLogger(__name__)

URL_SETTING = "EVENTS_URL"
QUEUE_SETTING = "EVENTS_QUEUE"
WORDS_SETTING = "EVENTS_WORDS"
QUEUE = "nose-twitch-events"
MOST_WAITING = 100_000
FORGOTTEN = "forgotten"
_PAUSES = (1.0, 2.0, 5.0, 10.0)
# What is told of an event. Of slots, only the values that hold no words of the person.
_TOLD = ("sender_id", "event", "timestamp", "name", "policy", "confidence", "input_channel")
_SLOTS = ("triage", "escalation_reasons", "likely_causes", "requested_slot", "subject")


class GuideEventBroker(EventBroker):
    """Set as `event_broker: type:` in endpoints.yml."""

    def __init__(self, url: str, queue: str = QUEUE, *, words: bool = False) -> None:
        """Begin to connect; call it in the running loop."""
        self._url = url
        self._queue = queue
        self._words = words
        self._waiting: deque[dict[str, Any]] = deque(maxlen=MOST_WAITING)
        self._something = asyncio.Event()
        self.away = False
        self._running = asyncio.create_task(self._run())

    @classmethod
    async def from_endpoint_config(
        cls, broker_config: EndpointConfig | None, event_loop: AbstractEventLoop | None = None
    ) -> GuideEventBroker | None:
        """The broker of the environment; None if there is none.

        Raises:
            ValueError: EVENTS_URL is no address of such a server.
        """
        url = os.environ.get(URL_SETTING)
        if not url:
            return None
        if not _is_address(url):
            raise ValueError(f"{URL_SETTING}: write it as amqp://user:password@host:5672/")
        return cls(url, os.environ.get(QUEUE_SETTING) or QUEUE, words=os.environ.get(WORDS_SETTING) == "yes")

    def publish(self, event: dict[str, Any]) -> None:
        """Tell it as soon as the broker takes it."""
        if len(self._waiting) == MOST_WAITING:
            logger.error("EVENT_DROPPED")
        self._waiting.append(event if self._words else without_words(event))
        self._something.set()

    def is_ready(self) -> bool:
        """Whether events are taken."""
        return not self.away

    async def close(self) -> None:
        """End, with what waits told if that takes no time."""
        for _ in range(20):
            if not self._waiting or self.away:
                break
            await asyncio.sleep(0.1)
        self._running.cancel()
        await asyncio.gather(self._running, return_exceptions=True)

    async def _run(self) -> None:
        tries = 0
        while True:
            try:
                async with await aio_pika.connect(self._url, timeout=5) as connection:
                    channel = await connection.channel(publisher_confirms=True)
                    await channel.declare_queue(self._queue, durable=True)
                    if self.away:
                        self.away = False
                        logger.warning("EVENTS_BACK")
                    tries = 0
                    await self._hand_over(channel)
            except Exception as error:  # whatever answers there
                if not self.away:
                    self.away = True
                    logger.error("EVENTS_AWAY error=%s", type(error).__name__)
            await asyncio.sleep(_PAUSES[min(tries, len(_PAUSES) - 1)])
            tries += 1

    async def _hand_over(self, channel: Any) -> None:
        while True:
            while self._waiting:
                body = json.dumps(self._waiting[0]).encode()
                message = aio_pika.Message(body, delivery_mode=aio_pika.DeliveryMode.PERSISTENT)
                await channel.default_exchange.publish(message, self._queue, timeout=5)
                self._waiting.popleft()
            self._something.clear()
            await self._something.wait()


def _is_address(url: str) -> bool:
    try:
        address = URL(url)
        return address.scheme in ("amqp", "amqps") and bool(address.host) and address.port != 0
    except ValueError:
        return False


def without_words(event: dict[str, Any]) -> dict[str, Any]:
    """An event without anything that the person or the guide said."""
    told = {key: event[key] for key in _TOLD if event.get(key) is not None}
    intent = ((event.get("parse_data") or {}).get("intent") or {}).get("name")
    response = (event.get("metadata") or {}).get("utter_action")
    if intent:
        told["intent"] = intent
    if response:
        told["response"] = response
    if event.get("event") == "slot" and event.get("name") in _SLOTS:
        told["value"] = event.get("value")
    return told
