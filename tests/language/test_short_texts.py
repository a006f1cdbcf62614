"""Short texts are worked out once, and only a hash of them is kept."""

from __future__ import annotations

import gc

import numpy as np
import pytest

from nose_twitch.language.sentence_encoder import load_encoder
from nose_twitch.language.short_texts import LONGEST, ShortTexts
from nose_twitch.language.transformer import Vector


class Work:
    """Counts what is worked out."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def __call__(self, text: str) -> Vector:
        self.texts.append(text)
        return np.full(3, len(text), np.float32)


def test_a_short_text_is_worked_out_once_and_a_long_one_each_time() -> None:
    known, work = ShortTexts(), Work()
    for text in ("yes", "no", "yes", "x" * LONGEST, "x" * LONGEST, "y" * (LONGEST + 1), "y" * (LONGEST + 1), "\ud83e"):
        assert known.get(text, work)[0] == len(text)
    assert work.texts == ["yes", "no", "x" * LONGEST, "y" * (LONGEST + 1), "y" * (LONGEST + 1), "\ud83e"]


def test_the_oldest_is_dropped() -> None:
    known, work = ShortTexts(most=2), Work()
    for text in ("a", "b", "a", "c", "a", "b"):
        known.get(text, work)
    assert work.texts == ["a", "b", "c", "b"]


def test_what_is_known_cannot_be_changed_by_accident() -> None:
    known = ShortTexts()
    with pytest.raises(ValueError, match="read-only"):
        known.get("yes", Work())[0] = 0


def test_no_text_stays() -> None:
    known = ShortTexts()
    known.get("quiet violet otter", Work())
    assert not any("otter" in str(each) for each in gc.get_referents(known._known))


def test_the_encoder_runs_once_for_a_text_that_comes_again(monkeypatch: pytest.MonkeyPatch) -> None:
    encoder = load_encoder()
    runs: list[str] = []
    run = encoder._run
    monkeypatch.setattr(encoder, "_run", lambda text: runs.append(text) or run(text))
    first = encoder.encode("only said in this test, twice")
    assert (encoder.encode("only said in this test, twice") == first).all()
    assert len(runs) == 1
