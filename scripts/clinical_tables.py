"""`make docs`: what the guide knows, as tables that a clinician can read: docs/rules.md and docs/sources.md.

It reads the knowledge files and the wording as plain data; whether they are sound is checked where they are loaded
(nose_twitch/medical/knowledge.py), not here.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from scripts.settings import ROOT

RULES = Path("docs/rules.md")
SOURCES = Path("docs/sources.md")
KNOWLEDGE = Path("nose_twitch/medical/knowledge")

_LEVELS = {
    "emergency": "Emergency: call now",
    "urgent": "Urgent: medical help today",
    "see_doctor": "See a doctor: book a visit",
}
_GRADES = {
    "A": "official health body, guideline or reviewed paper, read at its own address",
    "B": "official text, read on a copy",
    "C": "press, vendor, or our own decision; carries no rule alone, but for the article (`seed`) and `safety-decision`",
}
_STATUSES = {
    "present": "there now",
    "absent": "denied",
    "uncertain": "unclear",
    "past": "over",
    "past_recent": "over, in the last days",
    "past_untold": "over, time not told",
    "past_long_ago": "over long ago",
    "hypothetical": "feared or asked about",
    "someone_else": "somebody else's",
}
_NOTICE = "_Written by `make docs` from `{}`. Change those files, not this one._"


class Knowledge:
    """The knowledge files and the wording, as plain data, with names instead of ids where there are any."""

    def __init__(self, root: Path) -> None:
        """Read the files."""
        self._root = root
        self.triage = self._read("triage")["rules"]
        self.causes = self._read("causes")
        self.questions = self._read("questions")
        self.advice = self._read("advice")
        self.sources = self._read("sources")
        self.helplines = self._read("helplines")["countries"]
        kinds = self._read("findings")
        self.findings = kinds["findings"]
        self.thresholds = kinds["thresholds"]
        self.responses = YAML(typ="safe").load(root / "domain.yml")["responses"]

    def _read(self, name: str) -> Any:
        return YAML(typ="safe").load(self._root / KNOWLEDGE / f"{name}.yml")

    def finding(self, finding_id: str) -> str:
        """The name of a finding as people are told it."""
        return f"_{self.findings[finding_id]['name']}_"

    def wording(self, response: str, **slots: Any) -> str:
        """The text of a response; of the variant that is for these slots, where some are named."""
        for variant in self.responses.get(response, []):
            wanted = {each["name"]: each["value"] for each in variant.get("condition", [])}
            if wanted == slots:
                return str(variant["text"]).strip()
        raise KeyError(f"domain.yml: {response} has no wording for {slots or 'every case'}")

    def cited(self, keys: Iterable[str]) -> str:
        """Sources with their addresses."""
        return ", ".join(f"[{key}]({_link(self.sources[key]['address'])})" for key in keys)

    def condition(self, raw: Any) -> str:
        """A `when:` in words.

        Raises:
            ValueError: a kind of condition that this script does not know yet.
        """
        if isinstance(raw, str):
            return self.finding(raw)
        for key, tell in self._tellers().items():
            if key in raw:
                return tell(raw)
        raise ValueError(f"no words for the condition {raw!r}; add some in scripts/clinical_tables.py")

    def _tellers(self) -> Mapping[str, Callable[[Any], str]]:
        return {
            "any": lambda raw: self._any(raw["any"]),
            "all": lambda raw: " **and** ".join(self._part(part) for part in raw["all"]),
            "at_least": lambda raw: f"at least {raw['at_least']} of: {self._listed(raw['of'])}",
            "not": lambda raw: f"not {self._part(raw['not'])}",
            "passed": lambda raw: f"{self.finding(raw['passed'])} that is over (unless long ago)",
            "uncertain": lambda raw: f"{self.finding(raw['uncertain'])}, told but unclear",
            "absent": lambda raw: f"{self.finding(raw['absent'])} is denied",
            "elsewhere": lambda raw: f"{self.finding(raw['elsewhere'])} of somebody else",
            "lasting_over_days": lambda raw: f"the twitching has lasted over {self._days(raw['lasting_over_days'])}",
            "subject": lambda raw: {"self": "for themselves", "child": "for a child", "other": "for somebody else"}[
                raw["subject"]
            ],
            "answer": lambda raw: self._answered(raw["answer"]),
            "level_at_most": lambda raw: f"level so far at most `{raw['level_at_most']}`",
            "level_at_least": lambda raw: f"level so far at least `{raw['level_at_least']}`",
            "no_cause": lambda raw: "no cause is supported yet" if raw["no_cause"] else "some cause is supported",
            "asked_fewer_than": lambda raw: f"fewer than {raw['asked_fewer_than']} questions asked",
        }

    def _any(self, parts: list[Any]) -> str:
        if all(isinstance(part, Mapping) and "passed" in part for part in parts):
            return f"over (unless long ago), any of: {', '.join(self.finding(part['passed']) for part in parts)}"
        return f"any of: {self._listed(parts)}"

    def _listed(self, parts: list[Any]) -> str:
        return ", ".join(self._part(part) for part in parts)

    def _part(self, raw: Any) -> str:
        """A condition inside another one: in brackets if it has parts itself."""
        compound = isinstance(raw, Mapping) and bool({"any", "all", "at_least"} & set(raw))
        return f"({self.condition(raw)})" if compound else self.condition(raw)

    def _days(self, days: Any) -> str:
        return f"{self.thresholds[days]} days (`{days}`)" if isinstance(days, str) else f"{days} days"

    @staticmethod
    def _answered(answer: Mapping[str, Any]) -> str:
        ((slot, allowed),) = answer.items()
        values = "" if allowed == "any" else " or ".join(f"`{value}`" for value in allowed)
        return f"`{slot}` was answered {values}".strip()

    def outcomes(self, raw: Mapping[str, str], about: str = "") -> str:
        """Findings with the status that an answer gives them."""
        return ", ".join(
            f"{about if key == 'about' else self.finding(key)}: {_STATUSES[status]}" for key, status in raw.items()
        )

    def example(self, raw: Mapping[str, Any]) -> str:
        """What is given in an example, in words."""
        words = {
            "duration_days": lambda value: f"for {value} days",
            "subject": lambda value: self.condition({"subject": value}),
        }
        return ", ".join(
            words[key](value) if key in words else f"{self.finding(key)}: {_STATUSES[value]}"
            for key, value in raw["given"].items()
        )


def documents(root: Path = ROOT) -> dict[Path, str]:
    """The generated documents, by their place under the root."""
    known = Knowledge(root)
    return {RULES: _rules(known), SOURCES: _sources(known)}


def _rules(known: Knowledge) -> str:
    parts = [
        "# What the guide goes by",
        _NOTICE.format("nose_twitch/medical/knowledge/` and `domain.yml"),
        "For the clinician who reviews it. The decisions behind it are in [clinical-safety.md](clinical-safety.md), "
        "the sources with their grades in [sources.md](sources.md). A phrase in _italics_ is a finding: a thing that a "
        "person can tell, in any words.",
        "A finding counts when the person plainly has it now. What is denied, feared, over long ago or somebody else's "
        "raises nothing. Every rule whose condition holds fires; the highest level wins; all reasons are told. With no "
        "rule, the level is `self_care`.",
        "## Thresholds",
        _table(["Name", "Days"], ([f"`{name}`", str(days)] for name, days in known.thresholds.items())),
    ]
    for level, title in _LEVELS.items():
        parts += [f"## {title}", _rule_table(known, level)]
    parts += [
        "## Questions",
        f"In this order, at most {known.questions['max_questions']} in all. A question is asked while it has no answer "
        "and its condition holds, so nothing is asked that was told. _Not sure_ and _skip_ are possible at each.",
        _question_table(known),
        "## Doubts that one short question settles",
        "Each is asked once, before the other questions. Skipping counts as not sure. Every doubt is about the first "
        "finding of its list that is in that state.",
        _doubt_table(known),
        "## Causes",
        f"A cause is named when the weights of what the person told reach {known.causes['needed']}; the sum ranks "
        "them, at equal sums the order here. A finding counts when it is there now, and also when it is over but not "
        "told to be long over.",
        _cause_table(known),
        "## What may help",
        "Given below `urgent`: what is general, and what is for the first cause.",
        _table(
            ["For", "Wording", "Sources"],
            (
                [f"`{name}`", known.wording(advice["response"]), known.cited(advice["sources"])]
                for name, advice in known.advice.items()
            ),
        ),
    ]
    return "\n\n".join(parts) + "\n"


def _rule_table(known: Knowledge, level: str) -> str:
    return _table(
        ["Rule", "Reason told", "When", "Sources", "Examples"],
        (
            [
                f"`{rule['id']}`",
                known.wording(f"utter_reason_{rule['reason']}"),
                known.condition(rule["when"]),
                known.cited(rule["sources"]),
                "\n".join(
                    f"{'fires' if example['fires'] else 'does not'}: {known.example(example)}"
                    for example in rule["examples"]
                ),
            ]
            for rule in known.triage
            if rule["level"] == level
        ),
    )


def _question_table(known: Knowledge) -> str:
    rows = []
    for number, question in enumerate(known.questions["questions"], start=1):
        answers = [_choice(known, name, choice) for name, choice in question["choices"].items()]
        if "unknown_sets" in question:
            answers.append(f"not sure or skipped → {known.outcomes(question['unknown_sets'])}")
        wording = known.wording(f"utter_ask_{question['slot']}")
        rows.append(
            [
                f"{number}. `{question['slot']}`",
                wording.removeprefix("Question {question_number} of about {question_total}. "),
                known.wording(f"utter_why_{question['slot']}"),
                known.condition(question["when"]),
                "\n".join(answers),
                known.cited(question["sources"]),
            ]
        )
    return _table(["Question", "Wording", "Why it is asked", "Asked when", "What each answer means", "Sources"], rows)


def _choice(known: Knowledge, name: str, choice: Mapping[str, Any]) -> str:
    meaning = known.outcomes(choice["sets"])
    if "days" in choice:
        meaning = ", ".join(filter(None, [f"{choice['days'][0]} to {choice['days'][1]} days", meaning]))
    return f"`{name}`" + (f" → {meaning}" if meaning else "")


def _doubt_table(known: Knowledge) -> str:
    def told(doubt: Mapping[str, Any], answer: str) -> str:
        outcome = doubt[answer]
        return known.outcomes(outcome, "it") if isinstance(outcome, Mapping) else f"it: {_STATUSES[outcome]}"

    rows = []
    for doubt in known.questions["doubts"]:
        state = ", or ".join(_STATUSES[status] for status in doubt["statuses"])
        if doubt.get("only_when_nothing_else_told"):
            state += "; only while nothing was told of the person's own health"
        rows.append(
            [
                f"`{doubt['id']}`",
                known.wording("utter_ask_clarify", doubt=doubt["id"], ask_again=False),
                ", ".join(known.finding(finding) for finding in doubt["findings"]),
                state,
                "\n".join(
                    f"{answer.replace('_', ' ')} → {told(doubt, answer)}" for answer in ("yes", "no", "not_sure")
                ),
                known.cited(doubt["sources"]),
            ]
        )
    return _table(["Doubt", "Wording", "About", "When that is", "Answers", "Sources"], rows)


def _cause_table(known: Knowledge) -> str:
    return _table(
        ["Cause", "Speaks for it (weight)", "Speaks against it", "Sources"],
        (
            [
                f"`{cause['id']}`",
                ", ".join(f"{known.finding(finding)} ({weight})" for finding, weight in cause["for"].items()),
                "\n".join(known.condition(each) for each in cause["against"]) or "nothing",
                known.cited(cause["sources"]),
            ]
            for cause in known.causes["causes"]
        ),
    )


def _sources(known: Knowledge) -> str:
    used = _uses(known)
    counts = {grade: sum(source["grade"] == grade for source in known.sources.values()) for grade in _GRADES}
    parts = [
        "# Sources",
        _NOTICE.format("nose_twitch/medical/knowledge/sources.yml"),
        "Collected from stored copies. A person must open every address before a release and set its day "
        "([clinical-safety.md](clinical-safety.md), section 4).",
        _table(
            ["Grade", "Meaning", "How many"],
            ([grade, meaning, str(counts[grade])] for grade, meaning in _GRADES.items()),
        ),
        _table(
            ["Key", "Source", "Grade", "Checked on", "Used by", "Note"],
            (
                [
                    f"`{key}`",
                    f"{source['publisher']}: [{source['title']}]({_link(source['address'])})",
                    source["grade"],
                    str(source["checked_on"]),
                    "\n".join(f"{kind}: {', '.join(names)}" for kind, names in used[key].items()) or "nothing yet",
                    source.get("note", ""),
                ]
                for key, source in known.sources.items()
            ),
        ),
    ]
    return "\n\n".join(parts) + "\n"


def _uses(known: Knowledge) -> dict[str, dict[str, list[str]]]:
    """Who cites each source: kind of place to names."""
    places = [
        *(("rules", rule["id"], rule["sources"]) for rule in known.triage),
        *(("causes", cause["id"], cause["sources"]) for cause in known.causes["causes"]),
        *(("questions", question["slot"], question["sources"]) for question in known.questions["questions"]),
        *(("doubts", doubt["id"], doubt["sources"]) for doubt in known.questions["doubts"]),
        *(("advice", name, advice["sources"]) for name, advice in known.advice.items()),
        *(("numbers", code, country["sources"]) for code, country in known.helplines.items()),
        *(
            ("wording", name, variant.get("metadata", {}).get("sources", []))
            for name, variants in known.responses.items()
            for variant in variants
        ),
    ]
    uses: dict[str, dict[str, list[str]]] = {key: {} for key in known.sources}
    for kind, name, keys in places:
        for key in keys:
            names = uses[key].setdefault(kind, [])
            if f"`{name}`" not in names:
                names.append(f"`{name}`")
    return uses


def _link(address: str) -> str:
    return address.removeprefix("docs/")


def _table(header: list[str], rows: Iterable[list[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)


def _cell(text: str) -> str:
    return text.strip().replace("|", "\\|").replace("\n- ", "<br>• ").replace("\n", "<br>")


def main() -> int:
    """Runs `make docs`."""
    for path, text in documents().items():
        (ROOT / path).write_text(text, encoding="utf-8")
        print(f"Wrote {path}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
