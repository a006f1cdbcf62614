"""`make serve` on one machine, with SQLite: its processes die, its disk is full, its model is broken, and people send anything."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from scripts import settings
from scripts.train import ensure_model
from tests.resilience.person import TALK, Person, hold, questions
from tests.served import UNSET, Served, serving

FUZZED = 1_000


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serving() as guide:
        yield guide


def child(served: Served, module: str) -> int:
    """The process that runs this module."""
    table = subprocess.run(["ps", "-ww", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True).stdout
    rows = [line.split(None, 2) for line in table.splitlines()]
    (found,) = [pid for pid, parent, args in rows if int(parent) == served.launcher.pid and module in args]
    return int(found)


def resident(pid: int) -> int:
    """Memory in MB."""
    (line,) = [line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS")]
    return int(line.split()[1]) // 1024


def kill_rasa(served: Served) -> None:
    """As a lack of memory does, and wait until the launcher has started another."""
    said = len(served.said)
    os.kill(child(served, " rasa run "), signal.SIGKILL)
    end = time.monotonic() + 60
    while not any("answers again" in line for line in served.said[said:]):
        assert time.monotonic() < end, served.said
        time.sleep(0.1)


def test_rasa_is_killed_before_in_and_after_the_questions(served: Served) -> None:
    people = [Person(served.page) for _ in range(3)]
    hold(people[1], TALK[:2])
    hold(people[2])
    kill_rasa(served)
    hold(people[0])
    hold(people[1], TALK[2:])
    assert people[2].say("one side of my face is drooping")[0] == "utter_emergency"
    assert all(person.said()[:4] == list(TALK) for person in people)


def test_the_action_server_is_killed_in_the_middle_of_the_questions(served: Served) -> None:
    person = Person(served.page)
    hold(person, TALK[:2])
    os.kill(child(served, "actions.server"), signal.SIGKILL)
    hold(person, TALK[2:])  # the turn waits while it is started again
    assert person.slowest < 10


def test_what_is_forgotten_is_in_no_file(served: Served) -> None:
    phrase = f"zebra{random.getrandbits(48):x}"
    person = Person(served.page)
    person.say(f"my nose twitches since the {phrase} came")
    files = [path for path in settings.VAR.rglob("*") if path.is_file()]
    assert [path.name for path in files if phrase.encode() in path.read_bytes()] == ["talks.db"]
    assert person.post("forget").json() == {"forgotten": True}
    assert not [path for path in files if path.exists() and phrase.encode() in path.read_bytes()]


def test_a_model_that_is_broken_is_told_at_the_start(tmp_path: Path) -> None:
    broken = tmp_path / "broken.tar.gz"
    broken.write_bytes(ensure_model().read_bytes()[:50_000])
    started = subprocess.run(
        [sys.executable, "-m", "scripts.serve"],
        cwd=settings.ROOT,
        env={**os.environ, **UNSET, "RASA_ARGS": f"--model {broken}"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert started.returncode == 1
    assert "Rasa came up without its model" in started.stderr


# --- a disk without room ---


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a file system of its own, of two megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder], check=True)
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def test_a_full_disk_keeps_nobody_from_talking_and_nothing_is_lost(small_disk: Path) -> None:
    with serving(DATABASE_URL=f"sqlite:///{small_disk}/talks.db") as guide:
        known = Person(guide.page)
        hold(known, TALK[:2])
        filler = small_disk / "filler"
        with filler.open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"x" * 4096)
            except OSError:
                pass
        new = Person(guide.page)
        hold(known, TALK[2:])
        hold(new)
        assert new.say("one side of my face is drooping")[0] == "utter_emergency"
        filler.unlink(missing_ok=True)
        time.sleep(5)
        kill_rasa(guide)
        assert known.said() == list(TALK)
        assert new.said() == [*TALK, "one side of my face is drooping"]


# --- anything at all ---

PIECES = [
    "\u0000\u0001\u0007\u001b[31m",
    "\u202e\u2066rtl \u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627",
    "z\u200be\u200dr\ufeffo",
    "Z\u0335\u0322a\u0334\u0321l\u0337g\u0336o" * 20,
    "\U0001f443" * 50,
    "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\ud83d",
    '{"a": [1, null, {"b": "c"}]}',
    "'; DROP TABLE events; --",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    '/start_check{"triage": "self_care"}',
    "/restart",
    "${jndi:ldap://x/a} {{7*7}} %s %n {0}",
    "../../etc/passwd\r\nSet-Cookie: a=b",
    "my nose twitches",
    "and my arm is weak",
    "since two weeks",
    "no",
    "a" * 1_000,
    "9" * 400,
    "(" * 500,
    "\n" * 300 + "x",
    "nicht \u4e0d\u662f \u0928\u0939\u0940\u0902 \u0e44\u0e21\u0e48",
]


def fuzzed(seed: int) -> str:
    chance = random.Random(seed)
    parts = [chance.choice(PIECES) for _ in range(chance.randint(1, 4))]
    if chance.random() < 0.3:
        parts.append("".join(chr(chance.randint(1, 0xD7FF)) for _ in range(chance.randint(1, 200))))
    # Some as long as may be; all of them would take minutes.
    return " ".join(parts)[: 2_000 if seed % 20 == 0 else 250].strip() or "?"


def test_a_thousand_messages_of_anything_are_answered_and_memory_does_not_grow(served: Served) -> None:
    rasa, actions = child(served, " rasa run "), child(served, "actions.server")

    def talk(numbers: range) -> None:
        person = Person(served.page)
        for number in numbers:
            told = person.say(fuzzed(number))
            assert told and "utter_trouble" not in told, fuzzed(number)
            if number % 10 == 9:
                person = Person(served.page)

    def talks(first: int, last: int) -> None:
        tenth = (last - first) // 10
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(talk, [range(first + part * tenth, first + (part + 1) * tenth) for part in range(10)]))

    talks(0, FUZZED // 2)
    before = resident(rasa), resident(actions)
    talks(FUZZED // 2, FUZZED)
    after = resident(rasa), resident(actions)
    # Recent talks are kept in memory, up to a size: some growth is theirs.
    assert after[0] - before[0] < 60
    assert after[1] - before[1] < 30
    assert questions(Person(served.page).say("check my symptoms"))


def test_a_hundred_kilobytes_are_refused_with_a_reason(served: Served) -> None:
    answer = Person(served.page).post("message", {"text": "x" * 100_000})
    assert answer.status_code == 413
