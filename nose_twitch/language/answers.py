"""Reads a message as the answer to the question that was just asked.

A reply may be a choice in the person's own words, a yes or a no, "not sure", "skip", or no answer at all: a question
of their own, or another topic. The last must leave the question open, so a single word of the lexicon counts only
where it makes up most of the reply.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from spacy.tokens import Doc

from nose_twitch.language.lexicon import Hit, Lexicon
from nose_twitch.medical.case import NOT_SURE, SKIPPED

# What a plain yes and a plain no mean; "" where one of them answers nothing ("which side?" "yes").
_YES_NO = {"stress": ("yes", "no"), "impact": ("yes", "no"), "medication": ("yes", "no"), "clarify": ("yes", "no"),
           "onset": ("sudden", "gradual"), "other_symptoms": ("some", "none"), "suppressible": ("hold", "cannot_hold"),
           "anything_else": ("", "nothing"), "triggers": ("", "nothing"), "trend": ("", "same")}
_EDGES = " .,!;:-'\"()~*"
_FILLER = re.compile(
    r"\b(?:um+|uh+|er+m?|well|so|hmm+|oh|ah|ok|okay|like|just|really|honestly|actually|i think|i'd say|i would say|i guess|i reckon|i suppose|i mean|probably|mostly|mainly|usually|"
    r"definitely|basically|tbh|to be honest|thanks|thank you|please|sorry|mate|love|dear|lol|haha+|doctor|doc|bro|fam|pal|hun|abeg|innit)\b|[.,!…]"
)
_QUESTION = re.compile(
    r"^(?:(?:so|but|and|ok|okay|sorry|wait|hang on|hey|hi|um|er|well|first|no|yes)[, ]+)*(?:"
    r"(?:what|what's|why|who|whose|where|which|how)\b|when (?:should|do|does|is|will|can|would|did)\b|"
    r"(?:did|was|has|have) (?:i|you|it|this|that|they|anyone)\b|"
    r"(?:is|are|am|can|could|do|does|should|would|will|shall|may|must) (?:i|you|it|this|that|there|these|those|they|he|she|we|my|the|a|an|people|stress|coffee|twitching|nose|everyone|anyone)\b|"
    r"(?:tell|show|give|send|call|explain|list|help|teach|remind) (?:me|us|my|the|that|what|why|how)\b|i want to know|can't you|don't you|aren't you|isn't it|what about)"
)
_STOP_WORDS = frozenset(
    """i it its it's is 's a an the my me of in on at to and or for with when if that this there they them have has had do does did am are be been
    was were get gets got feel feels very quite bit more most some any side one ones thing things kind sort maybe think guess say reckon from
    after before while because by as too also so just only really about around now usually always often mainly mostly probably definitely
    especially his her he she we you your sure much lot lots of , . ! - ' ; : / & set sets off makes make go goes comes come""".split()
)
_UNSURE_LIGHTLY = frozenset({"maybe", "perhaps", "possibly", "could be", "might be", "?"})
_NEGATORS = frozenset({"not", "no", "never", "nor", "neither", "without"})
_AGE = re.compile(
    r"\b(?:born (?:in )?(?:19|20)(?P<born>\d\d)|(?P<word>early|mid|late|in (?:my|his|her))?\s*(?P<tens>teens|twenties|thirties|forties|fifties|sixties|seventies|eighties|nineties|[2-9]0s)|"
    r"(?P<months>\d{1,2}|one|two|three|six)[ -]?(?:months?|weeks?|days?)[ -]old|(?P<years>\d{1,3})\b(?!\s*(?:times|days?|weeks?|hours?|minutes?|to\b|-\s*\d|%|st\b|nd\b|rd\b|th\b)))"
)
_TENS_WORDS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_ONES = {word: number for number, word in enumerate("zero one two three four five six seven eight nine".split())}
_AGE_IN_WORDS = re.compile(rf"\b(?P<tens>{'|'.join(_TENS_WORDS)})(?:[ -](?P<ones>{'|'.join(_ONES)}))?\b")
_TENS = {"teens": 15, "twenties": 25, "thirties": 35, "forties": 45, "fifties": 55, "sixties": 65, "seventies": 75, "eighties": 85, "nineties": 95}


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
        self._starts = {kind: _pattern(phrases, r"^(?:{})(?![\w'])") for kind, phrases in generic.items()}
        self._within = {kind: _pattern([text for text in map(str, phrases) if " " in text], r"(?<![\w'])(?:{})(?![\w'])") for kind, phrases in generic.items()}
        self._ends = {kind: _pattern(phrases, r"[,.;] *(?:{})$") for kind, phrases in generic.items()}

    def told(self, doc: Doc) -> dict[str, str]:
        """Answers that stand in the text whatever was asked; the first one of a slot counts."""
        found: dict[str, str] = {}
        for hit in _longest(self._lexicon.anywhere.find(doc)):
            slot, choice = hit.key.split(":")
            if not _negated(doc, hit):
                found.setdefault(slot, choice)
        return found

    def reply(self, text: str, doc: Doc, slot: str) -> Answer | None:
        """The message as a reply to the question of `slot`; None if it is none that can be understood."""
        whole = re.sub(r"\s+", " ", text.lower()).strip(_EDGES)
        plain = re.sub(r"\s+", " ", _FILLER.sub(" ", whole)).strip(_EDGES)
        if self._is_skip(whole, plain):
            return Answer(slot, SKIPPED)
        if _asks(whole) and not self._starts["not_sure"].search(whole):
            return None
        value = self._value(whole, plain, doc, slot)
        if value:
            return Answer(slot, value)
        if slot == "anything_else" and self._tells_something(doc):
            return Answer(slot, text, free=True)
        return None

    def _value(self, whole: str, plain: str, doc: Doc, slot: str) -> str | None:
        """A choice, not sure, or what a yes or no means here."""
        if slot == "age_group":
            age = _age_group(whole)
            if age:
                return age
        unsure = self._unsure(whole, plain)
        strong, weak = self._choices(doc, slot)
        if unsure is not None:
            later = [choice for choice, place in [*strong, *weak] if place > unsure]
            return later[0] if later else NOT_SURE
        if strong:
            return strong[0][0]
        generic = self._yes_or_no(plain or whole, whole, slot)
        if weak and (not generic or len({choice for choice, _ in weak}) == 1):
            return weak[0][0]
        if generic or weak:
            return generic or weak[0][0]
        return NOT_SURE if plain in _UNSURE_LIGHTLY or whole in _UNSURE_LIGHTLY else None

    def _is_skip(self, whole: str, plain: str) -> bool:
        started = self._starts["skip"].search(whole) or self._starts["skip"].search(plain)
        if started and len(whole) <= started.end() + 24:
            return True
        if self._ends["skip"].search(whole):
            return True
        return len(whole) <= 60 and bool(self._within["skip"].search(whole))

    def _unsure(self, whole: str, plain: str) -> int | None:
        """Where in the text (as a share of its words) the person says that they do not know; None if they do not say so."""
        found = self._within["not_sure"].search(whole) or self._starts["not_sure"].search(whole) or self._starts["not_sure"].search(plain)
        if not found or found.group().strip() in _UNSURE_LIGHTLY or len(whole) > 120:
            return None
        return len(whole[: found.start()].split()) if found.string == whole else 0

    def _choices(self, doc: Doc, slot: str) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
        """Choices with their places: by phrases of several words, and by single words that make up the reply."""
        hits = [hit for hit in self._lexicon.replies.find(doc) if hit.key.startswith(f"{slot}:")]
        said = _longest(hits)
        hits = [hit for hit in said if not _negated(doc, hit)]
        strong = [(hit.key.split(":")[1], hit.start) for hit in hits if hit.end - hit.start > 1]
        weak = [(hit.key.split(":")[1], hit.start) for hit in hits if hit.end - hit.start == 1]
        return strong, weak if hits and _makes_up(doc, said) else []

    def _yes_or_no(self, plain: str, whole: str, slot: str) -> str | None:
        yes, no = _YES_NO.get(slot, ("", ""))
        for meaning, kind in ((no, "no"), (yes, "yes")):
            if meaning and self._starts[kind].search(plain):
                last = self._ends["yes" if kind == "no" else "no"].search(whole)
                return (yes if kind == "no" else no) if last else meaning
        return None

    def _tells_something(self, doc: Doc) -> bool:
        """Whether the message speaks of the body at all, so that it is worth keeping in the person's words."""
        return bool(self._lexicon.findings.find(doc) or self._lexicon.noses.find(doc))


