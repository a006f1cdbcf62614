"""An action server as a process of its own, for tests that call it."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from tests.actions.calls import ROOT

SECRET = "a-secret-of-the-operator-0123456789"


@dataclass(frozen=True)
class Server:
    """A running server."""

    process: subprocess.Popen[bytes]
    port: int
    log_file: Path

    @property
    def log(self) -> str:
        """What it has logged."""
        return self.log_file.read_text(encoding="utf-8")

    def at(self, path: str) -> str:
        """The address of something it serves."""
        return f"http://127.0.0.1:{self.port}{path}"

    def post(self, body: Any, secret: str | None = None, **headers: str) -> requests.Response:
        """Call it, with the secret if one is given."""
        if secret is not None:
            headers["Authorization"] = f"Bearer {secret}"
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return requests.post(self.at("/webhook"), data=data, headers=headers, timeout=20)


def started(log_file: Path, **environment: str) -> subprocess.Popen[bytes]:
    """Start it with these settings and no others."""
    unset = dict.fromkeys(("ACTIONS_HOST", "ACTIONS_PORT", "ACTIONS_SECRET"), "")
    with log_file.open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "actions.server"],
            cwd=ROOT,
            env={**os.environ, **unset, "LOG_LEVEL": "INFO", **environment},
            stdout=log,
            stderr=log,
        )


@contextlib.contextmanager
def running(log_file: Path, **environment: str) -> Iterator[Server]:
    """Start it on a free port, wait until it listens, and end it afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = started(log_file, ACTIONS_PORT=str(port), **environment)
    server = Server(process, port, log_file)
    try:
        until = time.monotonic() + 30
        while "ACTIONS_READY" not in server.log:
            assert process.poll() is None and time.monotonic() < until, server.log
            time.sleep(0.05)
        yield server
    finally:
        process.kill()
        process.wait()
