"""The plain words of replies: yes, no, not sure, skip; fillers; and whether a reply is a question of the person's own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from ruamel.yaml import YAML

_FILE = Path(__file__).parent / "lexicon" / "answers.yml"
_EDGES = " .,!;:-'\"()~*"
_WORD_END = r"(?![\w'])"
_SHORT_QUESTION = 3  # "left?" and "not sure?" are answers; a longer sentence with a question mark is a question


@lru_cache(maxsize=1)
def reply_words() -> Mapping[str, frozenset[str]]:
    """The word lists under `words` in `answers.yml`."""
    raw = YAML(typ="safe").load(_FILE)["words"]
    return {name: frozenset(words) for name, words in raw.items()}


def tidied(text: str) -> str:
    """Lower case, single spaces, no marks at the ends."""
    return re.sub(r"\s+", " ", text.lower()).strip(_EDGES)


def without_fillers(text: str) -> str:
    """Without "um, I think, just, thanks"."""
    return tidied(re.sub(rf"\b(?:{_any(reply_words()['fillers'])})\b|[.,!…]", " ", text))


def is_question(text: str) -> bool:
    """A question of the person's own, or a wish ("tell me ..."), rather than an answer."""
    return bool(_question().search(text)) or (text.endswith("?") and len(text.split()) > _SHORT_QUESTION)


class PlainWords:
    """Looks for the phrases of one kind (yes, no, not sure, skip)."""

    def __init__(self, phrases: Sequence[str]) -> None:
        """Compile the phrases."""
        several = [phrase for phrase in phrases if " " in phrase]
        self._start = re.compile(rf"^(?:{_any(phrases)}){_WORD_END}")
        self._within = re.compile(rf"(?<![\w'])(?:{_any(several)}){_WORD_END}")
        self._end = re.compile(rf"[,.;] *(?:{_any(phrases)})$")

    def begin(self, text: str) -> re.Match[str] | None:
        """The phrase with which the text begins."""
        return self._start.search(text)

    def within(self, text: str) -> re.Match[str] | None:
        """A phrase of several words anywhere in the text."""
        return self._within.search(text)

    def end(self, text: str) -> bool:
        """Whether the text ends with one, after a comma: "not my sleep but my job, yes"."""
        return bool(self._end.search(text))


def _any(phrases: Sequence[str] | frozenset[str]) -> str:
    return "|".join(re.escape(phrase) for phrase in sorted(map(str, phrases), key=lambda p: (-len(p), p))) or "(?!)"


@lru_cache(maxsize=1)
def _question() -> re.Pattern[str]:
    words = reply_words()
    return re.compile(
        rf"^(?:(?:{_any(words['before_question'])})[, ]+)*(?:(?:{_any(words['question_starts'])}){_WORD_END}"
        rf"|(?:{_any(words['question_verbs'])}) (?:{_any(words['question_subjects'])})\b"
        rf"|(?:{_any(words['question_nouns_after'])}) (?:{_any(words['question_nouns'])})\b)"
    )
