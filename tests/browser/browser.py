"""The system's Chromium, for Playwright: its own browser would have to be downloaded."""

from __future__ import annotations

import shutil
from typing import Any

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
# Chromium otherwise tries to reach its maker at every start.
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-sandbox",
]


def launch_arguments() -> dict[str, Any]:
    """What to start it with.

    Raises:
        RuntimeError: There is none; the message says how to get it.
    """
    if CHROMIUM is None:
        raise RuntimeError("No Chromium found, which the browser tests need. On Debian: apt-get install chromium")
    return {"executable_path": CHROMIUM, "args": FLAGS}
