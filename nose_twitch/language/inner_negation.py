"""A "not" in the midst of a phrase: "chest does not hurt" denies, "hand does not work" tells a symptom."""

from __future__ import annotations

from spacy.tokens import Doc, Token

from nose_twitch.language.cues import Cues
from nose_twitch.language.lexicon import Hit, PhraseFinder
from nose_twitch.language.word_classes import (
    BE,
    DO,
    HAVE,
    LIST_MARKS,
    MODALS,
    NEGATIVES,
    POINTERS,
    is_body,
    is_light,
    word_set,
)

_MAKES = word_set(
    "make makes bring brings trigger triggers cause causes affect affects set sets start starts get gets come "
    "happen change touch"
)
# What a body is able to do: not doing it is the symptom itself.
_ABLE = word_set(
    "work works working move moves lift function respond obey open close grip hold listen shut carry react "
    "cooperate answer speak talk know remember recognise recognize see hear feel wake swallow breathe "
    "understand come stay match meet reach stand walk blink smile lift raise close look"
)
_WELL = word_set("right normal good same fine great well proper ok okay real natural alive connected mine attached")


class InnerNegation:
    """Reads denials inside phrases of one document."""

    def __init__(self, doc: Doc, findings: PhraseFinder, cues: Cues) -> None:
        """Keep what is needed; nothing is searched yet."""
        self._doc = doc
        self._findings = findings
        self._cues = cues
        self._still_said: dict[tuple[str, ...], frozenset[str]] = {}

    def denies(self, mention: Hit, normal: bool) -> bool:
        """A "not" that filled a gap of the phrase: without it the same would be said, so it denies what is said.

        Args:
            mention: the phrase found.
            normal: the phrase tells the normal state ("can feel it"), so that also "can not" denies it.
        """
        words = self._doc[mention.start : mention.end]
        if self._is_cut_short(mention):
            return True
        for token in words[1:]:
            unable = self._doc[token.i - 1].norm_ in MODALS and not normal
            if token.norm_ not in NEGATIVES or unable or self._is_false(token):
                continue
            rest = [word for word in words if word.i > token.i]
            done = self._doc[token.i - 1].norm_ in DO or token.norm_ == "never"
            if not self._is_of_a_list(mention.start, token.i) or any(
                word.norm_ == "if" for word in words[: token.i - mention.start]
            ):
                continue
            able = done and not normal and _deed(rest) in _ABLE
            if not rest or able or not all(_may_be_denied(word, done or normal) for word in rest[:-1]):
                continue
            said = self._said_without(mention, token.i)
            if mention.key in said and not (normal and f"{mention.key.split(':')[0]}:present" in said):
                return True
        return False

    def _is_cut_short(self, mention: Hit) -> bool:
        """The phrase was "cheek does not feel", the person said "my cheek does not feel numb"."""
        last = self._doc[mention.end - 1]
        if last.norm_ not in ("feel", "feels", "look", "looks", "seem") or mention.end >= len(self._doc):
            return False
        after = self._doc[mention.end]
        denied = any(token.norm_ in NEGATIVES for token in self._doc[mention.start : mention.end - 1])
        return denied and after.pos_ == "ADJ" and after.norm_ not in _WELL

    def _is_of_a_list(self, first: int, last: int) -> bool:
        """Nothing was told before the "not" yet, at most named: "face and arm never jerk"; not "stares and does not answer"."""
        before = self._doc[first:last]
        return not any(token.norm_ in LIST_MARKS for token in before) or all(
            is_body(token) or token.norm_ in LIST_MARKS or token.norm_ in DO | BE | HAVE | POINTERS for token in before
        )

    def _is_false(self, token: Token) -> bool:
        return self._cues.covers("not_negation", Hit("", token.i, token.i + 1))

    def _said_without(self, mention: Hit, index: int) -> frozenset[str]:
        tokens = [token for token in self._doc[mention.start : mention.end] if token.i != index]
        norms = tuple(token.norm_ for token in tokens)
        if norms not in self._still_said:
            shorter = Doc(self._doc.vocab, words=[token.text for token in tokens])
            for copy, norm in zip(shorter, norms, strict=True):
                copy.norm_ = norm
            self._still_said[norms] = frozenset(hit.key for hit in self._findings.find(shorter))
        return self._still_said[norms]


def _may_be_denied(word: Token, done: bool) -> bool:
    """A word after a "not" inside a phrase: "does not hang or drop"; but "is not working, weak" denies the working."""
    return (
        is_light(word) or word.norm_ in ("or", "nor") or word.norm_ in _MAKES or (done and word.norm_ not in LIST_MARKS)
    )


def _deed(words: list[Token]) -> str:
    """What is not done: the first word after the "not" that is no adverb."""
    return next((word.norm_ for word in words if word.pos_ != "ADV"), "")
