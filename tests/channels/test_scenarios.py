"""The scripted conversations of tests/conversations again, through a running guide and each messaging app.

Every third on Telegram and every sixth on Matrix, of all kinds: all of them take ten minutes (EVERY_SCENARIO=1 does it).
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import pytest

from tests.channels.app_talks import AppTalk, matrix_talk, telegram_talk
from tests.channels.conftest import Apps
from tests.conversations.scenarios import all_scenarios, hold_talk

# An app cannot send nothing.
SCENARIOS = [
    (f"{event}: {scenario['name']}", scenario)
    for event, scenario in all_scenarios()
    if all(step.get("you", "words").strip() for step in scenario["steps"])
]
EACH = {"telegram": 3, "matrix": 6} if not os.environ.get("EVERY_SCENARIO") else {"telegram": 1, "matrix": 1}
HELD = [(channel, name) for channel, each in EACH.items() for name, _ in SCENARIOS[::each]]
AT_ONCE = 4

Outcomes = dict[tuple[str, str], Future[None]]


@pytest.fixture(scope="module")
def outcomes(apps: Apps) -> Iterator[Outcomes]:
    """All of them held, some at the same time, so that talks that get mixed up would be seen."""

    def hold(scenario: dict[str, Any], talk: AppTalk) -> None:
        asyncio.run(hold_talk(talk, scenario))

    with ExitStack() as stack, ThreadPoolExecutor(AT_ONCE) as pool:
        people = [stack.enter_context(apps.matrix.person()) for _ in range(AT_ONCE)]
        free = list(people)

        def on_matrix(scenario: dict[str, Any]) -> None:
            person = free.pop()
            try:
                hold(scenario, matrix_talk(person, apps.user))
            finally:
                free.append(person)

        found: Outcomes = {}
        for name, scenario in SCENARIOS:
            if ("telegram", name) in HELD:
                found["telegram", name] = pool.submit(lambda s=scenario: hold(s, telegram_talk(apps.telegram)))
            if ("matrix", name) in HELD:
                found["matrix", name] = pool.submit(on_matrix, scenario)
        yield found


@pytest.mark.parametrize(("channel", "name"), HELD)
def test_the_conversation_goes_as_scripted(channel: str, name: str, outcomes: Outcomes) -> None:
    outcomes[channel, name].result(timeout=600)
