"""`make bench`: how many people one process holds, and two behind the proxy while one is killed (results/load.md)."""

from __future__ import annotations

import asyncio
import os
import platform
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from benchmarks.people import Tally, talk_at_once
from tests.resilience.topology import topology
from tests.served import serving

RESULTS = Path(__file__).with_name("results") / "load.md"
SECONDS = 120.0
# To read an answer and to type the next message.
PAUSE = (10.0, 30.0)
PEOPLE = 200


@dataclass(frozen=True)
class Run:
    """One line of the table."""

    what: str
    tally: Tally

    def row(self) -> str:
        """As Markdown."""
        rate = len(self.tally.times) / SECONDS
        times = f"{self.tally.p50 * 1000:.0f} ms | {self.tally.p99 * 1000:.0f} ms"
        return (
            f"| {self.what} | {PEOPLE} | {len(self.tally.times)} ({rate:.1f} a second) | {times} | "
            f"{len(self.tally.errors)} | {self.tally.troubles} |"
        )


async def load_with(page: str, in_the_middle: Callable[[], None] = lambda: None) -> Tally:
    """The load, and something that happens half-way."""
    talking = asyncio.create_task(talk_at_once(page, PEOPLE, SECONDS, PAUSE))
    await asyncio.sleep(SECONDS / 2)
    await asyncio.to_thread(in_the_middle)
    return await talking


def main() -> None:
    """Run all, and write the table."""
    runs = []
    with serving() as served:
        tally = asyncio.run(load_with(served.page))
        runs.append(Run("one process, SQLite", tally))
    with topology() as everything:
        tally = asyncio.run(load_with(everything.page))
        runs.append(Run("two processes, PostgreSQL, Redis, nginx", tally))

        def kill_and_start() -> None:
            everything.guides[0].kill()
            everything.guides[0].start(60)

        tally = asyncio.run(load_with(everything.page, kill_and_start))
        runs.append(Run("the same, one killed half-way and started again", tally))
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(_report(runs), encoding="utf-8")
    print(RESULTS.read_text(encoding="utf-8"))


def _report(runs: list[Run]) -> str:
    machine = f"{os.cpu_count()} cores, {platform.machine()}, {processor()}"
    return "\n".join(
        [
            "# How many people it holds",
            "",
            f"Written by `make bench` on {date.today()}: {machine}; everything, the people too, on this one machine.",
            f"Each run takes {SECONDS:.0f} seconds. People pause {PAUSE[0]:.0f} to {PAUSE[1]:.0f} seconds between an answer and "
            "their next message, as one does who reads and types.",
            "",
            "| what | people at once | messages | p50 | p99 | unanswered | answered with an apology |",
            "|---|---|---|---|---|---|---|",
            *(run.row() for run in runs),
            "",
        ]
    )


def processor() -> str:
    """Its name, as the machine gives it."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines() if Path("/proc/cpuinfo").exists() else []
    return next(
        (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.processor()
    )


if __name__ == "__main__":
    main()
