"""Cuts a message into clauses: the stretch that a "no", an "if" or a "my mum" can reach."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from spacy.tokens import Doc

_BREAKERS = frozenset({"but", "however", "though", "although", "tho", "except", "yet", "whereas", "while", "because", "since"})
_BREAKING_MARKS = frozenset(".!?;\n")
_SUBJECTS = frozenset({"nsubj", "nsubjpass", "expl"})
_JOINERS = frozenset({"and", "so", "then", "now", "when", "if", "that", "or", "plus", "also", ",", "because", "as", "-"})


def clause_starts(doc: Doc) -> list[int]:
    """The token indexes at which clauses begin, the first always 0.

    A clause ends at a full stop, at "but" and its like, and where a new subject with its own verb begins.
    """
    starts = {0}
    subject_seen_since = 0
    has_subject = False
    for token in doc:
        index = token.i
        if token.norm_ and (token.text[0] in _BREAKING_MARKS or token.text == "..."):
            starts.add(index + 1)
            has_subject = False
        elif token.norm_ in _BREAKERS and index > subject_seen_since and not _is_duration_since(doc, index):
            starts.add(index)
            has_subject = False
        elif token.dep_ in _SUBJECTS:
            edge = token.left_edge.i
            if has_subject and edge > subject_seen_since:
                starts.add(_with_joiners(doc, edge, max(s for s in starts if s <= edge)))
            has_subject = True
            subject_seen_since = index
    return sorted(start for start in starts if start < len(doc)) or [0]


def _is_duration_since(doc: Doc, index: int) -> bool:
    """`since monday` tells a time; `since my arm is weak` begins a clause. Only the latter has a subject."""
    return doc[index].norm_ == "since" and doc[index].dep_ != "mark"


def _with_joiners(doc: Doc, edge: int, floor: int) -> int:
    while edge - 1 > floor and doc[edge - 1].norm_ in _JOINERS:
        edge -= 1
    return edge


def clause_of(starts: Sequence[int], index: int) -> int:
    """The number of the clause in which a token stands."""
    return bisect_right(starts, index) - 1


def clause_span(starts: Sequence[int], number: int, length: int) -> tuple[int, int]:
    """First and last-plus-one token of a clause."""
    return starts[number], starts[number + 1] if number + 1 < len(starts) else length
