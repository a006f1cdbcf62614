"""Whether a mention is denied: "no weakness, numbness or slurred speech", "my face isn't drooping", "I don't think ..."."""

from __future__ import annotations

from spacy.tokens import Doc, Span, Token

from nose_twitch.language.cues import Clauses, Cues
from nose_twitch.language.lexicon import Hit, Lexicon
from nose_twitch.language.word_classes import (
    BODY,
    DO,
    MODALS,
    POINTERS,
    PREDICATES,
    ends_sentence,
    is_body,
    is_symptom_noun,
    is_symptom_quality,
    word_set,
)

_LIST_MARKS = frozenset({",", "and", "or", "nor", "/", "&", "-", "plus"})
_INNER = frozenset({"not", "never", "no", "without"})
_REACH = 30
_ANSWERS = frozenset({"nothing", "no", "nope", "nah", "none", "nil", "na"})
# Words that may stand between a "no" and what it denies; any other verb or noun is denied instead ("not sleeping, arm weak").
_LIGHT_POS = frozenset({"ADJ", "ADV", "DET", "PRON", "AUX", "PART", "ADP", "NUM", "INTJ", "SCONJ"})
_LIGHT = word_set(
    "have has had having feel feels feeling felt get gets getting got go going gone become becoming notice "
    "noticed noticing experience experienced experiencing suffer suffered suffering seem look looking looks "
    "seen see been be being show shows showing start started begin call say describe develop developed sign "
    "signs hint trace evidence history episode episodes problem problems issue issues trouble difficulty "
    "difficulties symptom symptoms sort kind type form bit feeling sense loss attack attacks family medical "
    "past actual real sudden change changes life other red flag flags true major serious obvious visible "
    "apparent kind hard thinking think planning considering wanting want wants trying at in on one hardly "
    "sided one-sided today yesterday lately week day left right"
)
_BODILY = word_set(
    "shaking tingling drooping slurring dribbling drooling fainting vomiting limping sweating choking swelling "
    "jerking sagging faint vomit droop slur drool"
)
_MAKES = word_set(
    "make makes bring brings trigger triggers cause causes affect affects set sets start starts get gets come "
    "happen change touch"
)
_TAKES = word_set(
    "take use play drink smoke do eat taking using playing drinking smoking eating touch touched taken used"
)
_ABLE = word_set(
    "work works working move moves lift function respond obey open close grip hold listen shut carry react "
    "cooperate answer speak talk know remember recognise recognize see hear feel wake swallow breathe "
    "understand come stay match meet reach stand walk blink smile lift raise close look"
)
_WELL = word_set("right normal good same fine great well proper ok okay real natural alive connected mine attached")
_STOPPERS = frozenset({"so", "then", "only", "just", "instead", "now", "actually", "really"})


