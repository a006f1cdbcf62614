"""A copy of all that is stored of a talk, in words and for the person whose talk it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timezone
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker


@lru_cache(maxsize=1)
def _words() -> dict[str, str]:
    words: dict[str, str] = yaml.safe_load(Path(__file__).with_name("copies.yml").read_text(encoding="utf-8"))
    return words


def copy_of(tracker: DialogueStateTracker | None) -> str:
    """What was said, with its time (UTC), and what was noted from it."""
    words = _words()
    if tracker is None or not any(isinstance(event, (BotUttered, UserUttered)) for event in tracker.events):
        return words["nothing"]
    noted = [f"{name}: {_shown(value)}" for name, value in sorted(_noted(tracker))]
    return "\n".join([words["heading"], "", *_said(tracker), "", f"{words['noted']}:", *noted])


def _said(tracker: DialogueStateTracker) -> Iterator[str]:
    words = _words()
    for event in tracker.events:
        if isinstance(event, (BotUttered, UserUttered)) and event.text:
            time = datetime.fromtimestamp(event.timestamp, timezone.utc)
            yield f"[{time:%Y-%m-%d %H:%M}] {words['you' if isinstance(event, UserUttered) else 'guide']}: {event.text}"


def _noted(tracker: DialogueStateTracker) -> Iterator[tuple[str, Any]]:
    for name, slot in tracker.slots.items():
        if slot.value != slot.initial_value and not name.startswith("session_started"):
            yield name, slot.value


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
