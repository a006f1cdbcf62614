"""Intents of held-out messages, and whether the classifier is right as often as it is sure."""

from __future__ import annotations

from dataclasses import dataclass

from evaluation.patients import load, share
from tests.conversations.guide import Guide

_FILE = "development/intents.yml"


@dataclass(frozen=True)
class Judged:
    """One held-out message: how sure the guide was of its intent, and whether that was right."""

    confidence: float
    right: bool


async def judge_intents(guide: Guide) -> list[Judged]:
    """Every held-out message, as the first of a talk."""
    judged = []
    for intent, texts in load(_FILE).items():  # type: ignore[attr-defined]
        for text in texts:
            parsed = (await guide.agent.parse_message(text))["intent"]
            judged.append(Judged(float(parsed["confidence"]), parsed["name"] == intent))
    return judged


def intents_score(judged: list[Judged]) -> str:
    """As in "430 of 470 (91%)"."""
    return share(sum(each.right for each in judged), len(judged))
