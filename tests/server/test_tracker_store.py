"""What stood before "forget me" is in the store no more."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, Event, Restarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from nose_twitch.rasa_parts.server.tracker_store import GuideTrackerStore
from tests.conversations.guide import Guide

SECRET = "my arm is weak and my name is Jo"
BEFORE: list[Event] = [
    ActionExecuted("action_listen"),
    UserUttered(SECRET, {"name": "report_symptom"}),
    SlotSet("findings", {"weakness": {"status": "present", "said": SECRET}}),
    SlotSet("triage", "urgent"),
    BotUttered(f"You told me: {SECRET}"),
]
FORGET: list[Event] = [
    UserUttered("forget me"),
    ActionExecuted("action_forget_me"),
    BotUttered("Forgotten."),
    Restarted(),
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "new folder" / "talks.db"


@pytest.fixture
def store(domain: Domain, file: Path) -> GuideTrackerStore:
    return GuideTrackerStore(domain, db=str(file))


def talk(domain: Domain, *events: Event) -> DialogueStateTracker:
    return DialogueStateTracker.from_events("jo", list(events), domain.slots)


async def kept(store: GuideTrackerStore, domain: Domain, *events: Event) -> DialogueStateTracker:
    """Save a talk of these events and read it back."""
    await store.save(talk(domain, *events))
    tracker = await store.retrieve("jo")
    assert tracker is not None
    return tracker


async def test_without_a_restart_everything_stays(store: GuideTrackerStore, domain: Domain) -> None:
    tracker = await kept(store, domain, *BEFORE)
    assert len(tracker.events) == len(BEFORE)
    assert tracker.get_slot("triage") == "urgent"


@pytest.mark.parametrize("after", [[], [ActionExecuted("action_listen")], [UserUttered("hello again")]])
async def test_after_a_restart_nothing_of_before_is_left(
    store: GuideTrackerStore, domain: Domain, file: Path, after: list[Event]
) -> None:
    await kept(store, domain, *BEFORE)
    assert b"weak" in file.read_bytes()
    await store.save(talk(domain, *BEFORE, *FORGET, *after))
    assert b"weak" not in file.read_bytes()  # overwritten, not only marked as free
    tracker = await store.retrieve("jo") or talk(domain)
    assert tracker.get_slot("triage") is None
    assert tracker.get_slot("findings") is None
    assert len(tracker.events) == len(after)


async def test_the_full_history_is_forgotten_too(store: GuideTrackerStore, domain: Domain) -> None:
    await store.save(talk(domain, *BEFORE, *FORGET))
    assert await store.retrieve_full_tracker("jo") is None


async def test_the_talk_goes_on_afterwards(store: GuideTrackerStore, domain: Domain) -> None:
    await store.save(talk(domain, *BEFORE, *FORGET))
    tracker = await store.get_or_create_tracker("jo")
    tracker.update_with_events([UserUttered("my nose twitches"), SlotSet("triage", "self_care")], domain)
    await store.save(tracker)
    again = await store.retrieve("jo")
    assert again is not None
    assert again.get_slot("triage") == "self_care"
    assert [event.text for event in again.events if isinstance(event, UserUttered)] == ["my nose twitches"]


async def test_only_the_last_restart_counts(store: GuideTrackerStore, domain: Domain) -> None:
    tracker = await kept(store, domain, *BEFORE, *FORGET, *BEFORE, *FORGET, UserUttered("hi"))
    assert len(tracker.events) == 1


async def test_other_peoples_talks_are_left_alone(store: GuideTrackerStore, domain: Domain) -> None:
    await store.save(DialogueStateTracker.from_events("somebody else", BEFORE, domain.slots))
    await store.save(talk(domain, *BEFORE, *FORGET))
    other = await store.retrieve("somebody else")
    assert other is not None
    assert other.get_slot("triage") == "urgent"


async def test_talks_outlive_the_store(store: GuideTrackerStore, domain: Domain, file: Path) -> None:
    await store.save(talk(domain, *BEFORE))
    tracker = await GuideTrackerStore(domain, db=str(file)).retrieve("jo")
    assert tracker is not None
    assert tracker.get_slot("triage") == "urgent"


async def test_old_talks_are_dropped(domain: Domain, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEEP_TALKS_DAYS", "2")
    store = GuideTrackerStore(domain, db=str(file))
    day = 24 * 60 * 60
    for name, age in (("three days old", 3), ("one day old", 1)):
        said = [UserUttered(SECRET, timestamp=time.time() - age * day)]
        await GuideTrackerStore(domain, db=str(file)).save(DialogueStateTracker.from_events(name, said, domain.slots))
    assert await store.retrieve("three days old") is None  # even before it is swept away
    store.sweep()
    assert set(await store.keys()) == {"one day old"}


async def test_a_start_sweeps(domain: Domain, file: Path, store: GuideTrackerStore) -> None:
    await store.save(DialogueStateTracker.from_events("old", [UserUttered(SECRET, timestamp=1.0)], domain.slots))
    again = GuideTrackerStore(domain, db=str(file))
    for _ in range(50):
        if not set(await again.keys()):
            return
        time.sleep(0.1)
    raise AssertionError("still there")


def test_nobody_else_may_read_the_file(store: GuideTrackerStore, file: Path) -> None:
    assert file.stat().st_mode & 0o077 == 0


# --- clocks ---


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Sets the clock of this process, in hours from now."""
    real = time.time

    def jump(hours: float) -> None:
        monkeypatch.setattr(time, "time", lambda: real() + hours * 3600)

    return jump


@pytest.mark.parametrize("hours", [-1, -100])
async def test_a_clock_that_is_set_back_loses_nothing(
    stored: Guide, clock: Callable[[float], None], hours: float
) -> None:
    talk = stored.talk()
    await talk.say("my nose has been twitching for two days")
    clock(hours)
    await talk.say("none of these")
    reply = await talk.say("it is getting worse")
    assert reply.responses[0].startswith("utter_escalate")
    slots = await talk.slots()
    assert (slots["duration_days"], slots["other_symptoms"], slots["trend"]) == (2, "none", "worse")


async def test_a_clock_that_jumps_forward(stored: Guide, clock: Callable[[float], None]) -> None:
    talk = stored.talk()
    await talk.say("my nose has been twitching for two days")
    clock(20)
    await talk.say("none of these")
    slots = await talk.slots()
    assert (slots["duration_days"], slots["other_symptoms"]) == (2, "none")


async def test_a_disk_that_is_really_full(own_store: GuideTrackerStore, domain: Domain, file: Path) -> None:
    """SQLite's own error, and that all is written once there is room."""
    own_store.domain = domain
    room = {"pages": 4}

    @sa.event.listens_for(own_store._table._engine, "connect")
    def limit(connection: Any, _record: Any) -> None:
        connection.execute(f"PRAGMA max_page_count = {room['pages']}")

    tracker = await own_store.get_or_create_tracker("jo")
    for number in range(20):
        tracker.update(UserUttered(f"{number} {'x' * 2_000}"))
        await own_store.save(tracker)
    assert own_store.away
    assert len((await own_store.retrieve("jo")).events) == len(tracker.events)
    room["pages"] = 1_000_000
    own_store._look_after()
    assert not own_store.away
    assert len((await GuideTrackerStore(domain, db=str(file)).retrieve("jo")).events) == len(tracker.events)
