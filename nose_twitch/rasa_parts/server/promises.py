"""Promises to forget that a database that was away did not keep yet: a file of ids, so that they outlive the process."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping
from pathlib import Path


class Promises:
    """One file for each process; those of processes that ended are taken over."""

    def __init__(self, folder: Path) -> None:
        """`folder` is made when there is something to write."""
        self._file = folder / f"{os.getpid()}.json"

    def take_over(self) -> dict[str, float]:
        """What was promised and not kept: when, in seconds since 1970, by the talk's id."""
        found: dict[str, float] = {}
        for file in self._file.parent.glob("*.json"):
            if file == self._file or not _runs(file.stem):
                with contextlib.suppress(OSError, ValueError):
                    found |= json.loads(file.read_text(encoding="utf-8"))
                    file.unlink()
        self.write(found)
        return found

    def write(self, promised: Mapping[str, float]) -> None:
        """These are open. Where there is no room for a file, they are kept in memory only."""
        with contextlib.suppress(OSError):
            if promised:
                self._file.parent.mkdir(parents=True, exist_ok=True)
                self._file.touch(mode=0o600)
                self._file.write_text(json.dumps(dict(promised)), encoding="utf-8")
            else:
                self._file.unlink(missing_ok=True)


def _runs(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ProcessLookupError, ValueError):
        return False
    except PermissionError:
        pass
    return True
