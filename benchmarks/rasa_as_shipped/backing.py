"""The servers that Rasa can lean on: PostgreSQL and Redis as Debian packages them, on free ports in the run's folder."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.rasa_as_shipped.bench import Server, free_port, workspace

# PostgreSQL refuses to run as root.
AS_POSTGRES = ("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups") if os.geteuid() == 0 else ()


@contextlib.contextmanager
def postgresql(start: bool = True) -> Iterator[Server]:
    """A cluster of our own; `endpoints_of` says how Rasa finds it."""
    programs = max(Path("/usr/lib/postgresql").glob("*/bin"))
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir=workspace()))
    if AS_POSTGRES:
        shutil.chown(folder, "postgres", "postgres")
    data = folder / "data"
    initdb = [*AS_POSTGRES, str(programs / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust"]
    subprocess.run(initdb, check=True, capture_output=True, cwd=folder)
    port = free_port()
    options = ["-D", str(data), "-p", str(port), "-k", str(folder), "-h", "127.0.0.1"]
    server = Server([*AS_POSTGRES, str(programs / "postgres"), *options], folder, port, folder / "log")
    try:
        if start:
            server.start()
        yield server
    finally:
        if server.process and server.process.poll() is None:
            server.process.send_signal(signal.SIGCONT)
            server.send(signal.SIGINT)


@contextlib.contextmanager
def redis() -> Iterator[Server]:
    """A Redis that keeps nothing."""
    folder = Path(tempfile.mkdtemp(prefix="redis-", dir=workspace()))
    port = free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    server = Server(command, folder, port, folder / "log")
    try:
        server.start()
        yield server
    finally:
        server.end()


def endpoints_of(database: Server | None = None, locks: Server | None = None) -> dict[str, dict[str, object]]:
    """The part of endpoints.yml that names these."""
    endpoints: dict[str, dict[str, object]] = {}
    if database:
        place: dict[str, object] = {
            "dialect": "postgresql",
            "url": "127.0.0.1",
            "port": database.port,
            "db": "postgres",
        }
        endpoints["tracker_store"] = {"type": "SQL", "username": "postgres", "password": "unused", **place}
    if locks:
        endpoints["lock_store"] = {"type": "redis", "url": "127.0.0.1", "port": locks.port, "db": 1}
    return endpoints
