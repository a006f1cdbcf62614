"""The wording can be read by somebody of 9 to 11 years (NHS-write): Flesch-Kincaid grade 6 over the whole catalogue."""

from __future__ import annotations

import re
from typing import Any

import textstat

CATALOGUE_GRADE = 6.0
RESPONSE_GRADE = 9.0
SENTENCES_TO_JUDGE = 3  # a grade says little about fewer
LONGEST_SENTENCE = 20

# Words that the guide cannot do without: the names of the topic and of help. They count as one short word, as the NHS
# advises for readability tools (NHS-SMOG); otherwise "call your local emergency number" would score as hard to read.
TOPIC_WORDS = (
    "emergency",
    "ambulance",
    "medical",
    "medicines?",
    "symptoms?",
    "anxiety",
    "nasal myoclonus",  # the medical name, given after the plain one; so are the next three
    "dystonia",
    "neurological",
    "environmental",
)
_TOPIC = re.compile(rf"\b(?:{'|'.join(TOPIC_WORDS)})\b", re.IGNORECASE)
_FILLED_IN = re.compile(r"\{\w+\}|https?://\S+|\b[\w-]+\.(?:com|org)(?:/\S*)?\b|\d[\d -]*\d|\d")

Responses = dict[str, list[dict[str, Any]]]


def plain(text: str) -> str:
    """A text as it is scored: a line is a sentence, and what is filled in counts as one short word."""
    text = _FILLED_IN.sub("this", _TOPIC.sub("word", text))
    lines = [line.strip(" -\t") for line in text.splitlines()]
    return " ".join(line if line.endswith((".", "!", "?")) else f"{line}." for line in lines if line)


def sentences(text: str) -> list[str]:
    """The sentences of a scored text."""
    return [each for each in re.split(r"(?<=[.!?])\s+", plain(text)) if re.search(r"\w", each)]


def texts(responses: Responses) -> list[tuple[str, str]]:
    """Every wording with the name of its response."""
    return [
        (name, variant["text"]) for name, variants in responses.items() for variant in variants if variant.get("text")
    ]


def grade(text: str) -> float:
    """The Flesch-Kincaid grade of a text."""
    return float(textstat.flesch_kincaid_grade(plain(text)))


def test_the_catalogue_reads_easily(responses: Responses) -> None:
    # A sentence that stands in many wordings (one per country) counts once.
    catalogue = dict.fromkeys(sentence for _, text in texts(responses) for sentence in sentences(text))
    assert grade("\n".join(catalogue)) <= CATALOGUE_GRADE


def test_no_response_is_hard(responses: Responses) -> None:
    hard = {
        name: round(grade(text), 1)
        for name, text in texts(responses)
        if len(sentences(text)) >= SENTENCES_TO_JUDGE and grade(text) > RESPONSE_GRADE
    }
    assert not hard


def test_no_sentence_is_long(responses: Responses) -> None:
    long = {
        name: each
        for name, text in texts(responses)
        for each in sentences(text)
        if len(each.split()) > LONGEST_SENTENCE
    }
    assert not long


def test_the_score_can_fail() -> None:
    hard = (
        "Involuntary muscular contractions necessitate comprehensive professional evaluation. "
        "Subsequently, appropriate pharmacological intervention is administered accordingly. "
        "Continuous observation facilitates considerable improvement."
    )
    assert grade(hard) > RESPONSE_GRADE
    assert grade("See a doctor soon. It is not an emergency. You can call today.") < CATALOGUE_GRADE
    assert len(sentences("Call now:\n- 999 in the UK\n- 112 in Europe")) == 3
