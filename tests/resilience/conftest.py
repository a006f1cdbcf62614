"""The guide on several machines, for the tests that break it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.resilience.topology import Topology, topology


@pytest.fixture(scope="module")
def running() -> Iterator[Topology]:
    """Started once for a file of tests."""
    with topology() as everything:
        yield everything


@pytest.fixture
def everything(running: Topology) -> Iterator[Topology]:
    """With all at work, and nothing unwritten, before and after."""
    yield running
    servers = [running.postgres, running.redis, *running.actions, *running.guides]
    for server in servers:
        server.thaw()
        if not server.running:
            server.launch()
    for server in servers:
        server.wait_until_ready(60)
    running.wait_until_written()
    running.wait_until_locked_by_redis()
