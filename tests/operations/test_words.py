"""The message in hand is taken out of a line, whole, escaped or in parts, and nothing else is."""

from __future__ import annotations

import json

import pytest

from nose_twitch.operations.words import HIDDEN, hide, in_hand

SAID = 'My "nose" twitches\nsince Tuesday, é and my boss knows'


@pytest.mark.parametrize(
    ("said", "line", "left"),
    [
        (SAID, f"FAILED text={SAID}", f"FAILED text={HIDDEN}"),
        (SAID, f"FAILED text={SAID!r}", f"FAILED text='{HIDDEN}'"),
        (SAID, f"FAILED body={json.dumps({'text': SAID})}", f'FAILED body={{"text": "{HIDDEN}"}}'),
        (SAID, "FAILED near='and my boss knows' line=2", f"FAILED near='{HIDDEN}' line=2"),
        (SAID, "FAILED tokens=['since', 'Tuesday', 'é', 'and']", f"FAILED tokens=['{HIDDEN}']"),
        (SAID, "FAILED lower=since tuesday é end", f"FAILED lower={HIDDEN} end"),
        ("knives", "FAILED text=knives", f"FAILED text={HIDDEN}"),
        ("🔪🔪", "FAILED text=🔪🔪", f"FAILED text={HIDDEN}"),
        # Fewer than three words in a row are anybody's.
        (SAID, "MESSAGE_SLOW channel=boss knows", "MESSAGE_SLOW channel=boss knows"),
        ("no", "FAILED outcome=no_model note=cannot", "FAILED outcome=no_model note=cannot"),
        ("", "FAILED text=", "FAILED text="),
        (None, "FAILED text=None", "FAILED text=None"),
    ],
)
def test_the_message_is_hidden(said: str | None, line: str, left: str) -> None:
    with in_hand(said):
        assert hide(line) == left
    assert hide(line) == line


def test_the_longest_message_is_hidden_quickly() -> None:
    said = " ".join(f"word{number}" for number in range(1000))
    with in_hand(said):
        assert hide(f"FAILED text={said} end") == f"FAILED text={HIDDEN} end"
