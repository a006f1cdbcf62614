"""When a mentioned symptom was: still there, over since when; and whether it came suddenly or slowly."""

from __future__ import annotations

from spacy.tokens import Doc, Token

from nose_twitch.language.cues import Clauses, Cues
from nose_twitch.language.lexicon import Hit
from nose_twitch.language.word_classes import MODALS, SELF, ends_sentence, is_body, is_symptom_noun, word_set
from nose_twitch.medical.findings import When

_TWITCH = word_set(
    "nose nostril nostrils twitch twitches twitching twitched twitchy tic tics spasm spasms flicker flickering jumping"
)
# What a clause may begin with that goes on about the symptom told before it: "..., it went away", "..., all fine now".
_GOES_ON = word_set(
    "it it's its while that this which then but and all fully completely totally now fine ok okay gone back "
    "since when after before so had has have 's everything recovered cleared passed lasted resolved normal "
    "better the years months long never never, only just by in at until as once"
)
_SUBORDINATE = frozenset({"when", "after", "while", "since", "before", "until", "during"})
# Findings whose own words tell a time ("for years", "worse than it used to be").
_ABOUT_TIME = frozenset({"persistence", "worsening", "more_frequent", "improving"})
_COMPARED = frozenset({"unlike", "than", "compared", "to", "from", "like", "with", "without"})
_PERFECT = frozenset({"have", "has", "'ve", "keep", "keeps", "been", "now", "am", "is", "are", "'m"})
_NOT = frozenset({"not", "never", "n't", "no"})
_GOOD = word_set(
    "sharp strong perfect fine ok okay good normal alright gone better well great over passed stopped cleared "
    "all steady clear healed recovered right"
)
_NOW = frozenset({"now", "nowadays", "currently", "presently"})
_WORSE = frozenset({"worse", "weaker", "still", "same", "more", "spreading", "spread", "stronger"})
_ONSET_REACH = 10


