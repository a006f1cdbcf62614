"""Reads a message as the answer to the question that was just asked.

A reply may be a choice in the person's own words, a yes or a no, "not sure", "skip", or no answer at all: a question
of their own, or another topic. The last must leave the question open, so a single word of the lexicon counts only
where it makes up most of the reply.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc, Token

from nose_twitch.language.ages import age_group
from nose_twitch.language.lexicon import Hit, Lexicon
from nose_twitch.language.replies import PlainWords, is_question, reply_words, tidied, without_fillers
from nose_twitch.medical.case import NOT_SURE, SKIPPED
from nose_twitch.medical.knowledge import CLARIFY
from nose_twitch.medical.questions import SCREEN

# What a plain yes and a plain no mean; "" where one of them answers nothing ("which side?" "yes").
_YES_NO = {
    "stress": ("yes", "no"),
    "impact": ("yes", "no"),
    "medication": ("yes", "no"),
    "clarify": ("yes", "no"),
    "onset": ("sudden", "gradual"),
    "other_symptoms": ("some", "none"),
    "suppressible": ("hold", "cannot_hold"),
    "anything_else": ("", "nothing"),
    "triggers": ("", "nothing"),
    "trend": ("", "same"),
}
_GRAVE = (CLARIFY, SCREEN, "onset")  # where a wrong yes or no can hide a sign
_FEW_WORDS = 2  # "a bit", "sometimes, yeah"
_LONG_SKIP = 24  # characters that may follow "skip": "skip this one please"
_LONG_REPLY = 120  # in a longer one "I don't know" is about something else
_SHORT_REPLY = 60


@dataclass(frozen=True)
class Answer:
    """The answer to one question: a choice id, `not_sure` or `skipped`."""

    slot: str
    value: str


@dataclass(frozen=True)
class _Choice:
    """A choice that the reply names, and at which character."""

    id: str
    place: int


class AnswerReader:
    """Reads answers with the phrases of `answers.yml`."""

    def __init__(self, lexicon: Lexicon, generic: Mapping[str, Sequence[str]]) -> None:
        """Keep the lexicon and the generic yes, no, not sure and skip."""
        self._lexicon = lexicon
        self._plain = {kind: PlainWords(list(map(str, phrases))) for kind, phrases in generic.items()}

    def told(self, doc: Doc, of_subject: Callable[[int], bool] = lambda _: True) -> dict[str, str]:
        """Answers that stand in the text whatever was asked; the first one of a slot counts.

        Args:
            doc: the parsed message.
            of_subject: whether what stands at a token is said of the person whose nose it is about.
        """
        found: dict[str, str] = {}
        for hit in _longest(self._lexicon.anywhere.find(doc)):
            slot, choice = hit.key.split(":")
            if not _negated(doc, hit) and of_subject(hit.start):
                found.setdefault(slot, choice)
        return found

    def reply(self, text: str, doc: Doc, slot: str) -> Answer | None:
        """The message as a reply to the question of `slot`; None if it is none that can be understood."""
        whole = tidied(text)
        plain = without_fillers(whole)
        if self._is_skip(whole, plain):
            return Answer(slot, SKIPPED)
        if is_question(whole) and not self._plain["not_sure"].begin(whole):
            return None
        value = self._value(whole, plain, doc, slot)
        return Answer(slot, value) if value else None

    def _value(self, whole: str, plain: str, doc: Doc, slot: str) -> str | None:
        """A choice, not sure, or what a yes or a no means here."""
        age = age_group(whole) if slot == "age_group" else None
        if age:
            return age
        strong, weak = self._choices(doc, slot)
        unsure = self._unsure(whole, plain)
        if unsure is not None:
            # "not sure, left I think" is left; "up and down, hard to tell" is not sure
            # ("never tried, and there isn't any urge" names no choice by its "not")
            named = [choice for choice in [*strong, *weak] if choice.place >= unsure and not _is_bare_no(doc, choice)]
            return named[0].id if named else NOT_SURE
        if strong:
            return strong[0].id
        yes_or_no = self._yes_or_no(plain or whole, whole, slot)
        if yes_or_no and len({choice.id for choice in weak}) != 1:
            return yes_or_no
        if weak:
            return weak[0].id
        return NOT_SURE if {plain, whole} & reply_words()["unsure_lightly"] else None

    def _is_skip(self, whole: str, plain: str) -> bool:
        skip = self._plain["skip"]
        begun = skip.begin(whole) or skip.begin(plain)
        if begun and len(whole) <= begun.end() + _LONG_SKIP:
            return True
        return skip.end(whole) or (len(whole) <= _SHORT_REPLY and skip.within(whole) is not None)

    def _unsure(self, whole: str, plain: str) -> int | None:
        """Up to which character the person says that they do not know; None if they do not say so."""
        not_sure = self._plain["not_sure"]
        found = not_sure.within(whole) or not_sure.begin(whole)
        if found is None and not_sure.begin(plain):
            found = not_sure.begin(plain)
        if found is None or found.group() in reply_words()["unsure_lightly"] or len(whole) > _LONG_REPLY:
            return None
        return found.end()

    def _choices(self, doc: Doc, slot: str) -> tuple[list[_Choice], list[_Choice]]:
        """Choices named by phrases of several words, and by single words that make up the reply."""
        said = _longest([hit for hit in self._lexicon.replies.find(doc) if hit.key.startswith(f"{slot}:")])
        hits = [hit for hit in said if not _negated(doc, hit)]
        strong = [_Choice(hit.key.split(":")[1], doc[hit.start].idx) for hit in hits if hit.end - hit.start > 1]
        weak = [_Choice(hit.key.split(":")[1], doc[hit.start].idx) for hit in hits if hit.end - hit.start == 1]
        return strong, weak if weak and _makes_up(doc, said) else []

    def _yes_or_no(self, plain: str, whole: str, slot: str) -> str | None:
        yes, no = _YES_NO.get(slot, ("", ""))
        if no and self._plain["no"].begin(plain):
            return yes if yes and self._plain["yes"].end(whole) else no
        begun = self._plain["yes"].begin(plain) or self._plain["yes"].begin(whole)
        if begun and slot in _GRAVE and begun.group() in reply_words()["soft_yes"] and len(whole.split()) > _FEW_WORDS:
            return None  # "bit wonky to be honest" does not say that all is well
        if yes and begun:
            return no if no and self._plain["no"].end(whole) else yes
        return None


def _is_bare_no(doc: Doc, choice: _Choice) -> bool:
    return any(token.idx == choice.place and token.norm_ in reply_words()["negators"] for token in doc)


def _negated(doc: Doc, hit: Hit) -> bool:
    """`not rippling`, `no stress`: the words before deny it, unless the phrase is itself a denial."""
    negators = reply_words()["negators"]
    if doc[hit.start].norm_ in negators or doc[hit.start].norm_ in ("nothing", "none"):
        return False
    for token in reversed(doc[max(hit.start - 3, 0) : hit.start]):
        if token.is_punct or token.norm_ in ("but", "and", "more"):
            return False
        if token.norm_ in negators:
            return True
    return False


def _makes_up(doc: Doc, hits: Sequence[Hit]) -> bool:
    """Whether single words are most of what the reply says, or its beginning before a comma."""
    first = hits[0]
    if first.start == 0 and first.end < len(doc) and doc[first.end].is_punct:
        return True
    covered = {index for hit in hits for index in range(hit.start, hit.end)}
    words = [token for token in doc if not token.is_punct and not token.is_space]
    others = [token for token in words if token.i not in covered and not _is_light(token)]
    return len(words) <= 2 or len(others) < len(covered) or (len(others) == len(covered) and len(words) <= 3)


def _is_light(token: Token) -> bool:
    light = reply_words()["light"]
    return token.norm_ in light or token.text in light or token.norm_ in reply_words()["negators"]


def _longest(hits: Sequence[Hit]) -> list[Hit]:
    """Hits that no longer hit of the same question covers."""
    by_slot: dict[str, list[Hit]] = {}
    for hit in hits:
        by_slot.setdefault(hit.key.split(":")[0], []).append(hit)
    covered = {id(hit) for rivals in by_slot.values() for hit in rivals if any(_covers(other, hit) for other in rivals)}
    return [hit for hit in hits if id(hit) not in covered]


def _covers(other: Hit, hit: Hit) -> bool:
    longer = (other.end - other.start) > (hit.end - hit.start)
    return longer and other.start <= hit.start and hit.end <= other.end
