"""Talks and locks with a real PostgreSQL and a real Redis that stop, hang, crash and come back."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, Restarted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from nose_twitch.rasa_parts.server.lock_store import LEASE, GuideLockStore
from nose_twitch.rasa_parts.server.tracker_store import GuideTrackerStore, StoreAwayError
from tests.conversations.guide import Guide, Talk
from tests.emulators import servers
from tests.emulators.servers import Server
from tests.server.guides import said_to, with_store
from tests.server.test_lock_store import take_turns

SECRET = "my arm is weak and my name is Jo"


@pytest.fixture(scope="module")
def postgres() -> Iterator[Server]:
    with servers.postgres() as server:
        yield server


@pytest.fixture(scope="module")
def redis() -> Iterator[Server]:
    with servers.redis() as server:
        yield server


@pytest.fixture
def database(postgres: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """An empty one, which the stores of this test use."""
    if not postgres.running:
        postgres.start()
    monkeypatch.setenv("DATABASE_URL", postgres.url)
    yield postgres
    postgres.thaw()
    if not postgres.running:
        postgres.start()
    with sa.create_engine(postgres.url).begin() as connection:
        connection.execute(sa.text("DROP TABLE IF EXISTS events"))


def rows_of(database: Server, sender: str) -> list[str]:
    with sa.create_engine(database.url).begin() as connection:
        query = sa.text("SELECT data FROM events WHERE sender_id = :sender ORDER BY id")
        return list(connection.execute(query, {"sender": sender}).scalars())


async def until_back(store: GuideTrackerStore, seconds: float = 15.0) -> None:
    end = time.monotonic() + seconds
    while store.away or store.unwritten:
        assert time.monotonic() < end, "the store did not come back"
        await asyncio.sleep(0.1)


def ways_to_go(server: Server, way: str) -> None:
    {"stopped": server.stop, "killed": server.kill, "frozen": server.freeze}[way]()


@pytest.mark.parametrize("way", ["stopped", "killed", "frozen"])
async def test_the_database_goes_in_the_middle_of_the_questions(guide: Guide, database: Server, way: str) -> None:
    store = GuideTrackerStore()
    talk = with_store(guide, store).talk()
    assert (await talk.say("my nose has been twitching for two days")).responses
    ways_to_go(database, way)
    began = time.monotonic()
    assert (await talk.say("none of these")).responses[-1].startswith("utter_ask")
    assert time.monotonic() - began < 10
    assert store.away
    assert (await talk.say("it is getting worse")).responses[0].startswith("utter_escalate")
    before = await talk.slots()
    database.thaw() if way == "frozen" else database.start()
    await until_back(store)
    said = rows_of(database, talk.sender)
    assert len(said) == len(set(said)) == len((await talk.tracker()).events)
    again = Talk(with_store(guide, GuideTrackerStore()), talk.sender)
    assert await again.slots() == before
    assert (await again.say("no")).responses


async def test_a_database_that_is_away_at_the_start(guide: Guide, database: Server) -> None:
    database.stop()
    began = time.monotonic()
    store = GuideTrackerStore()
    assert time.monotonic() - began < 5
    talk = with_store(guide, store).talk()
    told = await said_to(talk.guide.agent, "one side of my face is drooping", talk.sender)
    assert told.responses == ["utter_emergency", "utter_notes_away"]
    database.start()
    await until_back(store)
    assert (await talk.say("one side of my face is drooping")).responses[0] == "utter_emergency"
    assert rows_of(database, talk.sender)


async def test_any_process_takes_any_turn(guide: Guide, database: Server) -> None:
    first = with_store(guide, GuideTrackerStore()).talk()
    second = Talk(with_store(guide, GuideTrackerStore()), first.sender)
    for number, text in enumerate(("my nose has been twitching for two days", "none of these", "no", "the left side")):
        talk = (first, second)[number % 2]
        talk.known = None
        assert (await talk.say(text)).responses
    first.known = second.known = None
    assert await first.slots() == await second.slots()
    assert len(rows_of(database, first.sender)) == len((await first.tracker()).events)


async def test_processes_that_start_together_make_the_table_once(database: Server) -> None:
    stores = await asyncio.gather(*(asyncio.to_thread(GuideTrackerStore) for _ in range(4)))
    assert not any(store.away for store in stores)


async def test_what_two_processes_write_at_once_is_kept(domain: Domain, database: Server) -> None:
    """Without a lock server, say: Rasa's own store counts what is there, and drops as many events of the second."""
    stores = [GuideTrackerStore(domain), GuideTrackerStore(domain)]
    trackers = [await store.get_or_create_tracker("jo") for store in stores]
    for number, (store, tracker) in enumerate(zip(stores, trackers, strict=True)):
        tracker.update(UserUttered(f"message {number}"))
        await store.save(tracker)
    said = [event.text for event in (await stores[0].retrieve("jo")).events if isinstance(event, UserUttered)]
    assert said == ["message 0", "message 1"]