class TimingReader:
    """Reads times in one document."""

    def __init__(self, doc: Doc, cues: Cues, clauses: Clauses) -> None:
        """Keep what is needed; nothing is searched yet."""
        self._doc = doc
        self._cues = cues
        self._clauses = clauses

    def over_since(self, mention: Hit, start: int, end: int) -> When | None:
        """When it was, if it is over; None if it is (or may be) still there."""
        if self._still_there(mention, start, end):
            return None
        # "Since I was a child" has a past verb of its own and is still going on.
        past = _finding(mention) != "persistence" and self._told_as_past(mention, start)
        resolved = self._resolved(mention, start, end, past)
        if (past or resolved or not self._told_as_present(mention, start)) and self._long_ago(mention, start, end):
            return When.LONG_AGO
        if not (past or resolved):
            return None
        return When.RECENT if self._near("past_recent", mention, start, end, reach=10) else When.UNTOLD

    # --- still there ---

    def _still_there(self, mention: Hit, start: int, end: int) -> bool:
        for cue in self._cues.of("still"):
            if _overlap(cue, mention) or not self._attached(cue, mention, start, end, reach=6):
                continue
            if self._begins_anew(cue, mention):
                continue
            if not self._is_well_now(cue) and not self._contrasts(cue, mention, start):
                return True
        return False

    def _begins_anew(self, cue: Hit, mention: Hit) -> bool:
        """As in "I was staggering in 2016. Now a nostril twitches": another sentence, about the twitch."""
        between = self._doc[mention.end : cue.start]
        ends = any(ends_sentence(token) for token in between)
        return ends and self._speaks_of_twitch(cue.end, cue.end + 6)

    def _contrasts(self, cue: Hit, mention: Hit, start: int) -> bool:
        """As in "a stroke in 2009 but now ...": the "now" speaks of something else than the mention."""
        if cue.start < mention.end or self._doc[cue.end - 1].norm_ not in _NOW:
            return False
        following = [token.norm_ for token in self._doc[cue.end : cue.end + 6]]
        return any(True for _ in self._cues.within("past_long_ago", start, cue.start)) and not any(
            word in _WORSE for word in following
        )

    def _is_well_now(self, cue: Hit) -> bool:
        """The "now" of "fine now" and "now it's gone" says that it is over."""
        if self._doc[cue.end - 1].norm_ not in ("now", "currently", "presently", "moment", "always", "since"):
            return False
        if (cue.start and self._doc[cue.start - 1].pos_ == "NUM") or any(
            token.norm_ in _NOT | {"none", "nothing"} for token in self._doc[max(cue.start - 3, 0) : cue.start]
        ):
            return True  # "I'm 45 now", "no trouble now"
        words = [token.norm_ for token in self._doc[max(cue.start - 2, 0) : cue.start]]
        after = [token.norm_ for token in self._doc[cue.end : cue.end + 4]]
        return any(word in _GOOD for word in words) or (
            any(word in _GOOD for word in after) and not any(word in _NOT for word in after)
        )

    # --- long ago ---

    def _long_ago(self, mention: Hit, start: int, end: int) -> bool:
        for cue in self._cues.of("past_long_ago"):
            if (
                (_overlap(cue, mention) and _finding(mention) in _ABOUT_TIME)
                or self._is_ongoing(cue)
                or (self._doc[max(cue.start - 1, 0)].norm_ in _COMPARED and cue.start)
            ):
                continue
            if self._is_used_to(cue) and cue.start > mention.start:
                continue
            if (
                start <= cue.start <= start + 2
                or self._attached(cue, mention, start, end, reach=14)
                or self._carried_on(cue, mention, start)
            ):
                return True
        return False

    def _is_ongoing(self, cue: Hit) -> bool:
        """`since last year` is still going on; `gone since 2010` is not."""
        before = [token.norm_ for token in self._doc[max(cue.start - 3, 0) : cue.end]]
        if "since" not in before:
            return False
        return not any(word in _GOOD or word in ("none", "never", "nothing", "free", "dry", "ok") for word in before)

    def _is_used_to(self, cue: Hit) -> bool:
        return bool(self._doc[cue.start].norm_ == "used")

    def _carried_on(self, cue: Hit, mention: Hit, start: int) -> bool:
        """A time told earlier in the sentence still holds: "in 2016 I had palsy and my face drooped"."""
        if (
            cue.start >= start
            or mention.start - cue.end > 25
            or any(ends_sentence(token) for token in self._doc[cue.end : mention.start])
        ):
            return False
        if any(token.norm_ == "then" for token in self._doc[mention.end : mention.end + 2]):
            return True
        turned = any(
            token.norm_ in ("now", "today", "but", "lately", "recently", "currently")
            for token in self._doc[cue.end : mention.end]
        )
        return (
            not turned
            and self._told_as_past(mention, start, with_any_verb=True)
            and not any(other.start >= start for other in self._cues.within("past_recent", start, mention.end + 6))
        )

    # --- over ---

    def _resolved(self, mention: Hit, start: int, end: int, past: bool) -> bool:
        for cue in self._cues.of("resolved"):
            if _overlap(cue, mention) or not self._attached(cue, mention, start, end, reach=12):
                continue
            if self._doc[cue.start].norm_ in ("for", "lasted") and not (
                past or self._told_as_past(mention, start, with_any_verb=True)
            ):
                continue
            unable = self._doc[cue.start].norm_ == "not" and self._doc[max(cue.start - 1, 0)].norm_ in MODALS
            if (
                unable
                or (  # "can not whistle any more" is how it is now
                    any(token.norm_ in _NOT for token in self._doc[max(cue.start - 2, 0) : cue.start])
                    and self._doc[cue.start].norm_ not in _NOT
                )
            ):
                continue
            if cue.start >= start and (cue.start > mention.start or self._doc[cue.start].norm_ in ("no", "not")):
                return True
        return False

    def _told_as_past(self, mention: Hit, start: int, with_any_verb: bool = False) -> bool:
        """Told of the past only: "I had a seizure", "my hand was weak"; not "it went weak", which is how it became."""
        window = self._doc[max(start, mention.start - 4) : mention.end]
        if any(
            token.norm_ in _PERFECT or (token.norm_ in ("never", "not") and token.i < mention.end - 1)
            for token in window
        ):
            return False
        return any(
            (token.norm_ in ("had", "was", "were") and token.tag_ in ("VBD", "VBN"))
            or (with_any_verb and _is_past_verb(token))
            for token in window
        )

    def _told_as_present(self, mention: Hit, start: int) -> bool:
        """The verb of the mention speaks of now: "I have weakness from a fall years ago"."""
        verbs = [
            token
            for token in self._doc[start : mention.end]
            if token.pos_ in ("VERB", "AUX") and token.tag_ in ("VBZ", "VBP", "VBD", "MD")
        ]
        return bool(verbs) and verbs[-1].tag_ in ("VBZ", "VBP", "MD") and verbs[-1].norm_ not in ("could",)

    # --- what speaks of the mention ---

    def _near(self, kind: str, mention: Hit, start: int, end: int, reach: int) -> bool:
        return any(
            not _overlap(cue, mention) and self._attached(cue, mention, start, end, reach)
            for cue in self._cues.of(kind)
        )

    def _attached(self, cue: Hit, mention: Hit, start: int, end: int, reach: int) -> bool:
        """A cue in the mention's clause, or in what goes on about the mention after it."""
        if start <= cue.start < end:
            return abs(cue.start - mention.start) <= reach + 4 and not self._speaks_of_twitch(
                min(cue.end, mention.end), max(cue.start, mention.start)
            )
        return (
            mention.end <= cue.start <= mention.end + reach
            and self._goes_on(end, cue)
            and self._same_topic(mention.end, cue.start)
        )

    def _goes_on(self, end: int, cue: Hit) -> bool:
        """The clauses from the end of the mention's clause to the cue speak of the same thing: no "my" or "I" of their own."""
        if end >= len(self._doc):
            return True
        while end < cue.start and self._doc[end].is_punct and not ends_sentence(self._doc[end]):
            end += 1
        first = self._doc[end].norm_
        if first in _SUBORDINATE and not self._has_stop(end, cue.start):
            return True
        words = self._doc[end : cue.start]
        new_subject = any(token.norm_ in SELF and not self._is_childhood(token, cue) for token in words)
        return (first in _GOES_ON or end >= cue.start) and not new_subject

    def _is_childhood(self, token: Token, cue: Hit) -> bool:
        """The "I" of "when I was a child" is part of the time told."""
        return bool((token.norm_ == "i" and cue.start <= token.i + 1) or token.i >= cue.start)

    def _has_stop(self, first: int, last: int) -> bool:
        return any(ends_sentence(token) or token.norm_ in ("and", "but") for token in self._doc[first:last])

    def _speaks_of_twitch(self, first: int, last: int) -> bool:
        return any(token.norm_ in _TWITCH for token in self._doc[first:last])

    def _same_topic(self, first: int, last: int) -> bool:
        """No twitch and no other symptom lies between, so the cue still speaks of the mention."""
        return not any(
            token.norm_ in _TWITCH or (is_symptom_noun(token) and not is_body(token)) for token in self._doc[first:last]
        )

    # --- how it came on ---

    def onset(self, mention: Hit, start: int, end: int) -> str | None:
        """`sudden` or `gradual`, if that is said of the mention and not of the twitch."""
        for kind in ("sudden", "gradual"):
            if any(self._tells_onset(cue, mention, start, end) for cue in self._cues.of(kind)):
                return kind
        return None

    def _tells_onset(self, cue: Hit, mention: Hit, start: int, end: int) -> bool:
        if cue.start >= mention.end + _ONSET_REACH or cue.end <= mention.start - _ONSET_REACH:
            return False
        if any(token.norm_ in _NOT for token in self._doc[max(cue.start - 2, 0) : cue.start]):
            return False
        if start <= cue.start < end:
            return not self._speaks_of_twitch(min(cue.end, mention.end), max(cue.start, mention.start))
        if cue.start >= end:
            return self._goes_on(end, cue) and self._same_topic(mention.end, cue.start)
        return self._leads_to(cue, start)

    def _leads_to(self, cue: Hit, start: int) -> bool:
        """As in "woke up and my arm was dead": the clause before tells how it came, unless it is about the twitch."""
        previous = self._clauses.before(start)
        if previous is None or not previous[0] <= cue.start:
            return False
        if start - cue.end <= 1 and self._doc[max(cue.start - 1, 0)].norm_ in ("and", "then", "but", ",", "until"):
            return not any(ends_sentence(token) for token in self._doc[cue.end : start])  # "and suddenly my arm ..."
        words = self._doc[previous[0] : start]
        return not any(token.norm_ in _TWITCH or ends_sentence(token) for token in words)


def _is_past_verb(token: Token) -> bool:
    return bool(token.tag_ == "VBD" or token.norm_ == "could" or (token.pos_ == "VERB" and token.norm_.endswith("ed")))


def _finding(mention: Hit) -> str:
    return mention.key.split(":")[0]


def _overlap(first: Hit, second: Hit) -> bool:
    return first.start < second.end and second.start < first.end
