"""Loads and checks the lexicon. A mistake is reported with the file, the key and what is allowed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from nose_twitch.language.patterns import PatternCompiler, PatternError
from nose_twitch.language.phrase_finder import Hit, PhraseFinder

__all__ = ["Hit", "Lexicon", "LexiconError", "PhraseFinder", "load_lexicon"]

LEXICON_FOLDER = Path(__file__).parent / "lexicon"
FINDING_FILES = (
    "red_flags.yml",
    "red_flags_of_face_and_senses.yml",
    "red_flags_of_awareness.yml",
    "red_flags_of_jerks.yml",
    "red_flags_of_crisis.yml",
    "course.yml",
    "triggers.yml",
    "movement.yml",
    "other_symptoms.yml",
)
# `hint`: words that tell the sign in one talk and something else in another; one more voice is needed, else the guide asks.
POLARITIES = ("present", "absent", "uncertain", "hint")
CUE_KINDS = (
    "negation",
    "negation_reaching",
    "negation_after",
    "not_negation",
    "uncertain",
    "uncertain_reaching",
    "hypothetical",
    "hypothetical_reaching",
    "worry_reaching",
    "not_hypothetical",
    "past_long_ago",
    "past_recent",
    "resolved",
    "still",
    "sudden",
    "gradual",
    "correction",
    "reporting",
    "everyday_reason",
)


class LexiconError(ValueError):
    """A lexicon file says something that cannot be: the message names file, key and what is allowed."""


@dataclass(frozen=True)
class Lexicon:
    """All word lists, compiled.

    Attributes:
        findings: keys are `finding:polarity`.
        idioms: stretches that mean nothing medical.
        cues: keys are the kinds in `CUE_KINDS`.
        people: keys are `child`, `adult`, `self_report`, ...
        anywhere: keys are `slot:choice`, phrases that answer a question wherever they stand.
        replies: the same for phrases that answer only right after the question was asked.
        plain_answers: single words that begin a plain yes or no.
        noses: where the text speaks of the nose or of a twitch.
        text_speak: word to its long form.
        domain_words: words that typos may be mended to.
        settings: lists used by the code (`lists.yml`).
    """

    findings: PhraseFinder
    idioms: PhraseFinder
    cues: PhraseFinder
    people: PhraseFinder
    anywhere: PhraseFinder
    replies: PhraseFinder
    noses: PhraseFinder
    plain_answers: frozenset[str]
    text_speak: Mapping[str, str]
    domain_words: frozenset[str]
    settings: Mapping[str, Any]


def load_lexicon(
    finding_ids: frozenset[str], choices: Mapping[str, frozenset[str]]
) -> tuple[Lexicon, Mapping[str, Sequence[str]]]:
    """Read, check and compile the lexicon; the second part is the generic yes, no, not sure and skip.

    Args:
        finding_ids: ids of the medical knowledge; any other is refused.
        choices: question slot to its choice ids; any other is refused.

    Raises:
        LexiconError: for the first mistake found.
    """
    raw_groups = _read("groups.yml")
    groups = raw_groups["groups"]
    compiler = PatternCompiler(groups, raw_groups["irregular"])
    findings = _finding_phrases(finding_ids)
    cues = _checked_keys("cues.yml", _read("cues.yml"), CUE_KINDS)
    people = _read("people.yml")
    answers = _read("answers.yml")
    anywhere = _answer_phrases(answers["anywhere"], choices)
    replies = _answer_phrases(answers["replies"], choices)
    idioms = {"idiom": _read("idioms.yml")["idioms"]}
    everything = (findings, cues, people, anywhere, replies, idioms)
    domain_words = frozenset(
        word
        for phrases in everything
        for texts in phrases.values()
        for text in texts or ()
        for word in compiler.words(str(text))
    )
    lexicon = Lexicon(
        findings=_finder(compiler, findings, "findings"),
        idioms=_finder(compiler, idioms, "idioms.yml"),
        cues=_finder(compiler, cues, "cues.yml"),
        people=_finder(compiler, people, "people.yml"),
        anywhere=_finder(compiler, anywhere, "answers.yml"),
        replies=_finder(compiler, replies, "answers.yml"),
        plain_answers=frozenset(
            str(phrase) for kind in ("yes", "no") for phrase in answers["generic"][kind] if " " not in str(phrase)
        ),
        noses=_finder(compiler, {"nose": ["{nose}", "{twitchy}"]}, "groups.yml"),
        text_speak=_read("text_speak.yml"),
        domain_words=domain_words | frozenset(raw_groups["extra_words"]),
        settings=raw_groups["settings"],
    )
    return lexicon, answers["generic"]


def _finder(compiler: PatternCompiler, phrases: Mapping[str, Sequence[str]], file: str) -> PhraseFinder:
    compiled = {}
    for key, texts in phrases.items():
        try:
            compiled[key] = [pattern for text in texts or () for pattern in compiler.compile(str(text))]
        except PatternError as error:
            raise LexiconError(f"{file}: {key}: {error}") from error
    return PhraseFinder(compiled)


def _read(name: str) -> Any:
    try:
        return YAML(typ="safe").load(LEXICON_FOLDER / name)
    except Exception as error:
        raise LexiconError(f"{name}: cannot be read: {error}") from error


def _finding_phrases(finding_ids: frozenset[str]) -> dict[str, list[str]]:
    phrases: dict[str, list[str]] = {}
    for file in FINDING_FILES:
        for finding, polarities in _checked_keys(file, _read(file), finding_ids).items():
            for polarity, texts in _checked_keys(f"{file}: {finding}", polarities, POLARITIES).items():
                key = f"{finding}:{polarity}"
                if key in phrases:
                    raise LexiconError(f"{file}: {key}: stands in two files")
                phrases[key] = texts
    return phrases


def _answer_phrases(
    raw: Mapping[str, Mapping[str, list[str]]], choices: Mapping[str, frozenset[str]]
) -> dict[str, list[str]]:
    return {
        f"{slot}:{choice}": texts
        for slot, by_choice in _checked_keys("answers.yml", raw, choices).items()
        for choice, texts in _checked_keys(f"answers.yml: {slot}", by_choice, choices[slot]).items()
    }


def _checked_keys(where: str, raw: Mapping[str, Any], allowed: Any) -> Mapping[str, Any]:
    for key in raw:
        if key not in allowed:
            raise LexiconError(f"{where}: unknown key {key!r}; allowed: {', '.join(sorted(allowed))}")
    return raw
