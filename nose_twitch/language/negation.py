"""Whether a mention is denied: "no weakness, numbness or slurred speech", "my face isn't drooping", "I don't think ..."."""

from __future__ import annotations

from spacy.tokens import Doc, Span, Token

from nose_twitch.language.cues import Clauses, Cues
from nose_twitch.language.inner_negation import InnerNegation
from nose_twitch.language.lexicon import Hit, Lexicon
from nose_twitch.language.word_classes import (
    LIST_MARKS,
    NEGATIVES,
    POINTERS,
    PREDICATES,
    ends_sentence,
    is_body,
    is_light,
    is_symptom_noun,
    is_symptom_quality,
    word_set,
)

_REACH = 30
_ANSWERS = frozenset({"nothing", "no", "nope", "nah", "none", "nil", "na"})
_BODILY = word_set(
    "shaking tingling drooping slurring dribbling drooling fainting vomiting limping sweating choking swelling "
    "jerking sagging faint vomit droop slur drool"
)
_TAKES = word_set(
    "take use play drink smoke do eat taking using playing drinking smoking eating touch touched taken used"
)
_TELLS = word_set("since started began came now today this is has for that which")
_STOPPERS = frozenset({"so", "then", "only", "just", "instead", "now", "actually", "really"})


class NegationReader:
    """Reads denials in one document."""

    def __init__(self, doc: Doc, lexicon: Lexicon, cues: Cues, clauses: Clauses) -> None:
        """Keep what is needed; nothing is searched yet."""
        self._doc = doc
        self._cues = cues
        self._clauses = clauses
        self._inner = InnerNegation(doc, lexicon.findings, cues)

    def denied(self, mention: Hit, start: int, end: int, own_no: bool = False) -> bool:
        """Whether a "no" reaches a mention that stands in the clause from `start` to `end`.

        Args:
            mention: the phrase found.
            start: where its clause begins.
            end: where its clause ends.
            own_no: the phrase tells the normal state, so a "no" that it begins with ("no problem to lift") denies nothing.
        """
        if own_no and self._doc[mention.start].norm_ in (
            *NEGATIVES,
            "nothing",
            "none",
            "neither",
            "nor",
            "zero",
            "nae",
        ):
            return False
        if own_no and mention.start > 1 and self._doc[mention.start - 1].norm_ == "not":
            return True  # "can not stand on one leg", where standing on one leg is the normal state
        return (
            self._denied_before(mention, start, own_no)
            or self._denied_from_afar(mention, start, own_no)
            or self._inner.denies(mention, own_no)
            or self._denied_after(mention, end)
        )

    # --- before: "no weakness, numbness or slurred speech" ---

    def _denied_before(self, mention: Hit, start: int, own_no: bool) -> bool:
        """A "no" before it; over a comma it does not reach a normal state ("no weakness, speech fine")."""
        return any(
            not (own_no and any(token.norm_ == "," for token in self._doc[cue.end : mention.start]))
            and not (own_no and cue.start == 0 and self._doc[0].norm_ in _ANSWERS)  # "no same as always"
            and not (own_no and self._is_contrast(cue, mention))
            and not self._cues.covers("not_negation", cue)
            and not self._is_answer(cue)
            and self._carries(cue, mention)
            for cue in self._cues.within("negation", start, mention.start)
        )

    def _is_contrast(self, cue: Hit, mention: Hit) -> bool:
        """Whether the mention says what there is instead, where no "no" reaches: "nothing like that, just the nose"."""
        return self._doc[cue.start].norm_ in _ANSWERS and self._doc[mention.start].norm_ in ("just", "only")

    def _is_answer(self, cue: Hit) -> bool:
        """The "no" of "no, my arm is weak", which answers something else."""
        if self._doc[cue.start].norm_ not in _ANSWERS or cue.end - cue.start > 1 or cue.end >= len(self._doc):
            return False
        after = self._doc[cue.end].norm_
        return (
            after in POINTERS
            or after in (",", "-", "just", "only")
            or self._doc[cue.start].norm_ in ("nope", "nah", "na")
        )

    def _carries(self, cue: Hit, mention: Hit) -> bool:
        """Whether a "no" reaches a mention over what stands between them."""
        between = self._doc[min(cue.end, mention.start) : mention.start]
        if len(between) > _REACH:
            return False
        if not any(token.norm_ in LIST_MARKS for token in between):
            if self._has_new_statement(between, mention):
                return False
            named = self._doc[cue.end - 1].norm_ in ("no", "without", "any")
            return all(
                is_light(token)
                or (token.norm_ in _TAKES and token.i == cue.end)
                or (named and token.tag_ in ("VBN", "VBD", "VBG"))
                for token in between
            )
        items = _items(between)
        of_verbs = self._doc[cue.end - 1].norm_ in ("not", "never")
        deeds_joined = of_verbs and self._doc[mention.start].tag_ == "VB" and self._doc[mention.start - 1].norm_ == "or"
        if not deeds_joined and not all(_is_item(item, of_verbs) for item in items[:-1]):
            return False
        last = [*items[-1], *self._doc[mention.start : mention.end]]
        if self._joined_by_or(between, mention):
            return not any(token.norm_ in _STOPPERS or token.norm_ in POINTERS for token in items[-1][1:])
        if any(token.norm_ in PREDICATES or token.norm_ in POINTERS or token.norm_ in _STOPPERS for token in last):
            return False
        return self._is_list_item(last, len(items), mention)

    def _has_new_statement(self, between: Span, mention: Hit) -> bool:
        """Dictation: "no headache my lip is numb"."""
        for token in between[1:]:
            if token.norm_ in ("my", "i", "his", "her", "he", "she") and self._doc[token.i - 1].pos_ in (
                "NOUN",
                "PROPN",
            ):
                return any(word.norm_ in PREDICATES for word in self._doc[token.i : mention.end])
        return False

    def _is_list_item(self, words: list[Token], length: int, mention: Hit) -> bool:
        """Without "or", only what looks like one more item: "no headache, weakness"; not "no headache, arm weak since today"."""
        if _items_name(words) and not self._told_more(mention):
            return True
        return length > 2 and not (is_body(words[0]) and is_symptom_quality(words[-1])) and not self._told_more(mention)

    def _told_more(self, mention: Hit) -> bool:
        """Something is told about the mention, as one tells of what is there: "weakness since monday", "numbness in my lip"."""
        if mention.end >= len(self._doc):
            return False
        words = [token.norm_ for token in self._doc[mention.end : mention.end + 2]]
        return words[0] in _TELLS or (
            words[0] in ("in", "on", "of", "down") and words[-1] in ("my", "the", "one", "left", "right", "both")
        )

    def _joined_by_or(self, between: Span, mention: Hit) -> bool:
        """The last item ("numbness or weakness") or one before it ("numbness, weakness or a droop")."""
        if [token.norm_ for token in between if token.norm_ in LIST_MARKS][-1] in ("or", "nor"):
            return True
        for token in self._doc[mention.end : mention.end + 12]:
            if token.norm_ in ("or", "nor"):
                return True
            if ends_sentence(token) or token.norm_ in PREDICATES or token.norm_ in ("but", "and", "i", "my"):
                return False
        return False

    # --- from the clause before: "I don't think my face is drooping" ---

    def _denied_from_afar(self, mention: Hit, start: int, own_no: bool) -> bool:
        previous = self._clauses.before(start)
        first = previous[0] if previous else start
        for cue in self._cues.within("negation_reaching", first, mention.start):
            if cue.end > mention.start or self._cues.touches("not_negation", cue):
                continue
            if own_no and self._is_contrast(cue, mention):
                continue
            if cue.start >= start:
                if self._carries(cue, mention):
                    return True
            elif all(is_light(token) and token.norm_ != "," for token in self._doc[cue.end : start]):
                return True
        return False

    # --- after: "weakness: no", "numbness I have not had" ---

    def _denied_after(self, mention: Hit, end: int) -> bool:
        for cue in self._cues.within("negation_after", mention.end, mention.end + 3):
            after = self._doc[cue.end].norm_ if cue.end < len(self._doc) else ""
            if cue.start > end or after in ("again", "since", "today", "before"):
                continue  # "has not happened again": it did happen
            if not any(token.norm_ in LIST_MARKS - {","} for token in self._doc[mention.end : cue.start]):
                return True
        return self._answered_no(mention)

    def _answered_no(self, mention: Hit) -> bool:
        """A form filled in: "weakness: no", "numbness? none". The "no" of "speech isn't clear, no" agrees instead."""
        if any(token.norm_ in NEGATIVES for token in self._doc[mention.start : mention.end]):
            return False
        position = mention.end
        while position < len(self._doc) and self._doc[position].text in (":", "?", "-", "=", ",", "??", "???"):
            position += 1
        if position >= len(self._doc) or self._doc[position].norm_ not in (*_ANSWERS, "negative", "absent"):
            return False
        after = position + 1
        return after >= len(self._doc) or self._doc[after].is_punct


