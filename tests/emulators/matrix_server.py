"""A real Matrix server (Synapse) for tests, on this machine only, with a person in front of it who uses matrix-nio."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import queue
import secrets
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from tests.emulators.ports import free_port

FOLDER = Path(__file__).parent
BIN = FOLDER.parents[1] / ".venv-matrix/bin"
NAME = "clinic.example"
PASSWORD = "only for tests"
_NAMES = itertools.count(1)
_FAST = {"per_second": 10_000, "burst_count": 10_000}


@dataclass
class MatrixServer:
    """A running homeserver."""

    port: int
    folder: Path

    @property
    def address(self) -> str:
        """Where clients reach it."""
        return f"http://127.0.0.1:{self.port}"

    def register(self, name: str) -> str:
        """Make a user; the id."""
        config = self.folder / "homeserver.yaml"
        command = [
            BIN / "register_new_matrix_user",
            "-c",
            config,
            "-u",
            name,
            "-p",
            PASSWORD,
            "--no-admin",
            self.address,
        ]
        subprocess.run(command, check=True, capture_output=True)
        return f"@{name}:{NAME}"

    def settings(self, guide: str) -> dict[str, str]:
        """The guide's settings for this server."""
        return {"MATRIX_SERVER": self.address, "MATRIX_USER": guide, "MATRIX_PASSWORD": PASSWORD}

    @contextlib.contextmanager
    def person(self) -> Iterator[Person]:
        """Somebody with a client of another project, as a process of its own."""
        user = self.register(f"person{next(_NAMES)}")
        command = [BIN / "python", FOLDER / "matrix_person.py", self.address, user, PASSWORD]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            person = Person(user, process)
            try:
                person.wait_for("ready")
                yield person
            finally:
                process.terminate()


@dataclass
class Person:
    """A person with a Matrix app."""

    user: str
    process: subprocess.Popen[str]
    told: queue.Queue[dict[str, Any]] = field(default_factory=queue.Queue)
    seen: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Read what the client tells."""
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        for line in self.process.stdout or ():
            self.told.put(json.loads(line))

    def do(self, what: str, **more: Any) -> None:
        """Tell the client to do something (matrix_person.py)."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"do": what, **more}) + "\n")
        self.process.stdin.flush()

    def wait_for(self, what: str, seconds: float = 30.0) -> dict[str, Any]:
        """The next thing of this kind that the client tells."""
        end = time.monotonic() + seconds
        while True:
            try:
                told = self.told.get(timeout=max(0.01, end - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"no {what!r}; seen: {self.seen}") from None
            self.seen.append(told)
            if told["what"] == what:
                return told

    def meet(self, *others: str, encrypted: bool = False) -> str:
        """Invite the guide (and others) to a new room; its id."""
        self.do("invite", users=list(others), encrypted=encrypted)
        return str(self.wait_for("room")["room"])

    def send(self, room: str, text: str = "", **content: Any) -> None:
        """Send a message, or an event's content of another kind."""
        self.do("send", room=room, content=content or {"msgtype": "m.text", "body": text})

    def hear(self, at_least: int = 1, seconds: float = 30.0, quiet: float = 0.8, room: str = "") -> list[str]:
        """What the guide said (in a room): waits for so many messages, and then until it is quiet (seconds)."""
        texts: list[str] = []
        end = time.monotonic() + seconds
        while time.monotonic() < end and (quiet or len(texts) < at_least):
            try:
                told = self.told.get(timeout=quiet or 1.0)
            except queue.Empty:
                if len(texts) >= at_least:
                    return texts
                continue
            self.seen.append(told)
            if told["what"] == "message" and room in ("", told["room"]):
                texts.append(told["body"])
        assert len(texts) >= at_least, f"silence: {texts}"
        return texts


@contextlib.contextmanager
def matrix_server(port: int = 0) -> Iterator[MatrixServer]:
    """Start a homeserver with nothing in it, and remove it afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="matrix-"))
    server = MatrixServer(port or free_port(), folder)
    config = folder / "homeserver.yaml"
    config.write_text(json.dumps(_configuration(server)), encoding="utf-8")
    environment = {**os.environ, "SYNAPSE_CACHE_FACTOR": "0.1"}
    command = [BIN / "python", "-m", "synapse.app.homeserver", "-c", config]
    subprocess.run([*command, "--generate-keys"], check=True, capture_output=True, cwd=folder)
    with (
        (folder / "log").open("w") as log,
        subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log) as process,
    ):
        try:
            _wait(server, process)
            yield server
        finally:
            process.terminate()
            process.wait()
            shutil.rmtree(folder)


def _wait(server: MatrixServer, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert process.poll() is None, (server.folder / "log").read_text()[-2_000:]
        with contextlib.suppress(requests.ConnectionError):
            if requests.get(f"{server.address}/health", timeout=5).ok:
                return
        time.sleep(0.1)
    raise AssertionError("the Matrix server does not come up")


def _configuration(server: MatrixServer) -> dict[str, Any]:
    """As small as it gets: clients on this machine, no other servers, no limits that would slow the tests."""
    return {
        "server_name": NAME,
        "report_stats": False,
        "pid_file": str(server.folder / "pid"),
        "signing_key_path": str(server.folder / "signing.key"),
        "media_store_path": str(server.folder / "media"),
        "database": {"name": "sqlite3", "args": {"database": str(server.folder / "homeserver.db")}},
        "listeners": [
            {
                "port": server.port,
                "type": "http",
                "bind_addresses": ["127.0.0.1"],
                "resources": [{"names": ["client", "health"]}],
            }
        ],
        "federation_domain_whitelist": [],
        "trusted_key_servers": [],
        "registration_shared_secret": secrets.token_hex(16),
        "rc_message": _FAST,
        "rc_joins": {"local": _FAST, "remote": _FAST},
        "rc_login": {"address": _FAST, "account": _FAST, "failed_attempts": _FAST},
        "rc_invites": {"per_room": _FAST, "per_user": _FAST, "per_issuer": _FAST},
        "rc_room_creation": _FAST,
        "presence": {"enabled": False},
    }
