"""The clinician's tables in docs/ say what the knowledge files say today."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scripts.clinical_tables import RULES, SOURCES, Knowledge, documents


@pytest.fixture(scope="module")
def generated(root: Path) -> dict[Path, str]:
    return documents(root)


@pytest.mark.parametrize("path", [RULES, SOURCES], ids=str)
def test_the_document_is_fresh(path: Path, root: Path, generated: dict[Path, str]) -> None:
    assert (root / path).read_text(encoding="utf-8") == generated[path], f"{path} is stale: run `make docs`"


def test_nothing_is_left_out(knowledge: dict[str, Any], generated: dict[Path, str]) -> None:
    in_rules = [rule["id"] for rule in knowledge["triage"]["rules"]]
    in_rules += [question["slot"] for question in knowledge["questions"]["questions"]]
    in_rules += [doubt["id"] for doubt in knowledge["questions"]["doubts"]]
    in_rules += [cause["id"] for cause in knowledge["causes"]["causes"]]
    in_rules += [*knowledge["advice"], *knowledge["findings"]["thresholds"]]
    missing = [name for name in in_rules if f"`{name}`" not in generated[RULES]]
    missing += [key for key in knowledge["sources"] if f"`{key}`" not in generated[SOURCES]]
    assert not missing


def test_every_row_of_a_table_has_its_cells(generated: dict[Path, str]) -> None:
    for text in generated.values():
        for table in (part for part in text.split("\n\n") if part.startswith("|")):
            assert len({row.replace("\\|", "").count("|") for row in table.splitlines()}) == 1, table.splitlines()[0]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ({"all": ["weakness", {"any": ["fever", "pain"]}]}, "_weakness_ **and** (any of: _fever_, _pain_)"),
        ({"any": [{"passed": "seizure"}]}, "over (unless long ago), any of: _a fit or seizure_"),
        ({"not": {"absent": "tic_urge"}}, "not _an urge that builds before it_ is denied"),
        ({"answer": {"trend": ["same", "better"]}}, "`trend` was answered `same` or `better`"),
        ({"at_least": 2, "of": ["fever", "pain"]}, "at least 2 of: _fever_, _pain_"),
    ],
)
def test_a_condition_in_words(raw: Any, words: str, root: Path) -> None:
    assert Knowledge(root).condition(raw) == words


def test_an_unknown_condition_is_refused(root: Path) -> None:
    with pytest.raises(ValueError, match="no words for the condition"):
        Knowledge(root).condition({"full_moon": True})
