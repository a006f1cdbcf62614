"""docs/operations.md tells all that the code logs, counts and raises an alarm for, and nothing else."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import REGISTRY

from nose_twitch.operations import metrics

ROOT = Path(__file__).resolve().parents[2]
RUNBOOK = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
ALARMS = [
    rule
    for group in yaml.safe_load((ROOT / "deploy/prometheus-alerts.yml").read_text(encoding="utf-8"))["groups"]
    for rule in group["rules"]
]
LEVELS = {"debug", "info", "warning", "error", "exception", "critical", "log"}
# They stop the start or are said before anybody wrote, and their message names the broken file.
MAY_TELL_THE_ERROR = {"E_UNDERSTANDING", "WIDGET_MISSING"}


def log_calls() -> Iterator[tuple[str, ast.Call]]:
    for folder in ("nose_twitch", "actions", "scripts"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and ast.unparse(node.func) in {f"logger.{level}" for level in LEVELS}:
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", node


def text_of(call: ast.Call) -> str:
    texts = [each.value for each in call.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    return texts[0] if texts else ""


def code_in(call: ast.Call) -> str:
    return text_of(call).split()[0].rstrip(":") if text_of(call) else ""


def table(heading: str) -> set[str]:
    section = RUNBOOK.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE))


@pytest.mark.parametrize(("place", "call"), log_calls())
def test_every_line_of_ours_is_a_code_with_values(place: str, call: ast.Call) -> None:
    assert re.fullmatch(r"[A-Z][A-Z_]+", code_in(call)), f"{place} logs {text_of(call)!r}; a line begins with a code"
    # What is put together beforehand cannot be told from words.
    assert not any(isinstance(each, ast.JoinedStr) for each in call.args), f"{place}: no f-string in a log call"
    told = {each.id for each in call.args if isinstance(each, ast.Name)} & {"error", "problem", "exception", "failed"}
    assert not told or code_in(call) in MAY_TELL_THE_ERROR, f"{place}: an error's message may hold words; log its type"


def test_the_runbook_tells_every_code() -> None:
    assert table("Codes") == {code_in(call) for _, call in log_calls()}


def test_the_runbook_tells_every_metric() -> None:
    families = [metric for metric in REGISTRY.collect() if metric.name.startswith("guide_")]
    names = {metric.name + ("_total" if metric.type == "counter" else "") for metric in families}
    assert len(names) >= 10
    assert table("Metrics") == names


def test_the_runbook_tells_every_alarm() -> None:
    assert table("Alarms") == {rule["alert"] for rule in ALARMS}


@pytest.mark.parametrize("rule", ALARMS, ids=lambda rule: str(rule["alert"]))
def test_an_alarm_asks_for_what_is_counted(rule: dict[str, Any]) -> None:
    known = {sample.name for metric in REGISTRY.collect() for sample in metric.samples}
    known |= {"guide_failures_total"}  # its series come with the first failure
    asked = set(re.findall(r"\bguide_\w+", rule["expr"]))
    assert asked <= known
    codes = set(re.findall(r'code=~?"([A-Z_|]+)"', rule["expr"]))
    assert {code for group in codes for code in group.split("|")} <= table("Codes")
    outcomes = set(re.findall(r'(?:outcome|level)!?="(\w+)"', rule["expr"]))
    assert outcomes <= {"answered", *metrics.LEVELS}


def test_every_channel_of_ours_is_counted_by_its_name() -> None:
    source = "".join(path.read_text() for path in (ROOT / "nose_twitch/rasa_parts/channels").glob("*.py"))
    names = set(re.findall(r'def name\(cls\) -> str:\n.*\n\s+return "(\w+)"', source))
    assert names and names <= set(metrics.CHANNELS)
