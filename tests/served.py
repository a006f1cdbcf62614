"""A real guide, started by the command behind `make serve`, for tests that talk to it over HTTP or in a browser."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

from scripts import settings

ANNOUNCED = re.compile(r"answers at (http://\S+/guide/)")
# Cleared, so that a developer's own settings do not reach the tests.
UNSET = dict.fromkeys(("HOST", "PORT", "ACTIONS_PORT", "RASA_ARGS", "EMBED_ON"), "")


@dataclass(frozen=True)
class Served:
    """Where a running guide is."""

    page: str

    def at(self, path: str) -> str:
        """The address of something it serves."""
        return urljoin(self.page, path)

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
                    yield Served(found[1])
                    return
            raise AssertionError("".join(said))
        finally:
            launcher.terminate()
