"""Cuts a message into clauses: the stretch that a "no", an "if" or a "my mum" can reach."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from spacy.tokens import Doc, Token

from nose_twitch.language.word_classes import BE, BODY, DO, HAVE, MODALS, ends_sentence, word_set

_BREAKERS = word_set("but however though although tho except yet whereas while because since")
_BREAKING_MARKS = frozenset(".!?;\n")
_SUBJECTS = frozenset({"nsubj", "nsubjpass", "expl"})
_JOINERS = word_set(
    "and so then now when if that or plus also , because as - after before once suddenly whether unless until"
)
_NOMINATIVE = frozenset({"i", "he", "she", "we"})
_POSSESSIVE = frozenset({"my", "his", "her", "our", "their"})
_AUXILIARIES = BE | DO | HAVE | MODALS
# "makes my face swell" is one clause: what is made to happen belongs to what makes it.
_CAUSATIVE = frozenset({"make", "makes", "made", "making", "let", "lets", "letting"})
_FINITE = frozenset({"VBZ", "VBP", "VBD", "MD"})
# Verbs that the small model often takes for plural nouns ("my mouth droops").
_VERBS_LIKE_NOUNS = word_set(
    "droops drops sags hangs twitches jerks slurs shakes aches hurts tingles burns swells jumps spasms flops "
    "drags drifts gives feels goes gets looks keeps starts stops turns falls slips locks cramps trembles"
)


def clause_starts(doc: Doc) -> list[int]:
    """The token indexes at which clauses begin, the first always 0.

    A clause ends at a full stop, at "but" and its like, and where a new subject with its own verb begins. Where the parser
    sees no new subject (dictation without commas), "I", "he" or "my arm is" begin one by rule.
    """
    starts = {0}
    newest = 0
    subject_seen_since = 0
    has_subject = False
    for token in doc:
        index = token.i
        if token.norm_ and (token.text[0] in _BREAKING_MARKS or token.text == "..."):
            newest = index + 1
            starts.add(newest)
            has_subject = False
        elif token.norm_ in _BREAKERS and index > subject_seen_since and not _is_duration_since(doc, index):
            newest = index
            starts.add(newest)
            has_subject = False
        elif token.dep_ in _SUBJECTS and token.norm_ != "non":
            edge = token.left_edge.i
            if has_subject and edge > max(subject_seen_since, newest) and not _is_caused(doc, edge):
                newest = _with_joiners(doc, edge, newest)
                starts.add(newest)
            has_subject = True
            subject_seen_since = index
        elif _begins_by_rule(doc, index, newest):
            newest = _with_joiners(doc, index, newest)
            starts.add(newest)
            has_subject = True
            subject_seen_since = index
    return sorted(start for start in starts if start < len(doc)) or [0]


def _is_caused(doc: Doc, edge: int) -> bool:
    return edge > 0 and doc[edge - 1].norm_ in _CAUSATIVE


def _begins_by_rule(doc: Doc, index: int, start: int) -> bool:
    """A new statement that the parser missed: "i" or "my arm is" after a stretch that has its own verb."""
    word = doc[index].norm_
    if (word not in _NOMINATIVE and word not in _POSSESSIVE) or index - start < 2:
        return False
    before = doc[index - 1]
    if before.norm_ in _AUXILIARIES or before.norm_ in _CAUSATIVE or before.pos_ in ("ADP", "DET"):
        return False
    if not any(_is_verb(token) for token in doc[start:index]):
        return False
    return word in _NOMINATIVE or _has_predicate(doc, index)


def _is_verb(token: Token) -> bool:
    return token.pos_ in ("VERB", "AUX") or token.norm_ in _VERBS_LIKE_NOUNS or token.norm_.endswith("ing")


def _has_predicate(doc: Doc, index: int) -> bool:
    """`my (left) arm is`: the possessive, at most one word, a part of the body, then its verb."""
    for position in range(index + 1, min(index + 4, len(doc) - 1)):
        if doc[position].norm_ in BODY:
            after = doc[position + 1]
            if after.norm_ in BODY:
                continue
            return after.norm_ in _AUXILIARIES or after.tag_ in _FINITE or after.norm_ in _VERBS_LIKE_NOUNS
    return False


def _is_duration_since(doc: Doc, index: int) -> bool:
    """`since monday` tells a time; `since my arm is weak` begins a clause. Only the latter has a subject."""
    return bool(doc[index].norm_ == "since" and doc[index].dep_ != "mark")


def _with_joiners(doc: Doc, edge: int, floor: int) -> int:
    if (
        edge - 1 > floor
        and doc[edge - 1].norm_ in MODALS | BE | DO
        and (doc[edge - 2].is_punct or doc[edge - 2].norm_ in _JOINERS)
    ):
        edge -= 1  # ", could I": the verb of a question stands before its subject
    while edge - 1 > floor and doc[edge - 1].norm_ in _JOINERS:
        edge -= 1
    return edge


def clause_of(starts: Sequence[int], index: int) -> int:
    """The number of the clause in which a token stands."""
    return bisect_right(starts, index) - 1


def clause_span(starts: Sequence[int], number: int, length: int) -> tuple[int, int]:
    """First and last-plus-one token of a clause."""
    return starts[number], starts[number + 1] if number + 1 < len(starts) else length


def sentence_start(doc: Doc, index: int) -> int:
    """Where the sentence of a token begins."""
    while index > 0 and not ends_sentence(doc[index - 1]):
        index -= 1
    return index
