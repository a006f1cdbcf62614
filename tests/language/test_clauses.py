"""Where clauses begin, also in dictation without commas: a cue in one must not reach the other."""

from __future__ import annotations

import pytest

from nose_twitch.language.reader import load_reader


def statuses(message: str) -> dict[str, str]:
    """The status of every finding of a message."""
    return {item.id: item.status.value for item in load_reader().read(message).findings}


@pytest.mark.parametrize(
    ("message", "finding", "expected"),
    [
        ("i have no fever my arm is weak", "weakness", "present"),
        ("nose twitching since monday i cant feel my lip", "numbness", "present"),
        ("i dont sleep well my speech is slurred", "slurred_speech", "present"),
        ("if i smile my mouth droops", "face_droop", "present"),
        ("my hand is weak i dont have numbness", "numbness", "absent"),
        ("no weakness but my lip is numb", "numbness", "present"),
        ("no weakness but my lip is numb", "weakness", "absent"),
        ("i am scared because my arm is weak", "weakness", "present"),
        ("could the spray make my lips swell", "swelling", "hypothetical"),
        ("my dad can't lift his arm my lip is numb", "numbness", "present"),
        ("my dad can't lift his arm my lip is numb", "weakness", "someone_else"),
        ("it started years ago. my arm is weak", "weakness", "present"),
    ],
)
def test_a_cue_does_not_reach_into_the_next_clause(message: str, finding: str, expected: str) -> None:
    assert statuses(message)[finding] == expected


def test_an_empty_or_tiny_message_has_one_clause() -> None:
    for message in ("", "?", "numb", "..."):
        load_reader().read(message)
