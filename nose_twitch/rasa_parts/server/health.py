"""What a proxy or an orchestrator asks: can this process take turns, and how fares what it depends on?"""

from __future__ import annotations

from typing import Any

from rasa.core.agent import Agent

from nose_twitch.rasa_parts.server.action_calls import ActionCalls
from nose_twitch.rasa_parts.server.lock_store import GuideLockStore
from nose_twitch.rasa_parts.server.tracker_store import GuideTrackerStore


def readiness(agent: Agent | None) -> tuple[bool, dict[str, Any]]:
    """Whether turns can be taken, and the state of each part.

    A store, locks or actions that are away do not make it unready: the person is then still told of an emergency, which is
    more than a proxy without any process behind it can do.
    """
    ready = bool(agent and agent.is_ready())
    parts: dict[str, Any] = {"model": "ready" if ready else "missing"}
    store = getattr(agent, "tracker_store", None)
    if isinstance(store, GuideTrackerStore):
        parts |= {"store": _state(store.away), "unwritten_events": store.unwritten}
    locks = getattr(agent, "lock_store", None)
    if isinstance(locks, GuideLockStore):
        parts["locks"] = _state(locks.away)
    actions = getattr(agent, "action_endpoint", None)
    if isinstance(actions, ActionCalls):
        parts["actions"] = _state(actions.away)
    return ready, parts


def _state(away: bool) -> str:
    return "away" if away else "ready"
