"""Decides how a finding was told: present, denied, feared, long over, somebody else's.

Cues come from `lexicon/cues.yml`; what they reach is decided in `negation.py`, `hypothesis.py` and `timing.py`. In doubt
about a red flag the reading is the more careful one.
"""

from __future__ import annotations

from dataclasses import dataclass

from spacy.tokens import Doc

from nose_twitch.language.clauses import clause_starts
from nose_twitch.language.cues import Clauses, Cues
from nose_twitch.language.hypothesis import HypothesisReader
from nose_twitch.language.lexicon import Hit, Lexicon
from nose_twitch.language.negation import NegationReader
from nose_twitch.language.people import People
from nose_twitch.language.timing import TimingReader
from nose_twitch.language.word_classes import SELF, ends_sentence, word_set
from nose_twitch.medical.findings import Status, When

# What makes a mention of self-harm a question or a fear, not a wish or a plan.
_THOUGHT_OF = word_set("if afraid scared worried fear not never could can might does says about asked asks")
# What everybody has at times: a foot gone to sleep, arms like lead after the gym. With such a reason beside it the guide asks.
_EVERYDAY = frozenset({"weakness", "numbness", "vision", "balance"})
# What only a whole person can have, so that whoever the sentence is about has it.
_OF_A_PERSON = frozenset({"stroke", "seizure", "loss_of_awareness", "confusion"})
_COURSE = frozenset({"worsening", "more_frequent", "improving"})
# Findings that are about the past by their own meaning.
_HISTORY = frozenset({"past_facial_palsy"})


@dataclass(frozen=True)
class Assertion:
    """The status of a mention, when it was, and how it came on (`sudden`, `gradual` or None)."""

    status: Status
    when: When | None = None
    onset: str | None = None


class AssertionReader:
    """Reads the status of mentions in one document."""

    def __init__(self, doc: Doc, lexicon: Lexicon, people: People) -> None:
        """Find cues and clauses once.

        Args:
            doc: the parsed message.
            lexicon: the cues.
            people: who is meant where.
        """
        self._doc = doc
        self._people = people
        self._cues = cues = Cues(doc, lexicon)
        self._clauses = Clauses(doc, clause_starts(doc))
        self._negation = NegationReader(doc, lexicon, cues, self._clauses)
        self._hypothesis = HypothesisReader(doc, cues, self._clauses)
        self._timing = TimingReader(doc, cues, self._clauses)

    def read(self, mention: Hit, polarity: str) -> Assertion:
        """The status of a mention of a finding, or of its normal state (`polarity` absent)."""
        read = self._read(mention, polarity)
        if (
            read.status in (Status.PRESENT, Status.PAST)
            and read.when is not When.LONG_AGO
            and (self._is_of_something_unnamed(mention) or (read.onset != "sudden" and self._is_everyday(mention)))
        ):
            return Assertion(Status.UNCERTAIN)
        return read

    def _is_of_something_unnamed(self, mention: Hit) -> bool:
        return mention.key.split(":")[0] in _OF_A_PERSON and self._people.is_of_something_unnamed(mention)

    def _is_everyday(self, mention: Hit) -> bool:
        """A reason from everyday life is given in the same sentence: the guide asks whether it is there all the same."""
        if mention.key.split(":")[0] not in _EVERYDAY:
            return False
        return any(
            not any(
                ends_sentence(token) for token in self._doc[min(cue.end, mention.end) : max(cue.start, mention.start)]
            )
            for cue in self._cues.of("everyday_reason")
        )

    def _read(self, mention: Hit, polarity: str) -> Assertion:
        if not self._people.is_subject(mention.start, mention.end):
            return Assertion(Status.SOMEONE_ELSE)
        start, end = self._clauses.span_of(mention)
        doubt = self._hypothesis.read(mention, start, end)
        if doubt is Status.HYPOTHETICAL:
            own_harm = polarity != "absent" and self._is_own_harm(mention, start, end)
            return Assertion(self._harm_in_mind(mention, start) if own_harm else doubt)
        negated = self._negation.denied(mention, start, end, own_no=polarity == "absent")
        when = self._timing.over_since(mention, start, end)
        onset = self._timing.onset(mention, start, end)
        if polarity == "absent":
            if negated and mention.key.split(":")[0] in _COURSE:
                return Assertion(Status.UNCERTAIN)  # "not the same" may be better or worse
            return Assertion(doubt or self._normal_state(mention, negated))
        if negated:
            return (
                Assertion(Status.PAST, when or When.UNTOLD, onset)
                if self._is_no_more(mention)
                else Assertion(Status.ABSENT)
            )
        if when is not None and mention.key.split(":")[0] not in _HISTORY:
            return (
                self._past_harm(when) if self._is_own_harm(mention, start, end) else Assertion(Status.PAST, when, onset)
            )
        if doubt is Status.UNCERTAIN or polarity == "uncertain":
            return Assertion(Status.UNCERTAIN, None, onset)
        return Assertion(Status.PRESENT, None, onset)

    def _normal_state(self, mention: Hit, negated: bool) -> Status:
        """As in "My grip is fine"; denied it is a symptom, and "was fine until today" leaves it open."""
        following = [token.norm_ for token in self._doc[mention.end : mention.end + 2]]
        if any(word in ("until", "till", "til") for word in following):
            return Status.UNCERTAIN
        return Status.PRESENT if negated else Status.ABSENT

    def _harm_in_mind(self, mention: Hit, start: int) -> Status:
        """Whether it is a plan ("I will kill myself") or a thought that has to be asked about ("what if I hurt myself")."""
        before = [token.norm_ for token in self._doc[max(start - 3, 0) : mention.start]]
        return Status.UNCERTAIN if any(word in _THOUGHT_OF for word in before) else Status.PRESENT

    @staticmethod
    def _past_harm(when: When) -> Assertion:
        """A wish to die that was told as past may still be there, unless it is long over."""
        if when is When.LONG_AGO:
            return Assertion(Status.PAST, when)
        return Assertion(Status.PRESENT if when is When.RECENT else Status.UNCERTAIN)

    def _is_no_more(self, mention: Hit) -> bool:
        """As in "not numb any more", "no longer weak": it was there."""
        words = " ".join(token.norm_ for token in self._doc[max(mention.start - 3, 0) : mention.end + 3])
        return any(sign in words for sign in ("anymore", "any more", "no longer"))

    def _is_own_harm(self, mention: Hit, start: int, end: int) -> bool:
        """A thought of ending one's own life is never only hypothetical: the guide has to ask."""
        return mention.key.startswith("self_harm") and any(
            token.norm_ in SELF for token in self._doc[start : max(end, mention.end)]
        )
