"""Cleans a message word by word (text-speak, missing apostrophes, typos) and keeps the way back to the original words."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from nose_twitch.language.spelling import Speller

MAX_CHARACTERS = 4000
# Characters without a shape of their own: zero-width ones, soft hyphens, marks of the writing direction.
_INVISIBLE = dict.fromkeys(
    (
        0x00AD,
        0x061C,
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x206A),
        0x20E3,
        0xFE0E,
        0xFE0F,
        0xFEFF,
    )
)
# Typographic quotes, dashes and dots, as a keyboard has them.
_QUOTES = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u00b4\u0060\u02bc", "'"),
        **dict.fromkeys("\u201c\u201d\u201e", '"'),
        **dict.fromkeys("\u2013\u2014", " - "),
        "\u2026": "...",
    }
)
_PICTURES = re.compile(
    "[\U0001f000-\U0001faff\u2190-\u21ff\u2300-\u23ff\u2500-\u27bf\u2900-\u2bff\U000e0000-\U000e007f]+"
)
_CHUNK = re.compile(r"\S+")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
# "light-headed", "3-year-old"; not "3-4 weeks" or "2026-11-01".
_HYPHEN = re.compile(r"(?<=[^\W\d_])-(?=[^\W_])|(?<=\d)-(?=[^\W\d_])")


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
        first, last = self.original_offsets(start, end)
        return self.original[first:last]

    def original_offsets(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch of `text` stands in the original."""
        if not self.spans:
            return 0, 0
        first = max(bisect_right(self.starts, start) - 1, 0)
        last = max(bisect_right(self.starts, max(end - 1, start)) - 1, first)
        return self.spans[first][0], self.spans[last][1]


class TextPreparer:
    """Prepares messages with text-speak and a speller."""

    def __init__(
        self, text_speak: Mapping[str, str], domain_words: Collection[str], dictionary: Collection[str]
    ) -> None:
        """Keep the lists.

        Args:
            text_speak: word to its long form ("cant" to "can't").
            domain_words: words that a typo may be mended to.
            dictionary: ordinary words, left as they are.
        """
        self._text_speak = text_speak
        self._speller = Speller(domain_words, {*dictionary, *text_speak})

    def prepare(self, raw: str) -> PreparedText:
        """Clean a message; text beyond `MAX_CHARACTERS` keeps its beginning and its end."""
        words: list[str] = []
        starts: list[int] = []
        spans: list[tuple[int, int]] = []
        position = 0
        for chunk, span in _chunks(raw):
            clean = self._clean(chunk)
            if clean:
                starts.append(position)
                spans.append(span)
                words.append(clean)
                position += len(clean) + 1
        return PreparedText(raw, " ".join(words), tuple(starts), tuple(spans))

    def share_of_unknown_words(self, text: str) -> float:
        """How much of a prepared text is words that nobody knows, from 0 to 1: gibberish, or another language."""
        words = [word for word in _WORD.findall(text) if word.isalpha()]
        return sum(not self._speller.knows(word.lower()) for word in words) / len(words) if words else 0.0

    def _clean(self, chunk: str) -> str:
        lowered = _plain(chunk).lower()
        if lowered in self._text_speak:
            return self._text_speak[lowered]
        spread = _HYPHEN.sub(" ", lowered)
        return " ".join(_WORD.sub(self._clean_word, spread).split())

    def _clean_word(self, match: re.Match[str]) -> str:
        word = match.group()
        mended = self._text_speak.get(word) or self._speller.mend(word)
        return self._text_speak.get(mended, mended)


def _chunks(raw: str) -> Iterator[tuple[str, tuple[int, int]]]:
    """The stretches between white space, and where they stand.

    Of an overlong text both ends are kept: the important half-sentence is often the last one.
    """
    if len(raw) <= MAX_CHARACTERS:
        yield from ((match.group(), match.span()) for match in _CHUNK.finditer(raw))
        return
    half = MAX_CHARACTERS // 2
    yield from ((match.group(), match.span()) for match in _CHUNK.finditer(raw, 0, half))
    yield ".", (half, half)
    yield from ((match.group(), match.span()) for match in _CHUNK.finditer(raw, len(raw) - half))


def _plain(chunk: str) -> str:
    """Without invisible characters, pictures, accents and typographic quotes."""
    visible = _PICTURES.sub(" ", chunk.translate(_INVISIBLE).translate(_QUOTES))
    if visible.isascii():
        return visible
    folded = unicodedata.normalize("NFKD", visible)
    return unicodedata.normalize("NFC", "".join(letter for letter in folded if not unicodedata.combining(letter)))
