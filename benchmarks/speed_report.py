"""What `make bench` measured of speed, as tables, a picture and ratios for machines (results/latest.json)."""

from __future__ import annotations

import json
import statistics
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")  # no screen is needed

import matplotlib.pyplot as plt

RESULTS = Path(__file__).with_name("results")
_KINDS = ("simple", "opening", "form answer", "digression", "final answer", "emergency")
_NAMES = {
    "guide": "the guide",
    "guide, on the page": "the guide, on its page",
    "default": "Rasa's defaults",
    "lean": "a lean Rasa without understanding",
    "web server alone": "the web server alone",
}
_AIMS = {
    "form_turn_throughput": ("at least 6, aim 10", "form answers a second, 8 people at once"),
    "simple_turn_throughput": ("at least 3, aim 6", "simple turns a second, 8 people at once"),
    "p50_one_conversation": ("at most 0.33, aim 0.20", "median time of all turns, one person"),
    "turn_200_to_turn_2": ("at most 1.3", "the guide alone"),
    "memory_ready": ("at most 0.6, aim 0.35", "all processes, after the first answer"),
    "installed_size": ("at most 0.4", "Python environment and what the website loads"),
    "start_to_first_answer": ("at most 0.33", "median of the starts"),
    "training": ("at most 0.25", "`rasa train`, from nothing"),
}


def write(measured: Mapping[str, Any]) -> None:
    """Write speed.md, speed.png and latest.json."""
    ratios = _ratios(measured)
    (RESULTS / "latest.json").write_text(
        json.dumps({"machine": measured["machine"], "ratios": ratios, "figures": _figures(measured)}, indent=2) + "\n"
    )
    (RESULTS / "speed.md").write_text(_report(measured, ratios), encoding="utf-8")
    _draw(measured)
    print((RESULTS / "speed.md").read_text(encoding="utf-8"))


def _ratios(measured: Mapping[str, Any]) -> dict[str, float]:
    turns, memory, starts = measured["turns"], measured["memory"], measured["starts"]

    def of(value: Any) -> float:
        return float(value("guide") / value("default"))

    ratios = {
        "form_turn_throughput": of(lambda side: turns[side][8]["form answer"].throughput),
        "simple_turn_throughput": of(lambda side: turns[side][8]["simple"].throughput),
        "p50_one_conversation": of(lambda side: _p50_of_all(turns[side][1])),
        "turn_200_to_turn_2": measured["turn_costs"][200] / measured["turn_costs"][2],
        "memory_ready": of(lambda side: memory[side]["ready"]),
        "installed_size": of(lambda side: measured["installed_size"][side]),
        "start_to_first_answer": of(lambda side: statistics.median(starts[side])),
        "training": of(lambda side: measured["training"][side]),
    }
    return {name: round(value, 3) for name, value in ratios.items()}


def _p50_of_all(kinds: Mapping[str, Any]) -> float:
    return statistics.median(time for kind in kinds.values() for time in kind.times)


def _report(measured: Mapping[str, Any], ratios: Mapping[str, float]) -> str:
    lines = [
        "# How fast and how large it is",
        "",
        f"Written by `make bench`: {measured['machine']}. All servers ran on this one machine, side by side in one run, and the "
        "people who talked with them, too. Rasa's defaults: the pipeline and policies that Rasa fills in by itself, with real "
        "TensorFlow, trained on this project's intents, findings, rules and stories, with the same form and the same actions "
        "(`benchmarks/rasa_default/`).",
        "",
        "## The guide to Rasa's defaults",
        "",
        "| | ratio | wanted | of what |",
        "|---|---|---|---|",
        *(f"| `{name}` | **{ratios[name]:.2f}** | {wanted} | {what} |" for name, (wanted, what) in _AIMS.items()),
        "",
        *_turn_tables(measured["turns"]),
        *_sizes(measured),
        *_accuracy(measured["accuracy"]),
        "![Times of a turn](speed.png)",
    ]
    return "\n".join(lines) + "\n"


def _turn_tables(turns: Mapping[str, Any]) -> list[str]:
    lines = []
    for people in next(iter(turns.values())):
        lines += [
            f"## {people} at once" if people > 1 else "## One person",
            "",
            "Milliseconds at the median and for one in twenty (and turns a second).",
            "",
            f"| | {' | '.join(_KINDS)} |",
            f"|---|{'---|' * len(_KINDS)}",
        ]
        for side, by_people in turns.items():
            cells = (_cell(by_people[people].get(kind)) for kind in _KINDS)
            lines.append(f"| {_NAMES[side]} | {' | '.join(cells)} |")
        lines.append("")
    return lines


