"""Decides how a finding was told: present, denied, feared, long over, somebody else's.

Cues come from `lexicon/cues.yml`; what they reach is decided here. A cue reaches to the end of its clause, a "reaching"
one also over the next clause. In doubt about a red flag the reading is the more careful one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from spacy.tokens import Doc

from nose_twitch.language.clauses import clause_of, clause_span, clause_starts
from nose_twitch.language.lexicon import Hit, Lexicon
from nose_twitch.language.people import People
from nose_twitch.medical.findings import Status, When

_LIST_MARKS = frozenset({",", "and", "or", "nor", "/", "&"})
_SENTENCE_END = frozenset(".!?")


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
        self._list_nouns = frozenset(lexicon.settings["list_nouns"])
        self.starts = clause_starts(doc)
        self._cues: dict[str, list[Hit]] = {}
        for hit in lexicon.cues.find(doc):
            self._cues.setdefault(hit.key, []).append(hit)

    def read(self, mention: Hit, polarity: str) -> Assertion:
        """The status of a mention of a finding, or of its normal state (`polarity` absent)."""
        start, end = self._clause(mention)
        negated = self._negated(mention, start, end)
        onset = self._onset(mention, start, end)
        if polarity == "absent":
            negated = not negated
        if not self._people.is_subject(mention.start):
            return Assertion(Status.SOMEONE_ELSE)
        if self._hypothetical(mention, start):
            return Assertion(Status.HYPOTHETICAL)
        when = self._past(mention, start, end)
        if negated:
            if when is not None and self._near("resolved", mention, start, end) and polarity != "absent":
                return Assertion(Status.PAST, when, onset)
            return Assertion(Status.ABSENT)
        if when is not None:
            return Assertion(Status.PAST, when, onset)
        if polarity == "uncertain" or self._before("uncertain", mention, start) or self._reaches("uncertain_reaching", mention, start):
            return Assertion(Status.UNCERTAIN, None, onset)
        return Assertion(Status.PRESENT, None, onset)

    def _clause(self, mention: Hit) -> tuple[int, int]:
        start, end = clause_span(self.starts, clause_of(self.starts, mention.start), len(self._doc))
        return start, max(end, mention.end)

    def _inside_false_negation(self, cue: Hit) -> bool:
        return any(hit.start <= cue.start and cue.end <= hit.end for hit in self._cues.get("not_negation", ()))

    def _negated(self, mention: Hit, start: int, end: int) -> bool:
        for cue in self._cues.get("negation", ()):
            if start <= cue.start and cue.end <= mention.start and not self._inside_false_negation(cue):
                if self._carries(cue.end, mention):
                    return True
        if self._reaches("negation_reaching", mention, start, lambda cue: not self._inside_false_negation(cue)):
            return True
        return any(mention.end <= cue.start <= mention.end + 2 and cue.start < end for cue in self._cues.get("negation_after", ()))

    def _carries(self, cue_end: int, mention: Hit) -> bool:
        """Whether a "no" before the mention reaches it over commas and "and": only along a list of bare nouns, or with "or"."""
        between = self._doc[cue_end : mention.start]
        if not any(token.norm_ in (",", "and", "-", "/", "&", "plus", "so") for token in between):
            return True
        if any(token.norm_ in ("or", "nor") for token in between):
            return True
        sentence_rest = [token.norm_ for token in self._doc[mention.end : mention.end + 12]]
        if "or" in sentence_rest and "," in [token.norm_ for token in between]:
            return True
        return all(token.norm_ in self._list_nouns or token.norm_ in _LIST_MARKS for token in self._doc[mention.start : mention.end])

    def _before(self, kind: str, mention: Hit, start: int) -> bool:
        return any(start <= cue.start and cue.start < mention.start and cue.end <= mention.end for cue in self._cues.get(kind, ()))

    def _reaches(self, kind: str, mention: Hit, start: int, allowed: object = None) -> bool:
        """Whether a reaching cue stands before the mention in its clause or in the clause before, in the same sentence."""
        previous = self.starts[max(clause_of(self.starts, start) - 1, 0)]
        for cue in self._cues.get(kind, ()):
            if callable(allowed) and not allowed(cue):
                continue
            if previous <= cue.start < mention.start and not self._sentence_ends(cue.end, mention.start) and not self._stopped(cue.end, mention.start):
                return True
        return False

    def _sentence_ends(self, first: int, last: int) -> bool:
        return any(token.text[0] in _SENTENCE_END for token in self._doc[first:last])

    def _stopped(self, first: int, last: int) -> bool:
        return any(token.norm_ in ("but", "however", "though", "although", "because") for token in self._doc[first:last])

    def _hypothetical(self, mention: Hit, start: int) -> bool:
        real = [
            cue.start for cue in self._cues.get("not_hypothetical", ()) if cue.start < mention.start
        ]
        last_real = max(real, default=-1)
        for cue in self._cues.get("hypothetical", ()):
            if start <= cue.start < mention.start and cue.start > last_real and cue.end <= max(mention.start, cue.start + 1) + 1:
                return True
        for kind in ("hypothetical_reaching", "worry_reaching"):
            if self._reaches(kind, mention, start, lambda cue: cue.start >= last_real):
                return kind != "worry_reaching" or self._feared(mention, start)
        return False

    def _feared(self, mention: Hit, start: int) -> bool:
        """A fear is about what may come ("scared my face will droop") unless it is told as a fact ("scared, my face droops")."""
        window = self._doc[max(start - 4, 0) : mention.end]
        if any(token.norm_ in ("will", "'ll", "would", "could", "might", "may", "going", "become", "getting", "get", "turn", "of", "have", "having", "one", "hope", "means") for token in window):
            return True
        return False

    def _past(self, mention: Hit, start: int, end: int) -> When | None:
        """When it was, if it is over; None if it is (or may be) still there."""
        if self._near("still", mention, start, end, reach=6):
            return None
        if self._near("past_long_ago", mention, start, end, reach=12) and not self._ongoing(start, mention):
            return When.LONG_AGO
        recent = self._near("past_recent", mention, start, end, reach=10)
        resolved = self._near("resolved", mention, start, end, reach=10)
        past_tense = self._past_tense(mention, start)
        if resolved and (recent or past_tense or self._doc[mention.start].norm_):
            return When.RECENT if recent or not past_tense else When.UNTOLD
        if past_tense and recent:
            return When.RECENT
        return When.UNTOLD if past_tense else None

    def _ongoing(self, start: int, mention: Hit) -> bool:
        """`since last year` and `for 3 years` are still going on."""
        return any(token.norm_ in ("since", "ever") for token in self._doc[start : min(mention.end + 6, len(self._doc))])

    def _past_tense(self, mention: Hit, start: int) -> bool:
        """Told of the past only: "I had a seizure", "my hand was weak"; not "it went weak", which is how it became."""
        window = self._doc[max(start, mention.start - 4) : mention.end]
        finite_past = any(token.norm_ in ("had", "was", "were") and token.tag_ in ("VBD", "VBN") for token in window)
        perfect = any(token.norm_ in ("have", "has", "'ve", "keep", "been", "now", "am", "is") for token in window)
        return finite_past and not perfect

    def _near(self, kind: str, mention: Hit, start: int, end: int, reach: int = 8) -> bool:
        """Whether a cue stands in the mention's clause, or within `reach` tokens after it in the same or the next clause."""
        for cue in self._cues.get(kind, ()):
            if mention.start <= cue.start and cue.end <= mention.end:
                continue
            if start <= cue.start < end and abs(cue.start - mention.start) <= reach + 4:
                return True
            if mention.end <= cue.start <= mention.end + reach and self._same_topic(mention.end, cue.start):
                return True
        return False

    def _same_topic(self, first: int, last: int) -> bool:
        """No other noun of the body or of the talk's topic lies between, so the cue still speaks of the mention."""
        return not any(token.norm_ in ("nose", "nostril", "twitching", "twitch") for token in self._doc[first:last])

    def _onset(self, mention: Hit, start: int, end: int) -> str | None:
        for kind, first in (("sudden", max(start - 4, 0)), ("gradual", start)):
            for cue in self._cues.get(kind, ()):
                if first <= cue.start < end + 3 and self._same_topic(min(cue.end, mention.end), max(cue.start, mention.start)) and abs(cue.start - mention.start) <= 10:
                    return kind
        return None
