"""Finds the phrases of the lexicon in a spaCy document.

spaCy's own Matcher was tried first: with some thousand patterns over large word sets it took 3 s to build and 15 ms a
message, since it checks every set anew at every token. Looking patterns up by their first word takes a tenth of both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc

# A gap never reaches over these: what follows them speaks of something else.
GAP_STOPS = frozenset({"but", "though", "although", "because", "if", "except", "however"})
# "No strength in my hand" is the loss itself; "strength in my hand" with a "no" before it would read as a denial.
OWN_NO = frozenset({"no", "not", "without", "never", "nothing"})


@dataclass(frozen=True)
class Hit:
    """A phrase of the lexicon found in a text: its key and its first and last-plus-one token."""

    key: str
    start: int
    end: int


@dataclass(frozen=True)
class Step:
    """One word of a pattern: the words it may be, and how many others may stand before it."""

    words: frozenset[str]
    gap: int = 0


Pattern = tuple[Step, ...]


class PhraseFinder:
    """Holds the patterns of many keys and finds them all in one pass."""

    def __init__(self, patterns: Mapping[str, Iterable[Pattern]]) -> None:
        """Index the patterns by their first word; the key stands beside each."""
        self._by_first_word: dict[str, list[tuple[str, Pattern]]] = {}
        for key, alternatives in patterns.items():
            for pattern in dict.fromkeys(alternatives):
                for word in pattern[0].words:
                    self._by_first_word.setdefault(word, []).append((key, pattern))

    def find(self, doc: Doc, without: Iterable[Hit] = ()) -> list[Hit]:
        """All hits in the order of the text; of overlapping ones of the same key the longest.

        Args:
            doc: the parsed message.
            without: stretches whose words count for nothing (idioms), though a gap may reach over them.
        """
        words = [token.norm_ for token in doc]
        for stretch in without:
            words[stretch.start : stretch.end] = [""] * (stretch.end - stretch.start)
        walls = [token.is_punct or token.norm_ in GAP_STOPS for token in doc]
        longest: dict[tuple[str, int], int] = {}
        for start, word in enumerate(words):
            for key, pattern in self._by_first_word.get(word, ()):
                end = _longest_match(pattern, words, walls, start)
                if end > longest.get((key, start), 0):
                    longest[key, start] = end
        return _without_overlaps((Hit(key, start, end) for (key, start), end in longest.items()), words)


def _longest_match(pattern: Pattern, words: Sequence[str], walls: Sequence[bool], start: int) -> int:
    """The end of the longest match that begins at `start`, 0 if there is none."""
    ends = {start + 1}
    for step in pattern[1:]:
        following: set[int] = set()
        for end in ends:
            for position in range(end, min(end + step.gap + 1, len(words))):
                if words[position] in step.words:
                    following.add(position + 1)
                if walls[position]:
                    break
        if not following:
            return 0
        ends = following
    return max(ends)


def _without_overlaps(hits: Iterable[Hit], words: Sequence[str]) -> list[Hit]:
    """Of overlapping hits of a key one: a phrase with its own "no" before one that leaves the "no" outside, else the longest."""
    kept: list[Hit] = []
    taken: dict[str, list[Hit]] = {}
    for hit in sorted(hits, key=lambda item: (words[item.start] not in OWN_NO, item.start - item.end, item.start)):
        same = taken.setdefault(hit.key, [])
        if all(hit.end <= other.start or hit.start >= other.end for other in same):
            same.append(hit)
            kept.append(hit)
    return sorted(kept, key=lambda item: (item.start, item.end))
