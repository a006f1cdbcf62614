"""What a reply means that names no choice: "fit as a fiddle", "when I do the accounts", "he is wide awake".

First by rules: who is asked for warning signs and tells of itchy eyes has none; who denies one sign has denied its kin. Then by
meaning, as sure as it matters: an answer that calms needs more than one that makes careful.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from nose_twitch.language.lexicon import Lexicon
from nose_twitch.language.meaning_net import Meaning, MeaningNet
from nose_twitch.language.replies import is_question, reply_words, tidied
from nose_twitch.medical.case import NOT_SURE, WORRY
from nose_twitch.medical.findings import Finding, Status
from nose_twitch.medical.knowledge import CLARIFY, Knowledge
from nose_twitch.medical.questions import SCREEN, OpenDoubt

# How sure the second net must be of an answer; chosen on replies held back (evaluation/meaning_net/README.md). What calms
# must be surer than what makes careful, and what overrules plain words surer still; where nothing hangs on it, a guess is
# better than asking again.
_SURE = 0.5
_SURE_ENOUGH = {"frequency": 0.4, "appearance": 0.4, "triggers": 0.4, "side": 0.4, "age_group": 0.4}
# A guess at these would by itself send somebody to a doctor.
_SURE_ENOUGH_TO_RAISE = dict.fromkeys(
    (
        "appearance:pull",
        "appearance:jerk",
        "appearance:ripple",
        "suppressible:urge_hold",
        "medication:yes",
        "triggers:medicine",
        "trend:worse",
        "trend:more_often",
        "stress:yes",
        "impact:yes",
    ),
    0.65,
)
_SURE_ENOUGH_TO_CALM = {
    "other_symptoms:none": 0.8,
    "onset:gradual": 0.8,
    "clarify_still_now:no": 0.8,
    "clarify_unsure_signs:yes": 0.85,
    "clarify_weak_or_tired:no": 0.75,
}
_CAREFUL = (
    "other_symptoms:some",
    "onset:sudden",
    "clarify_still_now:yes",
    "clarify_unsure_signs:no",
    "clarify_weak_or_tired:yes",
)
_SURE_ENOUGH_TO_OVERRULE = 0.9
_SURE_ENOUGH_TO_BE_CAREFUL = 0.6
_LONG, _SURER_OF_LONG = 14, 0.1  # the net has seen few longer replies
_WORDS_TO_OVERRULE = 3  # a plain "yes" stays a yes
_FEW_WORDS = 3  # "sneezes, the usual" leaves no room for a sign; in more words there may be one
# Anything of the past: "no, it went off after an hour" tells of a sign of the last days.
_WAS = re.compile(
    r"\b(?:was|were|had|happened|lasted|passed|went|gone|stopped|cleared|wore|came|did|ago|earlier|before|yesterday|today"
    r"|last|this|morning|night|hours?|minutes?|days?|weeks?|anymore|any more|better|over)\b"
)
_NAMED = (Status.PRESENT, Status.PAST, Status.UNCERTAIN)
_NO_CHOICE = ("other", "sign")


@dataclass(frozen=True)
class Reply:
    """A reply to a question, and what was read in it.

    Attributes:
        asked: slot of the question.
        doubt: the doubt that it settles, where the slot is `clarify`.
        text: as typed.
        mended: with its spelling mended.
        findings: what it tells.
        quiet: the second net suspects no sign but those that the reply denies.
        lately: it names a time within the last days.
    """

    asked: str
    doubt: OpenDoubt | None
    text: str
    mended: str
    findings: tuple[Finding, ...]
    quiet: bool
    lately: bool = False

    @property
    def question(self) -> str:
        """The question as the second net knows it."""
        return f"{CLARIFY}_{self.doubt.id}" if self.asked == CLARIFY and self.doubt else self.asked


class IndirectReplies:
    """Answers that stand between the lines."""

    def __init__(self, lexicon: Lexicon, knowledge: Knowledge, net: MeaningNet | None) -> None:
        """Keep what is needed; without the net only the rules are used."""
        self._settings = lexicon.settings
        self._knowledge = knowledge
        self._net = net
        self._red_flags = frozenset(kind.id for kind in knowledge.findings.values() if kind.red_flag)

    def answer(self, reply: Reply, plain: str | None) -> str | None:
        """The answer to the open question.

        Args:
            reply: what was typed.
            plain: the answer that its plain words give, None if none.
        """
        if is_question(tidied(reply.text)) or "?" in reply.text or self._speaks_of_pet(reply) or _only_worried(reply):
            return plain
        if reply.asked != SCREEN and self._names_sign(reply):
            return plain  # who tells of a sign at another question has not answered that question
        return self._by_denial(reply, plain) or self._by_meaning(reply, plain)

    def _by_denial(self, reply: Reply, plain: str | None) -> str | None:
        if self._names_sign(reply):
            return None
        denied = {each.id for each in reply.findings if each.status is Status.ABSENT} & self._red_flags
        if reply.asked == SCREEN and plain in (None, "some") and not _firm_yes(reply.text):
            harmless = [each for each in reply.findings if each.id in self._settings["no_warning_sign"]]
            others = len(reply.text.split()) - sum(len(each.said.split()) for each in harmless)
            if (harmless and others <= _FEW_WORDS) or (reply.quiet and (harmless or denied)):
                return "none"
        if reply.asked == CLARIFY and plain == "no" and reply.doubt and reply.doubt.id == "still_now" and reply.lately:
            return "yes"  # "not now, it was Sunday night": a sign that passed within days counts as one that is there
        if reply.asked == CLARIFY and plain is None and reply.doubt and denied and reply.quiet:
            if self._knowledge.doubts[reply.doubt.id].all_well:
                return "yes"
            if any(reply.doubt.about in row and denied & set(row) for row in self._settings["kin"]):
                return "no"
        return None

    def _by_meaning(self, reply: Reply, plain: str | None) -> str | None:
        meaning = self._net.meaning(reply.mended, reply.question) if self._net else None
        if meaning is None or not self._believed(meaning, reply, plain):
            return plain
        return None if meaning.value in _NO_CHOICE else meaning.value

    def _believed(self, meaning: Meaning, reply: Reply, plain: str | None) -> bool:
        name = f"{reply.question}:{meaning.value}"
        words = len(reply.text.split())
        if name in _SURE_ENOUGH_TO_CALM and (self._names_sign(reply) or not reply.quiet):
            return False
        if self._is_plain_no(plain, reply):
            return False
        if plain == NOT_SURE and name not in _CAREFUL:
            return False
        if plain is not None and (words < _WORDS_TO_OVERRULE or meaning.value in (*_NO_CHOICE, NOT_SURE)):
            return False
        if name in _CAREFUL:
            enough = _SURE_ENOUGH_TO_BE_CAREFUL
        elif plain is not None:
            enough = _SURE_ENOUGH_TO_OVERRULE
        else:
            chosen = {**_SURE_ENOUGH_TO_CALM, **_SURE_ENOUGH_TO_RAISE}
            guess = _SURE if meaning.value == NOT_SURE else _SURE_ENOUGH.get(reply.question, _SURE)
            enough = chosen.get(name, guess)
        return meaning.probability >= min(enough + (_SURER_OF_LONG if words > _LONG else 0.0), _SURE_ENOUGH_TO_OVERRULE)

    @staticmethod
    def _is_plain_no(plain: str | None, reply: Reply) -> bool:
        """As in "no, I promise", asked whether a sign is there; "not now, it was on Sunday" is none."""
        if plain != "no" or reply.asked != CLARIFY or reply.question == "clarify_unsure_signs":
            return False
        return reply.question == "clarify_self_harm_now" or not _WAS.search(reply.mended.lower())

    def _names_sign(self, reply: Reply) -> bool:
        return any(each.status in _NAMED and each.id in self._red_flags for each in reply.findings)

    @staticmethod
    def _speaks_of_pet(reply: Reply) -> bool:
        return not reply_words()["pets"].isdisjoint(tidied(reply.text).split())


def _only_worried(reply: Reply) -> bool:
    return bool(reply.findings) and all(each.id == WORRY for each in reply.findings)


def _firm_yes(text: str) -> bool:
    return tidied(text).split(" ")[0].strip(",.") in reply_words()["firm_yes"]
