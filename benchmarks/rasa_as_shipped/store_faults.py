"""Stores that die, freeze or fill up, a Rasa that is killed, and a clock that jumps."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.rasa_as_shipped.action_faults import told
from benchmarks.rasa_as_shipped.backing import endpoints_of, postgresql, redis
from benchmarks.rasa_as_shipped.bench import SECRET, SQLITE, Row, bot, listening, wait_until, workspace

FORM = ("start my report", f"3 days {SECRET}", "nose", "cancer")
OUTAGE_SECONDS = 20.0


def killed_rasa() -> Iterator[Row]:
    """Kill -9 of Rasa before, in and after a form, with both kinds of store."""
    for store, endpoints in (("in memory (default)", {}), ("SQLite", SQLITE)):
        for when, said in (("before", 0), ("in", 2), ("after", 4)):
            with bot(endpoints) as b:
                b.ask(*FORM[:said])
                b.rasa.send(signal.SIGKILL)
                down = b.say("hello")
                seconds = b.rasa.start()
                after = b.ask(*FORM[said:], "recall it")
                done = f"{store}: killed {when} the form, restarted ({seconds:.1f} s), talk goes on"
                yield Row(done, f"while down: {down}; then {told(after)}", lost(after[-1].texts), b.log())


def killed_in_turn() -> Iterator[Row]:
    """Kill -9 of Rasa one second into a turn of five."""
    for store, endpoints in (("in memory (default)", {}), ("SQLite", SQLITE)):
        with bot(endpoints) as b, ThreadPoolExecutor() as pool:
            b.ask(*FORM)
            turn = pool.submit(b.say, "slow action")
            time.sleep(1)
            b.rasa.send(signal.SIGKILL)
            b.rasa.start()
            recalled = b.say("recall it")
            missing = f"the turn; {lost(recalled.texts)}; then {recalled}"
            yield Row(f"{store}: killed one second into a turn", str(turn.result()), missing, b.log())


def lost(texts: list[str]) -> str:
    """What the bot no longer knows, from its answer to "recall it"."""
    text = " ".join(texts)
    missing = [word for word in (SECRET, "nose", "cancer") if word not in text]
    return f"answers lost: {', '.join(missing)}" if missing else "nothing"


def database_stopped() -> Iterator[Row]:
    """PostgreSQL stops for 20 s with a question open."""
    with postgresql() as database, bot(endpoints_of(database)) as b:
        before = b.ask(*FORM[:2])
        database.send(signal.SIGINT)
        away = b.say("nose")
        away_again = b.say("cancer")
        time.sleep(OUTAGE_SECONDS)
        database.start()
        after = b.ask("cancer", "recall it")
        got = f"before: {before[-1]}; while it is down: {told([away, away_again])}; after: {told(after)}"
        yield Row("PostgreSQL stopped for 20 s in the form", got, lost(after[-1].texts), b.log())


def database_away_at_start() -> Iterator[Row]:
    """PostgreSQL is not there when Rasa starts, and comes 40 s later; with and without Rasa's `login_db`."""
    for name, more in (("", {}), (", with login_db", {"db": "talks", "login_db": "postgres"})):
        with postgresql(start=False) as database:
            endpoints = endpoints_of(database)
            endpoints["tracker_store"].update(more)
            with bot(endpoints, start=False) as b:
                starting = threading.Thread(target=b.rasa.start)
                starting.start()
                wait_until(lambda log=b.rasa.log: "onnection refused" in log(), 180)
                time.sleep(2 * OUTAGE_SECONDS)
                state = "listens" if listening(b.rasa.port) else "does not listen"
                reply = b.say("hello", seconds=5)
                tries = b.rasa.log().count("onnection refused")
                database.start()
                up = wait_until(lambda talk=b: talk.say("hello", seconds=5).answered, 60)
                starting.join()
                after = b.ask(*FORM, "recall it")
                answers = "no answer in 60 s" if up is None else f"first answer after {up:.1f} s"
                got = f"{reply}; once PostgreSQL is there: {answers}, then {told(after)}"
                done = f"PostgreSQL away at start-up{name}; 40 s after the first refused connection Rasa {state}"
                yield Row(done, got, lost(after[-1].texts), f"{tries} lines of refused connections. {b.log()}")


