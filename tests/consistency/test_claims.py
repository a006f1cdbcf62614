"""The seed article's 69 claims, the wording that says them and the rules that act on them hold together."""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from typing import Any

import pytest

ALL_CLAIMS = [f"S{number}" for number in range(1, 70)]
KINDS = {"def", "sev", "psych", "cause", "trig", "care", "esc", "value"}
LAST_LINE = 33
OWN_GRADE_C = {"seed", "safety-decision"}
# Responses that code picks by a computed name (utter_cause_<cause> and so on), so that the name stands nowhere in full.
COMPUTED_NAMES = ("utter_why_", "utter_cause_", "utter_advice_", "utter_reason_", "utter_assessment_")

Knowledge = dict[str, Any]
Responses = dict[str, list[dict[str, Any]]]


def metadata_claims(variants: list[dict[str, Any]]) -> set[str]:
    """The claims that a response says, by the metadata of its variants."""
    return {claim for variant in variants for claim in (variant.get("metadata") or {}).get("claims", [])}


def cited(knowledge: Knowledge) -> dict[str, list[str]]:
    """Every place in the knowledge that cites sources, with the keys it cites."""
    places = {f"rule {rule['id']}": rule["sources"] for rule in knowledge["triage"]["rules"]}
    places |= {f"cause {cause['id']}": cause["sources"] for cause in knowledge["causes"]["causes"]}
    places |= {f"question {each['slot']}": each["sources"] for each in knowledge["questions"]["questions"]}
    places |= {f"doubt {doubt['id']}": doubt["sources"] for doubt in knowledge["questions"]["doubts"]}
    places |= {f"advice {name}": advice["sources"] for name, advice in knowledge["advice"].items()}
    return places


def test_every_claim_is_listed_once_and_in_order(knowledge: Knowledge) -> None:
    assert list(knowledge["claims"]) == ALL_CLAIMS


@pytest.mark.parametrize("claim_id", ALL_CLAIMS)
def test_claim_is_well_formed(claim_id: str, knowledge: Knowledge) -> None:
    claim = knowledge["claims"][claim_id]
    assert set(claim) <= {"line", "also_line", "kind", "text", "said_by", "rules", "note", "importance_only"}
    assert claim["kind"] in KINDS
    assert all(1 <= line <= LAST_LINE for line in [claim["line"], *claim.get("also_line", [])])
    assert claim["text"].endswith(".")


def test_no_two_claims_say_the_same(knowledge: Knowledge) -> None:
    texts = [claim["text"].lower() for claim in knowledge["claims"].values()]
    assert len(texts) == len(set(texts))


@pytest.mark.parametrize("claim_id", ALL_CLAIMS)
def test_claim_is_said_or_is_a_mere_statement_of_importance(claim_id: str, knowledge: Knowledge) -> None:
    claim = knowledge["claims"][claim_id]
    assert bool(claim.get("said_by")) != bool(claim.get("importance_only"))
    assert bool(claim.get("importance_only")) == (claim["kind"] == "value")


@pytest.mark.parametrize("claim_id", ALL_CLAIMS)
def test_responses_named_by_a_claim_say_it(claim_id: str, knowledge: Knowledge, responses: Responses) -> None:
    said_by = knowledge["claims"][claim_id].get("said_by", [])
    missing = [name for name in said_by if name not in responses]
    assert not missing, f"{claim_id} names responses that domain.yml does not have: {missing}"
    silent = [name for name in said_by if claim_id not in metadata_claims(responses[name])]
    assert not silent, f"{claim_id} names {silent}, whose metadata does not list it"


def test_claims_and_sources_named_by_responses_exist(knowledge: Knowledge, responses: Responses) -> None:
    known = {"claims": set(knowledge["claims"]), "sources": set(knowledge["sources"])}
    unknown = [
        f"{name}: {key}"
        for name, variants in responses.items()
        for variant in variants
        for kind, keys in known.items()
        for key in (variant.get("metadata") or {}).get(kind, [])
        if key not in keys
    ]
    assert not unknown


