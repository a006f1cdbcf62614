"""Reads a message as the answer to the question that was just asked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc

from nose_twitch.language.lexicon import Hit, Lexicon
from nose_twitch.medical.case import NOT_SURE, SKIPPED

_YES_NO = {"stress": ("yes", "no"), "impact": ("yes", "no"), "medication": ("yes", "no"), "clarify": ("yes", "no"),
           "onset": ("sudden", "gradual"), "other_symptoms": ("some", "none"), "suppressible": ("hold", "cannot_hold"),
           "anything_else": ("", "nothing"), "triggers": ("", "nothing"), "trend": ("worse", "same")}
_EDGES = " .,!?;:-'\"()"
_FILLER = re.compile(
    r"\b(?:um+|uh+|er+m?|well|so|hmm+|oh|ah|ok|okay|like|just|really|honestly|actually|i think|i'd say|i guess|probably|maybe|"
    r"thanks|thank you|please|sorry|mate|love|dear|lol|haha|doctor|doc|bro|tbh)\b|[.,!…]"
)


@dataclass(frozen=True)
class Answer:
    """The answer to one question: a choice id, `not_sure`, `skipped`, or free words."""

    slot: str
    value: str
    free: bool = False


class AnswerReader:
    """Reads answers with the phrases of `answers.yml`."""

    def __init__(self, lexicon: Lexicon, generic: Mapping[str, Sequence[str]]) -> None:
        """Keep the lexicon and the generic yes, no, not sure and skip."""
        self._lexicon = lexicon
        self._generic = {kind: sorted(map(str, phrases), key=len, reverse=True) for kind, phrases in generic.items()}

    def told(self, doc: Doc) -> dict[str, str]:
        """Answers that stand in the text whatever was asked; the first one of a slot counts."""
        found: dict[str, str] = {}
        for hit in self._lexicon.anywhere.find(doc):
            slot, choice = hit.key.split(":")
            found.setdefault(slot, choice)
        return found

    def reply(self, text: str, doc: Doc, slot: str) -> Answer | None:
        """The message as a reply to the question of `slot`; None if it is none that can be understood."""
        plain = _FILLER.sub(" ", text.lower()).strip(_EDGES)
        plain = re.sub(r"\s+", " ", plain)
        whole = text.lower().strip(_EDGES)
        if self._is(whole, "skip") or self._is(plain, "skip"):
            return Answer(slot, SKIPPED)
        if self._is(whole, "not_sure"):
            return Answer(slot, NOT_SURE)
        choices = self._choices(doc, slot)
        if len(choices) == 1:
            return Answer(slot, choices[0])
        generic = self._yes_or_no(plain or whole, slot)
        if generic:
            return Answer(slot, generic)
        if choices:
            return Answer(slot, choices[0])
        return None

    def _choices(self, doc: Doc, slot: str) -> list[str]:
        hits = [hit for hit in self._lexicon.replies.find(doc) if hit.key.startswith(f"{slot}:")]
        longest = [hit for hit in hits if not any(_covers(other, hit) for other in hits)]
        return list(dict.fromkeys(hit.key.split(":")[1] for hit in longest))

    def _yes_or_no(self, plain: str, slot: str) -> str | None:
        yes, no = _YES_NO.get(slot, ("", ""))
        if no and self._starts(plain, "no"):
            return no
        if yes and self._starts(plain, "yes"):
            return yes
        return None

    def _is(self, plain: str, kind: str) -> bool:
        return any(plain == phrase or (len(plain) <= len(phrase) + 24 and _begins(plain, phrase)) or (" " in phrase and phrase in plain and len(plain) <= len(phrase) + 30) for phrase in self._generic[kind])

    def _starts(self, plain: str, kind: str) -> bool:
        return any(_begins(plain, phrase) for phrase in self._generic[kind])


def _begins(text: str, phrase: str) -> bool:
    return text == phrase or text.startswith((phrase + " ", phrase + ","))


def _covers(other: Hit, hit: Hit) -> bool:
    return other is not hit and other.start <= hit.start and hit.end <= other.end and (other.end - other.start) > (hit.end - hit.start)