def database_frozen() -> Iterator[Row]:
    """PostgreSQL is stopped with SIGSTOP for 40 s: it accepts and says nothing."""
    with postgresql() as database, bot(endpoints_of(database)) as b:
        b.ask(*FORM[:2])
        for child in children(database.process.pid):  # type: ignore[union-attr]
            os.kill(child, signal.SIGSTOP)
        database.send(signal.SIGSTOP)
        threading.Timer(40, thaw, [database.process.pid]).start()  # type: ignore[union-attr]
        other: list[str] = []
        ben = threading.Timer(3, lambda: other.append(str(b.say("hello", "ben", 60))))
        ben.start()
        reply = b.say("nose", seconds=60)
        ben.join()
        after = b.ask("cancer", "recall it")
        got = f"{reply}; another person meanwhile: {other[0]}; after: {told(after)}"
        yield Row("PostgreSQL frozen (SIGSTOP) for 40 s in the form", got, lost(after[-1].texts), b.log())


def children(process: int) -> list[int]:
    """The processes it has started."""
    listed = subprocess.run(["pgrep", "-P", str(process)], capture_output=True, text=True).stdout
    return [int(each) for each in listed.split()]


def thaw(process: int) -> None:
    """Let a frozen PostgreSQL go on."""
    for each in (*children(process), process):
        os.kill(each, signal.SIGCONT)


def locks_stopped() -> Iterator[Row]:
    """The Redis that holds the locks stops, then freezes, with a question open."""
    for how in (signal.SIGTERM, signal.SIGSTOP):
        with redis() as locks, bot({**SQLITE, **endpoints_of(locks=locks)}) as b:
            b.ask(*FORM[:2])
            locks.send(how)
            away = b.say("nose")
            if how == signal.SIGSTOP:
                locks.send(signal.SIGCONT)
            else:
                locks.start()
            after = b.ask("cancer", "recall it")
            done = f"Redis lock store gets {how.name} in the form, one answer, then it is back"
            yield Row(done, f"while away: {away}; after: {told(after)}", lost(after[-1].texts), b.log())


@contextlib.contextmanager
def small_disk() -> Iterator[Path]:
    """A disk of 512 kB."""
    folder = Path(tempfile.mkdtemp(dir=workspace()))
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def disk_full() -> Iterator[Row]:
    """A tmpfs that holds the SQLite file is filled up with a question open, and emptied two answers later."""
    with small_disk() as disk:
        store = {"tracker_store": {"type": "SQL", "dialect": "sqlite", "db": str(disk / "talks.db")}}
        with bot(store) as b:
            b.ask(*FORM[:2])
            ballast = disk / "ballast"
            with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
                while True:
                    file.write(b"x" * 1024)
            away = b.ask("nose", "cancer")
            ballast.unlink()
            after = b.ask("cancer", "recall it")
            got = f"while full: {told(away)}; after: {told(after)}"
            done = "disk full (tmpfs of 512 kB) in the form, two answers, then space again"
            yield Row(done, got, lost(after[-1].texts), b.log())


def clock_jump() -> Iterator[Row]:
    """The clock of Rasa (libfaketime, live) jumps with a question open."""
    for store, endpoints in (("in memory", {}), ("SQLite", SQLITE)):
        for jump in ("+2h", "-1h"):
            clock = Path(tempfile.mkdtemp(dir=workspace())) / "clock"
            clock.write_text("+0")
            library = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
            fake = {"LD_PRELOAD": str(library), "FAKETIME_TIMESTAMP_FILE": str(clock), "FAKETIME_NO_CACHE": "1"}
            with bot(endpoints, environment={**fake, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}) as b:
                b.ask(*FORM[:2])
                clock.write_text(jump)
                after = b.ask(*FORM[2:], "recall it")
                yield Row(f"{store}: clock jumps {jump} in the form", told(after), lost(after[-1].texts), b.log())


def texts_stored(file: Path) -> list[str]:
    """What the person said, in the order that is stored."""
    with contextlib.closing(sqlite3.connect(file)) as store:
        query = "select json_extract(data, '$.text') from events where type_name = 'user' order by id"
        return [row[0] for row in store.execute(query)]