def _items(tokens: Span) -> list[list[Token]]:
    items: list[list[Token]] = [[]]
    for token in tokens:
        if token.norm_ in LIST_MARKS:
            items.append([])
        else:
            items[-1].append(token)
    return [item for index, item in enumerate(items) if item or index in (0, len(items) - 1)]


def _is_item(item: list[Token], of_verbs: bool) -> bool:
    """An item of a denied list: nouns and qualities, no other statement ("not sleeping, arm weak" denies the sleeping only)."""
    if not item or any(token.norm_ in ("i", "he", "she", "it", "my") for token in item):
        return False
    return not any(_is_deed(token, of_verbs) for token in item)


def _is_deed(token: Token, of_verbs: bool) -> bool:
    """Something the person does ("drink", after "not" also "eating"), not a symptom."""
    if token.pos_ != "VERB" or is_light(token) or token.norm_ in _BODILY:
        return False
    return token.tag_ in ("VB", "VBP", "VBZ") or (of_verbs and token.tag_ == "VBG")


def _items_name(words: list[Token]) -> bool:
    """One word, or words that end in the name of a symptom: "weakness", "facial numbness"."""
    return is_symptom_noun(words[-1]) or (len(words) == 1 and words[0].pos_ in ("NOUN", "PROPN", "ADJ"))
