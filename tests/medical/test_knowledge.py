"""Mistakes in the knowledge files are found when they are loaded, with file, key and what is allowed."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from nose_twitch.medical.knowledge import CLARIFY, KNOWLEDGE_FOLDER, KnowledgeError, load_knowledge
from tests.medical.cases import KNOWLEDGE

Break = Callable[[Any], None]
load = load_knowledge.__wrapped__  # without the cache, which holds the real knowledge


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the knowledge to break."""
    return Path(shutil.copytree(KNOWLEDGE_FOLDER, tmp_path / "knowledge"))


def break_file(folder: Path, file: str, change: Break) -> str:
    """Change one file and say what loading then complains about."""
    path = folder / file
    yaml = YAML(typ="safe")
    content = yaml.load(path)
    change(content)
    yaml.dump(content, path)
    with pytest.raises(KnowledgeError) as caught:
        load(folder)
    return str(caught.value)


def rule(key: str, value: Any) -> Break:
    """Set something in the rule `worsening`."""
    return lambda content: next(each for each in content["rules"] if each["id"] == "worsening").update({key: value})


def cause(key: str, value: Any) -> Break:
    """Set something in the cause `environmental`."""
    return lambda content: next(each for each in content["causes"] if each["id"] == "environmental").update(
        {key: value}
    )


def question(key: str, value: Any) -> Break:
    """Set something in the question `trend`."""
    return lambda content: next(each for each in content["questions"] if each["slot"] == "trend").update({key: value})


def choice(key: str, value: Any) -> Break:
    """Set something in the choice `worse` of the question `trend`."""
    return lambda content: next(each for each in content["questions"] if each["slot"] == "trend")["choices"][
        "worse"
    ].update({key: value})


def doubt(key: str, value: Any) -> Break:
    """Set something in the doubt `still_now`."""
    return lambda content: next(each for each in content["doubts"] if each["id"] == "still_now").update({key: value})


def without(part: str, name: str, entry: str, key: str) -> Break:
    """Leave out something that must be there."""
    return lambda content: next(each for each in content[part] if each[name] == entry).pop(key)


def twice(part: str) -> Break:
    """Write the first entry of a part a second time."""
    return lambda content: content[part].append(content[part][0])


UNKNOWN_WORDS = [
    # file, change, key it must name, word it must name, an allowed word it must name
    ("triage.yml", rule("when", "worsning"), "worsening", "worsning", "worsening"),
    ("triage.yml", rule("when", {"any": ["weakness", "grip"]}), "worsening", "grip", "weakness"),
    ("triage.yml", rule("when", {"not": "grip"}), "worsening", "grip", "weakness"),
    ("triage.yml", rule("when", {"passed": "grip"}), "worsening", "grip", "weakness"),
    ("triage.yml", rule("when", {"at_least": 1, "of": ["grip"]}), "worsening", "grip", "weakness"),
    ("triage.yml", rule("when", {"gone": "weakness"}), "worsening", "gone", "passed"),
    ("triage.yml", rule("when", 7), "worsening", "7", "lasting_over_days"),
    ("triage.yml", rule("when", {"lasting_over_days": "some_days"}), "worsening", "some_days", "few_days"),
    ("triage.yml", rule("when", {"subject": "kid"}), "worsening", "kid", "child"),
    ("triage.yml", rule("when", {"answer": {"trnd": ["same"]}}), "worsening", "trnd", "trend"),
    ("triage.yml", rule("when", {"answer": {"trend": ["sam"]}}), "worsening", "sam", "same"),
    ("triage.yml", rule("when", {"answer": {"trend": "same"}}), "worsening", "same", "a list of"),
    ("triage.yml", rule("when", {"any": "weakness"}), "worsening", "weakness", "list"),
    ("triage.yml", rule("when", {"all": []}), "worsening", "[]", "list"),
    ("triage.yml", rule("when", {"any": ["weakness"], "not": "pain"}), "worsening", "not", "any"),
    ("triage.yml", rule("when", {"level_at_most": "soon"}), "worsening", "soon", "see_doctor"),
    ("triage.yml", rule("level", "soon"), "worsening", "soon", "see_doctor"),
    ("triage.yml", rule("sources", ["NHS"]), "worsening", "NHS", "NHS-tics"),
    ("triage.yml", rule("claims", ["S99"]), "worsening", "S99", "S58"),
    ("triage.yml", rule("sorces", ["seed"]), "worsening", "sorces", "sources"),
    ("causes.yml", cause("for", {"pollen": 3}), "environmental", "pollen", "allergen_or_irritant"),
    ("causes.yml", cause("against", [{"absent": "pollen"}]), "environmental", "pollen", "allergen_or_irritant"),
    ("causes.yml", cause("sources", ["NHS"]), "environmental", "NHS", "NHS-twitch"),
    ("causes.yml", cause("claims", ["S99"]), "environmental", "S99", "S39"),
    ("questions.yml", question("when", {"answer": {"trnd": "any"}}), "trend", "trnd", "duration"),
    ("questions.yml", question("sources", ["NHS"]), "trend", "NHS", "NHS-twitch"),
    ("questions.yml", question("unknown_sets", {"pollen": "present"}), "trend", "pollen", "weakness"),
    ("questions.yml", question("unknown_set", {"unsure_signs": "present"}), "trend", "unknown_set", "unknown_sets"),
    ("questions.yml", choice("sets", {"pollen": "present"}), "trend", "pollen", "worsening"),
    ("questions.yml", choice("sets", {"worsening": "there"}), "trend", "there", "present"),
    ("questions.yml", choice("told_by", {"worsening": "there"}), "trend", "there", "present"),
    ("questions.yml", doubt("findings", ["pollen"]), "still_now", "pollen", "weakness"),
    ("questions.yml", doubt("statuses", ["perhaps"]), "still_now", "perhaps", "uncertain"),
    ("questions.yml", doubt("not_sure", "perhaps"), "still_now", "perhaps", "present"),
    ("questions.yml", doubt("no", {"pollen": "absent"}), "still_now", "pollen", "weakness"),
    (
        "findings.yml",
        lambda content: content["findings"]["weakness"].update(group="red"),
        "weakness",
        "red",
        "red_flag",
    ),
    (
        "advice.yml",
        lambda content: content["general"].update(for_causes=["pollen"]),
        "general",
        "pollen",
        "environmental",
    ),
    ("advice.yml", lambda content: content["general"].update(sources=["NHS"]), "general", "NHS", "NHS-twitch"),
]


