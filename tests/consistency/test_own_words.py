"""Our texts share no run of eight words with the article that the guide is built on.

The article's text is not in the repository. `seed_shingles.txt` holds a short hash of each of its runs of eight words;
this test hashes our runs in the same way and compares.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

RUN = 8
HASHES = Path(__file__).with_name("seed_shingles.txt")


def words(text: str) -> list[str]:
    """The words of a text: lower case, punctuation stripped ("it's" is one word)."""
    return re.findall(r"[^\W_]+", re.sub(r"['\u2018\u2019]", "", text.lower()))


def runs(text: str) -> Iterator[str]:
    """Every run of eight words."""
    told = words(text)
    return (" ".join(told[start : start + RUN]) for start in range(len(told) - RUN + 1))


def hash_of(run: str) -> str:
    """The hash kept for a run."""
    return hashlib.sha256(run.encode("utf-8")).hexdigest()[:16]


def shared_runs(text: str, hashes: frozenset[str]) -> list[str]:
    """The runs of a text whose hashes are among those of another text."""
    return [run for run in runs(text) if hash_of(run) in hashes]


def strings(data: Any) -> Iterator[str]:
    """Every text inside plain data."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for value in data.values():
            yield from strings(value)
    elif isinstance(data, list):
        for value in data:
            yield from strings(value)


@pytest.fixture(scope="module")
def seed_hashes() -> frozenset[str]:
    lines = HASHES.read_text(encoding="ascii").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def test_wording_is_our_own(responses: dict[str, Any], seed_hashes: frozenset[str]) -> None:
    copied = {
        name: found
        for name, data in responses.items()
        for text in strings(data)
        if (found := shared_runs(text, seed_hashes))
    }
    assert not copied


def test_knowledge_is_in_our_own_words(knowledge: dict[str, Any], seed_hashes: frozenset[str]) -> None:
    copied = {
        name: found
        for name, data in knowledge.items()
        for text in strings(data)
        if (found := shared_runs(text, seed_hashes))
    }
    assert not copied


def test_documents_are_in_our_own_words(root: Path, seed_hashes: frozenset[str]) -> None:
    paths = [*(root / "docs").rglob("*.md"), *root.glob("*.md")]
    copied = {
        path.name: found for path in paths if (found := shared_runs(path.read_text(encoding="utf-8"), seed_hashes))
    }
    assert not copied


def test_hashes_are_complete(seed_hashes: frozenset[str]) -> None:
    assert len(seed_hashes) > 500
    assert all(re.fullmatch(r"[0-9a-f]{16}", each) for each in seed_hashes)


def test_the_comparison_can_fail() -> None:
    hashes = frozenset(
        hash_of(run) for run in runs("On Monday the green boat sailed slowly past our small wooden house.")
    )
    copied = "He told us: on Monday, the GREEN boat sailed slowly past. Then it was gone."
    assert shared_runs(copied, hashes) == ["on monday the green boat sailed slowly past"]
    assert not shared_runs("A green boat sailed slowly past our small, old, wooden house on Monday.", hashes)


def test_nested_texts_are_found() -> None:
    assert list(strings({"a": ["one", {"b": "two"}], "c": 3})) == ["one", "two"]
