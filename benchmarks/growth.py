"""Whether the guide stays as fast: late in a long talk, and with many talks in its store."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import statistics
import tempfile
import time
from pathlib import Path

from benchmarks.sides import Side, guide
from benchmarks.turns import Person

TURNS = (2, 50, 100, 200)
TALKS = 5
# Each turn that is timed asks the same; what is said between opens no question.
TIMED = "is it serious?"
_BETWEEN = ("what causes it?", "thanks", "what helps?", "hello")
MANY_TALKS = 100_000
_EVENTS_EACH = 8
_EVENT = {"event": "slot", "name": "side", "value": "left", "timestamp": 0.0}


async def _long_talks(side: Side) -> dict[int, list[float]]:
    times: dict[int, list[float]] = {turn: [] for turn in TURNS}
    for _ in range(TALKS):
        person = Person(side)
        for turn in range(1, TURNS[-1] + 1):
            if turn in TURNS:
                times[turn].append(await person.say(TIMED))
            else:
                await person.say(_BETWEEN[turn % len(_BETWEEN)])
        await person.end()
    return times


def turn_costs(side: Side) -> dict[int, float]:
    """Seconds that a turn takes, by its number in one talk; the median of some talks."""
    return {turn: statistics.median(times) for turn, times in asyncio.run(_long_talks(side)).items()}


def with_many_talks() -> tuple[float, float]:
    """Seconds of a turn with an empty store and with a hundred thousand talks in it, measured side by side."""
    with tempfile.TemporaryDirectory() as folder, guide() as empty:
        database = Path(folder) / "talks.db"
        with guide(DATABASE_URL=f"sqlite:///{database}"):
            pass  # makes the tables
        _fill(database)
        with guide(DATABASE_URL=f"sqlite:///{database}") as full:
            times = asyncio.run(_in_turn([empty, full]))
    return statistics.median(times[0]), statistics.median(times[1])


async def _in_turn(sides: list[Side]) -> list[list[float]]:
    times: list[list[float]] = [[] for _ in sides]
    people = [Person(side) for side in sides]
    for turn in range(60):
        for person, taken in zip(people, times, strict=True):
            taken.append(await person.say(TIMED if turn % 2 else "thanks"))
    for person in people:
        await person.end()
    return times


def _fill(database: Path) -> None:
    now = time.time()
    data = json.dumps(_EVENT)
    columns = "(sender_id, type_name, timestamp, data)"
    with sqlite3.connect(database) as connection:
        connection.executemany(
            f"INSERT INTO events {columns} VALUES (?, 'slot', ?, ?)",
            ((f"web-{talk:032x}", now, data) for talk in range(MANY_TALKS) for _ in range(_EVENTS_EACH)),
        )
