"""Settles the intent: what the classifier said, in the light of the open question and of what was read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from rasa.shared.nlu.constants import INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY

from nose_twitch.language.reading import Reading
from nose_twitch.medical.case import WORRY
from nose_twitch.medical.findings import Status

NOT_UNDERSTOOD = "nlu_fallback"  # with certainty 1.0 for what holds no words: actions.talk.Talk.unreadable
# Words that ask for something; without one of them a message that answers the open question is just the answer.
_QUESTION = re.compile(
    r"\?|^(?:what|why|how|when|where|who|which|is|are|am|do|does|did|can|could|should|would|will|shall|may|have|has|"
    r"tell me|explain|show)\b"
)
_OPENS_WITH_QUESTION = re.compile(
    r"^(?:what|why|how|when|where|who|which|is|are|am|do|does|did|can|could|should|would|will|shall|may)\b"
)
# A fear, or somebody else's illness, tells nothing of this person.
_TELLS_NOTHING = (Status.HYPOTHETICAL, Status.SOMEONE_ELSE)
_NOSE = re.compile(r"\bnos(?:e|es|tril|trils)\b")
_ONLY_THE_TWITCH = re.compile(
    r"(?:(?:hi|hello|hey|help|please|pls|my|the|a|left|right|side|of|nose|nostril|nasal|twitch\w*|spasms?|flutter\w*|jumping|"
    r"is|keeps|thing|issue|problem)\W*)+"
)
# It happens to somebody, rather than in general: "my nose has been twitching", "nose started jumping".
_HAPPENS = re.compile(
    r"\bnos(?:e|tril)s?\b[^.!?]{0,12}\b(?:has|have|been|keeps|started|won'?t|hasn'?t|dey|twitches|jumps"
    r"|is (?:\w+ )?(?:twitchin|jumpin|movin|goin|flutterin|dancin)g?)\b"
)
# "he has a twitch at the side of the nose", "one lady has nose twitching"
_HAS_IT = re.compile(r"\b(?:has|had|got|having|i have) (?:an? |some |this |the )?(?:\w+ ){0,2}twitch")
_OWN_NOSE = re.compile(r"\b(?:my|mi|our|his|her)\b[^.!?]{0,20}\bnos(?:e|tril)s?\b")
_IN_GENERAL = re.compile(r"\b(?:why|makes?|making|causes?|causing|mean|means)\b")
# Where these are meant the classifier is sure (0.96 and more). Less, without a word that asks, is something else: "no i won't
# call anyone", "im on my own".
_PLAIN_WHEN_MEANT = frozenset({"ask_privacy", "ask_summary", "ask_luck"})
_ELSEWHERE = ("other_jerks", "eye_twitch")
# What the classifier says of a message that it cannot place; a finding in it is then all that was heard.
_NOTHING_HEARD = frozenset({"affirm", "deny", "not_sure", "skip", NOT_UNDERSTOOD})
_TELLING = frozenset({"describe_twitch", "report_symptom", "answer", "correct_statement"})
# Questions whose answer changes nothing in the advice: the person's own words are kept, and nobody is asked again.
IN_OWN_WORDS = ("anything_else", "frequency", "appearance")
_ENDS_TALK = frozenset({"goodbye", "stop", "start_over", "forget_me"})
_SURE_OF_ENDING = 0.8  # of the same replies 0.4 % look like a farewell from here on, and 82 % of 40 farewells are kept
# Without a word that asks, "it quits when I come down for tea" is no question about causes. Of 700 replies to questions 15 %
# look like a digression at 0.3 and 5 % at 0.8; of 112 digressions without such a word 96 % and 92 % are kept.
_SURE_OF_ASKING = 0.8
_CONTROL = frozenset(
    {
        "go_back",
        "change_answer",
        "start_over",
        "stop",
        "forget_me",
        "ask_summary",
        "tell_country",
        "correct_statement",
        "twitch_elsewhere",
    }
)
_REPEATABLE = _ENDS_TALK | {"go_back", "change_answer", "ask_summary", "ask_why_question"}


@dataclass(frozen=True)
class SettledIntent:
    """The intent to act on, whether the open question counts as answered, and whether the person's own words are the answer."""

    name: str | None
    confidence: float
    answered: bool
    own_words: bool = False

    def as_rasa(self, classified: dict[str, Any]) -> dict[str, Any]:
        """The intent in Rasa's form."""
        return {**classified, INTENT_NAME_KEY: self.name, PREDICTED_CONFIDENCE_KEY: self.confidence}


def is_digression(intent: str | None) -> bool:
    """Whether an intent asks the guide something or steers it, instead of telling or answering."""
    return intent is not None and (intent.startswith("ask_") or intent in _CONTROL)


def tells_of_a_twitch(text: str) -> bool:
    """Whether it tells that somebody's nose twitches, and does not only ask about twitching in general."""
    lowered = text.lower()
    own = _OWN_NOSE.search(lowered) or (_HAS_IT.search(lowered) and _NOSE.search(lowered))
    return (own is not None and not _IN_GENERAL.search(lowered)) or _HAPPENS.search(lowered) is not None


