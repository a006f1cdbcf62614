"""Intents, slots, actions and rules: domain.yml, the data, the knowledge and the code name the same things."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from rasa_sdk.executor import ActionExecutor

import actions.slots
import nose_twitch.rasa_parts.slots
from nose_twitch.medical.case import Subject
from nose_twitch.medical.findings import Status
from tests.consistency.conftest import ROOT, load_yaml

FORM = "twitch_form"
LEAST_EXAMPLES = 25
FALLBACK = "nlu_fallback"  # Rasa's own intent, which has no examples
Domain = dict[str, Any]

RULES = [rule for path in sorted((ROOT / "data/rules").glob("*.yml")) for rule in load_yaml(path)["rules"]]
NLU = [entry for path in sorted((ROOT / "data/nlu").glob("*.yml")) for entry in load_yaml(path)["nlu"]]
EXAMPLES = {
    entry["intent"]: [line.removeprefix("- ").strip() for line in entry["examples"].splitlines()]
    for entry in NLU
    if "intent" in entry
}
INTENTS = sorted({*EXAMPLES, FALLBACK})


def question_slots(knowledge: dict[str, Any]) -> list[str]:
    """The slots of the form."""
    return ["clarify", *(question["slot"] for question in knowledge["questions"]["questions"])]


def constants(module: ModuleType) -> set[str]:
    """The slot names that a module holds."""
    return {value for name, value in vars(module).items() if name.isupper() and name != "FORM"}


# --- intents ---


def test_the_domain_has_the_intents_of_the_examples(domain: Domain) -> None:
    assert sorted(domain["intents"]) == INTENTS


def test_an_intent_has_its_examples_in_one_place() -> None:
    assert [name for name, times in Counter(entry["intent"] for entry in NLU).items() if times > 1] == []


@pytest.mark.parametrize("intent", sorted(EXAMPLES))
def test_intent_has_enough_examples_all_different(intent: str) -> None:
    told = [example.lower().strip(" .!") for example in EXAMPLES[intent]]
    assert len(set(told)) >= LEAST_EXAMPLES
    assert [example for example, times in Counter(told).items() if times > 1] == []


def test_no_example_means_two_things() -> None:
    owners: dict[str, set[str]] = {}
    for intent, examples in EXAMPLES.items():
        for example in examples:
            owners.setdefault(example.lower().strip(" .!"), set()).add(intent)
    assert {example: intents for example, intents in owners.items() if len(intents) > 1} == {}


def test_examples_are_plain_sentences_without_markup() -> None:
    marked = [example for examples in EXAMPLES.values() for example in examples if re.search(r"[\[\]{}]|^/", example)]
    assert marked == []


def test_nothing_but_intents_is_trained() -> None:
    assert [entry for entry in NLU if set(entry) != {"intent", "examples"}] == []


# --- rules ---


def places_of(rule: dict[str, Any]) -> set[tuple[str | None, bool]]:
    """Where a rule holds: which loop is active, and whether the answer was given."""
    loops: list[str | None] = [None, FORM]
    answered = [True, False]
    for condition in rule.get("condition", []):
        if "active_loop" in condition:
            loops = [condition["active_loop"]]
        for slot in condition.get("slot_was_set", []):
            if "answered" in slot:
                answered = [slot["answered"]]
    return {(loop, flag) for loop in loops for flag in answered}


def rules_for(intent: str) -> list[dict[str, Any]]:
    """The rules that begin with an intent."""
    return [rule for rule in RULES if rule["steps"][0].get("intent") == intent]


def action_names(domain: dict[str, Any]) -> set[str]:
    """The actions; those that are sent the domain stand there with that setting."""
    return {name for action in domain["actions"] for name in ([action] if isinstance(action, str) else action)}


def actions_of(rule: dict[str, Any]) -> list[str]:
    """The actions of a rule in order."""
    return [step["action"] for step in rule["steps"] if "action" in step]


@pytest.mark.parametrize("intent", INTENTS)
def test_intent_has_a_rule_everywhere(intent: str) -> None:
    covered = set().union(*(places_of(rule) for rule in rules_for(intent)))
    missing = {(loop, flag) for loop in (None, FORM) for flag in (True, False)} - covered
    assert not missing, f"no rule for {intent} at (active loop, answered): {missing}"


@pytest.mark.parametrize("intent", INTENTS)
def test_no_two_rules_want_the_same_place(intent: str) -> None:
    places = Counter(place for rule in rules_for(intent) for place in places_of(rule))
    assert [place for place, times in places.items() if times > 1] == []


def test_rules_begin_with_intents_of_the_domain(domain: Domain) -> None:
    unknown = {rule["steps"][0]["intent"] for rule in RULES if "intent" in rule["steps"][0]} - set(domain["intents"])
    assert not unknown


def test_rules_have_names_of_their_own() -> None:
    assert [name for name, times in Counter(rule["rule"] for rule in RULES).items() if times > 1] == []


@pytest.mark.parametrize("intent", [name for name in INTENTS if name.startswith("ask_")])
def test_a_question_is_answered_by_its_own_response_or_an_action(intent: str) -> None:
    first = {actions_of(rule)[0] for rule in rules_for(intent)}
    assert first == {f"utter_{intent.removeprefix('ask_')}"} or all(name.startswith("action_") for name in first)
    assert len(first) == 1


@pytest.mark.parametrize(
    "intent", [name for name in INTENTS if name.startswith("ask_") or name in ("thanks", "insult", "express_worry")]
)
def test_after_a_digression_the_open_question_comes_again(intent: str) -> None:
    for rule in rules_for(intent):
        if places_of(rule) == {(FORM, True), (FORM, False)}:
            assert rule["steps"][-2:] == [{"action": FORM}, {"active_loop": FORM}], rule["rule"]
            break
    else:
        pytest.fail(f"no rule for {intent} while a question is open")


def test_rules_and_stories_run_what_exists(domain: Domain, root: Path) -> None:
    stories = [story for path in (root / "data/stories").glob("*.yml") for story in load_yaml(path)["stories"]]
    named = {step["action"] for talk in [*RULES, *stories] for step in talk["steps"] if "action" in step}
    known = {*action_names(domain), *domain["responses"], FORM}
    assert {
        name
        for name in named - known
        if not name.startswith(("action_deactivate_loop", "action_listen", "action_restart"))
    } == set()


# --- slots, entities, actions ---


@pytest.mark.parametrize("module", [actions.slots, nose_twitch.rasa_parts.slots], ids=lambda module: module.__name__)
def test_slot_names_of_the_code_are_in_the_domain(module: ModuleType, domain: Domain) -> None:
    assert constants(module) <= set(domain["slots"])


def test_both_processes_call_slots_alike() -> None:
    ours, theirs = vars(actions.slots), vars(nose_twitch.rasa_parts.slots)
    assert {name for name in set(ours) & set(theirs) if name.isupper() and ours[name] != theirs[name]} == set()


def test_every_slot_of_the_domain_is_used(domain: Domain, knowledge: dict[str, Any]) -> None:
    used = constants(actions.slots) | constants(nose_twitch.rasa_parts.slots) | set(question_slots(knowledge))
    assert set(domain["slots"]) - used == set()


def test_the_form_asks_for_exactly_the_questions(domain: Domain, knowledge: dict[str, Any]) -> None:
    assert domain["forms"][FORM]["required_slots"] == question_slots(knowledge)


def test_the_form_has_one_name() -> None:
    assert actions.slots.FORM == nose_twitch.rasa_parts.slots.FORM == FORM


def test_question_slots_are_filled_from_the_entity_of_their_name(domain: Domain, knowledge: dict[str, Any]) -> None:
    for slot in question_slots(knowledge):
        assert domain["slots"][slot]["mappings"] == [{"type": "from_entity", "entity": slot}], slot


def test_mapped_entities_are_declared_and_nothing_else_is(domain: Domain) -> None:
    declared = {next(iter(entity)) if isinstance(entity, dict) else entity for entity in domain["entities"]}
    mapped = {
        mapping["entity"] for slot in domain["slots"].values() for mapping in slot["mappings"] if "entity" in mapping
    }
    assert declared == mapped | {"finding", "duration_told"}


def test_findings_have_a_role_for_each_status(domain: Domain) -> None:
    (finding,) = (entity["finding"] for entity in domain["entities"] if "finding" in entity)
    assert set(finding["roles"]) == {status.value for status in Status}


def test_the_action_server_has_exactly_the_actions_of_the_domain(domain: Domain) -> None:
    executor = ActionExecutor()
    executor.register_package("actions")
    own = {name for name, run in executor.actions.items() if type(run.__self__).__module__.startswith("actions.")}
    assert own == action_names(domain)


def test_conditions_on_slots_name_slots_and_values_that_exist(domain: Domain, knowledge: dict[str, Any]) -> None:
    values = {
        "country": set(knowledge["helplines"]["countries"]),
        "doubt": {None, *(doubt["id"] for doubt in knowledge["questions"]["doubts"])},
        "subject": {subject.value for subject in Subject},
        "ask_again": {True, False},
    }
    wrong = [
        f"{name}: {condition['name']} is {condition['value']}"
        for name, variants in domain["responses"].items()
        for variant in variants
        for condition in variant.get("condition", [])
        if condition["name"] not in domain["slots"]
        or condition["value"] not in values.get(condition["name"], {condition["value"]})
    ]
    assert wrong == []