def _pattern(phrases: Sequence[str], frame: str) -> re.Pattern[str]:
    longest_first = sorted(map(str, phrases), key=len, reverse=True)
    return re.compile(frame.format("|".join(map(re.escape, longest_first)) or "(?!)"))


def _asks(whole: str) -> bool:
    """A question of the person's own, or a wish: no answer."""
    return bool(_QUESTION.search(whole)) or (whole.endswith("?") and len(whole.split()) > 3)


def _negated(doc: Doc, hit: Hit) -> bool:
    """`not rippling`, `no stress`: the words before deny it, unless the phrase is itself a denial."""
    if doc[hit.start].norm_ in _NEGATORS or doc[hit.start].norm_ in ("nothing", "none"):
        return False
    for token in reversed(doc[max(hit.start - 3, 0) : hit.start]):
        if token.is_punct or token.norm_ in ("but", "and", "more"):
            return False
        if token.norm_ in _NEGATORS and token.i + 1 < len(doc) and not doc[token.i + 1].is_punct:
            return True
    return False


def _makes_up(doc: Doc, hits: Sequence[Hit]) -> bool:
    """Whether single words are most of what the reply says."""
    first = hits[0]
    if first.start == 0 and first.end < len(doc) and doc[first.end].is_punct:
        return True
    covered = {index for hit in hits for index in range(hit.start, hit.end)}
    others = [token for token in doc if token.i not in covered and token.norm_ not in _STOP_WORDS | _NEGATORS and token.text not in _STOP_WORDS and not token.is_punct and not token.is_space]
    words = len([token for token in doc if not token.is_punct and not token.is_space])
    return words <= 2 or len(others) < len(covered) or (len(others) == len(covered) and words <= 3)


