"""Of a long talk only what is new is read anew, and the store is always believed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, SlotSet, UserUttered

from nose_twitch.rasa_parts.server import read_trackers
from nose_twitch.rasa_parts.server.read_trackers import ReadTrackers

DOMAIN = Domain.from_dict({"slots": {"side": {"type": "any", "mappings": [{"type": "custom"}]}}})
LISTEN, LEFT, RIGHT, SAID = (
    json.dumps(event.as_dict())
    for event in (
        ActionExecuted("action_listen"),
        SlotSet("side", "left"),
        SlotSet("side", "right"),
        UserUttered("my nose"),
    )
)


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was read from JSON."""
    seen: list[str] = []
    readable = read_trackers.readable

    def noted(rows: Any) -> Any:
        seen.extend(rows)
        return readable(rows)

    monkeypatch.setattr(read_trackers, "readable", noted)
    return seen


def side(known: ReadTrackers, rows: list[str], sender: str = "web-1") -> Any:
    return known.tracker(sender, rows, DOMAIN.slots).get_slot("side")


def test_only_what_is_new_is_read(parsed: list[str]) -> None:
    known = ReadTrackers()
    assert side(known, [LISTEN, LEFT]) == "left"
    assert side(known, [LISTEN, LEFT]) == "left"
    assert side(known, [LISTEN, LEFT, SAID, RIGHT]) == "right"
    assert parsed == [LISTEN, LEFT, SAID, RIGHT]


def test_a_tracker_belongs_to_whoever_asked_for_it() -> None:
    known = ReadTrackers()
    first = known.tracker("web-1", [LISTEN, LEFT], DOMAIN.slots)
    first.update(SlotSet("side", "both"))
    second = known.tracker("web-1", [LISTEN, LEFT], DOMAIN.slots)
    assert (second.get_slot("side"), len(second.events)) == ("left", 2)
    assert known.tracker("web-1", [LISTEN, LEFT, SAID], DOMAIN.slots).latest_message.text == "my nose"


@pytest.mark.parametrize(
    "changed", [[RIGHT], [LISTEN, RIGHT, SAID], [LISTEN]], ids=["other", "in the middle", "shorter"]
)
def test_what_another_process_changed_is_read_from_the_beginning(changed: list[str], parsed: list[str]) -> None:
    known = ReadTrackers()
    known.tracker("web-1", [LISTEN, LEFT, SAID], DOMAIN.slots)
    parsed.clear()
    assert side(known, changed) == ("right" if RIGHT in changed else None)
    assert parsed == changed


def test_nobody_is_given_the_talk_of_somebody_else() -> None:
    known = ReadTrackers()
    assert side(known, [LISTEN, LEFT], "web-1") == "left"
    assert side(known, [LISTEN], "web-2") is None


def test_what_is_forgotten_is_read_again(parsed: list[str]) -> None:
    known = ReadTrackers()
    side(known, [LISTEN, LEFT])
    known.forget("web-1")
    known.forget("web-2")
    side(known, [LISTEN, LEFT])
    assert parsed == [LISTEN, LEFT] * 2
    assert known._size == len(LISTEN) + len(LEFT)


def test_the_oldest_is_dropped_when_there_are_too_many(parsed: list[str]) -> None:
    known = ReadTrackers(largest=2 * (len(LISTEN) + len(LEFT)))
    for talk in ("web-1", "web-2", "web-1", "web-3"):
        side(known, [LISTEN, LEFT], talk)
    parsed.clear()
    side(known, [LISTEN, LEFT], "web-1")
    assert parsed == []
    side(known, [LISTEN, LEFT], "web-2")
    assert parsed == [LISTEN, LEFT]


def test_nobodys_words_stay_for_long() -> None:
    known = ReadTrackers(longest=0.0)
    known.tracker("web-1", [LISTEN, SAID], DOMAIN.slots)
    known.tracker("web-2", [LISTEN], DOMAIN.slots)
    assert "web-1" not in known._known


def test_what_cannot_be_read_is_left_out_and_told_once(caplog: pytest.LogCaptureFixture) -> None:
    known = ReadTrackers()
    assert side(known, [LISTEN, "{broken", LEFT]) == "left"
    assert side(known, [LISTEN, "{broken", LEFT]) == "left"
    assert [record.message for record in caplog.records] == ["STORE_UNREADABLE events=1"]
