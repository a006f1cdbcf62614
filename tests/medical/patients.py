"""People who are asked to the end: the form's loop without Rasa, with answers chosen by a function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from nose_twitch.medical.assessment import Assessment, assess
from nose_twitch.medical.case import NOT_SURE, SKIPPED, Case
from nose_twitch.medical.knowledge import CLARIFY
from nose_twitch.medical.questions import next_question, open_doubt
from nose_twitch.medical.turn import Told, Turn, update_case
from tests.medical.cases import KNOWLEDGE, case_of

# What a person may say to a question: a number that picks one of the possible replies.
Choose = Callable[[str], int]


@dataclass(frozen=True)
class Interview:
    """What was asked, and what was known in the end."""

    asked: tuple[str, ...]
    doubts: tuple[str, ...]
    case: Case
    assessment: Assessment


def replies_to(slot: str) -> list[str]:
    """Everything that can be stored as the answer to a question."""
    question = KNOWLEDGE.question(slot)
    choices = list(question.choices) if question else ["yes", "no"]
    free = ["in my own words"] if slot in ("duration", "anything_else") else []
    return [*choices, *free, NOT_SURE, SKIPPED]


def interview(given: Mapping[str, Any], choose: Choose, answers: Mapping[str, str] | None = None) -> Interview:
    """Ask until enough is known. A person who answers nothing would be asked for ever only if the rules let them."""
    case = case_of(given, answers)
    asked: list[str] = []
    doubts: list[str] = []
    while (slot := next_question(case, assess(case, KNOWLEDGE), asked, doubts, KNOWLEDGE)) is not None:
        assert len(asked) < 100, f"never ends: {asked}"
        doubt = open_doubt(case, doubts, KNOWLEDGE) if slot == CLARIFY else None
        replies = replies_to(slot)
        told = Told(answers={slot: replies[choose(slot) % len(replies)]}, said="the reply")
        case, _ = update_case(case, told, Turn(slot, doubt and doubt.id, doubt and doubt.about), KNOWLEDGE)
        asked.append(slot)
        if doubt:
            doubts.append(f"{doubt.id}:{doubt.about}")
            case = Case(
                case.findings, case.duration, case.subject, {k: v for k, v in case.answers.items() if k != CLARIFY}
            )
    return Interview(tuple(asked), tuple(doubts), case, assess(case, KNOWLEDGE))
