"""`make evaluate`: runs messages and whole patients through the guide and writes evaluation/scorecard.md.

Of the blind sets only totals are shown: no row, and nothing finding by finding. Development patients that went wrong are named.
"""

import asyncio
import logging
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rasa.utils.log_utils import configure_structlog
from ruamel.yaml import YAML

from scripts.settings import apply_environment
from scripts.train import ensure_model

apply_environment()  # before numpy and Rasa are imported

from nose_twitch.language.reader import load_reader  # noqa: E402
from nose_twitch.medical.assessment import assess  # noqa: E402
from nose_twitch.medical.case import Case  # noqa: E402
from nose_twitch.medical.knowledge import load_knowledge  # noqa: E402
from nose_twitch.medical.levels import TriageLevel  # noqa: E402
from nose_twitch.medical.questions import open_doubt  # noqa: E402
from nose_twitch.medical.turn import Told, Turn, update_case  # noqa: E402
from tests.conversations.guide import Guide, load_guide  # noqa: E402

HERE = Path(__file__).parent
MOST_TURNS = 16
# The development patients were written with the words of design.md for the questions.
_OTHER_NAMES = {
    "side": "nostril_side",
    "trend": "course",
    "suppressible": "control",
    "anything_else": "other_notes",
    "stress": "triggers",
    "medication": "triggers",
    "impact": "other_notes",
    "age_group": "",
}
LEVELS = list(TriageLevel)


@dataclass(frozen=True)
class Patient:
    """A scripted person and the level that the talk should reach."""

    id: str
    first: str
    answers: dict[str, str]
    level: TriageLevel
    cause: str | None


@dataclass(frozen=True)
class Met:
    """How a talk went: the highest level, the first cause, how many questions."""

    level: TriageLevel
    cause: str | None
    questions: int


def load(path: str) -> list[dict[str, Any]]:
    """A list from a YAML file beside this one."""
    content: list[dict[str, Any]] = YAML(typ="safe").load(HERE / path)
    return content


def patients(kind: str) -> Iterator[Patient]:
    """The patients of `development` or `blind`."""
    for raw in load(f"{kind}/patients.yml"):
        expected = raw.get("expect", raw)
        cause = expected.get("top_cause", raw.get("first_cause"))
        level = TriageLevel.from_name(expected["level"])
        yield Patient(raw["id"], raw.get("opening", raw.get("first")), raw["answers"], level, cause)


async def meet(guide: Guide, patient: Patient) -> Met:
    """Holds the whole talk."""
    talk = guide.talk()
    await talk.say(patient.first)
    highest, asked = TriageLevel.SELF_CARE, 0
    for _ in range(MOST_TURNS):
        slots = await talk.slots()
        highest = max(highest, TriageLevel.from_name(slots["triage"] or "self_care"))
        tracker = await talk.tracker()
        question = slots["requested_slot"] if tracker.active_loop_name else None
        if question is None:
            break
        asked += 1
        await talk.say(_answer(patient.answers, question, slots["doubt"]))
    slots = await talk.slots()
    highest = max(highest, TriageLevel.from_name(slots["triage"] or "self_care"))
    return Met(highest, next(iter(slots["likely_causes"] or ()), None), asked)


def _answer(answers: dict[str, str], question: str, doubt: str | None) -> str:
    names = (f"{question}_{doubt}", question, _OTHER_NAMES.get(question, ""))
    return next((answers[name] for name in names if answers.get(name)), "not sure")


async def meet_all(guide: Guide, kind: str) -> list[tuple[Patient, Met]]:
    """Every talk, one after the other."""
    return [(patient, await meet(guide, patient)) for patient in patients(kind)]


def share(part: int, whole: int) -> str:
    """As in "18 of 20 (90 %)"."""
    return f"{part} of {whole} ({part / whole:.0%})" if whole else "none"


def describe(met: list[tuple[Patient, Met]]) -> list[str]:
    """The totals over some talks, as lines of a table."""
    emergencies = [m for p, m in met if p.level is TriageLevel.EMERGENCY]
    mild = [m for p, m in met if p.level <= TriageLevel.SEE_DOCTOR]
    off = [LEVELS.index(m.level) - LEVELS.index(p.level) for p, m in met]
    judged = [(p, m) for p, m in met if p.cause and m.level is not TriageLevel.EMERGENCY]
    questions = sorted(m.questions for _, m in met)
    rows = {
        "level exact": share(off.count(0), len(met)),
        "too low (by two or more)": f"{share(sum(d < 0 for d in off), len(met))}, {sum(d < -1 for d in off)}",
        "too high": share(sum(d > 0 for d in off), len(met)),
        "emergencies found": share(sum(m.level is TriageLevel.EMERGENCY for m in emergencies), len(emergencies)),
        "false emergencies among the milder": share(sum(m.level is TriageLevel.EMERGENCY for m in mild), len(mild)),
        "first cause": share(sum(p.cause == m.cause for p, m in judged), len(judged)),
        "questions: median, most": f"{questions[len(questions) // 2]}, {questions[-1]}",
    }
    return [f"| {name} | {value} |" for name, value in rows.items()]


def first_messages() -> list[str]:
    """The blind first messages, by the level after them and whether the guide asks about a sign."""
    reader, knowledge, counts = load_reader(), load_knowledge(), Counter[str]()
    for item in load("blind/messages.yml"):
        reading = reader.read(item["text"])
        told = Told(
            tuple(reading.findings),
            reading.duration,
            reading.answers,
            reading.subject,
            reading.correction,
            reading.not_me,
        )
        case, _ = update_case(Case(), told, Turn(), knowledge)
        level = assess(case, knowledge).level
        expected = item["expect"]["level"]
        group = {"emergency": "emergency", "urgent": "urgent"}.get(expected, "milder")
        counts[group] += 1
        counts[f"{group} {level.slot_value}"] += 1
        counts[f"{group} asked"] += level < TriageLevel.URGENT and open_doubt(case, (), knowledge) is not None
    outcomes = ("emergency", "urgent", "asked")
    return [
        f"| {group}: {counts[group]} | " + " | ".join(str(counts[f"{group} {outcome}"]) for outcome in outcomes) + " |"
        for group in ("emergency", "urgent", "milder")
    ]


def main() -> None:
    """Runs everything and writes the card."""
    logging.disable(logging.ERROR)
    configure_structlog(logging.ERROR)
    guide = load_guide(ensure_model())
    blind = asyncio.run(meet_all(guide, "blind"))
    development = asyncio.run(meet_all(guide, "development"))
    lines = [
        "# Scorecard",
        "",
        "Written by `make evaluate`. The blind sets were never read while building ([how](blind/README.md)).",
        "",
        f"## Whole patients, blind ({len(blind)})",
        "",
        "| | |",
        "|---|---|",
        *describe(blind),
        "",
        "## First messages, blind: what the guide does at once",
        "",
        "| expected | emergency | urgent | asks about a sign |",
        "|---|---|---|---|",
        *first_messages(),
        "",
        f"## Whole patients, development ({len(development)})",
        "",
        "| | |",
        "|---|---|",
        *describe(development),
    ]
    (HERE / "scorecard.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))
    for patient, met in development:
        if patient.level is not met.level:
            print(f"{patient.id}: {met.level.slot_value} instead of {patient.level.slot_value}", file=sys.stderr)


if __name__ == "__main__":
    main()
