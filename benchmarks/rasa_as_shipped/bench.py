"""Starting, killing and talking to a Rasa as shipped: its own server, its own action server, a small bot, free ports."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import requests

from scripts.settings import ROOT, apply_environment

apply_environment()
PROJECT = Path(__file__).parent / "project"
# Searched for in every log; a stand-in for what a person would not want anybody to read.
SECRET = "quiet violet otter"
SQLITE = {"tracker_store": {"type": "SQL", "dialect": "sqlite", "db": "talks.db"}}
# Long, so that a busy machine is not taken for a fault.
START_SECONDS = 240.0
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
HEADLINES = re.compile(
    r"ERROR|WARNING|CRITICAL|\[error|\[warning|Error\b|Exception\b|Refused|tripped|[Nn]o model|no agent"
)
LOGGED_TEXT = re.compile(r'- \{"(user_)?text": "[^"]')
NO_NEWS = re.compile(
    r"UserWarning|DeprecationWarning|Skipping validation|MovedIn20|Traceback|^\s*(await|raise|File|return)\b"
)


@dataclass
class Row:
    """One line of the table: what was done, what a person got, what was lost, what an operator reads."""

    done: str
    got: str
    lost: str
    log: str = ""


@dataclass(frozen=True)
class Reply:
    """What came back over the REST channel, and after how long."""

    status: int | str
    texts: list[str]
    seconds: float

    def __str__(self) -> str:
        """As the table shows it."""
        body = "" if isinstance(self.status, str) else " " + json.dumps(self.texts, ensure_ascii=False)
        return f"{self.status}{body} after {self.seconds:.2f} s"

    @property
    def answered(self) -> bool:
        """Whether the person was told anything."""
        return self.status == 200 and bool(self.texts)


@functools.cache
def workspace() -> Path:
    """The folder of this run: a copy of the bot, trained once."""
    folder = Path(tempfile.mkdtemp(prefix="as-shipped-"))
    folder.chmod(0o755)
    shutil.copytree(PROJECT, folder / "bot")
    with (folder / "train.log").open("w") as log:
        command = ["rasa", "train", "--domain", "domain.yml", "--data", "data.yml", "--fixed-model-name", "model"]
        subprocess.run([sys.executable, "-m", *command], cwd=folder / "bot", stdout=log, stderr=log, check=True)
    return folder


def free_port() -> int:
    """A port that nothing listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(true: Callable[[], object], seconds: float = 60.0) -> float | None:
    """Seconds until something is so, or None."""
    begun = time.monotonic()
    while time.monotonic() < begun + seconds:
        if true():
            return time.monotonic() - begun
        time.sleep(0.1)
    return None


def listening(port: int) -> bool:
    """Whether something accepts connections there."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


@dataclass
class Server:
    """A process that listens at a port, and its log."""

    command: list[str]
    folder: Path
    port: int
    log_file: Path
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    def start(self, *, must: bool = True) -> float:
        """Start (again); returns the seconds until it listened, or until it ended if it need not come up."""
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, cwd=self.folder, env={**os.environ, **self.environment}, stdout=log, stderr=log
            )
        running = self.process
        seconds = wait_until(lambda: listening(self.port) or running.poll() is not None, START_SECONDS)
        if seconds is None or (must and not listening(self.port)):
            raise RuntimeError(f"{self.command} did not start: {self.log()[-2000:]}")
        return seconds

    def send(self, number: int) -> None:
        """Send a signal; wait for the end if it ends."""
        assert self.process is not None
        self.process.send_signal(number)
        if number in (signal.SIGKILL, signal.SIGTERM, signal.SIGINT):
            self.process.wait(60)

    def end(self) -> None:
        """End it if it lives."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def log(self) -> str:
        """All it has written, without colours."""
        return COLOURS.sub("", self.log_file.read_text(errors="replace")) if self.log_file.exists() else ""

    def headlines(self, at_most: int = 3) -> str:
        """The first different lines that name something wrong."""
        lines: dict[str, None] = {}
        for line in self.log().splitlines():
            if HEADLINES.search(line) and not NO_NEWS.search(line):
                lines[re.sub(r"^[\d-]+ [\d:.]+ +", "", scrubbed(line.strip()))[:230]] = None
        return " ⏎ ".join(list(lines)[:at_most])

    def secret_lines(self) -> list[str]:
        """Lines with the person's words in them."""
        return [
            scrubbed(line.strip())[:200]
            for line in self.log().splitlines()
            if SECRET in line or LOGGED_TEXT.search(line)
        ]

    def rss(self) -> int:
        """Megabytes in memory."""
        assert self.process is not None
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+)", status)
        return int(found[1]) // 1024 if found else 0


