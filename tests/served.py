"""A real guide, started by the command behind `make serve`, for tests that talk to it over HTTP or in a browser."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

from scripts import settings

ANNOUNCED = re.compile(r"answers at (http://\S+/guide/)")
# Cleared, so that a developer's own settings (in .env, too) do not reach the tests.
_TELEGRAM = ("TELEGRAM_TOKEN", "TELEGRAM_WEBHOOK", "TELEGRAM_API")
_MATRIX = ("MATRIX_SERVER", "MATRIX_USER", "MATRIX_PASSWORD", "MATRIX_TOKEN")
_ACTIONS = ("ACTIONS_PORT", "ACTIONS_URL", "ACTIONS_SECRET")
UNSET = dict.fromkeys(("HOST", "PORT", "RASA_ARGS", "EMBED_ON", "CHANNELS_KEY", *_ACTIONS, *_TELEGRAM, *_MATRIX), "")
# Rasa writes the level that a test has set for itself into the environment.
UNSET["LOG_LEVEL"] = "INFO"


@dataclass(frozen=True)
class Served:
    """Where a running guide is."""

    page: str
    launcher: subprocess.Popen[str]
    said: list[str]

    def at(self, path: str) -> str:
        """The address of something it serves."""
        return urljoin(self.page, path)

    def end(self) -> None:
        """End it before its time."""
        self.launcher.terminate()
        self.launcher.wait()

    def wait_for(self, line: str, seconds: float = 30.0) -> str:
        """The first line of what `make serve` printed that holds this."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for each in self.said:
                if line in each:
                    return each
            time.sleep(0.05)
        raise AssertionError(f"{line!r} was not said: {self.said}")

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return self.page.removesuffix("/guide/")


@contextlib.contextmanager
def serving(**environment: str) -> Iterator[Served]:
    """Start a guide, wait until it says that it answers, and end it afterwards."""
    with subprocess.Popen(
        [sys.executable, "-m", "scripts.serve"],
        cwd=settings.ROOT,
        env={**os.environ, **UNSET, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as launcher:
        said: list[str] = []
        try:
            for line in launcher.stdout or ():
                said.append(line)
                if found := ANNOUNCED.search(line):
                    threading.Thread(target=lambda: said.extend(launcher.stdout or ()), daemon=True).start()
                    yield Served(found[1], launcher, said)
                    return
            raise AssertionError("".join(said))
        finally:
            launcher.terminate()
