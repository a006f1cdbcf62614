"""The scorecard's picture: levels of blind patients, findings of development messages, how far confidence can be trusted."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import matplotlib

matplotlib.use("Agg")  # no screen is needed

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from evaluation.intents import Judged
from evaluation.patients import Met, Patient
from nose_twitch.medical.levels import TriageLevel

_LEVELS = [level.slot_value for level in TriageLevel]
_BINS = np.linspace(0, 1, 11)
_FEWEST = 8  # findings told less often are not drawn


def draw(blind: list[tuple[Patient, Met]], findings: Counter[str], intents: list[Judged], file: Path) -> None:
    """Draws all three beside each other."""
    figure, (levels, by_finding, trust) = plt.subplots(
        1, 3, figsize=(17, 7.5), gridspec_kw={"width_ratios": [1, 1.4, 0.8]}
    )
    _draw_levels(levels, blind)
    _draw_findings(by_finding, findings)
    _draw_trust(trust, intents)
    figure.tight_layout()
    figure.savefig(file, dpi=80)
    plt.close(figure)


def _draw_levels(axes: Axes, met: list[tuple[Patient, Met]]) -> None:
    counts = np.zeros((len(_LEVELS), len(_LEVELS)), int)
    for patient, outcome in met:
        counts[_LEVELS.index(patient.level.slot_value), _LEVELS.index(outcome.level.slot_value)] += 1
    axes.imshow(counts / counts.sum(axis=1, keepdims=True), cmap="Blues", vmin=0, vmax=1)
    for row, column in np.ndindex(*counts.shape):
        shade = "white" if counts[row, column] > counts[row].sum() / 2 else "black"
        axes.text(column, row, str(counts[row, column]), ha="center", va="center", color=shade)
    axes.set_xticks(range(len(_LEVELS)), _LEVELS, rotation=30)
    axes.set_yticks(range(len(_LEVELS)), _LEVELS)
    axes.set(title="Blind patients", xlabel="level reached", ylabel="level wanted")


def _draw_findings(axes: Axes, count: Counter[str]) -> None:
    names = [name for name in {key.split()[0] for key in count} if count[f"{name} told"] >= _FEWEST]
    names.sort(key=lambda name: count[f"{name} found"] / count[f"{name} told"])
    recall = [count[f"{name} found"] / count[f"{name} told"] for name in names]
    precision = [count[f"{name} found"] / max(count[f"{name} found"] + count[f"{name} wrong"], 1) for name in names]
    places = np.arange(len(names))
    axes.barh(places + 0.2, recall, 0.4, label="recall")
    axes.barh(places - 0.2, precision, 0.4, label="precision")
    axes.set_yticks(places, names, fontsize=7)
    axes.set(title="Findings, development messages", xlim=(0, 1))
    axes.legend(loc="lower right")


def _draw_trust(axes: Axes, judged: list[Judged]) -> None:
    confidence, right = np.array([each.confidence for each in judged]), np.array([each.right for each in judged])
    bins = np.clip(np.digitize(confidence, _BINS) - 1, 0, len(_BINS) - 2)
    drawn = [number for number in range(len(_BINS) - 1) if (bins == number).any()]
    axes.plot([0, 1], [0, 1], color="grey", linewidth=1)
    axes.plot([confidence[bins == n].mean() for n in drawn], [right[bins == n].mean() for n in drawn], marker="o")
    axes.set(
        title="Intents: sure and right", xlabel="confidence", ylabel="share that was right", xlim=(0, 1), ylim=(0, 1)
    )
