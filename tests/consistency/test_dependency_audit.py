"""The reviewed list of vulnerabilities names what is locked, and the audit lets nothing new through."""

from __future__ import annotations

import datetime
import json
import re
from typing import Any

import pytest
import yaml

from scripts import audit
from scripts.settings import ROOT

LIST = yaml.safe_load(audit.REVIEWED.read_text(encoding="utf-8"))
REVIEWED: list[dict[str, Any]] = LIST["reviewed"]


def locked() -> set[tuple[str, str]]:
    pairs = set()
    for lock in audit.LOCKS:
        pairs |= set(re.findall(r"^([\w.-]+)==([^\s;]+)", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE))
    for folder in audit.NPM_LOCKS:
        packages = json.loads((ROOT / folder / "package-lock.json").read_text(encoding="utf-8"))["packages"]
        pairs |= {
            (name.rsplit("node_modules/", 1)[1], package["version"]) for name, package in packages.items() if name
        }
    return pairs


@pytest.mark.parametrize("entry", REVIEWED, ids=lambda entry: f"{entry['package']}-{entry['verdict']}")
def test_each_entry_is_about_what_is_locked(entry: dict[str, Any]) -> None:
    assert (entry["package"], entry["version"]) in locked()
    assert entry["verdict"] in ("unreachable", "mitigated", "fixed-by")
    assert entry["why"] and entry["held_by"]
    for name in entry["advisories"]:
        assert re.fullmatch(r"CVE-\d{4}-\d{4,}|GHSA(-[0-9a-z]{4}){3}|PYSEC-\d{4}-\d+", name)


def test_no_advisory_stands_there_twice_and_the_day_is_known() -> None:
    names = [(entry["package"], name) for entry in REVIEWED for name in entry["advisories"]]
    assert len(names) == len(set(names))
    assert isinstance(LIST["checked_on"], datetime.date)


def pip_audit_says(**packages: list[dict[str, Any]]) -> dict[str, Any]:
    return {"dependencies": [{"name": name, "version": "1.0", "vulns": vulns} for name, vulns in packages.items()]}


ENTRY = {"package": "known", "version": "1.0", "advisories": ["CVE-2026-1"]}


def test_what_is_reviewed_passes_under_any_of_its_names() -> None:
    says = pip_audit_says(known=[{"id": "PYSEC-2026-9", "aliases": ["CVE-2026-1", "GHSA-a"]}], clean=[])
    assert audit.compare(list(audit.python_findings(says, "a.lock")), [ENTRY]) == ([], [])


@pytest.mark.parametrize(
    "says",
    [
        pip_audit_says(known=[{"id": "CVE-2026-1", "aliases": []}, {"id": "CVE-2026-2", "aliases": []}]),
        pip_audit_says(known=[{"id": "CVE-2026-1", "aliases": []}], other=[{"id": "CVE-2026-1", "aliases": []}]),
    ],
)
def test_what_is_new_does_not(says: dict[str, Any]) -> None:
    new, gone = audit.compare(list(audit.python_findings(says, "a.lock")), [ENTRY])
    assert (len(new), gone) == (1, [])


def test_another_version_is_reviewed_anew_and_what_is_gone_is_named() -> None:
    found = [("known", "1.1", frozenset({"CVE-2026-1"}))]
    assert audit.compare(found, [ENTRY]) == (["known 1.1: CVE-2026-1"], ["known 1.0 CVE-2026-1"])


def test_a_service_that_does_not_answer_is_no_good_news() -> None:
    says = {"dependencies": [{"name": "a", "skip_reason": "Dependency not found on PyPI"}]}
    with pytest.raises(audit.NotAskedError, match="such as a"):
        list(audit.python_findings(says, "a.lock"))
    with pytest.raises(audit.NotAskedError, match="405"):
        list(audit.npm_findings({"message": "405 Method Not Allowed"}, {}, "widget"))


def test_what_npm_finds() -> None:
    lock = {"packages": {"node_modules/b": {"version": "2.0"}, "node_modules/a": {"version": "1.0"}}}
    via = [{"url": "https://github.example/advisories/GHSA-aaaa-bbbb-cccc"}]
    says = {
        "vulnerabilities": {
            "a": {"name": "a", "via": via, "nodes": ["node_modules/a"]},
            "b": {"name": "b", "via": ["a"], "nodes": ["node_modules/b"]},
        }
    }
    assert list(audit.npm_findings(says, lock, "widget")) == [("a", "1.0", frozenset({"GHSA-aaaa-bbbb-cccc"}))]


@pytest.mark.parametrize("lock", audit.LOCKS)
def test_every_locked_package_is_asked_about(lock: str) -> None:
    asked = audit._without_local_packages(lock).read_text(encoding="utf-8")
    text = (ROOT / lock).read_text(encoding="utf-8")
    named = set(re.findall(r"^([\w.-]+)==", text, re.MULTILINE))
    assert set(re.findall(r"^([\w.-]+)==", asked, re.MULTILINE)) == named
    assert "./packages" not in asked
