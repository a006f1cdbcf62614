"""Every scripted conversation in the folders beside this file, held with the whole guide in one process."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from tests.conversations.guide import Guide
from tests.conversations.scenarios import EVENTS, all_scenarios, hold

pytestmark = pytest.mark.asyncio(loop_scope="session")

SCENARIOS = [pytest.param(scenario, id=f"{event}: {scenario['name']}") for event, scenario in all_scenarios()]


@pytest.mark.parametrize("scenario", SCENARIOS)
async def test_the_conversation_goes_as_scripted(guide: Guide, scenario: dict[str, Any]) -> None:
    await hold(guide, scenario)


async def test_every_kind_of_conversation_event_has_scenarios_and_no_two_share_a_name() -> None:
    found = list(all_scenarios())
    assert {event for event, _ in found} == set(EVENTS)
    names = Counter(scenario["name"] for _, scenario in found)
    assert [name for name, count in names.items() if count > 1] == []
