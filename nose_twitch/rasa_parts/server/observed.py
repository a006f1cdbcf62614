"""Rasa's process as its operator sees it: logs guarded, metrics served, and what a turn shows counted after it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from rasa.shared.core.events import ActionExecuted, Event, SlotSet
from sanic import Blueprint, Sanic

from nose_twitch.operations import logs, metrics
from nose_twitch.rasa_parts import slots

REPAIR = "action_repair"


@lru_cache(maxsize=1)
def begin() -> None:
    """Guard the logs and serve the metrics of this process. Call it from whatever of ours Rasa loads; once is enough."""
    logs.install()
    metrics.serve()


def listen(routes: Blueprint) -> None:
    """From when this blueprint's server listens, people may write."""
    begin()

    @routes.listener("after_server_start")
    async def _listening(_app: Sanic, _loop: object) -> None:
        logs.people_may_write()


def count(events: Iterable[Event]) -> None:
    """Count what the events of one turn tell."""
    for event in events:
        if isinstance(event, SlotSet) and event.key == slots.ANNOUNCED and event.value:
            metrics.announced(str(event.value.get("level")))
        elif isinstance(event, ActionExecuted) and event.action_name == REPAIR:
            metrics.not_understood()