def _is_odd_answer(intent: str | None, confidence: float, asks: bool) -> bool:
    """A reply to the open question in words that the guide does not know, rather than another matter or a farewell."""
    if intent == "out_of_scope":
        return not asks
    if intent == "greet" or intent in _ENDS_TALK:
        return confidence < _SURE_OF_ENDING
    return is_digression(intent) and not asks and confidence < _SURE_OF_ASKING


def _tells_of_the_nose(reading: Reading, text: str) -> bool:
    """The twitch that is told of is in the nose, or not said to be in an eye or a leg."""
    elsewhere = any(finding.id in _ELSEWHERE for finding in reading.findings)
    return reading.about_twitch and (not elsewhere or _NOSE.search(text.lower()) is not None)


def settle_intent(
    classified: dict[str, Any],
    text: str,
    reading: Reading,
    asked: str | None,
    *,
    command: bool = False,
    repeated: bool = False,
) -> SettledIntent:
    """Decide between answer, telling, digression and not understood.

    Args:
        classified: Rasa's intent: name and confidence.
        text: the message as typed.
        reading: what was read in it.
        asked: the slot of the open question, None outside the form.
        command: it was typed with a leading slash, like one of Rasa's commands. What it tells counts, but it steers
            nothing: nobody wipes a talk with `/restart` or `/session_start`.
        repeated: the person typed the very same just before.
    """
    settled = _settle(classified, text, reading, asked, command=command, repeated=repeated)
    tells = settled.name in _TELLING or settled.name in _NOTHING_HEARD
    kept = asked in IN_OWN_WORDS and tells and not settled.answered and not _QUESTION.search(text.lower().strip())
    if kept and not reading.unknown_words and not command:
        return SettledIntent("answer", 1.0, True, own_words=True)
    return settled


def _settle(
    classified: dict[str, Any],
    text: str,
    reading: Reading,
    asked: str | None,
    *,
    command: bool,
    repeated: bool,
) -> SettledIntent:
    if command and not (reading.findings or reading.duration):
        return SettledIntent(NOT_UNDERSTOOD, 1.0, False)
    if reading.unknown_words:
        known = classified.get(INTENT_NAME_KEY) == "not_english" and bool(text.strip())
        return SettledIntent("not_english" if known else NOT_UNDERSTOOD, 1.0, False)
    name = classified.get(INTENT_NAME_KEY)
    confidence = float(classified.get(PREDICTED_CONFIDENCE_KEY) or 0.0)
    asks = bool(_QUESTION.search(text.lower().strip()))
    if name in _PLAIN_WHEN_MEANT and not asks and confidence < _SURE_OF_ASKING:
        name = NOT_UNDERSTOOD
    answers = asked is not None and asked in reading.answers
    stuck = repeated and name not in _REPEATABLE  # "go back" twice goes back twice
    if asked is not None and not answers and (stuck or _is_odd_answer(name, confidence, asks)):
        return SettledIntent(NOT_UNDERSTOOD, confidence, False)
    if answers and asks and name == "out_of_scope":
        return SettledIntent(name, confidence, False)
    if answers and not (is_digression(name) and (asks or (confidence > 0.8 and name in _CONTROL))):
        return SettledIntent("answer", 1.0, True)
    # "is it the coffee?" asks; "is it serious? it's been two weeks" asks and tells.
    if is_digression(name) and _OPENS_WITH_QUESTION.search(text.lower().strip()):
        answers = answers and asked in reading.told_slots
    if asked is None and reading.about_twitch and not asks and name in (*_NOTHING_HEARD, "out_of_scope", "ask_luck"):
        return SettledIntent("describe_twitch", confidence, answers)
    if asked is None and reading.about_twitch and _ONLY_THE_TWITCH.fullmatch(text.lower().strip()):
        return SettledIntent(
            "describe_twitch", confidence, answers
        )  # "nose twitch" tells; it does not ask what that is
    findings = [each for each in reading.findings if each.id != WORRY]
    told = [each for each in findings if each.status not in _TELLS_NOTHING]
    if findings and not told and not answers and name in _NOTHING_HEARD:
        return SettledIntent("report_symptom", confidence, answers)
    tells = bool(told or reading.duration or (reading.answers and reading.about_twitch))
    if tells and not asks and asked is None and reading.about_twitch and name is not None and name.startswith("ask_"):
        return SettledIntent("describe_twitch", confidence, answers)  # "my nose twitches, is that a caffeine thing"
    if tells and not asks and name == "twitch_elsewhere" and _tells_of_the_nose(reading, text):
        return SettledIntent("describe_twitch", confidence, answers)
    if tells and not is_digression(name) and name not in _TELLING:
        return SettledIntent("describe_twitch", confidence, answers)
    if tells and is_digression(name) and not asks and name not in _CONTROL and confidence < 0.6:
        return SettledIntent("describe_twitch", confidence, answers)
    return SettledIntent(name, confidence, answers)
