"""`make evaluate`: runs messages and whole patients through the guide and writes evaluation/scorecard.md.

Of the blind sets only totals are shown: no row, and nothing finding by finding. Development patients that went wrong are named.
"""

import asyncio
import logging
import resource
import sys

from rasa.utils.log_utils import configure_structlog

from scripts.settings import apply_environment
from scripts.train import ensure_model

apply_environment()  # before numpy and Rasa are imported

from evaluation.intents import intents_score, judge_intents  # noqa: E402
from evaluation.messages import (  # noqa: E402
    cost_per_message,
    findings_by_name,
    findings_score,
    replies_score,
    what_each_part_adds,
)
from evaluation.patients import HERE, Met, Patient, describe, meet_all  # noqa: E402
from evaluation.picture import draw  # noqa: E402
from tests.conversations.guide import load_guide  # noqa: E402

BLIND = ("blind/patients.yml", "blind/patients_2.yml", "blind/patients_3.yml")
DEVELOPMENT = (
    "development/patients.yml",
    "development/patients_2.yml",
    "development/patients_with_traps.yml",
    "development/patients_with_emergencies.yml",
    "development/patients_of_every_level.yml",
    "development/patients_told_in_reply.yml",
)


def main() -> None:
    """Runs everything and writes the card."""
    logging.disable(logging.ERROR)
    configure_structlog(logging.CRITICAL)
    guide = load_guide(ensure_model())
    lines = [
        "# Scorecard",
        "",
        "Written by `make evaluate`. The blind sets were never read while building ([how](blind/README.md)).",
    ]
    lines += ["", "## First messages, blind (738): what each part adds", "", *what_each_part_adds()]
    lines += ["", "## Findings, blind messages", "", *findings_score()]
    lines += ["", "## Replies to a question, blind (291)", "", *replies_score()]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    lines += ["", f"Reading one message takes {cost_per_message()}; the whole process held {memory:.0f} MB at most."]
    intents = asyncio.run(judge_intents(guide))
    lines += ["", f"Intents of held-out messages: {intents_score(intents)}. By level, finding and confidence:"]
    lines += ["", "![Levels, findings and confidence](scorecard.png)"]
    for name, paths in (("blind", BLIND), ("development", DEVELOPMENT)):
        met = asyncio.run(meet_all(guide, paths))
        if name == "blind":
            draw(met, findings_by_name(), intents, HERE / "scorecard.png")
        lines += ["", f"## Whole patients, {name} ({len(met)})", "", "| | |", "|---|---|", *describe(met)]
        if name == "development":
            name_failures(met)
    (HERE / "scorecard.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


def name_failures(met: list[tuple[Patient, Met]]) -> None:
    """Says on stderr which patients were not rated as expected."""
    for patient, outcome in met:
        if patient.level is not outcome.level:
            print(f"{patient.id}: {outcome.level.slot_value} instead of {patient.level.slot_value}", file=sys.stderr)


if __name__ == "__main__":
    main()