@pytest.mark.parametrize(
    ("file", "change", "key", "wrong", "allowed"),
    UNKNOWN_WORDS,
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_unknown_word_is_named_with_what_is_allowed(
    folder: Path, file: str, change: Break, key: str, wrong: str, allowed: str
) -> None:
    message = break_file(folder, file, change)
    assert message.startswith(f"{file}: {key}: ")
    assert wrong in message
    assert allowed in message.removeprefix(f"{file}: {key}: ")


@pytest.mark.parametrize(
    ("file", "change", "key"),
    [
        ("triage.yml", rule("sources", []), "worsening"),
        ("triage.yml", without("rules", "id", "worsening", "sources"), "worsening"),
        ("causes.yml", cause("sources", []), "environmental"),
        ("questions.yml", question("sources", []), "trend"),
        ("questions.yml", doubt("sources", []), "still_now"),
    ],
)
def test_whatever_rests_on_no_source_is_refused(folder: Path, file: str, change: Break, key: str) -> None:
    message = break_file(folder, file, change)
    assert message.startswith(f"{file}: {key}: ")
    assert "source" in message


@pytest.mark.parametrize("weights", [{}, {"allergen_or_irritant": 1}])
def test_a_cause_that_can_never_be_reached_is_refused(folder: Path, weights: dict[str, int]) -> None:
    message = break_file(folder, "causes.yml", cause("for", weights))
    assert message.startswith("causes.yml: environmental: ")
    assert "never be reached" in message


@pytest.mark.parametrize(
    ("file", "change", "key"),
    [
        ("triage.yml", twice("rules"), KNOWLEDGE.rules[0].id),
        ("causes.yml", twice("causes"), KNOWLEDGE.causes[0].id),
        ("questions.yml", twice("questions"), KNOWLEDGE.questions[0].slot),
        ("questions.yml", twice("doubts"), next(iter(KNOWLEDGE.doubts))),
    ],
)
def test_the_same_name_twice_is_refused(folder: Path, file: str, change: Break, key: str) -> None:
    message = break_file(folder, file, change)
    assert message.startswith(f"{file}: {key}: ")
    assert "twice" in message


@pytest.mark.parametrize(
    ("file", "change", "key", "missing"),
    [
        ("triage.yml", without("rules", "id", "worsening", "when"), "worsening", "when"),
        ("triage.yml", without("rules", "id", "worsening", "level"), "worsening", "level"),
        ("triage.yml", without("rules", "id", "worsening", "reason"), "worsening", "reason"),
        ("triage.yml", without("rules", "id", "worsening", "examples"), "worsening", "examples"),
        ("triage.yml", rule("when", {"at_least": 2}), "worsening", "of"),
        ("causes.yml", without("causes", "id", "environmental", "for"), "environmental", "for"),
        ("questions.yml", without("questions", "slot", "trend", "when"), "trend", "when"),
        ("questions.yml", without("questions", "slot", "trend", "choices"), "trend", "choices"),
        ("questions.yml", without("doubts", "id", "still_now", "not_sure"), "still_now", "not_sure"),
        ("findings.yml", lambda content: content["findings"]["weakness"].pop("name"), "weakness", "name"),
        ("findings.yml", lambda content: content["findings"]["weakness"].pop("group"), "weakness", "group"),
    ],
)
def test_something_left_out_is_named(folder: Path, file: str, change: Break, key: str, missing: str) -> None:
    message = break_file(folder, file, change)
    assert message.startswith(f"{file}: {key}: ")
    assert missing in message


@pytest.mark.parametrize("file", sorted(path.name for path in KNOWLEDGE_FOLDER.glob("*.yml")))
@pytest.mark.parametrize(
    "content", [None, "rules: [unclosed", "a: 1\na: 2\n"], ids=["missing", "unclosed", "same key twice"]
)
def test_a_file_that_cannot_be_read_is_named(folder: Path, file: str, content: str | None) -> None:
    if content is None:
        (folder / file).unlink()
    else:
        (folder / file).write_text(content, encoding="utf-8")
    with pytest.raises(KnowledgeError, match=rf"^{file}: "):
        load(folder)


def test_the_real_knowledge_is_accepted(folder: Path) -> None:
    assert load(folder).question_slots == KNOWLEDGE.question_slots


def test_the_settling_question_comes_first_and_is_no_question_of_the_list() -> None:
    assert KNOWLEDGE.question_slots[0] == CLARIFY
    assert KNOWLEDGE.question(CLARIFY) is None
    assert KNOWLEDGE.question("side") is not None
