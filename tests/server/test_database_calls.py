"""What counts is the time that the database takes, not how late a busy process comes to its answer."""

from __future__ import annotations

import asyncio
import time

import pytest

from nose_twitch.rasa_parts.server import database_calls
from nose_twitch.rasa_parts.server.database_calls import DatabaseCalls, HangsError, of_one_turn


@pytest.fixture(autouse=True)
def less_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_calls, "SECONDS", 0.3)
    monkeypatch.setattr(database_calls, "SECONDS_OF_A_TURN", 0.5)
    monkeypatch.setattr(database_calls, "_LOOK_EVERY", 0.05)


async def test_a_process_that_is_busy_is_no_reason_to_give_up() -> None:
    asking = asyncio.create_task(DatabaseCalls(threads=1).run(lambda: "here"))
    await asyncio.sleep(0)
    time.sleep(1)  # the whole process has something else to do
    assert await asking == "here"


async def test_nor_are_many_calls_in_line() -> None:
    calls = DatabaseCalls(threads=1)
    assert await asyncio.gather(*(calls.run(lambda: time.sleep(0.1)) for _ in range(15))) == [None] * 15


async def test_a_database_that_hangs_is_given_up_and_nobody_waits_in_line_behind_it() -> None:
    calls = DatabaseCalls(threads=1)
    began = time.monotonic()
    hung = asyncio.create_task(calls.run(lambda: time.sleep(2)))
    await asyncio.sleep(0.1)
    behind = asyncio.create_task(calls.run(lambda: "never"))
    with pytest.raises(HangsError):
        await hung
    calls.hanging = True  # as the store says then
    with pytest.raises(HangsError):
        await behind
    assert time.monotonic() - began < 1.5


async def test_the_calls_of_a_turn_share_their_time() -> None:
    calls = DatabaseCalls(threads=1)
    with of_one_turn():
        for _ in range(3):
            await calls.run(lambda: time.sleep(0.2))
        with pytest.raises(HangsError):
            await calls.run(lambda: "too late")
    assert await calls.run(lambda: "in the next turn") == "in the next turn"


async def test_an_error_is_handed_on() -> None:
    def fail() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        await DatabaseCalls(threads=1).run(fail)