def test_every_response_that_says_a_claim_can_be_reached(
    root: Path, domain: dict[str, Any], knowledge: Knowledge
) -> None:
    places = [*(root / "data").rglob("*.yml"), *(root / "nose_twitch").rglob("*.yml")]
    places += [*(root / "actions").rglob("*.py"), *(root / "nose_twitch").rglob("*.py")]
    used = "\n".join(path.read_text(encoding="utf-8") for path in places if path.name != "claims.yml")
    intents = {next(iter(intent)) if isinstance(intent, dict) else intent for intent in domain["intents"]}
    said_by = {name for claim in knowledge["claims"].values() for name in claim.get("said_by", [])}
    unreachable = [
        name
        for name in sorted(said_by)
        if not name.startswith(COMPUTED_NAMES)
        and not re.search(rf"\b{name}\b", used)
        and f"ask_{name.removeprefix('utter_')}" not in intents
    ]
    assert not unreachable, f"nothing ever says {unreachable}"


def test_claims_and_rules_name_each_other(knowledge: Knowledge) -> None:
    by_claim = {(claim_id, rule) for claim_id, claim in knowledge["claims"].items() for rule in claim.get("rules", [])}
    by_rule = {(claim_id, rule["id"]) for rule in knowledge["triage"]["rules"] for claim_id in rule.get("claims", [])}
    assert by_claim == by_rule, (
        f"only claims.yml: {sorted(by_claim - by_rule)}; only triage.yml: {sorted(by_rule - by_claim)}"
    )


def test_every_escalation_claim_has_a_rule(knowledge: Knowledge) -> None:
    idle = [key for key, claim in knowledge["claims"].items() if claim["kind"] == "esc" and not claim.get("rules")]
    assert not idle


def test_causes_and_advice_name_known_claims(knowledge: Knowledge) -> None:
    named = {claim for cause in knowledge["causes"]["causes"] for claim in cause["claims"]}
    named |= {claim for advice in knowledge["advice"].values() for claim in advice["claims"]}
    assert named <= set(ALL_CLAIMS)


def test_whoever_rests_on_a_claim_cites_the_article_and_the_other_way_round(knowledge: Knowledge) -> None:
    places = [*knowledge["triage"]["rules"], *knowledge["causes"]["causes"], *knowledge["advice"].values()]
    uneven = [place for place in places if place.get("claims") and "seed" not in place["sources"]]
    uneven += [place for place in places if "seed" in place["sources"] and not place.get("claims")]
    names = [place.get("id") or place["response"] for place in uneven]
    # A cause that the article does not name may still rest on "there are many causes" (S6, S27).
    assert [name for name in names if name != "other"] == []


def test_cited_sources_exist(knowledge: Knowledge) -> None:
    unknown = [
        f"{where}: {key}" for where, keys in cited(knowledge).items() for key in keys if key not in knowledge["sources"]
    ]
    assert not unknown


def test_nothing_rests_on_a_weak_source_alone(knowledge: Knowledge) -> None:
    sources = knowledge["sources"]
    weak = [
        where
        for where, keys in cited(knowledge).items()
        if not any(key in OWN_GRADE_C or sources[key]["grade"] in ("A", "B") for key in keys)
    ]
    assert not weak


def test_sources_are_well_formed(knowledge: Knowledge) -> None:
    for key, source in knowledge["sources"].items():
        assert {"title", "publisher", "address", "grade", "checked_on"} <= set(source), key
        assert source["grade"] in ("A", "B", "C"), key
        assert isinstance(source["checked_on"], datetime.date), f"{key}: checked_on is no ISO date"
        assert source["address"].startswith(("https://", "http://")) or key == "safety-decision", key


def test_our_own_decisions_are_documented(root: Path, knowledge: Knowledge) -> None:
    text = (root / knowledge["sources"]["safety-decision"]["address"]).read_text(encoding="utf-8")
    few_days = knowledge["findings"]["thresholds"]["few_days"]
    assert f"`few_days: {few_days}`" in text


def test_every_cause_has_advice_and_its_wording(knowledge: Knowledge, responses: Responses) -> None:
    causes = {cause["id"] for cause in knowledge["causes"]["causes"]}
    advice = knowledge["advice"]
    assert set(advice) == causes | {"general"}
    assert set(advice["general"]["for_causes"]) == causes
    assert all(each["response"] in responses for each in advice.values())
