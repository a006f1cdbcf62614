"""What a question takes for granted ("is my weak arm from coffee"), what it asks whether, and what it asks in general."""

from __future__ import annotations

from spacy.tokens import Doc

from nose_twitch.language.cues import Cues
from nose_twitch.language.lexicon import Hit
from nose_twitch.language.word_classes import (
    BE,
    DEMONSTRATIVES,
    DO,
    MODALS,
    SELF,
    ends_sentence,
    is_body,
    is_symptom_noun,
    word_set,
)
from nose_twitch.medical.findings import Status

_OPENERS = word_set(
    "and so but also or then ok okay hi hello hey doctor doc please well um just now like , - because anyway wait sorry"
)
_QUESTION_WORDS = frozenset({"what", "how", "which", "when", "who", "where", "why"})
_HELP = word_set("help tell explain advise say please check look see think give do")
_JUDGED = word_set(
    "serious bad dangerous normal emergency sign symptom symptoms signs worse safe common worrying harmful "
    "related linked linked important ok okay"
)
_EFFECTS = word_set(
    "cause causes make makes mean means lead trigger bring set start affect matter damage explain hurt turn happen"
)
_SHORT_QUESTION = 9  # words
_OUGHT = word_set("should must need ought")
_OWNERS = frozenset({"my", "this", "these", "his", "her", "our", "their"})
# Words that may stand between "my" and the symptom that is taken for granted.
_BETWEEN = word_set("sudden new weird bad own left right recent strange slight constant whole")


