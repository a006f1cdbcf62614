"""Two guides whose memories differ while the database is away, hangs or refuses: what an attacker found."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import sqlalchemy as sa

from tests.resilience.person import OPENING, Person, directly
from tests.resilience.topology import Topology

EMERGENCY = "one side of my face is drooping"


def rows(everything: Topology, what: str) -> int:
    with sa.create_engine(everything.postgres.url).begin() as connection:
        query = sa.text("SELECT count(*) FROM events WHERE data LIKE :what")
        return int(connection.execute(query, {"what": f"%{what}%"}).scalar() or 0)


def test_an_emergency_stands_when_the_database_dies_after_it(everything: Topology) -> None:
    person = Person(everything.page)
    person.say(OPENING)
    assert person.say(EMERGENCY) == ["utter_emergency"]  # at the other guide
    everything.postgres.stop()
    told = person.say("no")
    assert not [response for response in told if response.startswith("utter_ask_")], told
    assert person.level() == person.level() == "emergency"


def test_forgetting_while_the_database_is_away_reaches_what_every_guide_keeps(everything: Topology) -> None:
    person = Person(everything.page)
    person.say(OPENING)
    person.said()
    everything.postgres.stop()
    person.say("it is the quaggahorn that does it")
    person.say("my arm and the quaggahorn twitch")
    forgotten = person.post("forget").status_code == 200
    everything.postgres.start()
    everything.wait_until_written()
    assert not (forgotten and rows(everything, "quaggahorn"))


def test_what_waits_is_written_before_a_guide_ends_in_order(everything: Topology) -> None:
    person = directly(everything.guides[0], Person(everything.page))
    person.say(OPENING)
    everything.postgres.stop()
    assert "utter_notes_away" not in person.say("none of these")
    everything.postgres.start()
    everything.guides[0].stop()
    assert directly(everything.guides[1], person).said() == [OPENING, "none of these"]


def test_a_forgetting_that_was_acknowledged_outlives_the_guide(everything: Topology) -> None:
    person = directly(everything.guides[0], Person(everything.page))
    person.say("my nose twitches since the tapirclock came")
    person.said()
    everything.postgres.stop()
    forgotten = person.post("forget").status_code == 200
    everything.postgres.start()
    everything.guides[0].stop()
    assert not (forgotten and rows(everything, "tapirclock"))


def test_thirty_emergencies_are_told_while_the_database_hangs(everything: Topology) -> None:
    people = [directly(everything.guides[0], Person(everything.page)) for _ in range(30)]
    everything.postgres.freeze()
    with ThreadPoolExecutor(len(people)) as pool:
        answers = list(pool.map(lambda person: person.post("message", {"text": EMERGENCY}).status_code, people))
    assert answers == [200] * len(people)


def test_an_emergency_is_told_in_a_talk_that_cannot_be_read(everything: Topology) -> None:
    person = Person(everything.page)
    person.say(OPENING)
    with sa.create_engine(everything.postgres.url).begin() as connection:
        last = "(SELECT max(id) FROM events WHERE sender_id = :sender)"
        connection.execute(
            sa.text(f"UPDATE events SET data = :data WHERE id = {last}"),
            {"data": '{"event": "from_a_newer_version"}', "sender": f"web-{person.talk}"},
        )
    assert person.say(EMERGENCY)[0] == "utter_emergency"


def test_postgresql_logs_no_word_of_what_it_refuses(everything: Topology) -> None:
    name = "ALTER DATABASE postgres SET default_transaction_read_only = "
    end_others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
    writing = {"options": "-c default_transaction_read_only=off"}
    engine = sa.create_engine(everything.postgres.url, connect_args=writing, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(f"{name} on"))
        connection.execute(sa.text(end_others))
        Person(everything.page).say("my nose twitches since the okapistone came")
        time.sleep(4)
        connection.execute(sa.text(f"{name} off"))
        connection.execute(sa.text(end_others))
    assert "okapistone" not in everything.postgres.log.read_text(errors="replace")
