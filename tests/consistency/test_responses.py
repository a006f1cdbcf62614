"""Every wording that is named exists, every wording is said somewhere, and safety has one wording for each situation."""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import lru_cache
from typing import Any

import pytest

from nose_twitch.medical.case import Subject
from nose_twitch.medical.levels import TriageLevel
from tests.consistency.conftest import ROOT, load_yaml

Knowledge = dict[str, Any]
Responses = dict[str, list[dict[str, Any]]]
CODE = [*(ROOT / "actions").glob("*.py"), *(ROOT / "nose_twitch/rasa_parts").rglob("*.py")]
RULES = [rule for path in sorted((ROOT / "data/rules").glob("*.yml")) for rule in load_yaml(path)["rules"]]
SUMMARY_ROWS = ["subject", "since", "has", "had", "unsure", "denies", "answers", "level", "reasons"]
LEVELS = [level.slot_value for level in TriageLevel]
# What must be the same words every time: there is a review behind each of them.
SAFETY = (
    "utter_emergency",
    "utter_crisis",
    "utter_urgent",
    "utter_see_doctor",
    "utter_escalate_",
    "utter_assessment_",
    "utter_reason_",
    "utter_advice_",
    "utter_correction_noted",
    "utter_trouble",
    "utter_watch_for",
    "utter_waiting",
    "utter_numbers",
    "utter_when_doctor",
)


@lru_cache(maxsize=1)
def code() -> list[ast.AST]:
    """Every part of the code that may speak."""
    return [node for path in CODE for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]


