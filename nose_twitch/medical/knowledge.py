"""Loads and checks what the guide knows. Every mistake is reported with file, key and the allowed values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from nose_twitch.medical.conditions import Condition, ConditionError, Vocabulary, parse_condition
from nose_twitch.medical.findings import Status
from nose_twitch.medical.levels import TriageLevel

KNOWLEDGE_FOLDER = Path(__file__).parent / "knowledge"
CLARIFY = "clarify"
_GROUPS = ("red_flag", "course", "trigger", "movement", "other")


class KnowledgeError(ValueError):
    """A knowledge file says something that cannot be: the message names file, key and what is allowed."""

    def __init__(self, file: str, key: str, problem: str) -> None:
        """Build the message `file: key: problem`."""
        super().__init__(f"{file}: {key}: {problem}")


@dataclass(frozen=True)
class FindingKind:
    """A finding as the knowledge describes it: `name` is what people are told, `red_flag` and `passing_counts` its weight."""

    id: str
    name: str
    red_flag: bool
    passing_counts: bool


@dataclass(frozen=True)
class TriageRule:
    """One rule: when it holds, at least `level` is needed, and `reason` is told."""

    id: str
    level: TriageLevel
    reason: str
    when: Condition
    sources: tuple[str, ...]
    claims: tuple[str, ...]
    examples: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class CauseKind:
    """One cause, with the weight of each finding that speaks for it and the conditions that speak against it."""

    id: str
    weights: Mapping[str, int]
    against: tuple[tuple[str, Condition], ...]
    claims: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Choice:
    """One answer to a question: the findings it sets, those that give it away, and for `duration` the days it means."""

    id: str
    sets: Mapping[str, Status]
    told_by: Mapping[str, Status]
    days: tuple[float, float] | None


@dataclass(frozen=True)
class Question:
    """One question: its slot, when it is worth asking, its choices by id, and what not knowing or skipping it sets."""

    slot: str
    when: Condition
    choices: Mapping[str, Choice]
    unknown_sets: Mapping[str, Status]
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Doubt:
    """A doubt that the slot `clarify` settles: about which findings in which status, and what each answer makes of them.

    `outcomes` maps an answer (yes, no, not_sure) to findings and their new status; the key `about` stands for the
    finding in doubt. `only_when_nothing_else_told`: once the person told of themselves the doubt is idle.
    """

    id: str
    findings: tuple[str, ...]
    statuses: frozenset[Status]
    only_when_nothing_else_told: bool
    outcomes: Mapping[str, Mapping[str, Status]]
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Knowledge:
    """Everything in `knowledge/`, checked."""

    findings: Mapping[str, FindingKind]
    thresholds: Mapping[str, float]
    rules: tuple[TriageRule, ...]
    causes: tuple[CauseKind, ...]
    cause_needs: int
    questions: tuple[Question, ...]
    doubts: Mapping[str, Doubt]
    max_questions: int
    sources: Mapping[str, Mapping[str, Any]]
    claims: Mapping[str, Mapping[str, Any]]
    helplines: Mapping[str, Any]
    advice: Mapping[str, Mapping[str, Any]]

    @property
    def question_slots(self) -> tuple[str, ...]:
        """The slots of the form, the settling question first."""
        return (CLARIFY, *(question.slot for question in self.questions))

    def question(self, slot: str) -> Question | None:
        """The question of a slot; None for `clarify` and for slots that ask nothing."""
        return next((question for question in self.questions if question.slot == slot), None)


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

    def load(self) -> Knowledge:
        raw_findings = self._read("findings.yml")
        findings = {key: self._finding(key, raw) for key, raw in raw_findings["findings"].items()}
        thresholds = raw_findings["thresholds"]
        raw_questions = self._read("questions.yml")
        slots = frozenset({CLARIFY, *(raw["slot"] for raw in raw_questions["questions"])})
        self._words = Vocabulary(frozenset(findings), thresholds, slots)
        raw_causes = self._read("causes.yml")
        knowledge = Knowledge(
            findings=findings,
            thresholds=thresholds,
            rules=tuple(self._rule(raw) for raw in self._unique("triage.yml", self._read("triage.yml")["rules"], "id")),
            causes=tuple(
                self._cause(raw, raw_causes["needed"]) for raw in self._unique("causes.yml", raw_causes["causes"], "id")
            ),
            cause_needs=raw_causes["needed"],
            questions=tuple(
                self._question(raw) for raw in self._unique("questions.yml", raw_questions["questions"], "slot")
            ),
            doubts={
                raw["id"]: self._doubt(raw) for raw in self._unique("questions.yml", raw_questions["doubts"], "id")
            },
            max_questions=raw_questions["max_questions"],
            sources=self._sources,
            claims=self._read("claims.yml"),
            helplines=self._read("helplines.yml"),
            advice=self._read("advice.yml"),
        )
        self._check_claims(knowledge)
        return knowledge

    def _read(self, name: str) -> Any:
        path = self._folder / name
        try:
            return YAML(typ="safe").load(path)
        except Exception as error:
            raise KnowledgeError(name, "whole file", f"cannot be read: {error}") from error

    def _unique(self, file: str, raws: Iterable[Mapping[str, Any]], key: str) -> Iterable[Mapping[str, Any]]:
        seen: set[str] = set()
        for raw in raws:
            if raw[key] in seen:
                raise KnowledgeError(file, raw[key], f"the {key} stands twice")
            seen.add(raw[key])
            yield raw

    def _cited(self, file: str, key: str, raw: Mapping[str, Any]) -> tuple[str, ...]:
        sources = raw.get("sources") or []
        if not sources:
            raise KnowledgeError(file, key, "has no source; name at least one key of sources.yml")
        for source in sources:
            if source not in self._sources:
                raise KnowledgeError(
                    file, key, f"unknown source {source!r}; allowed: {', '.join(sorted(self._sources))}"
                )
        return tuple(sources)

    def _condition(self, file: str, key: str, raw: Any) -> Condition:
        try:
            return parse_condition(raw, self._words)
        except (ConditionError, ValueError) as error:
            raise KnowledgeError(file, key, str(error)) from error

    def _known(self, file: str, key: str, finding: str) -> str:
        if finding not in self._words.findings:
            allowed = ", ".join(sorted(self._words.findings))
            raise KnowledgeError(file, key, f"unknown finding {finding!r}; allowed: {allowed}")
        return finding

    def _status(self, key: str, name: str) -> Status:
        try:
            return Status(name)
        except ValueError:
            allowed = ", ".join(status.value for status in Status)
            raise KnowledgeError("questions.yml", key, f"unknown status {name!r}; allowed: {allowed}") from None

    @staticmethod
    def _finding(key: str, raw: Mapping[str, Any]) -> FindingKind:
        if raw.get("group") not in _GROUPS:
            raise KnowledgeError("findings.yml", key, f"group {raw.get('group')!r}; allowed: {', '.join(_GROUPS)}")
        if not raw.get("name"):
            raise KnowledgeError("findings.yml", key, "has no name")
        return FindingKind(key, raw["name"], raw["group"] == "red_flag", raw.get("passing_counts", False))

    def _rule(self, raw: Mapping[str, Any]) -> TriageRule:
        key = raw["id"]
        if not raw.get("examples"):
            raise KnowledgeError(
                "triage.yml", key, "has no examples; give at least one that fires and one that does not"
            )
        try:
            level = TriageLevel.from_name(raw["level"])
        except ValueError as error:
            raise KnowledgeError("triage.yml", key, str(error)) from error
        return TriageRule(
            key,
            level,
            raw["reason"],
            self._condition("triage.yml", key, raw["when"]),
            self._cited("triage.yml", key, raw),
            tuple(raw.get("claims", ())),
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
        return CauseKind(key, weights, against, tuple(raw["claims"]), self._cited("causes.yml", key, raw))

    def _question(self, raw: Mapping[str, Any]) -> Question:
        slot = raw["slot"]
        choices = {
            choice: Choice(
                choice,
                self._statuses(slot, entry["sets"]),
                self._statuses(slot, entry.get("told_by", {})),
                tuple(entry["days"]) if "days" in entry else None,
            )
            for choice, entry in raw["choices"].items()
        }
        return Question(
            slot,
            self._condition("questions.yml", slot, raw["when"]),
            choices,
            self._statuses(slot, raw.get("unknown_sets", {})),
            self._cited("questions.yml", slot, raw),
        )

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
        )

    def _check_claims(self, knowledge: Knowledge) -> None:
        citing: list[TriageRule | CauseKind] = [*knowledge.rules, *knowledge.causes]
        for rule_or_cause in citing:
            for claim in rule_or_cause.claims:
                if claim not in knowledge.claims:
                    raise KnowledgeError("claims.yml", claim, f"is cited by {rule_or_cause.id!r} but does not exist")


def _first_finding(raw: Any) -> str:
    """What a line under `against` is about, to tell the person: a finding, or the duration."""
    if isinstance(raw, str):
        return raw
    value = next(iter(raw.values()))
    return value if "lasting_over_days" not in raw else "persistence"