class NegationReader:
    """Reads denials in one document."""

    def __init__(self, doc: Doc, lexicon: Lexicon, cues: Cues, clauses: Clauses) -> None:
        """Keep what is needed; nothing is searched yet."""
        self._doc = doc
        self._findings = lexicon.findings
        self._cues = cues
        self._clauses = clauses
        self._still_said: dict[tuple[str, ...], frozenset[str]] = {}

    def denied(self, mention: Hit, start: int, end: int, own_no: bool = False) -> bool:
        """Whether a "no" reaches a mention that stands in the clause from `start` to `end`.

        Args:
            mention: the phrase found.
            start: where its clause begins.
            end: where its clause ends.
            own_no: the phrase tells the normal state, so a "no" that it begins with ("no problem to lift") denies nothing.
        """
        if own_no and self._doc[mention.start].norm_ in (*_INNER, "nothing", "none", "neither", "nor", "zero", "nae"):
            return False
        return (
            self._denied_before(mention, start)
            or self._denied_from_afar(mention, start)
            or self._denied_within(mention)
            or self._denied_after(mention, end)
        )

    # --- before: "no weakness, numbness or slurred speech" ---

    def _denied_before(self, mention: Hit, start: int) -> bool:
        return any(
            cue.end <= mention.start
            and not self._cues.covers("not_negation", cue)
            and not self._is_answer(cue)
            and self._carries(cue, mention)
            for cue in self._cues.within("negation", start, mention.start)
        )

    def _is_answer(self, cue: Hit) -> bool:
        """The "no" of "no, my arm is weak", which answers something else."""
        if self._doc[cue.start].norm_ not in _ANSWERS or cue.end - cue.start > 1 or cue.end >= len(self._doc):
            return False
        after = self._doc[cue.end].norm_
        return after in POINTERS or after in (",", "-") or self._doc[cue.start].norm_ in ("nope", "nah", "na")

    def _carries(self, cue: Hit, mention: Hit) -> bool:
        """Whether a "no" reaches a mention over what stands between them."""
        between = self._doc[cue.end : mention.start]
        if len(between) > _REACH:
            return False
        if not any(token.norm_ in _LIST_MARKS for token in between):
            if self._has_new_statement(between, mention):
                return False
            named = self._doc[cue.end - 1].norm_ in ("no", "without", "any")
            return all(
                _is_light(token)
                or (token.norm_ in _TAKES and token.i == cue.end)
                or (named and token.tag_ in ("VBN", "VBD", "VBG"))
                for token in between
            )
        items = _items(between)
        of_verbs = self._doc[cue.end - 1].norm_ in ("not", "never")
        if not all(_is_item(item, of_verbs) for item in items[:-1]):
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
        return words[0] in (
            "since",
            "started",
            "began",
            "came",
            "now",
            "today",
            "this",
            "is",
            "has",
            "for",
            "that",
            "which",
        ) or (words[0] in ("in", "on", "of", "down") and words[-1] in ("my", "the", "one", "left", "right", "both"))

    def _joined_by_or(self, between: Span, mention: Hit) -> bool:
        """The last item ("numbness or weakness") or one before it ("numbness, weakness or a droop")."""
        if [token.norm_ for token in between if token.norm_ in _LIST_MARKS][-1] in ("or", "nor"):
            return True
        for token in self._doc[mention.end : mention.end + 12]:
            if token.norm_ in ("or", "nor"):
                return True
            if ends_sentence(token) or token.norm_ in PREDICATES or token.norm_ in ("but", "and", "i", "my"):
                return False
        return False

    # --- from the clause before: "I don't think my face is drooping" ---

    def _denied_from_afar(self, mention: Hit, start: int) -> bool:
        previous = self._clauses.before(start)
        first = previous[0] if previous else start
        for cue in self._cues.within("negation_reaching", first, mention.start):
            if cue.end > mention.start or self._cues.touches("not_negation", cue):
                continue
            if cue.start >= start:
                if self._carries(cue, mention):
                    return True
            elif all(_is_light(token) and token.norm_ != "," for token in self._doc[cue.end : start]):
                return True
        return False

    # --- within: "chest does not hurt" ---

    def _denied_within(self, mention: Hit) -> bool:
        """A "not" that filled a gap of the phrase: without it the same symptom would be said, so it denies the symptom."""
        words = self._doc[mention.start : mention.end]
        if self._is_cut_short(mention):
            return True
        for token in words[1:]:
            if token.norm_ not in _INNER or self._doc[token.i - 1].norm_ in MODALS or self._is_false(token):
                continue
            rest = [word for word in words if word.i > token.i]
            done = self._doc[token.i - 1].norm_ in DO or token.norm_ == "never"
            if not self._is_of_a_list(mention.start, token.i) or any(
                word.norm_ == "if" for word in words[: token.i - mention.start]
            ):
                continue
            if not rest or (done and _deed(rest) in _ABLE) or not all(_may_be_denied(word, done) for word in rest[:-1]):
                continue
            if mention.key in self._said_without(mention, token.i):
                return True
        return False

    def _is_cut_short(self, mention: Hit) -> bool:
        """The phrase was "cheek does not feel", the person said "my cheek does not feel numb"."""
        last = self._doc[mention.end - 1]
        if last.norm_ not in ("feel", "feels", "look", "looks", "seem") or mention.end >= len(self._doc):
            return False
        after = self._doc[mention.end]
        denied = any(token.norm_ in _INNER for token in self._doc[mention.start : mention.end - 1])
        return denied and after.pos_ == "ADJ" and after.norm_ not in _WELL

    def _is_of_a_list(self, first: int, last: int) -> bool:
        """Nothing was told before the "not" yet, at most named: "face and arm never jerk"; not "stares and does not answer"."""
        before = self._doc[first:last]
        return not any(token.norm_ in _LIST_MARKS for token in before) or all(
            is_body(token) or token.norm_ in _LIST_MARKS or token.norm_ in DO or token.norm_ in POINTERS
            for token in before
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

    # --- after: "weakness: no", "numbness I have not had" ---

    def _denied_after(self, mention: Hit, end: int) -> bool:
        for cue in self._cues.within("negation_after", mention.end, mention.end + 3):
            after = self._doc[cue.end].norm_ if cue.end < len(self._doc) else ""
            if cue.start > end or after in ("again", "since", "today", "before"):
                continue  # "has not happened again": it did happen
            if not any(token.norm_ in _LIST_MARKS - {","} for token in self._doc[mention.end : cue.start]):
                return True
        return self._answered_no(mention)

    def _answered_no(self, mention: Hit) -> bool:
        """A form filled in: "weakness: no", "numbness? none"."""
        position = mention.end
        if position < len(self._doc) and self._doc[position].text in (":", "?", "-", "=", ","):
            position += 1
        if position >= len(self._doc) or self._doc[position].norm_ not in (*_ANSWERS, "negative", "absent"):
            return False
        after = position + 1
        return after >= len(self._doc) or self._doc[after].is_punct


def _items(tokens: Span) -> list[list[Token]]:
    items: list[list[Token]] = [[]]
    for token in tokens:
        if token.norm_ in _LIST_MARKS:
            items.append([])
        else:
            items[-1].append(token)
    return [item for index, item in enumerate(items) if item or index in (0, len(items) - 1)]


def _is_light(token: Token) -> bool:
    return token.norm_ in _LIGHT or token.pos_ in _LIGHT_POS or token.norm_ in BODY or is_symptom_noun(token)


def _may_be_denied(word: Token, done: bool) -> bool:
    """A word after a "not" inside a phrase: "does not hang or drop"; but "is not working, weak" denies the working."""
    return (
        _is_light(word)
        or word.norm_ in ("or", "nor")
        or word.norm_ in _MAKES
        or (done and word.norm_ not in _LIST_MARKS)
    )


def _deed(words: list[Token]) -> str:
    """What is not done: the first word after the "not" that is no adverb."""
    return next((word.norm_ for word in words if word.pos_ != "ADV"), "")


def _is_item(item: list[Token], of_verbs: bool) -> bool:
    """An item of a denied list: nouns and qualities, no other statement ("not sleeping, arm weak" denies the sleeping only)."""
    if not item or any(token.norm_ in ("i", "he", "she", "it", "my") for token in item):
        return False
    return not any(_is_deed(token, of_verbs) for token in item)


def _is_deed(token: Token, of_verbs: bool) -> bool:
    """Something the person does ("drink", after "not" also "eating"), not a symptom."""
    if token.pos_ != "VERB" or _is_light(token) or token.norm_ in _BODILY:
        return False
    return token.tag_ in ("VB", "VBP", "VBZ") or (of_verbs and token.tag_ == "VBG")


def _items_name(words: list[Token]) -> bool:
    """One word, or words that end in the name of a symptom: "weakness", "facial numbness"."""
    return is_symptom_noun(words[-1]) or (len(words) == 1 and words[0].pos_ in ("NOUN", "PROPN", "ADJ"))
