"""The small language of the lexicon's phrases, compiled to spaCy Matcher patterns.

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
from itertools import product
from typing import Any

_GAP = re.compile(r"^\.\.(\d)$")
_GAP_TOKEN: dict[str, Any] = {
    "IS_PUNCT": False,
    "NORM": {"NOT_IN": ["but", "though", "although", "because", "if", "except", "however"]},
    "OP": "?",
}


class PatternError(ValueError):
    """A phrase of the lexicon that cannot be compiled."""


class PatternCompiler:
    """Compiles phrases with the groups and irregular forms of the lexicon."""

    def __init__(self, groups: Mapping[str, Sequence[str]], irregular: Mapping[str, Sequence[str]]) -> None:
        """Keep groups (name to phrases) and irregular forms (word to its other forms)."""
        self._groups = groups
        self._irregular = irregular

    def compile(self, phrase: str) -> list[list[dict[str, Any]]]:
        """The Matcher patterns of a phrase: several where a group holds phrases of more than one word.

        Raises:
            PatternError: an unknown group, or an empty phrase.
        """
        elements = [self._element(word) for word in phrase.split()]
        if not elements:
            raise PatternError("an empty phrase")
        patterns = [[token for part in parts for token in part] for parts in product(*elements)]
        if any(all(token.get("OP") == "?" for token in pattern) for pattern in patterns):
            raise PatternError(f"{phrase!r} could match nothing at all")
        return patterns

    def words(self, phrase: str) -> Iterator[str]:
        """Every word a phrase can match, for spelling."""
        for word in phrase.split():
            if not _GAP.match(word):
                for token_list in self._element(word):
                    for token in token_list:
                        yield from token["NORM"]["IN"]

    def _element(self, word: str) -> list[list[dict[str, Any]]]:
        gap = _GAP.match(word)
        if gap:
            return [[_GAP_TOKEN] * int(gap.group(1))]
        optional = word.endswith("?") and len(word) > 1
        if optional:
            word = word[:-1]
        alternatives = self._alternatives(word)
        if optional:
            alternatives = [*alternatives, []]
        return alternatives

    def _alternatives(self, word: str) -> list[list[dict[str, Any]]]:
        single: list[str] = []
        several: list[list[dict[str, Any]]] = []
        for part in word.split("|"):
            for phrase in self._phrases(part):
                forms = [self._forms(item) for item in phrase.split()]
                if len(forms) == 1:
                    single += forms[0]
                else:
                    several.append([{"NORM": {"IN": form}} for form in forms])
        first = [[{"NORM": {"IN": sorted(set(single))}}]] if single else []
        return first + several

    def _phrases(self, part: str) -> Sequence[str]:
        if part.startswith("{") and part.endswith("}"):
            name = part[1:-1]
            if name not in self._groups:
                raise PatternError(f"unknown group {name!r}; allowed: {', '.join(sorted(self._groups))}")
            nested = [phrase for member in self._groups[name] for phrase in self._phrases(member)]
            return nested
        return [part]

    def _forms(self, word: str) -> list[str]:
        return self.inflect(word[:-1]) if word.endswith("~") else [word]

    def inflect(self, word: str) -> list[str]:
        """All forms of a word, regular ones by rule."""
        if word in self._irregular:
            return [word, *self._irregular[word]]
        return regular_forms(word)


def regular_forms(word: str) -> list[str]:
    """The regular forms of an English verb or noun."""
    if word.endswith("e"):
        return [word, word + "s", word + "d", word[:-1] + "ing"]
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return [word, word[:-1] + "ies", word[:-1] + "ied", word + "ing"]
    plural = word + ("es" if word.endswith(("s", "sh", "ch", "x", "z")) else "s")
    forms = [word, plural, word + "ed", word + "ing"]
    if re.search(r"[^aeiou][aeiou][bdgklmnprt]$", word):
        doubled = word + word[-1]
        forms += [doubled + "ed", doubled + "ing"]
    return forms