def _cell(timed: Any) -> str:
    if timed is None or not timed.times:
        return ""
    rate = f" ({timed.throughput:.1f})" if timed.together else ""
    return f"{timed.p50 * 1000:.0f}, {timed.p95 * 1000:.0f}{rate}"


def _sizes(measured: Mapping[str, Any]) -> list[str]:
    memory, starts = measured["memory"], measured["starts"]
    costs, (empty, full) = measured["turn_costs"], measured["store"]
    lines = [
        "## Memory, start, size, training",
        "",
        "| | MB when ready | MB under load | s to the first answer | MB installed | s to train |",
        "|---|---|---|---|---|---|",
    ]
    for side in memory:
        installed = measured["installed_size"].get(side)
        training = measured["training"].get(side)
        cells = (
            f"{memory[side]['ready']:.0f}",
            f"{memory[side]['under load']:.0f}",
            ", ".join(f"{seconds:.1f}" for seconds in starts[side]),
            f"{installed:.0f}" if installed else "",
            f"{training:.0f}" if training else "",
        )
        lines.append(f"| {_NAMES[side]} | {' | '.join(cells)} |")
    by_turn = ", ".join(f"turn {turn}: {seconds * 1000:.0f} ms" for turn, seconds in costs.items())
    return [
        *lines,
        "",
        "## Growth",
        "",
        f"The same question in one talk, {by_turn}. With an empty store {empty * 1000:.0f} ms, with 100,000 talks in it "
        f"{full * 1000:.0f} ms.",
        "",
    ]


def _accuracy(accuracy: Mapping[str, Mapping[str, Any]]) -> list[str]:
    lines = [
        "## Understanding, on held-out messages",
        "",
        "Intents of `evaluation/development/intents.yml`; levels after one first message of the blind set (totals only).",
        "",
        "| | intents | level exact | emergencies called | false emergencies | ms to understand a message |",
        "|---|---|---|---|---|---|",
    ]
    for side, of in accuracy.items():
        cells = (
            f"{of.get('intents right', 0)} of {of['intents']}",
            f"{of.get('levels right', 0)} of {of['messages']}",
            f"{of.get('emergency called emergency', 0)} of {of['emergency']}",
            f"{of.get('milder called emergency', 0)} of {of['milder']}",
            f"{of['milliseconds']:.0f}",
        )
        lines.append(f"| {_NAMES[side]} | {' | '.join(cells)} |")
    return [*lines, ""]


def _figures(measured: Mapping[str, Any]) -> dict[str, Any]:
    turns = {
        side: {
            people: {
                kind: {"p50": timed.p50, "p95": timed.p95, **({"a second": timed.throughput} if timed.together else {})}
                for kind, timed in kinds.items()
                if timed.times
            }
            for people, kinds in by_people.items()
        }
        for side, by_people in measured["turns"].items()
    }
    return {name: value for name, value in measured.items() if name not in ("machine", "turns")} | {"turns": turns}


def _draw(measured: Mapping[str, Any]) -> None:
    turns = measured["turns"]
    figure, plots = plt.subplots(1, len(next(iter(turns.values()))), figsize=(15, 5), sharey=True)
    for plot, people in zip(plots, next(iter(turns.values())), strict=True):
        for number, (side, by_people) in enumerate(turns.items()):
            known = [kind for kind in _KINDS if by_people[people].get(kind) and by_people[people][kind].times]
            places = [_KINDS.index(kind) + (number - 2) * 0.16 for kind in known]
            plot.bar(places, [by_people[people][kind].p50 * 1000 for kind in known], 0.16, label=_NAMES[side])
        plot.set_yscale("log")
        plot.set_title(f"{people} at once" if people > 1 else "one person")
        plot.set_xticks(range(len(_KINDS)))
        plot.set_xticklabels(_KINDS, rotation=35, ha="right")
    plots[0].set_ylabel("ms at the median")
    figure.legend(*plots[0].get_legend_handles_labels(), loc="upper center", ncol=len(turns))
    figure.tight_layout(rect=(0, 0, 1, 0.94))
    figure.savefig(RESULTS / "speed.png", dpi=80)
    plt.close(figure)
