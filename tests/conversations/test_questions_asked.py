"""The guide asks little: nothing that was told, no more than twelve questions, and the person sees how far they are."""

from __future__ import annotations

import re
import statistics
from dataclasses import dataclass
from typing import Any

import pytest
import yaml

from tests.conversations.guide import Guide, Talk
from tests.conversations.patients import Check, answer_questions
from tests.conversations.scenarios import FOLDER, check_sound

pytestmark = pytest.mark.asyncio(loop_scope="session")

PATIENTS: list[dict[str, Any]] = yaml.safe_load((FOLDER / "patients.yml").read_text(encoding="utf-8"))
MOST_QUESTIONS = 12
MEDIAN = 8
# Numbers in "Question 3 of about 7", the only two numbers at the start of a question.
PROGRESS = re.compile(r"^Question (\d+) of about (\d+)\.")


@dataclass
class Visit:
    """A patient's whole check."""

    talk: Talk
    check: Check
    slots: dict[str, Any]


@pytest.fixture(scope="session")
def visits() -> dict[str, Visit]:
    """Checks that were held already, by patient."""
    return {}


async def visit(guide: Guide, visits: dict[str, Visit], patient: dict[str, Any]) -> Visit:
    name = patient["name"]
    if name not in visits:
        talk = guide.talk()
        await talk.say(patient["opening"])
        check = await answer_questions(talk, patient.get("answers"))
        visits[name] = Visit(talk, check, await talk.slots())
    return visits[name]


every_patient = pytest.mark.parametrize("patient", PATIENTS, ids=[patient["name"] for patient in PATIENTS])


@every_patient
async def test_a_patient_is_brought_to_the_right_answer(
    guide: Guide, visits: dict[str, Visit], patient: dict[str, Any]
) -> None:
    held = await visit(guide, visits, patient)
    for reply in held.talk.replies:
        check_sound(reply, patient["name"])
    assert held.slots["triage"] == patient["level"], held.slots["escalation_reasons"]
    said = [name for reply in held.talk.replies for name in reply.responses]
    assert said.count(f"utter_assessment_{patient['level']}") == 1
    if "cause" in patient:
        assert (held.slots["likely_causes"] or [None])[0] == patient["cause"]


@every_patient
async def test_nothing_is_asked_that_was_told(guide: Guide, visits: dict[str, Visit], patient: dict[str, Any]) -> None:
    held = await visit(guide, visits, patient)
    assert set(held.check.asked) & set(patient["told"]) == set()


@every_patient
async def test_no_question_is_asked_twice_and_none_after_the_twelfth(
    guide: Guide, visits: dict[str, Visit], patient: dict[str, Any]
) -> None:
    held = await visit(guide, visits, patient)
    once = [slot for slot in held.check.asked if slot != "clarify"]
    assert len(once) == len(set(once)), held.check.asked
    assert len(held.check.asked) <= MOST_QUESTIONS


@every_patient
async def test_the_progress_never_goes_back(guide: Guide, visits: dict[str, Visit], patient: dict[str, Any]) -> None:
    held = await visit(guide, visits, patient)
    shown = [
        (int(found[1]), int(found[2]))
        for reply in held.talk.replies
        for text in reply.texts
        if (found := PROGRESS.match(text))
    ]
    numbers = [number for number, _ in shown]
    assert numbers == sorted(set(numbers)), shown
    assert all(number <= total <= MOST_QUESTIONS for number, total in shown), shown
    left = [total - number for number, total in shown]
    assert left == sorted(left, reverse=True), f"more questions ahead than before: {shown}"


async def test_half_of_the_patients_are_asked_eight_questions_or_fewer(guide: Guide, visits: dict[str, Visit]) -> None:
    counts = [len((await visit(guide, visits, patient)).check.asked) for patient in PATIENTS]
    assert statistics.median(counts) <= MEDIAN, sorted(counts)


async def test_there_are_enough_patients_and_each_has_a_name_of_its_own() -> None:
    assert len({patient["name"] for patient in PATIENTS}) == len(PATIENTS) >= 25
