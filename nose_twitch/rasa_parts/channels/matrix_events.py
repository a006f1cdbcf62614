"""What a Matrix server delivers (a "sync") as things for the inbox."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from nose_twitch.rasa_parts.channels.inbox import Incoming, Kind
from nose_twitch.rasa_parts.channels.messenger import START

# In `about` of what is to be joined first.
INVITED = "invited"
_MESSAGE = "m.room.message"
_UNREADABLE = ("m.sticker", "m.poll.start", "org.matrix.msc3381.poll.start", "m.beacon_info")
_WORDS = ("m.text", "m.emote")
# An answer to a message repeats it above, behind ">".
_REPEATED = re.compile(r"\A(?:>.*\n)+\n?")

FILTER = {
    "room": {
        "timeline": {"limit": 100, "types": [_MESSAGE, "m.room.encrypted", "m.room.member", *_UNREADABLE]},
        "state": {"types": []},
        "ephemeral": {"types": []},
        "account_data": {"types": []},
    },
    "presence": {"types": []},
    "account_data": {"types": []},
}


def invitations(sync: dict[str, Any]) -> Iterator[Incoming]:
    """The rooms that the guide was invited to: each is to be joined, and the talk begun."""
    for room, state in (sync.get("rooms", {}).get("invite") or {}).items():
        types = {event.get("type") for event in state.get("invite_state", {}).get("events", [])}
        kind = Kind.ENCRYPTED if "m.room.encryption" in types else Kind.COMMAND
        yield Incoming(room, f"{room}-join", kind, START, {INVITED: "yes"})


def arrivals(sync: dict[str, Any], own_id: str) -> Iterator[Incoming]:
    """What others sent, oldest first in each room."""
    for room, state in (sync.get("rooms", {}).get("join") or {}).items():
        for event in state.get("timeline", {}).get("events", []):
            if event.get("sender") != own_id and (incoming := _read(event, room)):
                yield incoming


def _read(event: dict[str, Any], room: str) -> Incoming | None:
    event_id, kind, content = str(event.get("event_id")), event.get("type"), event.get("content") or {}
    if kind == "m.room.member":
        return Incoming(room, event_id, Kind.LEFT) if content.get("membership") in ("leave", "ban") else None
    if not content:
        return None  # deleted before it was read
    if kind == "m.room.encrypted":
        return Incoming(room, event_id, Kind.ENCRYPTED)
    if kind in _UNREADABLE:
        return Incoming(room, event_id, Kind.UNREADABLE)
    if kind != _MESSAGE or content.get("msgtype") == "m.notice":  # a notice is what another program says
        return None
    if (content.get("m.relates_to") or {}).get("rel_type") == "m.replace":
        return Incoming(room, event_id, Kind.EDITED)
    if content.get("msgtype") not in _WORDS:
        return Incoming(room, event_id, Kind.UNREADABLE)
    text = _REPEATED.sub("", str(content.get("body") or "")).strip()
    return Incoming(room, event_id, Kind.WORDS, text) if text else None