def literal_names() -> set[str]:
    """Names of responses that stand in the code in full."""
    texts = {node.value for node in code() if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return {text for text in texts if re.fullmatch(r"utter_[a-z_]*[a-z]", text)} - {"utter_action"}


def computed_names(knowledge: Knowledge) -> dict[str, set[str]]:
    """Names that the code puts together, by the beginning that stands in it."""
    slots = ["clarify", *(question["slot"] for question in knowledge["questions"]["questions"])]
    again = ("", "_again")
    return {
        "utter_ask_": {f"utter_ask_{slot}" for slot in slots},  # by Rasa's form, too
        "utter_why_": {f"utter_why_{slot}" for slot in slots},
        "utter_cause_": {f"utter_cause_{cause['id']}" for cause in knowledge["causes"]["causes"]},
        "utter_reason_": {f"utter_reason_{rule['reason']}" for rule in knowledge["triage"]["rules"]},
        "utter_assessment_": {f"utter_assessment_{level}" for level in LEVELS},
        "utter_escalate_": {f"utter_escalate_{level}{more}" for level in ("see_doctor", "urgent") for more in again},
        "utter_": {f"utter_{level}{more}" for level in ("see_doctor", "urgent") for more in again},
        "utter_emergency": {f"utter_emergency{more}" for more in (*again, "_stay")},
        "utter_crisis": {f"utter_crisis{more}" for more in (*again, "_stay")},
        "utter_summary_": {f"utter_summary_{row}" for row in SUMMARY_ROWS},
        "utter_summary_subject_": {f"utter_summary_subject_{subject.value}" for subject in Subject},
        "utter_summary_level_": {f"utter_summary_level_{level}" for level in LEVELS},
    }


def named(knowledge: Knowledge) -> set[str]:
    """Every response that anything may say."""
    by_rules = {
        step["action"] for rule in RULES for step in rule["steps"] if str(step.get("action")).startswith("utter_")
    }
    by_advice = {advice["response"] for advice in knowledge["advice"].values()}
    return literal_names() | by_rules | by_advice | set().union(*computed_names(knowledge).values())


def test_whatever_is_named_exists(knowledge: Knowledge, responses: Responses) -> None:
    assert sorted(named(knowledge) - set(responses)) == []


def test_whatever_exists_is_said_somewhere(knowledge: Knowledge, responses: Responses) -> None:
    assert sorted(set(responses) - named(knowledge)) == []


def test_the_computed_names_of_this_test_are_those_of_the_code(knowledge: Knowledge) -> None:
    texts = {node.value for node in code() if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    assert set(computed_names(knowledge)) <= texts
    rows = {
        node.elts[0].value
        for node in code()
        if isinstance(node, ast.Tuple) and node.elts and isinstance(node.elts[0], ast.Constant)
    }
    assert set(SUMMARY_ROWS) <= rows


def conditions(variant: dict[str, Any]) -> frozenset[tuple[str, Any]]:
    """When a variant is chosen."""
    return frozenset((each["name"], each["value"]) for each in variant.get("condition", []))


def test_safety_has_exactly_one_wording_for_each_situation(responses: Responses) -> None:
    for name, variants in responses.items():
        if name.startswith(SAFETY):
            times = Counter(conditions(variant) for variant in variants)
            assert set(times.values()) == {1}, name
            assert times[frozenset()] == 1, f"{name} needs a wording that needs no condition"


def test_questions_have_a_first_wording_and_one_for_the_second_time(knowledge: Knowledge, responses: Responses) -> None:
    for question in knowledge["questions"]["questions"]:
        variants = responses[f"utter_ask_{question['slot']}"]
        assert [conditions(variant) for variant in variants] == [frozenset(), frozenset({("ask_again", True)})], (
            question["slot"]
        )


def test_every_doubt_has_a_first_wording_and_one_for_the_second_time(
    knowledge: Knowledge, responses: Responses
) -> None:
    doubts = [doubt["id"] for doubt in knowledge["questions"]["doubts"]]
    wanted = {frozenset({("doubt", doubt), ("ask_again", again)}) for doubt in doubts for again in (True, False)}
    times = Counter(conditions(variant) for variant in responses["utter_ask_clarify"])
    assert set(times.values()) == {1}
    assert wanted - set(times) == set()
    without_a_doubt = {frozenset(), frozenset({("doubt", None), ("ask_again", True)})}
    assert set(times) - wanted - without_a_doubt == set(), "a wording for a doubt that does not exist"


def test_each_choice_of_a_question_can_be_picked_or_read(knowledge: Knowledge, responses: Responses) -> None:
    for question in knowledge["questions"]["questions"]:
        for variant in responses[f"utter_ask_{question['slot']}"]:
            assert 1 <= len(variant["buttons"]) <= 4, question["slot"]
            assert len(variant["buttons"]) >= min(4, len(question["choices"])), question["slot"]


# --- what is filled in ---


def filled_by_code() -> dict[str, set[str]]:
    """Response name, or its beginning with a star, to the values that the code fills in."""
    found: dict[str, set[str]] = {}
    for node in code():
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "utter_message":
            values = {word.arg: word.value for word in node.keywords if word.arg}
            response = values.pop("response")
            if isinstance(response, ast.JoinedStr) and isinstance(response.values[0], ast.Constant):
                found.setdefault(f"{response.values[0].value}*", set()).update(values)
            elif isinstance(response, ast.Constant):
                found.setdefault(response.value, set()).update(values)
    return found


def values_for(name: str, knowledge: Knowledge) -> set[str]:
    """The values that the code fills into a response."""
    filled = filled_by_code()
    families = [f"{start}*" for start, names in computed_names(knowledge).items() if name in names]
    return set().union(*(filled.get(key, set()) for key in ([name] if name in filled else families)))


def test_whatever_stands_in_braces_is_filled_in(
    domain: dict[str, Any], responses: Responses, knowledge: Knowledge
) -> None:
    astray = [
        f"{name}: {{{word}}}"
        for name, variants in responses.items()
        for variant in variants
        for word in re.findall(r"{(.*?)}", variant.get("text", ""))
        if word not in values_for(name, knowledge) | set(domain["slots"])
    ]
    assert astray == []


def test_whatever_is_filled_in_has_its_place(responses: Responses, knowledge: Knowledge) -> None:
    lost = [
        f"{name}: {{{word}}}"
        for name, variants in responses.items()
        if name in named(knowledge)
        for variant in variants
        for word in values_for(name, knowledge)
        if f"{{{word}}}" not in variant["text"]
    ]
    assert lost == []


# --- the shape of a wording ---


def texts(responses: Responses) -> list[tuple[str, str]]:
    """Every wording with the name of its response."""
    return [(name, variant.get("text", "")) for name, variants in responses.items() for variant in variants]


@pytest.mark.parametrize("wrong", [r"\n\s*\n", r"\$\{", r"[ \t]+(\n|$)", r"\*\*|__|^#|\|.*\|", r"(?i)\bas an ai\b"])
def test_no_wording_has_what_a_channel_would_spoil(wrong: str, responses: Responses) -> None:
    assert [name for name, text in texts(responses) if re.search(wrong, text)] == []


def test_quick_replies_send_plain_words(responses: Responses) -> None:
    buttons = [
        (name, button)
        for name, variants in responses.items()
        for variant in variants
        for button in variant.get("buttons", [])
    ]
    for name, button in buttons:
        assert set(button) == {"title", "payload"}, name
        assert not re.search(r"^/|[{}()\[\]]", button["payload"] + button["title"]), (name, button)
        assert button["payload"].strip() and button["title"].strip(), name


def test_every_wording_says_something(responses: Responses) -> None:
    assert [name for name, text in texts(responses) if not text.strip() and name != "utter_question_controls"] == []
