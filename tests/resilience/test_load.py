"""Many people at once, with nothing else beside them on this machine; two minutes of it: make bench."""

from __future__ import annotations

import asyncio

from benchmarks.people import Tally, talk_at_once
from tests.resilience.topology import Topology, topology


def test_200_people_for_20_seconds_while_a_guide_is_killed() -> None:
    with topology() as everything:
        tally = asyncio.run(load(everything))
    assert tally.errors == []
    assert tally.troubles == 0
    assert len(tally.times) > 80


async def load(everything: Topology) -> Tally:
    talking = asyncio.create_task(talk_at_once(everything.page, 200, 20.0, (10.0, 30.0)))
    await asyncio.sleep(8.0)
    await asyncio.to_thread(everything.guides[0].kill)
    return await talking
