"""Everything is made to fail in a real server, with a planted phrase in hand; no log may hold a word of it."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.ports import choose_port
from scripts.settings import ROOT
from scripts.train import ensure_model
from tests.operations.faulty import FAULTS
from tests.served import UNSET

PLANTED = 'my nose twitched since "violet"\nteapots hang under é the garden stairs'
WORDS = ("violet", "teapots", "hang under", "garden stairs", "mishap", "nose twitched since")
EVERY_FAULT = (*FAULTS, "afterwards", "output", "store", "action")
# The guard of turns and the store tell these by a code of their own, whatever is shown.
TOLD_BY_CODE = {"reading": "TURN_FAILED", "output": "OUTPUT_FAILED", "store": "STORE_AWAY"}


@contextlib.contextmanager
def faulty_guide(folder: Path, *flags: str, **environment: str) -> Iterator[tuple[str, Path]]:
    """A guide with faults in it; gives its address and where all that its processes say is written."""
    port, actions_port = (choose_port("", number, "PORT") for number in (5615, 5665))
    endpoints = folder / "endpoints.yml"
    text = (ROOT / "endpoints.yml").read_text(encoding="utf-8")
    endpoints.write_text(text.replace("5055", str(actions_port)).replace("var/talks.db", str(folder / "talks.db")))
    said = folder / "said.log"
    commands = [
        ["rasa_sdk", "--actions", "actions", "--port", str(actions_port), *flags],
        ["rasa", "run", "--model", str(ensure_model()), "--endpoints", str(endpoints), "--port", str(port), *flags],
    ]
    with said.open("wb") as log, contextlib.ExitStack() as running:
        for command in commands:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.operations.faulty", *command],
                cwd=ROOT,
                env={**os.environ, **UNSET, "PYTHONUNBUFFERED": "1", **environment},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
            running.callback(end, process)
        address = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + 90
        while not until_ready(address):
            assert time.monotonic() < deadline, said.read_text()
            time.sleep(0.3)
        yield address, said


def end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def until_ready(address: str) -> bool:
    try:
        return "program" in post(address, {"sender": "ready", "message": "hello"})
    except OSError:
        return False


def post(address: str, body: object) -> str:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(f"{address}/webhooks/rest/webhook", data, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return str(answer.read().decode())
    except urllib.error.HTTPError as refused:
        return str(refused.code)


def let_everything_fail(address: str) -> None:
    for fault in EVERY_FAULT:
        post(address, {"sender": f"{fault}-mishapoutput" if fault == "output" else fault, "message": said_at(fault)})
    post(address, b'{"sender": "body", "message": ' + said_at("body").encode())
    # An earlier turn's words, which the slots hold by now, in a turn that fails.
    post(address, {"sender": "earlier", "message": PLANTED})
    post(address, {"sender": "earlier", "message": "mishapstore mishapreading"})
    time.sleep(1)  # a task's failure is told when its remains are collected


def said_at(fault: str) -> str:
    return f"{PLANTED} mishap{fault}"


@pytest.mark.parametrize(
    ("flags", "environment"),
    [(("--debug",), {}), ((), {"LOG_FORMAT": "json"})],
    ids=["text, all levels", "json"],
)
def test_no_log_holds_a_word(tmp_path: Path, flags: tuple[str, ...], environment: dict[str, str]) -> None:
    with faulty_guide(tmp_path, *flags, **environment) as (address, said):
        let_everything_fail(address)
    log = said.read_text(encoding="utf-8")
    assert [line for line in log.splitlines() if any(word in line.lower() for word in WORDS)] == []
    # What an operator needs is there all the same.
    assert re.search(r"ValueError at tests/operations/faulty.py:\d+ raises < ", log)
    assert "rest.message.received.failure" in log
    assert all(code in log for code in TOLD_BY_CODE.values())
    assert "LINE_CARELESS text=[words]" in log
    for code in ("THREAD_FAILED error=ValueError", "UNRAISABLE error=ValueError", "PYTHON_WARNING kind=RuntimeWarning"):
        assert code in log


def test_shown_on_purpose_every_fault_would_have_told(tmp_path: Path) -> None:
    """The faults above are real: without the guard, each one puts the phrase into the log."""
    with faulty_guide(tmp_path, LOG_WORDS="yes") as (address, said):
        let_everything_fail(address)
    log = said.read_text(encoding="utf-8")
    assert "LOG_WORDS_SHOWN" in log
    assert [fault for fault in EVERY_FAULT if f"mishap{fault}" not in log and fault not in TOLD_BY_CODE] == []
