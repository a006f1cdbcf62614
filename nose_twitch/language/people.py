"""Whose nose it is, and to whom a symptom in the text belongs."""

from __future__ import annotations

from collections.abc import Sequence

from spacy.tokens import Doc

from nose_twitch.language.clauses import clause_of
from nose_twitch.language.lexicon import Hit, Lexicon
from nose_twitch.medical.case import Subject

_SELF = frozenset({"i", "my", "me", "mine", "myself"})
_OTHERS = frozenset({"he", "she", "his", "her", "him", "hers", "they", "their", "them"})


class People:
    """Who is meant at each place of a message."""

    def __init__(self, doc: Doc, lexicon: Lexicon, starts: Sequence[int], known: Subject, noses: Sequence[Hit]) -> None:
        """Find the people of the message.

        Args:
            doc: the parsed message.
            lexicon: words for people.
            starts: where clauses begin.
            known: for whom the talk has been so far.
            noses: where the message speaks of the nose or its twitch.
        """
        self._doc = doc
        self._starts = starts
        hits = lexicon.people.find(doc)
        self._relatives = [hit for hit in hits if hit.key in ("child", "adult") and self._is_person(hit)]
        self._reporters = [cue for cue in lexicon.cues.find(doc) if cue.key == "reporting"]
        self.names_somebody = bool(self._relatives)
        self._for_someone = any(hit.key == "for_someone" for hit in hits)
        self.subject = known
        told = self._told_subject(noses, known)
        self.subject_was_told = told is not None
        self.subject = told or known

    def is_subject(self, index: int) -> bool:
        """Whether a symptom that stands at a token belongs to the person whose nose it is about."""
        owner = self._owner(index)
        if owner is None:
            return True
        if self.subject is Subject.SELF:
            return owner == "self"
        if owner == "self":
            return False
        return owner == "pronoun" or self._kind(owner) is self.subject

    def _owner(self, index: int) -> str | None:
        """`self`, `pronoun`, the key of a relative, or None where nobody is named."""
        number = clause_of(self._starts, index)
        start = self._starts[number]
        owner = self._owner_within(start, index)
        if owner is None and number:
            previous = self._owner_within(self._starts[number - 1], start)
            same_sentence = not any(token.text[0] in ".!?" for token in self._doc[self._starts[number - 1] : start])
            owner = previous if same_sentence and previous != "self" else None
        return owner

    def _owner_within(self, start: int, end: int) -> str | None:
        relative = next((hit for hit in reversed(self._relatives) if start <= hit.start < end), None)
        others = [token.i for token in self._doc[start:end] if token.norm_ in _OTHERS]
        selves = [token.i for token in self._doc[start:end] if token.norm_ in _SELF and not self._possesses_relative(token.i)]
        candidates: list[tuple[int, str]] = []
        if relative and not self._reports(relative, end):
            candidates.append((relative.start, relative.key))
        if others and not (relative and self._reports(relative, end) and selves):
            candidates.append((others[-1], "pronoun"))
        if selves:
            candidates.append((selves[-1], "self"))
        if not candidates:
            return None
        position, owner = max(candidates)
        if owner == "pronoun":
            return self._antecedent(position)
        return owner

    def _antecedent(self, index: int) -> str:
        """The last person named before a pronoun; `pronoun` where nobody was named in this message."""
        before = [hit for hit in self._relatives if hit.start < index]
        return before[-1].key if before else "pronoun"

    def _reports(self, relative: Hit, end: int) -> bool:
        """`my wife says my face droops`: the wife tells, the symptom is the writer's."""
        after = [cue for cue in self._reporters if relative.end <= cue.start <= relative.end + 2 and cue.start < end]
        return bool(after) and any(token.norm_ in _SELF for token in self._doc[after[0].end : min(end + 3, len(self._doc))])

    def _possesses_relative(self, index: int) -> bool:
        return any(index < hit.start <= index + 3 for hit in self._relatives) and self._doc[index].norm_ == "my"

    def _is_person(self, hit: Hit) -> bool:
        """`my son`, `the baby`, `a friend`, `mum has`; not `boy, am I tired`."""
        return self._doc[hit.start : hit.end].text not in ("boy", "man", "baby") or self._doc[max(hit.start - 1, 0)].norm_ in ("my", "our", "the", "a", "his", "her", "little", "this")

    def _told_subject(self, noses: Sequence[Hit], known: Subject) -> Subject | None:
        owners = [self._owner(hit.start) for hit in noses]
        if "self" in owners:
            return Subject.SELF
        for owner in owners:
            if owner in ("child", "adult"):
                return self._kind(owner)
        if self._for_someone and self._relatives:
            return self._kind(self._relatives[0].key)
        if "pronoun" in owners and known is Subject.SELF:
            return Subject.OTHER
        if noses and self._relatives and not any(token.norm_ in _SELF and not self._possesses_relative(token.i) for token in self._doc):
            return self._kind(self._relatives[0].key)
        return None

    @staticmethod
    def _kind(owner: str) -> Subject:
        return Subject.CHILD if owner == "child" else Subject.OTHER
