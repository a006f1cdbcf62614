"""The cue words of one message (`lexicon/cues.yml`): found once, asked many times."""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Doc

from nose_twitch.language.clauses import clause_of, clause_span
from nose_twitch.language.lexicon import Hit, Lexicon

# No cue reaches further in words, whatever the punctuation: an endless sentence costs no more time than a short one.
_LONGEST = 60


class Cues:
    """All cue hits of a document, by kind."""

    def __init__(self, doc: Doc, lexicon: Lexicon) -> None:
        """Find the cues of a document."""
        self._by_kind: dict[str, list[Hit]] = {}
        for hit in lexicon.cues.find(doc):
            self._by_kind.setdefault(hit.key, []).append(hit)

    def of(self, kind: str) -> list[Hit]:
        """All hits of a kind, in the order of the text."""
        return self._by_kind.get(kind, [])

    def within(self, kind: str, start: int, end: int) -> Iterator[Hit]:
        """The hits of a kind that begin in a stretch."""
        return (hit for hit in self.of(kind) if start <= hit.start < end)

    def touches(self, kind: str, hit: Hit) -> bool:
        """Whether a hit overlaps one of another kind."""
        return any(other.start < hit.end and hit.start < other.end for other in self.of(kind))

    def covers(self, kind: str, hit: Hit) -> bool:
        """Whether a hit lies inside one of another kind ("no" inside "no doubt")."""
        return any(other.start <= hit.start and hit.end <= other.end for other in self.of(kind))


class Clauses:
    """Where the clauses of a document lie."""

    def __init__(self, doc: Doc, starts: list[int]) -> None:
        """Keep where they begin."""
        self.doc = doc
        self.starts = starts

    def span_of(self, mention: Hit) -> tuple[int, int]:
        """The clause of a mention, by the mention's last word: a gap in a phrase may reach over the clause before."""
        last = mention.end - 1
        while last > mention.start and (self.doc[last].is_punct or self.doc[last].pos_ in ("SCONJ", "CCONJ")):
            last -= 1
        number = clause_of(self.starts, last)
        if self.starts[number] > mention.start and self.doc[self.starts[number]].norm_ in ("that", "which", "who"):
            number = clause_of(
                self.starts, mention.start
            )  # "jerks that I can't stop": what is said of them stands before
        start, end = clause_span(self.starts, number, len(self.doc))
        return max(start, mention.start - _LONGEST), min(max(end, mention.end), mention.end + _LONGEST)

    def before(self, start: int) -> tuple[int, int] | None:
        """The clause before the one that begins at `start`; None for the first one."""
        number = clause_of(self.starts, start)
        if not number:
            return None
        first, last = clause_span(self.starts, number - 1, len(self.doc))
        return max(first, last - _LONGEST), last

    def after(self, end: int) -> tuple[int, int] | None:
        """The clause that begins at `end`; None at the end of the text."""
        return clause_span(self.starts, clause_of(self.starts, end), len(self.doc)) if end < len(self.doc) else None
