"""Drive faults against Rasa as shipped and write down what a person and an operator see.

`python -m benchmarks.rasa_as_shipped.faults [name ...]` writes benchmarks/results/rasa-as-shipped.md and .json; only the
faults that are named are run again. It needs Debian's postgresql, redis-server and faketime, and root for the full disk.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict

from benchmarks.rasa_as_shipped import action_faults, bench, message_faults, server_faults, store_faults
from benchmarks.rasa_as_shipped.bench import Row
from scripts.settings import ROOT

RESULTS = ROOT / "benchmarks" / "results"
FAULTS: dict[str, Callable[[], Iterator[Row]]] = {
    function.__name__: function
    for function in (
        action_faults.raising_action,
        action_faults.no_action_server,
        action_faults.hanging_action,
        action_faults.killed_action_server,
        action_faults.circuit_breaker,
        store_faults.killed_rasa,
        store_faults.killed_in_turn,
        store_faults.database_stopped,
        store_faults.database_away_at_start,
        store_faults.database_frozen,
        store_faults.locks_stopped,
        store_faults.disk_full,
        store_faults.clock_jump,
        message_faults.fast_messages,
        message_faults.fast_messages_two_processes,
        message_faults.duplicate_delivery,
        message_faults.fuzzed_messages,
        message_faults.malformed_requests,
        message_faults.huge_message,
        message_faults.failing_output,
        server_faults.bad_model,
        server_faults.raising_component,
        server_faults.forget_me,
        server_faults.terminated,
        server_faults.strangers,
    )
}


def write(results: dict[str, list[dict[str, str]]]) -> None:
    """Both files, in the order above."""
    RESULTS.mkdir(exist_ok=True)
    ordered = {name: results[name] for name in FAULTS if name in results}
    (RESULTS / "rasa-as-shipped.json").write_text(json.dumps(ordered, indent=1, ensure_ascii=False) + "\n")
    lines = [
        "# Rasa 3.6.21 as shipped, driven into faults",
        "",
        "Written by `python -m benchmarks.rasa_as_shipped.faults`; every cell is from a run. A reply is written as",
        "HTTP status, texts, time; times include whatever else the machine was doing, so only their size counts.",
        f'The planted words of the person are "{bench.SECRET}".',
        "",
        "| fault | what was done | what the person got | what was lost | log |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name, rows in ordered.items():
        for row in rows:
            cells = [cell.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;") for cell in row.values()]
            lines.append(f"| {' | '.join([name, *cells])} |")
    (RESULTS / "rasa-as-shipped.md").write_text("\n".join(lines) + "\n")


def main() -> None:
    """Run the faults that are named, or all."""
    stored = RESULTS / "rasa-as-shipped.json"
    for name in sys.argv[1:] or FAULTS:
        begun = time.monotonic()
        rows = [asdict(row) for row in FAULTS[name]()]
        # Read anew each time: another run may have written its own faults.
        results = json.loads(stored.read_text()) if stored.exists() else {}
        write({**results, name: rows})
        print(f"{name}: {time.monotonic() - begun:.0f} s", json.dumps(rows, indent=1, ensure_ascii=False), flush=True)
    shutil.rmtree(bench.workspace())


if __name__ == "__main__":
    main()
