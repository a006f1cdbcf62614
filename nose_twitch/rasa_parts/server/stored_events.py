"""Events on their way into the table, and out of it."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Sequence

from rasa.shared.core.events import Event

from nose_twitch.rasa_parts.server.event_table import Row


def readable(known: Sequence[str]) -> Iterator[Event]:
    """The events, but for what is broken or of a version to come: the talk goes on without it."""
    for data in known:
        with contextlib.suppress(ValueError, TypeError, KeyError, AttributeError):
            if event := Event.from_parameters(json.loads(data)):
                yield event


def row_of(event: Event) -> Row:
    """An event as a row of the table."""
    data = event.as_dict()
    return {
        "type_name": event.type_name,
        "timestamp": data.get("timestamp"),
        "intent_name": ((data.get("parse_data") or {}).get("intent") or {}).get("name"),
        "action_name": data.get("name"),
        "data": json.dumps(data),
    }
