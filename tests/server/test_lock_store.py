"""One turn at a time in a talk, without looking once a second whether it is one's turn."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from rasa.core.lock_store import LockError

from nose_twitch.rasa_parts.server import lock_store
from nose_twitch.rasa_parts.server.lock_store import GuideLockStore


async def take_turns(stores: list[GuideLockStore], talk: str, turns: int) -> tuple[list[int], int]:
    """Their order, and how many ran at once at the most."""
    order: list[int] = []
    running = most = 0

    async def turn(number: int) -> None:
        nonlocal running, most
        async with stores[number % len(stores)].lock(talk):
            running += 1
            most = max(most, running)
            await asyncio.sleep(0.01)
            order.append(number)
            running -= 1

    await asyncio.gather(*(turn(number) for number in range(turns)))
    return order, most


async def test_turns_of_one_talk_come_one_after_the_other_and_at_once() -> None:
    began = time.monotonic()
    order, most = await take_turns([GuideLockStore()], "talk", 20)
    assert order == list(range(20))
    assert most == 1
    assert time.monotonic() - began < 2  # Rasa's own takes a second for each


async def test_talks_do_not_wait_for_each_other() -> None:
    store = GuideLockStore()
    async with store.lock("one"), store.lock("another"):
        pass


async def test_a_turn_that_fails_or_is_given_up_holds_up_nobody() -> None:
    store = GuideLockStore()
    with pytest.raises(RuntimeError):
        async with store.lock("talk"):
            raise RuntimeError

    async def wait() -> None:
        async with store.lock("talk"):
            await asyncio.sleep(60)

    holding, waiting = asyncio.create_task(wait()), asyncio.create_task(wait())
    await asyncio.sleep(0.01)
    for task in (waiting, holding):
        task.cancel()
    await asyncio.gather(holding, waiting, return_exceptions=True)
    async with store.lock("talk"):
        pass
    assert not store._here


async def test_nobody_waits_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock_store, "LONGEST_WAIT", 0.1)
    store = GuideLockStore()
    async with store.lock("talk"):
        with pytest.raises(LockError):
            async with store.lock("talk"):
                pass


async def test_without_the_server_of_locks_each_process_locks_for_itself(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://:secret@127.0.0.1:1/0")
    store = GuideLockStore()
    order, most = await take_turns([store], "talk", 5)
    assert (order, most) == (list(range(5)), 1)
    assert store.away
    assert caplog.text.count("LOCKS_AWAY") == 1
    assert "secret" not in caplog.text


@pytest.mark.parametrize("url", ["localhost:6379", "http://localhost"])
def test_a_wrong_address_is_told(monkeypatch: pytest.MonkeyPatch, url: Any) -> None:
    monkeypatch.setenv("REDIS_URL", url)
    with pytest.raises(ValueError, match=r"REDIS_URL: write it as redis://"):
        GuideLockStore()
