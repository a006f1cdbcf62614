"""Two guides and two action servers behind a proxy, on PostgreSQL and Redis, while each of them fails: nobody goes unanswered, and
nothing that was said is lost."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
import sqlalchemy as sa

from scripts import settings
from tests.emulators.servers import Server
from tests.resilience.person import OPENING, TALK, Person, directly, hold, questions
from tests.resilience.topology import Topology


@contextmanager
def meanwhile(act: Callable[[], None]) -> Iterator[None]:
    """Do something beside the block, and wait for it at the end."""
    thread = threading.Thread(target=act)
    thread.start()
    yield
    thread.join()


# --- any process takes any turn, and may die ---


def test_any_process_takes_any_turn(everything: Topology) -> None:
    person = Person(everything.page)
    for number, text in enumerate(TALK):
        assert questions(directly(everything.guides[number % 2], person).say(text))
    assert person.said() == list(TALK)
    assert person.say("one side of my face is drooping")[0] == "utter_emergency"


@pytest.mark.parametrize("when", ["before", "in the middle", "after"])
def test_a_guide_is_killed(everything: Topology, when: str) -> None:
    person = Person(everything.page)
    spoken = {"before": 0, "in the middle": 2, "after": 4}[when]
    hold(person, TALK[:spoken])
    everything.guides[0].kill()
    hold(person, TALK[spoken:])
    assert person.say("one side of my face is drooping")[0] == "utter_emergency"
    assert person.said()[:4] == list(TALK)


def test_a_guide_is_killed_in_the_middle_of_turns(everything: Topology) -> None:
    people = [Person(everything.page) for _ in range(12)]
    for person in people:
        person.say(OPENING)
    with ThreadPoolExecutor(len(people)) as pool:
        turns = [pool.submit(person.say, "one side of my face is drooping") for person in people]
        time.sleep(0.3)
        everything.guides[1].kill()
        assert all(turn.result()[0] == "utter_emergency" for turn in turns)
    assert all(person.said() == [OPENING, "one side of my face is drooping"] for person in people)


def test_a_guide_that_ends_in_order_ends_its_turns(everything: Topology) -> None:
    people = [Person(everything.page) for _ in range(8)]
    with ThreadPoolExecutor(len(people)) as pool:
        turns = [pool.submit(directly(everything.guides[0], person).say, OPENING) for person in people]
        time.sleep(0.2)
        with meanwhile(everything.guides[0].stop):
            assert all(questions(turn.result()) for turn in turns)


@pytest.mark.parametrize("which", [slice(0, 1), slice(0, 2)], ids=["one", "both"])
def test_action_servers_are_killed(everything: Topology, which: slice) -> None:
    person = Person(everything.page)
    hold(person, TALK[:2])
    gone = everything.actions[which]
    for server in gone:
        server.kill()
    if len(gone) == 1:
        hold(person, TALK[2:])
        return
    # An emergency does not wait for them; what needs them does, for as long as a start takes.
    assert Person(everything.page).say("one side of my face is drooping")[0] == "utter_emergency"
    assert "utter_trouble" in person.say(TALK[2])
    for server in gone:
        server.start()
    time.sleep(5)  # nginx asks a server again that failed
    hold(person, TALK[3:])
    assert person.said() == list(TALK)
    assert "trend: same" in person.copy()


def test_an_action_server_hangs(everything: Topology) -> None:
    person = Person(everything.page)
    hold(person, TALK[:2])
    everything.actions[0].freeze()
    hold(person, TALK[2:])
    assert person.slowest < 10


# --- stores ---


def test_the_database_is_gone_for_20_seconds_in_the_middle_of_the_questions(everything: Topology) -> None:
    # Each person at one process: what was told to the other while the database is away is not known here.
    people = [Person(f"{guide.url}/guide/") for guide in everything.guides]
    for person in people:
        hold(person, TALK[:2])
    stranger = Person(everything.page)
    hold(stranger, TALK[:1])
    everything.postgres.stop()
    gone = time.monotonic()
    for person in people:
        hold(person, TALK[2:3])
    unknown = Person(people[0].page)
    assert unknown.say("one side of my face is drooping") == ["utter_emergency", "utter_notes_away"]
    assert unknown.say("hello") == ["utter_notes_away"]
    assert requests.get(f"{everything.guides[0].url}/guide/ready", timeout=10).json()["store"] == "away"
    time.sleep(max(0.0, gone + 20 - time.monotonic()))
    for person in people:
        hold(person, TALK[3:])
    everything.postgres.start()
    everything.wait_until_written()
    for person, other in zip(people, reversed(everything.guides), strict=True):
        assert directly(other, person).said() == list(TALK)
        assert directly(other, person).say("one side of my face is drooping")[0] == "utter_emergency"
    hold(stranger, TALK[1:])
    assert unknown.say("hello")


@pytest.mark.parametrize("way", [Server.stop, Server.freeze], ids=["stopped", "hangs"])
def test_the_lock_server_is_gone(everything: Topology, way: Callable[[Server], None]) -> None:
    person = Person(everything.page)
    hold(person, TALK[:2])
    way(everything.redis)
    hold(person, TALK[2:])
    assert person.slowest < 10
    assert person.said() == list(TALK)


# --- many messages ---


@pytest.mark.parametrize("number", [2, 12])
def test_fast_messages_of_one_person_are_all_answered(everything: Topology, number: int) -> None:
    person = Person(everything.page)
    texts = [f"my nose twitches, {each}" for each in range(number)]
    with ThreadPoolExecutor(number) as pool:
        assert all(pool.map(person.say, texts))
    assert sorted(person.said()) == sorted(texts)


def test_a_message_that_is_delivered_often_is_one_turn(everything: Topology) -> None:
    person = Person(everything.page)
    hold(person, TALK[:1])
    message_id = secrets.token_hex(8)
    with ThreadPoolExecutor(6) as pool:
        told = list(
            pool.map(lambda guide: directly(guide, person).say("none of these", message_id), everything.guides * 3)
        )
    assert len({tuple(each) for each in told}) == 1
    assert person.said() == list(TALK[:2])


# --- forgetting ---


def test_what_is_forgotten_is_nowhere(everything: Topology) -> None:
    phrase = f"zebra{secrets.token_hex(6)}"
    person = Person(everything.page)
    person.say(f"my nose twitches since the {phrase} came")
    person.say(f"it is the {phrase} that does it")
    assert phrase in person.copy()
    assert person.post("forget").json() == {"forgotten": True}
    assert phrase not in person.copy()
    with sa.create_engine(everything.postgres.url).begin() as connection:
        tables = connection.execute(sa.text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).scalars()
        for table in list(tables):
            rows = connection.execute(sa.text(f'SELECT t::text FROM "{table}" t')).scalars()
            assert not any(phrase in row for row in rows)
    assert not everywhere_it_stands(everything, phrase)


def everywhere_it_stands(everything: Topology, phrase: str) -> list[Path]:
    """All files of the guide and logs of its servers with this in them."""
    files = [path for path in settings.VAR.rglob("*") if path.is_file()]
    logs = [server.log for server in (everything.proxy, everything.postgres, everything.redis)]
    stored = [path for path in (everything.redis.folder or Path()).rglob("*") if path.is_file()]
    assert len(files) > 5 and stored and everything.proxy.log.stat().st_size
    return [path for path in (*files, *logs, *stored) if phrase.encode() in path.read_bytes()]