def scrubbed(line: str) -> str:
    """A line without the paths of the machine it ran on."""
    return line.replace(str(workspace()), "…").replace(str(ROOT), "…").replace(sys.prefix, "…")


@dataclass
class Bot:
    """A Rasa and its action server, sharing a folder of their own."""

    folder: Path
    rasa: Server
    actions: Server

    def say(self, text: str, sender: str = "ana", seconds: float = 30.0) -> Reply:
        """Say one thing over the REST channel."""
        return say(self.rasa.port, text, sender, seconds)

    def ask(self, *texts: str, sender: str = "ana") -> list[Reply]:
        """Say several things, one after the other."""
        return [self.say(text, sender) for text in texts]

    def words_in_logs(self) -> str:
        """Which log lines hold the planted phrase."""
        lines = [*self.rasa.secret_lines(), *self.actions.secret_lines()]
        return (
            f"{len(lines)} lines with the person's words; the first: {lines[0]}"
            if lines
            else "none of the person's words"
        )

    def log(self) -> str:
        """The log's cell of the table."""
        told = [text for text in (self.rasa.headlines(), self.actions.headlines(1)) if text]
        return f"{' ⏎ '.join(told) or 'nothing'}. {self.words_in_logs()}"


def say(port: int, text: str, sender: str = "ana", seconds: float = 30.0) -> Reply:
    """Say one thing over the REST channel of a port."""
    begun = time.monotonic()
    try:
        answer = requests.post(
            f"http://127.0.0.1:{port}/webhooks/rest/webhook", json={"sender": sender, "message": text}, timeout=seconds
        )
        texts = [each.get("text") or json.dumps(each.get("custom")) for each in answer.json()]
        return Reply(answer.status_code, texts, time.monotonic() - begun)
    except requests.Timeout:
        return Reply(f"no answer (the client gave up at {seconds:.0f} s)", [], time.monotonic() - begun)
    except requests.ConnectionError as error:
        kind = "connection refused" if "refused" in str(error) else "connection closed without an answer"
        return Reply(kind, [], time.monotonic() - begun)


@contextlib.contextmanager
def bot(
    endpoints: Mapping[str, object] | None = None,
    *,
    rasa_args: tuple[str, ...] = (),
    actions: bool = True,
    action_url: str = "",
    start: bool = True,
    environment: dict[str, str] | None = None,
    prefix: tuple[str, ...] = (),
) -> Iterator[Bot]:
    """A Rasa as shipped with an action server, both ended afterwards."""
    folder = Path(tempfile.mkdtemp(dir=workspace()))
    shutil.copytree(workspace() / "bot", folder, dirs_exist_ok=True)
    rasa_port, actions_port = free_port(), free_port()
    url = action_url or f"http://127.0.0.1:{actions_port}/webhook"
    # JSON is YAML, too.
    (folder / "endpoints.yml").write_text(json.dumps({"action_endpoint": {"url": url}, **(endpoints or {})}))
    run = [*prefix, sys.executable, "-m", "rasa", "run", "-p", str(rasa_port), "-i", "127.0.0.1", *rasa_args]
    rasa = Server(run, folder, rasa_port, folder / "rasa.log", environment or {})
    sdk = [sys.executable, "-m", "rasa_sdk", "--actions", "actions", "-p", str(actions_port)]
    action_server = Server(sdk, folder, actions_port, folder / "actions.log", {"SANIC_HOST": "127.0.0.1"})
    try:
        if actions:
            action_server.start()
        if start:
            rasa.start()
        yield Bot(folder, rasa, action_server)
    finally:
        rasa.end()
        action_server.end()


@contextlib.contextmanager
def hanging_server() -> Iterator[str]:
    """The address of something that accepts and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        held: list[socket.socket] = []

        def accept() -> None:
            with contextlib.suppress(OSError):
                while True:
                    held.append(listener.accept()[0])

        threading.Thread(target=accept, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/webhook"