class QuestionReader:
    """Reads questions in one document."""

    def __init__(self, doc: Doc, cues: Cues) -> None:
        """Keep what is needed; nothing is searched yet."""
        self._doc = doc
        self._cues = cues

    # --- what is taken for granted: "could coffee explain my weak arm" ---

    def is_given(self, mention: Hit) -> bool:
        """As in "My weak arm", "this numbness": named as something that is there, whatever is asked about it."""
        end = mention.end
        while (
            end < min(len(self._doc), mention.end + 2)
            and not self._doc[end - 1].is_punct
            and (is_body(self._doc[end]) or is_symptom_noun(self._doc[end]))
        ):
            end += 1  # the phrase was "numb", the person said "my numb lip"
        words = self._doc[mention.start : end]
        first, last = words[0], words[-1]
        if first.norm_ in ("my", "this") and len(words) > 1:
            first = words[1]
        if any(token.pos_ == "AUX" or token.norm_ in ("not", "will", "to") for token in words):
            return False  # "my face starts to droop" is a statement, "my droopy face" a name
        named = is_symptom_noun(last) or (
            is_body(last)
            and not is_body(first)
            and first.pos_ in ("ADJ", "VERB", "NOUN")
            and first.tag_ not in ("VB", "VBG")
        )
        if not named or (is_body(first) and (not is_symptom_noun(last) or last.norm_.endswith("ing"))):
            return False
        before = [token.norm_ for token in self._doc[max(mention.start - 3, 0) : mention.start]]
        for word in reversed(before):
            if word in _OWNERS:
                return True
            if word not in _BETWEEN:
                break
        after = [token.norm_ for token in self._doc[end : end + 2]]
        return (
            is_symptom_noun(last)
            and before[-1:] in (["the"], ["this"])
            and len(after) == 2
            and after[0] in ("in", "of", "on")
            and after[1] == "my"
        )

    # --- questions ---

    def asked(self, mention: Hit, start: int, end: int) -> Status | None:
        """What kind of question the clause is, by the words that open it."""
        if self._is_alternative(mention):
            return Status.UNCERTAIN
        position = start
        while position < mention.start and self._doc[position].norm_ in _OPENERS:
            position += 1
        if all(token.norm_ in ("a", "an", "any", "the") for token in self._doc[position : mention.start]) and "?" in (
            self._doc[mention.end - 1 : mention.end + 1].text
        ):
            return None if self._says_yes_to(mention) else Status.UNCERTAIN  # "numb?" may ask or tell
        first = position + 1
        if position > mention.start or first >= len(self._doc):
            return None
        opener = self._doc[position].norm_
        if opener in _QUESTION_WORDS and self._doc[first].norm_ in (BE | DO | MODALS) and first + 1 < len(self._doc):
            if opener == "why":
                return None  # asks for the reason of what is there
            opener, first = self._doc[first].norm_, first + 1
        if opener == "am" and self._doc[first].norm_ == "i":
            at_risk = any(True for _ in self._cues.within("hypothetical", first, mention.start))
            return Status.HYPOTHETICAL if at_risk else Status.UNCERTAIN
        judged = any(token.norm_ in _JUDGED for token in self._doc[mention.start : end])
        if opener in ("is", "are", "was") and (self._is_subject(first) or judged):
            return self._asked_with_be(mention, first, end)
        if opener == "did" and self._doc[first].pos_ != "PRON":
            return None
        if (opener in MODALS or opener in DO) and (self._is_subject(first) or self._has_cause(first, end)):
            return self._asked_with_modal(mention, self._doc[first].norm_, first + 1)
        return None

    def _is_alternative(self, mention: Hit) -> bool:
        """One of two things between which a short question asks to choose: "stress, or a mini stroke?"."""
        first, last = mention.start, mention.end
        while first and not ends_sentence(self._doc[first - 1]):
            first -= 1
        while last < len(self._doc) and not ends_sentence(self._doc[last]):
            last += 1
        if last >= len(self._doc) or not self._doc[last].text.startswith("?") or last - first > _SHORT_QUESTION:
            return False
        beside = [
            *self._doc[max(first, mention.start - 3) : mention.start],
            *self._doc[mention.end : min(last, mention.end + 2)],
        ]
        return any(token.norm_ == "or" for token in beside) and not any(
            token.norm_ in SELF or token.tag_ in ("VBZ", "VBP", "VBD") for token in self._doc[first:last]
        )

    def _says_yes_to(self, mention: Hit) -> bool:
        """A form filled in: "weakness? yes"."""
        following = [token.norm_ for token in self._doc[mention.end : mention.end + 3] if not token.is_punct]
        return following[:1] in (["yes"], ["yep"], ["yeah"], ["aye"], ["y"])

    def _has_cause(self, first: int, end: int) -> bool:
        """As in "Could weed cause this": the verb of a question about causes, whatever the tagger made of its subject."""
        if self._doc[first].norm_ in ("not", "barely", "hardly", "only", "just", "be", "have", "scarcely"):
            return False
        return any(token.norm_ in _EFFECTS for token in self._doc[first + 1 : end])

    def _is_subject(self, index: int) -> bool:
        """What can be asked about; not the verb or quality of a statement told without its subject ("is numb since morning")."""
        token = self._doc[index]
        if token.pos_ in ("NOUN", "PROPN", "PRON", "DET") or token.norm_ in _OWNERS | DEMONSTRATIVES:
            return token.norm_ not in ("no", "not")
        if token.tag_ == "VBG" and index:
            return self._doc[index - 1].norm_ in MODALS | DO  # "would drinking ..." asks, "is slurring ..." tells
        if is_symptom_noun(token):
            return True
        following = self._doc[index + 1 : index + 3]
        return (
            token.pos_ in ("ADJ", "VERB")
            and bool(following)
            and following[0].pos_ in ("NOUN", "PROPN")
            and (token.tag_ not in ("VB", "VBN", "VBD") or (index > 0 and self._doc[index - 1].norm_ == "does"))
        )

    def _asked_with_be(self, mention: Hit, first: int, end: int) -> Status | None:
        subject = self._doc[first].norm_
        if subject in (
            "my",
            "our",
        ):  # "is my face drooping" asks whether; "is my droopy face serious" was given already
            return Status.UNCERTAIN if mention.end >= end - 2 else None
        if subject in ("he", "she", "his", "her"):
            return Status.UNCERTAIN
        if subject in DEMONSTRATIVES or subject == "there":
            between = [token.norm_ for token in self._doc[first + 1 : mention.start]]
            if any(word in SELF for word in between):
                return None
            return Status.UNCERTAIN if len(between) <= 2 else Status.HYPOTHETICAL
        of_themselves = any(
            token.norm_ in SELF and self._doc[token.i + 1 : token.i + 2].text not in _OUGHT
            for token in self._doc[first:end]
        )
        return None if of_themselves else Status.HYPOTHETICAL  # "is numbness a thing I should look out for" asks

    def _asked_with_modal(self, mention: Hit, subject: str, after: int) -> Status | None:
        rest = [token.norm_ for token in self._doc[after : mention.start]]
        if subject == "not":
            return None
        if subject == "i" and ("have" in rest[:2] or "having" in rest):
            return Status.UNCERTAIN
        if subject in ("you", "someone", "somebody", "anyone") and rest[:1] and rest[0] in _HELP:
            return Status.HYPOTHETICAL if "about" in rest or "what" in rest else None
        return Status.HYPOTHETICAL
