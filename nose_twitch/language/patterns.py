"""The small language of the lexicon's phrases.

weak            this word
drop~           any of its forms (drop, drops, dropped, dropping; irregular ones from groups.yml)
arm|leg|hand    one of these words
{limb}          one of the words or phrases of a group in groups.yml
very?           may be missing
..3             up to three words of any kind, within the sentence
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import product

from nose_twitch.language.phrase_finder import Pattern, Step

_GAP = re.compile(r"^\.\.(\d)$")
_Words = tuple[frozenset[str], ...]


class PatternError(ValueError):
    """A phrase of the lexicon that cannot be compiled."""


class PatternCompiler:
    """Compiles phrases with the groups and irregular forms of the lexicon."""

    def __init__(self, groups: Mapping[str, Sequence[str]], irregular: Mapping[str, Sequence[str]]) -> None:
        """Keep groups (name to phrases) and irregular forms (word to its other forms)."""
        self._groups = groups
        self._irregular = irregular
        self._parts: dict[str, list[_Words]] = {}

    def compile(self, phrase: str) -> list[Pattern]:
        """The patterns of a phrase: several where a group holds phrases of more than one word.

        Raises:
            PatternError: an unknown group, or a phrase that could match nothing.
        """
        elements: list[list[_Words]] = []
        gaps: list[int] = []
        pending = 0
        for word in phrase.split():
            gap = _GAP.match(word)
            if gap:
                pending += int(gap.group(1))
            else:
                elements.append(self._alternatives(word))
                gaps.append(pending)
                pending = 0
        patterns = [self._pattern(parts, gaps) for parts in product(*elements)]
        if not elements or not all(patterns):
            raise PatternError(f"{phrase!r} could match nothing at all")
        return patterns

    def words(self, phrase: str) -> Iterator[str]:
        """Every word a phrase can match, for spelling."""
        for pattern in self.compile(phrase):
            for step in pattern:
                yield from step.words

    @staticmethod
    def _pattern(parts: Sequence[_Words], gaps: Sequence[int]) -> Pattern:
        steps: list[Step] = []
        waiting = 0
        for part, gap in zip(parts, gaps, strict=True):
            waiting += gap
            for number, words in enumerate(part):
                steps.append(Step(words, waiting if number == 0 and steps else 0))
                waiting = 0
        return tuple(steps)

    def _alternatives(self, word: str) -> list[_Words]:
        if word not in self._parts:
            optional = word.endswith("?") and len(word) > 1
            found = self._of_parts(word[:-1] if optional else word)
            self._parts[word] = [*found, ()] if optional else found
        return self._parts[word]

    def _of_parts(self, word: str) -> list[_Words]:
        single: set[str] = set()
        several: list[_Words] = []
        for part in word.split("|"):
            for phrase in self._phrases(part):
                forms = [frozenset(self._forms(item)) for item in phrase.split()]
                if len(forms) == 1:
                    single |= forms[0]
                elif forms:
                    several.append(tuple(forms))
        first: list[_Words] = [(frozenset(single),)] if single else []
        return first + several

    def _phrases(self, part: str) -> Sequence[str]:
        if part.startswith("{") and part.endswith("}"):
            name = part[1:-1]
            if name not in self._groups:
                raise PatternError(f"unknown group {name!r}; allowed: {', '.join(sorted(self._groups))}")
            return [phrase for member in self._groups[name] for phrase in self._phrases(str(member))]
        return [part]

    def _forms(self, word: str) -> list[str]:
        if not word.endswith("~"):
            return [word]
        base = word[:-1]
        return [base, *self._irregular[base]] if base in self._irregular else list(regular_forms(base))


@lru_cache(maxsize=4096)
def regular_forms(word: str) -> tuple[str, ...]:
    """The regular forms of an English verb or noun."""
    if word.endswith("e"):
        return word, word + "s", word + "d", word[:-1] + "ing"
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return word, word[:-1] + "ies", word[:-1] + "ied", word + "ing"
    plural = word + ("es" if word.endswith(("s", "sh", "ch", "x", "z")) else "s")
    forms: tuple[str, ...] = (word, plural, word + "ed", word + "ing")
    if re.search(r"[^aeiou][aeiou][bdgklmnprt]$", word):
        forms += (word + word[-1] + "ed", word + word[-1] + "ing")
    return forms
