"""The servers that are compared: the guide, Rasa's default configuration, a lean Rasa, and a web server that only echoes."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import requests

from benchmarks.rasa_as_shipped.bench import free_port, wait_until
from benchmarks.rasa_default.project import make_project
from scripts.settings import ROOT, VAR
from tests.served import UNSET

WITH_TENSORFLOW = ROOT / ".venv-rasa-default" / "bin" / "python"
STARTS_WITHIN = 300.0


@dataclass
class Side:
    """One running server, and what its start cost."""

    name: str
    port: int
    processes: list[subprocess.Popen[bytes]]
    started_in: float = 0.0  # seconds from the start of its processes to its first answer
    page: str = ""

    @property
    def address(self) -> str:
        """Where messages are posted to."""
        return f"http://127.0.0.1:{self.port}/webhooks/rest/webhook"

    def memory(self) -> float:
        """Megabytes of all its processes; what several share is counted once (PSS)."""
        started = [psutil.Process(each.pid) for each in self.processes]
        tree = [*started, *(child for each in started for child in each.children(recursive=True))]
        return sum(each.memory_full_info().pss for each in tree) / 1e6


@contextlib.contextmanager
def guide(**environment: str) -> Iterator[Side]:
    """As `make serve` runs it, with a store of its own."""
    port, actions = free_port(), free_port()
    folder = Path(tempfile.mkdtemp(prefix="talks-"))
    ours = {"PORT": str(port), "ACTIONS_PORT": str(actions), "DATABASE_URL": f"sqlite:///{folder}/talks.db"}
    command = [sys.executable, "-m", "scripts.serve"]
    with _running("guide", port, [(command, ROOT, {**UNSET, **ours, **environment})], folder) as side:
        side.page = f"http://127.0.0.1:{port}/guide/"
        yield side


@contextlib.contextmanager
def rasa(configuration: str, python: Path = WITH_TENSORFLOW) -> Iterator[Side]:
    """Rasa with a configuration of its own; `train` made its model."""
    port, actions = free_port(), free_port()
    folder = VAR / "bench" / configuration
    kept = Path(tempfile.mkdtemp(prefix="talks-"))
    store = {"type": "SQL", "dialect": "sqlite", "db": str(kept / "talks.db")}
    endpoints = kept / "endpoints.yml"
    # JSON is YAML, too.
    action_endpoint = {"url": f"http://127.0.0.1:{actions}/webhook"}
    endpoints.write_text(json.dumps({"action_endpoint": action_endpoint, "tracker_store": store}))
    credentials = kept / "credentials.yml"
    credentials.write_text("rest:\n")
    run = [str(python), "-m", "rasa", "run", "-p", str(port), "-i", "127.0.0.1", "--endpoints", str(endpoints)]
    run += ["--credentials", str(credentials)]
    sdk = [str(python), "-m", "rasa_sdk", "--actions", "benchmarks.rasa_default.actions", "-p", str(actions)]
    commands = [(run, folder, {}), (sdk, folder, {"PYTHONPATH": str(ROOT), "SANIC_HOST": "127.0.0.1"})]
    with _running(configuration, port, commands, kept) as side:
        yield side


@contextlib.contextmanager
def floor() -> Iterator[Side]:
    """Rasa's web server alone: the time no Rasa can go below."""
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.floor", str(port)]
    with _running("web server alone", port, [(command, ROOT, {})], Path(tempfile.mkdtemp())) as side:
        yield side


def train(configuration: str, python: Path = WITH_TENSORFLOW) -> float:
    """Make the project and train it; seconds."""
    folder = make_project(configuration)
    command = [str(python), "-m", "rasa", "train", "--fixed-model-name", "model"]
    return _timed(command, folder, folder / "train.log")


def train_guide() -> float:
    """Train the guide into a folder that is thrown away; seconds."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "rasa", "train", "--force", "--out", folder]
        return _timed(command, ROOT, VAR / "bench" / "train-guide.log")


def _timed(command: list[str], folder: Path, log: Path) -> float:
    began = time.monotonic()
    with log.open("wb") as out:
        subprocess.run(command, cwd=folder, stdout=out, stderr=out, check=True)
    return time.monotonic() - began


Command = tuple[list[str], Path, dict[str, str]]


@contextlib.contextmanager
def _running(name: str, port: int, commands: list[Command], folder: Path) -> Iterator[Side]:
    began = time.monotonic()
    logs = VAR / "bench"
    logs.mkdir(parents=True, exist_ok=True)
    side = Side(name, port, [])
    try:
        for number, (command, where, environment) in enumerate(commands):
            with (logs / f"{name}-{number}.log").open("wb") as log:
                own = {**os.environ, **environment}
                side.processes.append(subprocess.Popen(command, cwd=where, env=own, stdout=log, stderr=log))
        if wait_until(lambda: _answers(side), STARTS_WITHIN) is None:
            raise RuntimeError(f"{name} did not answer within {STARTS_WITHIN:.0f} s: see {logs}")
        side.started_in = time.monotonic() - began
        yield side
    finally:
        for process in side.processes:
            process.terminate()
        for process in side.processes:
            process.wait(60)
        shutil.rmtree(folder, ignore_errors=True)


def _answers(side: Side) -> bool:
    message = {"sender": "first", "message": "/greet" if side.name == "lean" else "hello"}
    try:
        return bool(requests.post(side.address, json=message, timeout=60).json())
    except (requests.RequestException, ValueError):
        return False