async def test_forgetting_while_the_database_is_away(domain: Domain, database: Server) -> None:
    def talk(*events: Event) -> DialogueStateTracker:
        return DialogueStateTracker.from_events("jo", list(events), domain.slots)

    store = GuideTrackerStore(domain)
    await store.save(talk(UserUttered(SECRET)))
    database.stop()
    await store.save(talk(UserUttered(SECRET), Restarted()))
    assert await store.retrieve("jo") is None
    database.start()
    assert rows_of(database, "jo")
    await until_back(store)
    assert not rows_of(database, "jo")


async def test_errors_of_the_database_hold_no_words(
    domain: Domain, database: Server, caplog: pytest.LogCaptureFixture
) -> None:
    store = GuideTrackerStore(domain)
    await store.save(DialogueStateTracker.from_events("jo", [UserUttered(SECRET)], domain.slots))
    database.kill()
    await store.save(DialogueStateTracker.from_events("jo", [UserUttered(SECRET), UserUttered(SECRET)], domain.slots))
    with pytest.raises(StoreAwayError):
        await store.retrieve("somebody else")
    assert "STORE_AWAY" in caplog.text
    assert "weak" not in caplog.text
    assert servers.PASSWORD not in caplog.text


# --- locks ---


@pytest.fixture
def locks(redis: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("REDIS_URL", redis.url)
    yield redis
    redis.thaw()
    if not redis.running:
        redis.start()


async def test_one_turn_at_a_time_over_processes(locks: Server) -> None:
    order, most = await take_turns([GuideLockStore(), GuideLockStore()], "talk", 20)
    assert sorted(order) == list(range(20))
    assert most == 1
    # Those of one process stay in their order.
    assert [number for number in order if number % 2 == 0] == list(range(0, 20, 2))


async def test_a_long_turn_keeps_its_lock_and_a_process_that_died_does_not(locks: Server) -> None:
    first, second = GuideLockStore(), GuideLockStore()
    async with first.lock("talk"):
        waiting = asyncio.create_task(take_turns([second], "talk", 1))
        await asyncio.sleep(LEASE + 1)
        assert not waiting.done()
    await waiting
    dead = first._redis._client.lock("nose-twitch:turn:talk", timeout=LEASE)  # held by nobody who renews it
    assert await dead.acquire()
    began = time.monotonic()
    await take_turns([second], "talk", 1)
    assert time.monotonic() - began < LEASE + 2


@pytest.mark.parametrize("way", ["stopped", "killed", "frozen"])
async def test_the_lock_server_goes(locks: Server, way: str) -> None:
    store = GuideLockStore()
    await take_turns([store], "talk", 2)
    ways_to_go(locks, way)
    began = time.monotonic()
    assert (await take_turns([store], "talk", 5))[1] == 1
    assert time.monotonic() - began < 5
    assert store.away
    locks.thaw() if way == "frozen" else locks.start()
    store._redis._away_until = 0.0
    await take_turns([store], "talk", 2)
    assert not store.away


async def test_the_lock_server_goes_during_a_turn(locks: Server) -> None:
    store = GuideLockStore()
    async with store.lock("talk"):
        locks.kill()
    async with store.lock("talk"):
        pass


async def test_an_old_memory_is_not_taken_for_the_talk(domain: Domain, database: Server, locks: Server) -> None:
    """Written to, or forgotten, by another process since: then there are no notes while the database is away."""
    for forgets in (False, True):
        one, other = GuideTrackerStore(domain), GuideTrackerStore(domain)
        for store, text in ((one, "first"), (other, "second")):
            tracker = await store.get_or_create_tracker("jo")
            tracker.update(UserUttered(text))
            if forgets and store is other:
                tracker.update(Restarted())
            await store.save(tracker)
        database.stop()
        with pytest.raises(StoreAwayError):
            await one.retrieve("jo")
        known = await other.retrieve("jo")
        assert (known is None) if forgets else (known and len(known.events) > 1)
        database.start()
        await until_back(one)
        await until_back(other)
