"""Starting, watching and ending the two processes of the guide: Rasa and its action server."""

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import IO

from scripts.settings import LOGS, LOOPBACK, ROOT

KEPT_LOG_BYTES = 2_000_000
GRACE_SECONDS = 15.0  # a turn takes ten at most
ENDING_SIGNALS = (signal.SIGTERM, signal.SIGHUP)


class Ended(BaseException):
    """The launcher was told to end (not an error, so nothing that catches errors may swallow it)."""


@contextlib.contextmanager
def ending_cleanly() -> Iterator[None]:
    """Turns "terminate" and "hang up" into `Ended`, so that `finally` blocks run."""

    def raise_ended(number: int, _frame: FrameType | None) -> None:
        for other in ENDING_SIGNALS:
            signal.signal(other, signal.SIG_IGN)  # once is enough; the ending itself is not to be cut short
        raise Ended(number)

    before = {number: signal.signal(number, raise_ended) for number in ENDING_SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class Child:
    """A process of ours that ends when we do."""

    def __init__(self, process: subprocess.Popen[bytes], lifeline: int, log: Path) -> None:
        """Use `start`."""
        self._process = process
        self._lifeline = lifeline
        self.log = log

    def exit_code(self) -> int | None:
        """The exit code, or None while it runs."""
        return self._process.poll()

    def wait(self, seconds: float | None = None) -> int | None:
        """Waits for the end, at most so long; returns as `exit_code`."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)
        return self.exit_code()

    def end(self) -> None:
        """Asks it to end, insists after a while, and returns when it is gone."""
        if self.exit_code() is None:
            self._process.terminate()
            if self.wait(GRACE_SECONDS) is None:
                self._process.kill()
                self._process.wait()
        if self._lifeline >= 0:
            os.close(self._lifeline)
            self._lifeline = -1


def start_rasa(arguments: list[str], log: Path, awaited: str, *, foreground: bool = False) -> Child:
    """Starts Rasa's command line once `awaited` answers; in the foreground it has the terminal."""
    return _start("rasa", arguments, log, awaited=awaited, foreground=foreground)


def start_actions(port: int, log: Path) -> Child:
    """Starts the action server, bound to this machine only."""
    return _start("actions.server", [], log, environment={"ACTIONS_HOST": LOOPBACK, "ACTIONS_PORT": str(port)})


def _start(
    module: str,
    arguments: list[str],
    log: Path,
    *,
    awaited: str = "-",
    environment: dict[str, str] | None = None,
    foreground: bool = False,
) -> Child:
    read_end, write_end = os.pipe()
    with open_log(log) as log_file:
        process = subprocess.Popen(
            [sys.executable, "-m", "scripts.child", str(read_end), awaited, module, *arguments],
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            pass_fds=(read_end,),
            stdin=None if foreground else subprocess.DEVNULL,
            stdout=None if foreground else log_file,
            stderr=log_file,
            # Away from the terminal, a Ctrl-C reaches only us, and we end things in order.
            start_new_session=not foreground,
        )
    os.close(read_end)
    return Child(process, write_end, log)


def open_log(path: Path) -> IO[bytes]:
    """Opens a log for appending; a log that has grown large moves aside first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > KEPT_LOG_BYTES:
        path.replace(path.with_suffix(".old.log"))
    return path.open("ab")


def log_path(name: str) -> Path:
    """Where the log of this name is."""
    return LOGS / f"{name}.log"


def end_of_log(path: Path, lines: int = 20) -> str:
    """The last lines of a log, which say what went wrong."""
    if not path.exists():
        return ""
    return "\n".join(path.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


class _NotFollowing(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def answers(address: str) -> bool:
    """Whether an HTTP server answers at this address: anything but a server error, and not what it may lead on to."""
    try:
        with urllib.request.build_opener(_NotFollowing).open(address, timeout=2):
            return True
    except urllib.error.HTTPError as error:
        return error.code < 500
    except OSError:
        return False


class RestartingActions:
    """The action server, started again when it dies, with growing pauses so that it never spins."""

    FIRST_PAUSE = 0.2  # shorter than people's turns wait for it (server/action_calls.py)
    LONGEST_PAUSE = 30.0

    def __init__(self, port: int, log: Path) -> None:
        """Starts it."""
        self.health = f"http://{LOOPBACK}:{port}/health"
        self._port = port
        self._log = log
        self._pause = self.FIRST_PAUSE
        self._restart_at: float | None = None
        self._child = start_actions(port, log)

    def keep_alive(self) -> None:
        """Call this often: starts the server again if it has died and the pause is over."""
        if self._child.exit_code() is None:
            return
        now = time.monotonic()
        if self._restart_at is None:
            self._restart_at = now + self._pause
            self._pause = min(self._pause * 2, self.LONGEST_PAUSE)
        elif now >= self._restart_at:
            self._restart_at = None
            self._child.end()
            self._child = start_actions(self._port, self._log)

    def end(self) -> None:
        """Ends it for good."""
        self._child.end()


class ActionsElsewhere:
    """Action servers that others keep alive (ACTIONS_URL): nothing to wait for, to start again or to end."""

    health = "-"

    def keep_alive(self) -> None:
        """Nothing."""

    def end(self) -> None:
        """Nothing."""
