"""Loads and checks what the guide knows. Every mistake is reported with file, key and the allowed values."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from nose_twitch.medical.case import NOT_SURE, SKIPPED
from nose_twitch.medical.conditions import Condition, ConditionError, Vocabulary, parse_condition
from nose_twitch.medical.findings import Status
from nose_twitch.medical.kinds import (
    CLARIFY,
    CauseKind,
    Choice,
    Doubt,
    FindingKind,
    Knowledge,
    Question,
    TriageRule,
)
from nose_twitch.medical.levels import TriageLevel

__all__ = [
    "CLARIFY",
    "KNOWLEDGE_FOLDER",
    "CauseKind",
    "Choice",
    "Doubt",
    "FindingKind",
    "Knowledge",
    "KnowledgeError",
    "Question",
    "TriageRule",
    "load_knowledge",
]

KNOWLEDGE_FOLDER = Path(__file__).parent / "knowledge"
_GROUPS = ("red_flag", "course", "trigger", "movement", "other")
# What each entry may say: what it must, and what it can leave out. (`sources` are asked for separately.)
_FIELDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "finding": (("name", "group"), ("passing_counts",)),
    "rule": (("id", "level", "reason", "when", "examples"), ("sources", "claims")),
    "cause": (("id", "for", "claims"), ("against", "sources")),
    "question": (("slot", "when", "choices"), ("unknown_sets", "sources")),
    "choice": (("sets",), ("told_by", "days")),
    "doubt": (
        ("id", "findings", "statuses", "yes", "no", "not_sure"),
        ("only_when_nothing_else_told", "sources", "all_well"),
    ),
    "advice": (("response", "for_causes", "claims"), ("sources",)),
}


class KnowledgeError(ValueError):
    """A knowledge file says something that cannot be: the message names file, key and what is allowed."""

    def __init__(self, file: str, key: str, problem: str) -> None:
        """Build the message `file: key: problem`."""
        super().__init__(f"{file}: {key}: {problem}")


@lru_cache(maxsize=1)
def load_knowledge(folder: Path = KNOWLEDGE_FOLDER) -> Knowledge:
    """Read and check all knowledge files.

    Raises:
        KnowledgeError: for the first mistake found.
    """
    return _Loader(folder).load()


class _Loader:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sources = self._read("sources.yml")
        self._claims = self._read("claims.yml")

    def load(self) -> Knowledge:
        raw_findings, raw_questions = self._read("findings.yml"), self._read("questions.yml")
        raw_causes = self._read("causes.yml")
        findings = {key: self._finding(key, raw) for key, raw in raw_findings["findings"].items()}
        thresholds = raw_findings["thresholds"]
        questions = list(self._entries("questions.yml", raw_questions["questions"], "question", "slot"))
        answers = {raw["slot"]: frozenset({*raw["choices"], NOT_SURE, SKIPPED}) for raw in questions}
        self._words = Vocabulary(
            frozenset(findings), thresholds, {**answers, CLARIFY: frozenset({"yes", "no", NOT_SURE, SKIPPED})}
        )
        rules = self._entries("triage.yml", self._read("triage.yml")["rules"], "rule", "id")
        causes = self._entries("causes.yml", raw_causes["causes"], "cause", "id")
        doubts = self._entries("questions.yml", raw_questions["doubts"], "doubt", "id")
        knowledge = Knowledge(
            findings=findings,
            thresholds=thresholds,
            rules=tuple(map(self._rule, rules)),
            causes=tuple(self._cause(raw, raw_causes["needed"]) for raw in causes),
            cause_needs=raw_causes["needed"],
            questions=tuple(map(self._question, questions)),
            doubts={raw["id"]: self._doubt(raw) for raw in doubts},
            max_questions=raw_questions["max_questions"],
            sources=self._sources,
            claims=self._claims,
            helplines=self._read("helplines.yml"),
            advice=self._read("advice.yml"),
        )
        for key, raw in knowledge.advice.items():
            self._check_advice(key, raw, [cause.id for cause in knowledge.causes])
        return knowledge

    def _read(self, name: str) -> Any:
        path = self._folder / name
        try:
            return YAML(typ="safe").load(path)
        except Exception as error:
            raise KnowledgeError(name, "whole file", f"cannot be read: {error}") from error

    def _entries(
        self, file: str, raws: Iterable[Mapping[str, Any]], kind: str, name: str
    ) -> Iterable[Mapping[str, Any]]:
        seen: set[str] = set()
        for number, raw in enumerate(raws, start=1):
            key = raw.get(name, f"entry {number}")
            _check_fields(file, key, raw, kind)
            if key in seen:
                raise KnowledgeError(file, key, f"the {name} stands twice")
            seen.add(key)
            yield raw

    def _cited(self, file: str, key: str, raw: Mapping[str, Any]) -> tuple[str, ...]:
        if not raw.get("sources"):
            raise KnowledgeError(file, key, "has no source; name at least one key of sources.yml")
        return tuple(_one_of(file, key, "source", source, self._sources) for source in raw["sources"])

    def _cited_claims(self, file: str, key: str, raw: Mapping[str, Any]) -> tuple[str, ...]:
        return tuple(_one_of(file, key, "claim", claim, self._claims) for claim in raw.get("claims", ()))

    def _condition(self, file: str, key: str, raw: Any) -> Condition:
        try:
            return parse_condition(raw, self._words)
        except (ConditionError, ValueError) as error:
            raise KnowledgeError(file, key, str(error)) from error

    def _known(self, file: str, key: str, finding: str) -> str:
        return _one_of(file, key, "finding", finding, self._words.findings)

    @staticmethod
    def _status(key: str, name: str) -> Status:
        return Status(_one_of("questions.yml", key, "status", name, [status.value for status in Status]))

    @staticmethod
    def _finding(key: str, raw: Mapping[str, Any]) -> FindingKind:
        _check_fields("findings.yml", key, raw, "finding")
        group = _one_of("findings.yml", key, "group", raw["group"], _GROUPS)
        return FindingKind(key, raw["name"], group == "red_flag", raw.get("passing_counts", False))

    def _rule(self, raw: Mapping[str, Any]) -> TriageRule:
        key = raw["id"]
        level = _one_of("triage.yml", key, "level", raw["level"], [level.slot_value for level in TriageLevel])
        return TriageRule(
            key,
            TriageLevel.from_name(level),
            raw["reason"],
            self._condition("triage.yml", key, raw["when"]),
            self._cited("triage.yml", key, raw),
            self._cited_claims("triage.yml", key, raw),
            tuple(raw["examples"]),
        )

    def _cause(self, raw: Mapping[str, Any], needed: int) -> CauseKind:
        key = raw["id"]
        weights = {self._known("causes.yml", key, finding): weight for finding, weight in raw["for"].items()}
        if sum(weights.values()) < needed:
            raise KnowledgeError("causes.yml", key, f"can never be reached: its weights sum to less than {needed}")
        against = tuple(
            (_first_finding(entry), self._condition("causes.yml", key, entry)) for entry in raw.get("against", ())
        )
        return CauseKind(
            key, weights, against, self._cited_claims("causes.yml", key, raw), self._cited("causes.yml", key, raw)
        )

    def _question(self, raw: Mapping[str, Any]) -> Question:
        slot = raw["slot"]
        return Question(
            slot,
            self._condition("questions.yml", slot, raw["when"]),
            {choice: self._choice(slot, choice, entry) for choice, entry in raw["choices"].items()},
            self._statuses(slot, raw.get("unknown_sets", {})),
            self._cited("questions.yml", slot, raw),
        )

    def _choice(self, slot: str, choice: str, raw: Mapping[str, Any]) -> Choice:
        _check_fields("questions.yml", slot, raw, "choice")
        sets, told_by = self._statuses(slot, raw["sets"]), self._statuses(slot, raw.get("told_by", {}))
        return Choice(choice, sets, told_by, tuple(raw["days"]) if "days" in raw else None)

    def _statuses(self, key: str, raw: Mapping[str, str]) -> dict[str, Status]:
        return {
            finding if finding == "about" else self._known("questions.yml", key, finding): self._status(key, name)
            for finding, name in raw.items()
        }

    def _doubt(self, raw: Mapping[str, Any]) -> Doubt:
        key = raw["id"]
        return Doubt(
            key,
            tuple(self._known("questions.yml", key, finding) for finding in raw["findings"]),
            frozenset(self._status(key, name) for name in raw["statuses"]),
            raw.get("only_when_nothing_else_told", False),
            {
                answer: self._statuses(key, raw[answer] if isinstance(raw[answer], Mapping) else {"about": raw[answer]})
                for answer in ("yes", "no", "not_sure")
            },
            self._cited("questions.yml", key, raw),
            tuple(raw.get("all_well", ())),
        )

    def _check_advice(self, key: str, raw: Mapping[str, Any], causes: Collection[str]) -> None:
        _check_fields("advice.yml", key, raw, "advice")
        for cause in raw["for_causes"]:
            _one_of("advice.yml", key, "cause", cause, causes)
        self._cited("advice.yml", key, raw)
        self._cited_claims("advice.yml", key, raw)


def _check_fields(file: str, key: str, raw: Mapping[str, Any], kind: str) -> None:
    needed, optional = _FIELDS[kind]
    for field in raw:
        _one_of(file, key, "key", field, (*needed, *optional))
    for field in needed:
        if raw.get(field) in (None, ""):
            raise KnowledgeError(file, key, f"has no {field!r}; it needs {', '.join(needed)}")


def _one_of(file: str, key: str, what: str, value: str, allowed: Collection[str]) -> str:
    if value not in allowed:
        raise KnowledgeError(file, key, f"unknown {what} {value!r}; allowed: {', '.join(sorted(allowed))}")
    return value


def _first_finding(raw: Any) -> str:
    """What a line under `against` is about, to tell the person: a finding, or the duration."""
    if isinstance(raw, str):
        return raw
    value = next(iter(raw.values()))
    return value if "lasting_over_days" not in raw else "persistence"