def _age_group(text: str) -> str | None:
    """`i'm 45`, `early forties`, `born 1950`: the age as one of the choices."""
    match = _AGE.search(_AGE_IN_WORDS.sub(lambda found: str(_TENS_WORDS[found["tens"]] + _ONES.get(found["ones"] or "", 0)), text))
    if not match:
        return None
    if match["months"]:
        return "child"
    if match["born"]:
        year = int(re.search(r"(?:19|20)\d\d", match.group()).group())  # type: ignore[union-attr]
        age = date.today().year - year
    elif match["tens"]:
        age = _TENS.get(match["tens"]) or int(match["tens"][:2]) + 5
    else:
        age = int(match["years"])
    if re.search(r"\b(?:under|below|less than|younger than)\s+$", text[: match.start("years")] if match["years"] else ""):
        age -= 1
    if re.search(r"\b(?:over|above|older than|more than|past)\s+$", text[: match.start("years")] if match["years"] else ""):
        age += 1
    return "child" if age < 18 else "adult" if age <= 60 else "older" if age < 120 else None


def _longest(hits: Sequence[Hit]) -> list[Hit]:
    """Hits that no longer hit of the same question covers."""
    return [hit for hit in hits if not any(_covers(other, hit) for other in hits if other.key.split(":")[0] == hit.key.split(":")[0])]


def _covers(other: Hit, hit: Hit) -> bool:
    return other is not hit and other.start <= hit.start and hit.end <= other.end and (other.end - other.start) > (hit.end - hit.start)
