"""`make bench`: how fast and how large the guide is, beside Rasa's default configuration, in one run (results/speed.md)."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from scripts.settings import ROOT, VAR, apply_environment
from scripts.train import ensure_model

apply_environment()

from benchmarks import growth, sides, speed_report  # noqa: E402
from benchmarks.load import processor  # noqa: E402
from benchmarks.turns import Kinds, take_turns  # noqa: E402

# People at once, and how often; each side in turn.
LOADS = ((1, 4), (8, 2), (32, 1))
STARTS = 2
RASA_ENVIRONMENT = ROOT / ".venv-rasa-default"


def main() -> None:
    """Measure everything, and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--again",
        action="store_true",
        help="train Rasa's defaults again, which takes most of an hour, and measure them anew",
    )
    again = parser.parse_args().again
    model = ensure_model()
    measured: dict[str, Any] = {"machine": _machine(), "training": _training(again=again)}
    measured["installed_size"] = {"guide": _installed_size(), "default": _megabytes(RASA_ENVIRONMENT)}
    default_model = VAR / "bench" / "default" / "models" / "model.tar.gz"
    measured["accuracy"] = {
        "guide": _accuracy(Path(sys.executable), model),
        "default": _kept("accuracy", again, lambda: _accuracy(sides.WITH_TENSORFLOW, default_model)),
    }
    measured |= _side_by_side()
    with sides.guide() as ours:
        measured["turn_costs"] = growth.turn_costs(ours)
    measured["store"] = growth.with_many_talks()
    speed_report.write(measured)


def _training(*, again: bool) -> dict[str, float]:
    """Seconds that training takes."""

    def defaults() -> float:
        seconds = sides.train("default")
        sides.train("lean", Path(sys.executable))
        return seconds

    return {"guide": sides.train_guide(), "default": _kept("training", again, defaults)}


def _kept(name: str, again: bool, measure: Callable[[], Any]) -> Any:
    """What was measured of Rasa's defaults while they were trained last; their speed is measured each time."""
    file = VAR / "bench" / f"{name}.json"
    if again or not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(measure()))
    return json.loads(file.read_text())


def _side_by_side() -> dict[str, Any]:
    """All servers up at once, each asked in turn."""
    starts: dict[str, list[float]] = defaultdict(list)
    turns: dict[str, dict[int, Kinds]] = defaultdict(dict)
    memory: dict[str, dict[str, float]] = defaultdict(dict)
    makers = (sides.guide, lambda: sides.rasa("default"), lambda: sides.rasa("lean", Path(sys.executable)), sides.floor)
    for _ in range(STARTS - 1):
        for make in makers[:2]:
            with make() as side:
                starts[side.name].append(side.started_in)
    with contextlib.ExitStack() as running:
        servers = []
        for make in makers:
            side = running.enter_context(make())
            starts[side.name].append(side.started_in)
            servers.append(side)
        for side in servers:
            memory[side.name]["ready"] = side.memory()
        for people, rounds in LOADS:
            for side in servers:
                turns[side.name][people] = asyncio.run(take_turns(side, people, rounds))
            turns["guide, on the page"][people] = asyncio.run(take_turns(servers[0], people, rounds, on_page=True))
        for side in servers:
            memory[side.name]["under load"] = side.memory()
    return {"starts": starts, "turns": turns, "memory": memory}


def _accuracy(python: Path, model: Path) -> dict[str, Any]:
    command = [str(python), "-m", "benchmarks.rasa_default.accuracy", str(model)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def _installed_size() -> float:
    """What the guide needs to run: its Python environment and what the website loads."""
    with tempfile.TemporaryDirectory() as folder:
        uv = next(ROOT.glob(".tools/bin/uv"), Path("uv"))
        subprocess.run([uv, "venv", "--quiet", "--python", "3.10", folder], check=True)
        packages = [uv, "pip", "sync", "--quiet", "--compile-bytecode", "--python", f"{folder}/bin/python"]
        subprocess.run([*packages, "requirements.lock"], cwd=ROOT, check=True)
        return _megabytes(Path(folder)) + _megabytes(ROOT / "widget" / "node_modules")


def _megabytes(folder: Path) -> float:
    return sum(file.lstat().st_size for file in folder.rglob("*") if not file.is_dir()) / 1e6


def _machine() -> str:
    versions = f"Python {platform.python_version()}, Rasa 3.6.21"
    return f"{date.today()}, {os.cpu_count()} cores, {platform.machine()}, {processor()}, {versions}"


if __name__ == "__main__":
    main()
