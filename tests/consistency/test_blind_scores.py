"""The reading of blind messages and replies never falls behind what it was: a gate, by totals only (evaluation/blind/README.md)."""

import pytest

from evaluation.messages import outcomes, reply_outcomes
from evaluation.patients import load
from nose_twitch.language.reader import load_reader

# Shares that hold today with a little room; raise them when the scorecard rises.
EMERGENCIES_CALLED = 0.83
EMERGENCIES_NOTICED = 0.96
FALSE_EMERGENCIES = 0.03
REPLIES_RIGHT = 0.95
DURATIONS_RIGHT = 0.95


@pytest.fixture(scope="module")
def messages() -> dict[str, int]:
    return dict(outcomes(load("blind/messages.yml"), load_reader()))


def test_emergencies_are_called_at_once(messages: dict[str, int]) -> None:
    assert messages["emergency emergency"] / messages["emergency"] >= EMERGENCIES_CALLED


def test_emergencies_do_not_pass_unnoticed(messages: dict[str, int]) -> None:
    noticed = sum(messages[f"emergency {outcome}"] for outcome in ("emergency", "urgent", "asked"))
    assert noticed / messages["emergency"] >= EMERGENCIES_NOTICED


def test_few_milder_messages_are_called_an_emergency(messages: dict[str, int]) -> None:
    assert messages["milder emergency"] / messages["milder"] <= FALSE_EMERGENCIES


def test_replies_are_understood() -> None:
    count = reply_outcomes()
    assert count["other replies right"] / count["other replies"] >= REPLIES_RIGHT
    assert count["durations right"] / count["durations"] >= DURATIONS_RIGHT
