"""Cleans a message word by word (text-speak, missing apostrophes, typos) and keeps the way back to the original words."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from rapidfuzz.distance import DamerauLevenshtein

MAX_CHARACTERS = 4000
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad\u202a\u202b\u202c\u202d\u202e"), None)
_QUOTES = str.maketrans({"’": "'", "‘": "'", "´": "'", "`": "'", "“": '"', "”": '"', "–": " - ", "—": " - ", "…": "..."})
_CHUNK = re.compile(r"\S+")
_CORE = re.compile(r"^(\W*)([\w']+)(\W*)$")
_LONG_RUN = re.compile(r"(.)\1{2,}")


@dataclass(frozen=True)
class PreparedText:
    """A cleaned message.

    Attributes:
        original: the text as typed.
        text: the cleaned text that the other steps read.
        starts: offsets in `text` where each word begins.
        spans: for each word, its start and end in `original`.
    """

    original: str
    text: str
    starts: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]

    def original_words(self, start: int, end: int) -> str:
        """The person's own words for a stretch of `text`."""
        if not self.spans or end <= start:
            return ""
        first = max(bisect_right(self.starts, start) - 1, 0)
        last = max(bisect_right(self.starts, end - 1) - 1, first)
        return self.original[self.spans[first][0] : self.spans[last][1]]

    def original_offsets(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch of `text` stands in the original."""
        if not self.spans:
            return 0, 0
        first = max(bisect_right(self.starts, start) - 1, 0)
        last = max(bisect_right(self.starts, max(end - 1, start)) - 1, first)
        return self.spans[first][0], self.spans[last][1]


class TextPreparer:
    """Prepares messages with a word list, text-speak and a dictionary of words that are never touched."""

    def __init__(self, text_speak: Mapping[str, str], domain_words: Collection[str], dictionary: Collection[str]) -> None:
        """Keep the lists.

        Args:
            text_speak: word to its long form ("cant" to "can't").
            domain_words: words that a typo may be mended to.
            dictionary: ordinary words, left as they are.
        """
        self._text_speak = text_speak
        self._known = frozenset(dictionary) | frozenset(domain_words) | frozenset(text_speak)
        self._targets: dict[str, list[str]] = {}
        for word in sorted(domain_words):
            if len(word) >= 4 and word.isalpha():
                self._targets.setdefault(word[0], []).append(word)
        self._mended: dict[str, str] = {}

    def prepare(self, raw: str) -> PreparedText:
        """Clean a message; text beyond `MAX_CHARACTERS` keeps its beginning and its end."""
        original = _shortened(unicodedata.normalize("NFKC", raw).translate(_INVISIBLE).translate(_QUOTES))
        words: list[str] = []
        starts: list[int] = []
        spans: list[tuple[int, int]] = []
        position = 0
        for chunk in _CHUNK.finditer(original):
            clean = self._clean(chunk.group())
            starts.append(position)
            spans.append(chunk.span())
            words.append(clean)
            position += len(clean) + 1
        return PreparedText(original, " ".join(words), tuple(starts), tuple(spans))

    def _clean(self, chunk: str) -> str:
        lowered = chunk.lower()
        if lowered in self._text_speak:
            return self._text_speak[lowered]
        core = _CORE.match(lowered)
        if not core:
            return lowered
        before, word, after = core.groups()
        word = self._text_speak.get(word) or self._mend(word)
        return f"{before}{word}{after}"

    def _mend(self, word: str) -> str:
        if word in self._known or not word.isalpha():
            return word
        if word not in self._mended:
            if len(self._mended) > 20_000:
                self._mended.clear()
            self._mended[word] = self._nearest(word)
        return self._mended[word]

    def _nearest(self, word: str) -> str:
        squeezed = _LONG_RUN.sub(r"\1", word)
        if squeezed in self._known:
            return self._text_speak.get(squeezed, squeezed)
        double = _LONG_RUN.sub(r"\1\1", word)
        if double in self._known:
            return double
        if not 4 <= len(word) <= 20:
            return word
        allowed = 1 if len(word) < 7 else 2
        best, best_distance = word, allowed + 1
        for target in self._targets.get(word[0], ()):
            if abs(len(target) - len(word)) <= allowed:
                distance = DamerauLevenshtein.distance(word, target, score_cutoff=best_distance - 1)
                if distance < best_distance:
                    best, best_distance = target, distance
        return best


def _shortened(text: str) -> str:
    """Keep both ends of an overlong text: the important half-sentence is often the last one."""
    if len(text) <= MAX_CHARACTERS:
        return text
    half = MAX_CHARACTERS // 2
    return f"{text[:half]} . {text[-half:]}"
