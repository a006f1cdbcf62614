"""What can be counted of the guide, for Prometheus: no words, no ids, nothing that points to a person.

Served on a port of its own, METRICS_PORT, at METRICS_HOST (this machine only, by default); off when no port is set.
"""

from __future__ import annotations

import logging
import os
from typing import Literal, get_args

from prometheus_client import Counter, Gauge, Histogram, disable_created_metrics, start_http_server

from nose_twitch.operations.logs import OURS, code_of

PORT_SETTING = "METRICS_PORT"
HOST_SETTING = "METRICS_HOST"
Turn = Literal["answered", "trouble", "slow", "notes_away", "no_model"]
ActionCall = Literal["answered", "failed", "away", "slow"]
LEVELS = ("self_care", "see_doctor", "urgent", "emergency")
# Rasa's REST channel takes a channel's name from the caller; what is no name of ours is not kept.
CHANNELS = ("web", "telegram", "matrix", "rest", "cmdline")
OTHER = "other"
_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 7.5, 10, 15)

logger = logging.getLogger(__name__)

disable_created_metrics()  # type: ignore[no-untyped-call]  # when each began to count: as many series again, and of no use here
_turns = Counter("guide_turns", "Messages that were handled, by how that went", ["channel", "outcome"])
_turn_seconds = Histogram("guide_turn_seconds", "From a message to its whole answer", buckets=_SECONDS)
_announced = Counter("guide_levels_announced", "Triage levels that people were told", ["level"])
_not_understood = Counter("guide_not_understood", "Messages that were answered with a request to say it otherwise")
_failures = Counter("guide_failures", "Log lines of ours from WARNING on, by code and level", ["code", "level"])
_action_calls = Counter("guide_action_calls", "Calls of the action server, by how they went", ["outcome"])
_action_seconds = Histogram("guide_action_seconds", "Calls of the action server", buckets=_SECONDS)
_store_away = Gauge("guide_store_away", "1 while the store of the talks cannot be reached")
_kept_events = Gauge("guide_kept_events", "Events kept in memory until the store is back")
_lock_wait_seconds = Histogram("guide_lock_wait_seconds", "Waiting for a talk's turn before", buckets=_SECONDS)

# There from the start at 0: Prometheus does not see the first rise of what was not there before.
for _level in LEVELS:
    _announced.labels(_level)
for _outcome in get_args(ActionCall):
    _action_calls.labels(_outcome)
for _channel in CHANNELS:
    for _outcome in get_args(Turn):
        _turns.labels(_channel, _outcome)


def known_channel(name: str | None) -> str:
    """A channel's name, if it is one of ours."""
    return name if name in CHANNELS else OTHER


def turn(channel: str | None, outcome: Turn, seconds: float) -> None:
    """A message was handled."""
    _turns.labels(known_channel(channel), outcome).inc()
    _turn_seconds.observe(seconds)


def announced(level: str) -> None:
    """Somebody was told a triage level."""
    if level in LEVELS:
        _announced.labels(level).inc()


def not_understood() -> None:
    """Somebody was asked to say it otherwise."""
    _not_understood.inc()


def action_call(outcome: ActionCall, seconds: float) -> None:
    """The action server was called."""
    _action_calls.labels(outcome).inc()
    _action_seconds.observe(seconds)


def store(*, away: bool, kept_events: int = 0) -> None:
    """How the store fares, and how much waits for it."""
    _store_away.set(away)
    _kept_events.set(kept_events)


def lock_waited(seconds: float) -> None:
    """A message waited until the one before it was answered."""
    _lock_wait_seconds.observe(seconds)


class _CodeCounter(logging.Handler):
    """Counts what is logged, so that a failure is told in one place only."""

    def emit(self, record: logging.LogRecord) -> None:
        code = code_of(record.getMessage())
        if code:
            _failures.labels(code, record.levelname.lower()).inc()


_counter = _CodeCounter(logging.WARNING)


def serve(offset: int = 0) -> None:
    """Count log codes, and serve all there is; `offset` is 1 for the action server, which may share the settings."""
    for name in OURS:
        logging.getLogger(name).addHandler(_counter)
    port = os.environ.get(PORT_SETTING)
    if not port:
        return
    host = os.environ.get(HOST_SETTING) or "127.0.0.1"
    try:
        start_http_server(int(port) + offset, addr=host)
    except (OSError, OverflowError, ValueError) as error:
        logger.error("METRICS_OFF port=%s offset=%s error=%s", port, offset, type(error).__name__)
    else:
        logger.info("METRICS_ON host=%s port=%s", host, int(port) + offset)
