"""What is counted, that it holds nobody's words or ids, and that serving it never stops the guide."""

from __future__ import annotations

import logging
import socket
import urllib.request

import pytest
from prometheus_client import REGISTRY, generate_latest
from rasa.shared.core.events import ActionExecuted, SlotSet, UserUttered

from nose_twitch.medical.levels import TriageLevel
from nose_twitch.operations import metrics
from nose_twitch.rasa_parts.server import observed


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_turn_is_counted_by_channel_and_outcome() -> None:
    before = value("guide_turns_total", channel="telegram", outcome="slow")
    metrics.turn("telegram", "slow", 12.0)
    assert value("guide_turns_total", channel="telegram", outcome="slow") == before + 1
    assert value("guide_turn_seconds_bucket", le="15.0") > value("guide_turn_seconds_bucket", le="10.0")


def test_a_channel_that_a_caller_made_up_is_not_kept() -> None:
    metrics.turn("my nose twitches", "answered", 0.1)
    assert b"my nose" not in generate_latest()
    assert value("guide_turns_total", channel="other", outcome="answered") >= 1


def test_the_levels_are_those_of_triage() -> None:
    assert set(metrics.LEVELS) == {level.slot_value for level in TriageLevel}


def test_what_the_events_of_a_turn_tell_is_counted() -> None:
    before = value("guide_levels_announced_total", level="urgent"), value("guide_not_understood_total")
    announcement = {"level": "urgent", "reasons": ["weakness"]}
    observed.count([UserUttered("my arm is weak"), SlotSet("announced", announcement), SlotSet("announced", None)])
    observed.count([UserUttered("asdf"), ActionExecuted("action_repair"), SlotSet("misses", 1)])
    after = value("guide_levels_announced_total", level="urgent"), value("guide_not_understood_total")
    assert after == (before[0] + 1, before[1] + 1)


def test_failures_are_counted_from_the_log_and_by_nothing_but_their_code() -> None:
    metrics.serve()  # counts also where no port is set
    before = value("guide_failures_total", code="MESSAGE_SLOW", level="error")
    log = logging.getLogger("nose_twitch.rasa_parts.channels.messenger")
    log.error("MESSAGE_SLOW channel=%s", "telegram")
    log.error("no code")
    logging.getLogger("rasa.core").error("RASA_FAILED somehow")
    metrics.serve()  # once more counts once all the same
    log.error("MESSAGE_SLOW channel=%s", "matrix")
    assert value("guide_failures_total", code="MESSAGE_SLOW", level="error") == before + 2
    assert b"RASA_FAILED" not in generate_latest()


def test_they_are_served_on_a_port_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    monkeypatch.setenv("METRICS_PORT", str(port - 1))
    metrics.store(away=True, kept_events=3)
    metrics.serve(offset=1)
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
        told = answer.read().decode()
    metrics.store(away=False)
    assert "guide_store_away 1.0\n" in told
    assert "guide_kept_events 3.0\n" in told


@pytest.mark.parametrize("setting", ["taken", "nonsense", "70000"])
def test_a_port_that_cannot_be_had_is_told_and_the_guide_goes_on(
    setting: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1]) if setting == "taken" else setting
        monkeypatch.setenv("METRICS_PORT", port)
        metrics.serve()
    assert f"METRICS_OFF port={port}" in caplog.text


def test_off_by_default(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.delenv("METRICS_PORT", raising=False)
    with caplog.at_level(logging.INFO):
        metrics.serve()
    assert "METRICS" not in caplog.text
