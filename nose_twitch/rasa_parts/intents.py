"""Settles the intent: what the classifier said, in the light of the open question and of what was read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from rasa.shared.nlu.constants import INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY

from nose_twitch.language.reader import Reading
from nose_twitch.medical.case import WORRY
from nose_twitch.medical.findings import Status

NOT_UNDERSTOOD = "nlu_fallback"
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
_ELSEWHERE = ("other_jerks", "eye_twitch")
# What the classifier says of a message that it cannot place; a finding in it is then all that was heard.
_NOTHING_HEARD = frozenset({"affirm", "deny", "not_sure", "skip", NOT_UNDERSTOOD})
_TELLING = frozenset({"describe_twitch", "report_symptom", "answer", "correct_statement"})
_ENDS_TALK = frozenset({"goodbye", "stop", "start_over", "forget_me"})
_SURE_OF_ENDING = 0.7  # farewells in plain words score 0.8 and more; an odd answer ("being up") 0.5
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


@dataclass(frozen=True)
class SettledIntent:
    """The intent to act on, and whether the open question counts as answered."""

    name: str | None
    confidence: float
    answered: bool

    def as_rasa(self, classified: dict[str, Any]) -> dict[str, Any]:
        """The intent in Rasa's form."""
        return {**classified, INTENT_NAME_KEY: self.name, PREDICTED_CONFIDENCE_KEY: self.confidence}


def is_digression(intent: str | None) -> bool:
    """Whether an intent asks the guide something or steers it, instead of telling or answering."""
    return intent is not None and (intent.startswith("ask_") or intent in _CONTROL)


def _is_odd_answer(intent: str | None, confidence: float, asks: bool) -> bool:
    """A reply to the open question in words that the guide does not know, rather than another matter or a farewell."""
    if intent == "out_of_scope":
        return not asks
    return intent in _ENDS_TALK and confidence < _SURE_OF_ENDING


def _tells_of_the_nose(reading: Reading) -> bool:
    """The twitch that is told of is not said to be in an eye or a leg."""
    return reading.about_twitch and not any(finding.id in _ELSEWHERE for finding in reading.findings)


def settle_intent(
    classified: dict[str, Any], text: str, reading: Reading, asked: str | None, *, command: bool = False
) -> SettledIntent:
    """Decide between answer, telling, digression and not understood.

    Args:
        classified: Rasa's intent: name and confidence.
        text: the message as typed.
        reading: what was read in it.
        asked: the slot of the open question, None outside the form.
        command: it was typed with a leading slash, like one of Rasa's commands. What it tells counts, but it steers
            nothing: nobody wipes a talk with `/restart` or `/session_start`.
    """
    if command and not (reading.findings or reading.duration):
        return SettledIntent(NOT_UNDERSTOOD, 1.0, False)
    if reading.unknown_words:
        known = classified.get(INTENT_NAME_KEY) == "not_english"
        return SettledIntent("not_english" if known else NOT_UNDERSTOOD, 1.0, False)
    name = classified.get(INTENT_NAME_KEY)
    confidence = float(classified.get(PREDICTED_CONFIDENCE_KEY) or 0.0)
    asks = bool(_QUESTION.search(text.lower().strip()))
    answers = asked is not None and asked in reading.answers
    if asked is not None and not answers and _is_odd_answer(name, confidence, asks):
        return SettledIntent(NOT_UNDERSTOOD, confidence, False)
    if answers and asks and name == "out_of_scope":
        return SettledIntent(name, confidence, False)
    if answers and not (is_digression(name) and (asks or confidence > 0.8)):
        return SettledIntent("answer", 1.0, True)
    # "is it the coffee?" asks; "is it serious? it's been two weeks" asks and tells.
    if is_digression(name) and _OPENS_WITH_QUESTION.search(text.lower().strip()):
        answers = answers and asked in reading.told_slots
    findings = [each for each in reading.findings if each.id != WORRY]
    told = [each for each in findings if each.status not in _TELLS_NOTHING]
    if findings and not told and not answers and name in _NOTHING_HEARD:
        return SettledIntent("report_symptom", confidence, answers)
    tells = bool(told or reading.duration or (reading.answers and reading.about_twitch))
    if tells and not asks and asked is None and reading.about_twitch and name is not None and name.startswith("ask_"):
        return SettledIntent("describe_twitch", confidence, answers)  # "my nose twitches, is that a caffeine thing"
    if tells and not asks and name == "twitch_elsewhere" and _tells_of_the_nose(reading):
        return SettledIntent("describe_twitch", confidence, answers)
    if tells and not is_digression(name) and name not in _TELLING:
        return SettledIntent("describe_twitch", confidence, answers)
    if tells and is_digression(name) and not asks and name not in _CONTROL and confidence < 0.6:
        return SettledIntent("describe_twitch", confidence, answers)
    return SettledIntent(name, confidence, answers)
