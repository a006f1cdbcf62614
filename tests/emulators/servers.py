"""Real servers for tests, on this machine only: each can be stopped, killed, frozen and started again with its data."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.emulators.ports import lasting_port

PASSWORD = "only-for-tests"
LOOPBACK = "127.0.0.1"


@dataclass
class Server:
    """A server as a process with its children; `url` stays the same however often it starts."""

    url: str
    command: Sequence[str | Path]
    log: Path
    answers: Callable[[], bool]
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: Path | None = None
    user: str | None = None
    ending: signal.Signals = signal.SIGTERM
    process: subprocess.Popen[bytes] | None = None

    def start(self, patience: float = 30.0) -> None:
        """Start it and wait until it answers."""
        self.launch()
        self.wait_until_ready(patience)

    def launch(self) -> None:
        """Start it without waiting."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [str(word) for word in self.command],
                cwd=self.folder,
                env={**os.environ, **self.environment},
                user=self.user,
                group=self.user,
                extra_groups=[] if self.user else None,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # Away from the terminal: a Ctrl-C ends the test, and the test ends this.
                start_new_session=True,
            )

    def wait_until_ready(self, patience: float = 30.0) -> None:
        """Wait until it answers."""
        end = time.monotonic() + patience
        while not self.answers():
            if not self.running or time.monotonic() > end:
                raise AssertionError(f"{self.url} does not answer:\n{self.log.read_text(errors='replace')[-3000:]}")
            time.sleep(0.05)

    @property
    def running(self) -> bool:
        """Whether its process is there."""
        return self.process is not None and self.process.poll() is None

    def stop(self, patience: float = 30.0) -> None:
        """Ask it to end, in order, and wait until it has."""
        if self.process and self.running:
            self.process.send_signal(self.ending)
            self.process.wait(patience)

    def kill(self) -> None:
        """End it as a crash or a loss of power would: at once, with its children."""
        self._signal(signal.SIGKILL)
        if self.process:
            self.process.wait()

    def freeze(self) -> None:
        """Make it hang: it keeps its connections and takes new ones, and says nothing."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        # The parent first, so that it starts no new child meanwhile. PostgreSQL's children leave the process group.
        for pid in _family(self.process.pid) if self.process and self.running else []:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)


def _family(pid: int) -> list[int]:
    """A process and all that descend from it."""
    table = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    parents = [tuple(map(int, line.split())) for line in table.splitlines()]
    family = [pid]
    for member in family:
        family += [child for child, parent in parents if parent == member]
    return family


@contextlib.contextmanager
def _started(server: Server) -> Iterator[Server]:
    try:
        server.start()
        yield server
    finally:
        server.kill()


@contextlib.contextmanager
def _folder(user: str | None = None) -> Iterator[Path]:
    # Not pytest's: no other user may look into that one.
    with tempfile.TemporaryDirectory(prefix="guide-test-") as name:
        if user:
            shutil.chown(name, user, user)
        yield Path(name)


def open_at(port: int) -> bool:
    """Whether something listens there."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((LOOPBACK, port)) == 0


@contextlib.contextmanager
def postgres() -> Iterator[Server]:
    """PostgreSQL; `url` is a DATABASE_URL."""
    programs = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)
    initdb, program = (programs / name if programs else find_program(name) for name in ("initdb", "postgres"))
    # It refuses to run as root.
    user = "postgres" if os.getuid() == 0 else None
    port = lasting_port()
    with _folder(user) as folder:
        words = folder / "password"
        words.write_text(PASSWORD)
        words.chmod(0o644)
        options = ["--username=guide", f"--pwfile={words}", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C"]
        made = subprocess.run(
            [initdb, "--no-sync", *options, folder / "data"],
            user=user,
            group=user,
            extra_groups=[] if user else None,
            cwd=folder,
            capture_output=True,
            text=True,
        )
        assert made.returncode == 0, made.stderr
        settings = {
            "listen_addresses": LOOPBACK,
            "port": port,
            "unix_socket_directories": "",
            # What is committed has left the process, so `kill` loses nothing; only a loss of power would.
            "fsync": "off",
            "full_page_writes": "off",
        }
        command = [program, "-D", folder / "data", *(f"--{name}={value}" for name, value in settings.items())]
        url = f"postgresql://guide:{PASSWORD}@{LOOPBACK}:{port}/postgres"

        def answers() -> bool:
            ready = [initdb.with_name("pg_isready"), "--quiet", f"--host={LOOPBACK}", f"--port={port}"]
            return subprocess.run(ready, check=False).returncode == 0

        # SIGINT: end now and in order. SIGTERM would wait until the last client has gone.
        server = Server(url, command, folder / "log", answers, user=user, folder=folder, ending=signal.SIGINT)
        with _started(server):
            yield server


@contextlib.contextmanager
def redis() -> Iterator[Server]:
    """Redis, or Valkey; `url` is a REDIS_URL."""
    port = lasting_port()
    with _folder() as folder:
        options = ["--bind", LOOPBACK, "--port", str(port), "--requirepass", PASSWORD]
        # Each write goes to a file, which is there again after a restart.
        options += ["--dir", str(folder), "--save", "", "--appendonly", "yes", "--appendfsync", "no"]
        command = [find_program("redis-server", "valkey-server"), *options]
        url = f"redis://:{PASSWORD}@{LOOPBACK}:{port}/0"

        def answers() -> bool:
            with contextlib.suppress(OSError), socket.create_connection((LOOPBACK, port), 1) as connection:
                connection.sendall(f"AUTH {PASSWORD}\r\nPING\r\n".encode())
                replies = connection.makefile("rb")
                return [replies.readline(), replies.readline()] == [b"+OK\r\n", b"+PONG\r\n"]
            return False

        with _started(Server(url, command, folder / "log", answers, folder=folder)) as server:
            yield server


@contextlib.contextmanager
def nginx(configuration: str, port: int) -> Iterator[Server]:
    """nginx with this configuration, which listens at this port; its paths are relative to a folder of its own."""
    with _folder() as folder:
        # Its workers run as another user, who must reach the files.
        folder.chmod(0o755)
        file = folder / "nginx.conf"
        file.write_text(configuration)
        command = [find_program("nginx"), "-p", folder, "-c", file, "-e", "stderr"]
        server = Server(f"http://{LOOPBACK}:{port}", command, folder / "log", lambda: open_at(port))
        with _started(server):
            yield server


def find_program(*names: str) -> Path:
    """The first of these programs that there is."""
    places = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"])
    found = next((path for name in names if (path := shutil.which(name, path=places))), None)
    assert found, f"{names[0]} is missing: make servers"
    return Path(found)
