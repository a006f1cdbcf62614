"""What an attacker found in stores, locks and settings: races, promises that were not kept, settings that were not checked."""

from __future__ import annotations

import asyncio
import random
import threading
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Restarted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from nose_twitch.rasa_parts.server.database_calls import DatabaseCalls
from nose_twitch.rasa_parts.server.event_broker import GuideEventBroker
from nose_twitch.rasa_parts.server.lock_store import GuideLockStore
from nose_twitch.rasa_parts.server.promises import Promises
from nose_twitch.rasa_parts.server.tracker_store import GuideTrackerStore
from nose_twitch.rasa_parts.server.turns import turn_seconds
from nose_twitch.rasa_parts.server.unwritten_events import UnwrittenEvents


@pytest.fixture
def url(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    url = f"sqlite:///{tmp_path}/talks.db"
    monkeypatch.setenv("DATABASE_URL", url)
    return url


def store() -> GuideTrackerStore:
    return GuideTrackerStore(Domain.empty())


async def say(into: GuideTrackerStore, text: str) -> None:
    tracker = await into.retrieve("t") or DialogueStateTracker.from_events("t", [], [])
    tracker.update(UserUttered(text))
    await into.save(tracker)


async def forget(into: GuideTrackerStore) -> None:
    tracker = DialogueStateTracker.from_events("t", [], [])
    tracker.update(Restarted())
    await into.save(tracker)


def fail(*args: Any, **kwargs: Any) -> Any:
    raise sa.exc.OperationalError("", {}, ConnectionError())


def cut(*stores: GuideTrackerStore) -> pytest.MonkeyPatch:
    patch = pytest.MonkeyPatch()
    for each in stores:
        for name in ("read", "write", "prepare", "delete_older_than"):
            patch.setattr(each._table, name, fail)
        each._is_away(ConnectionError())
    return patch


def stored(url: str, word: str) -> int:
    with sa.create_engine(url).begin() as connection:
        return int(connection.execute(sa.text(f"SELECT count(*) FROM events WHERE data LIKE '%{word}%'")).scalar() or 0)


def test_a_second_forget_while_the_first_is_written_is_not_lost(tmp_path: Path) -> None:
    waiting = UnwrittenEvents(Promises(tmp_path))
    waiting.add("t", [{"data": "secret", "timestamp": 1.0}], forgotten=1.0)
    being_written = waiting.of("t")
    assert being_written
    waiting.add("t", [], forgotten=2.0)
    waiting.written("t", being_written)
    left = waiting.of("t")
    assert left and left.forgotten
    assert waiting.bytes >= 0


def test_a_promise_to_forget_outlives_the_process(tmp_path: Path) -> None:
    dead = Promises(tmp_path)
    dead._file = tmp_path / "999999999.json"
    UnwrittenEvents(dead).add("t", [], forgotten=1.0)
    after = UnwrittenEvents(Promises(tmp_path))
    waiting = after.of("t")
    assert waiting and waiting.forgotten == 1.0
    after.written("t", waiting)
    assert not list(tmp_path.iterdir())


async def test_nor_in_the_store_itself(url: str) -> None:
    one = store()
    patch = cut(one)
    await forget(one)
    await say(one, "secret")
    patch.undo()
    began, go, write = threading.Event(), threading.Event(), one._table.write

    def slow(*args: Any, **kwargs: Any) -> None:
        write(*args, **kwargs)
        if kwargs.get("again"):
            began.set()
            go.wait(5)

    patch.setattr(one._table, "write", slow)
    await asyncio.get_running_loop().run_in_executor(None, began.wait, 10)
    await forget(one)
    go.set()
    for _ in range(60):
        await asyncio.sleep(0.1)
        if not one.unwritten and not one.away:
            break
    assert not stored(url, "secret")


async def test_what_waits_in_one_process_is_not_written_after_another_forgot(url: str) -> None:
    one, other = store(), store()
    await say(one, "hello")
    await other.retrieve("t")
    patch = cut(one, other)
    await say(one, "secret")
    await forget(other)
    patch.undo()
    other._look_after()
    one._look_after()
    assert not stored(url, "secret")


async def test_reading_beside_forgetting_puts_nothing_back_into_memory(url: str) -> None:
    one = store()
    one._calls = DatabaseCalls(threads=4)  # as with PostgreSQL
    await say(one, "secret")
    began, go, read = threading.Event(), threading.Event(), one._table.read

    def slow(*args: Any, **kwargs: Any) -> list[str]:
        found = read(*args, **kwargs)
        began.set()
        go.wait(5)
        return found

    one._table.read = slow  # type: ignore[method-assign]
    reading = asyncio.create_task(one.retrieve("t"))
    await asyncio.get_running_loop().run_in_executor(None, began.wait, 5)
    await forget(one)
    go.set()
    await reading
    assert "secret" not in str(one._recent.get("t"))


async def test_a_talk_that_cannot_be_written_keeps_no_other_from_being_written(url: str) -> None:
    one = store()
    patch = cut(one)
    tracker = DialogueStateTracker.from_events("bad", [UserUttered("x")], [])
    for sender in ("bad", "good"):
        one._recent.put(sender, [])
        tracker = DialogueStateTracker.from_events(sender, [], [])
        tracker._nose_twitch_stored_events = 0
        tracker.update(UserUttered(f"words of {sender}"))
        await one.save(tracker)
    patch.undo()
    write = one._table.write

    def refuse(sender: str, *args: Any, **kwargs: Any) -> None:
        if sender == "bad":
            raise sa.exc.InternalError("", {}, Exception())
        write(sender, *args, **kwargs)

    patch.setattr(one._table, "write", refuse)
    one._look_after()
    patch.undo()
    assert stored(url, "words of good")


@pytest.mark.parametrize("seed", range(30))
async def test_two_turns_of_one_talk_never_run_at_once(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(10):
        locks = GuideLockStore()
        assert await most_at_once(locks, chance) == 1
        assert not locks._here


async def most_at_once(locks: GuideLockStore, chance: random.Random) -> int:
    """How many of six turns run at once, in an order by chance."""
    running = most = 0

    async def turn() -> None:
        nonlocal running, most
        for _ in range(chance.randint(0, 6)):
            await asyncio.sleep(0)
        async with locks.lock("t"):
            running += 1
            most = max(most, running)
            for _ in range(chance.randint(0, 4)):
                await asyncio.sleep(0)
            running -= 1

    turns = [asyncio.create_task(turn()) for _ in range(6)]
    await asyncio.gather(*turns)
    return most


@pytest.mark.parametrize("value", ["nan", "-1", "0"])
def test_days_that_keep_for_ever_or_never_are_refused(value: str, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEEP_TALKS_DAYS", value)
    with pytest.raises(ValueError, match="KEEP_TALKS_DAYS"):
        store()


@pytest.mark.parametrize("value", ["nan", "-1", "0"])
def test_seconds_in_which_nobody_is_answered_are_refused(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TURN_SECONDS", value)
    with pytest.raises(ValueError, match="TURN_SECONDS"):
        turn_seconds()


@pytest.mark.parametrize("url", ["postgresql+asyncpg://a:b@c/d", "sqlite://", "postgresql+nosuch://a@b/c"])
def test_an_address_that_cannot_be_used_never_means_memory(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    endpoint = EndpointConfig(type="nose_twitch.rasa_parts.server.tracker_store.GuideTrackerStore")
    with pytest.raises(ValueError, match="DATABASE_URL"):
        TrackerStore.create(endpoint, Domain.empty())


@pytest.mark.parametrize("url", ["amqp://a:b@host:port/", "amqp://[::1"])
async def test_a_broken_address_for_events_is_told(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENTS_URL", url)
    with pytest.raises(ValueError, match="EVENTS_URL"):
        broker = await GuideEventBroker.from_endpoint_config(None)
        assert broker
        await asyncio.sleep(0.5)
        assert not broker._running.done()
        raise AssertionError("it runs")


async def test_events_are_tried_again_after_an_answer_that_is_no_amqp() -> None:
    async def nonsense(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"-ERR unknown command\r\n")
        await writer.drain()
        await asyncio.sleep(0.5)
        writer.close()

    server = await asyncio.start_server(nonsense, "127.0.0.1", 0)
    broker = GuideEventBroker(f"amqp://a:b@127.0.0.1:{server.sockets[0].getsockname()[1]}/")
    await asyncio.sleep(2.5)
    assert not broker._running.done()
    assert broker.away
    broker._running.cancel()
    server.close()


async def test_what_is_written_late_does_not_take_back_what_came_after_it(url: str) -> None:
    one, other = store(), store()
    await say(one, "hello")
    patch = cut(one)
    await say(one, "first")
    await say(other, "second")
    patch.undo()
    one._look_after()
    tracker = await store().retrieve("t")
    assert tracker
    assert [event.text for event in tracker.events if isinstance(event, UserUttered)] == ["hello", "first", "second"]
