"""The commands of commands.yml, such as /help."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml

HELP = "help"
START = "start"
COPY = "copy"


@lru_cache(maxsize=1)
def commands() -> dict[str, dict[str, str]]:
    """What each command counts as (`says`) and how an app lists it (`describes`), by name."""
    text = Path(__file__).with_name("commands.yml").read_text(encoding="utf-8")
    found: dict[str, dict[str, str]] = yaml.safe_load(text)["commands"]
    return found
