"""How well one trained model understands: totals over the held-out messages of evaluation/, as JSON.

Run by `make bench` in the environment that the model was trained in: `python -m benchmarks.rasa_default.accuracy MODEL`.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent, load_agent
from rasa.utils.log_utils import configure_structlog
from ruamel.yaml import YAML

from benchmarks.rasa_default.actions import case_with
from nose_twitch.medical.assessment import assess
from nose_twitch.medical.case import Case
from nose_twitch.medical.knowledge import load_knowledge

EVALUATION = Path(__file__).parents[2] / "evaluation"
INTENTS = "development/intents.yml"
MESSAGES = "blind/messages.yml"
_MILDER = ("self_care", "see_doctor")


async def totals(agent: Agent) -> dict[str, Any]:
    """Of intents, of the level after a first message, and the milliseconds that one takes."""
    count = Counter[str]()
    for intent, texts in _load(INTENTS).items():
        for text in texts:
            count["intents"] += 1
            count["intents right"] += (await agent.parse_message(text))["intent"]["name"] == intent
    began = time.perf_counter()
    for item in (items := _load(MESSAGES)):
        expected, level = item["expect"]["level"], _level((await agent.parse_message(item["text"]))["entities"])
        kind = "milder" if expected in _MILDER else expected
        count[kind] += 1
        count["levels right"] += level == expected
        count[f"{kind} called emergency"] += level == "emergency"
    milliseconds = (time.perf_counter() - began) / len(items) * 1000
    return {**count, "messages": len(items), "milliseconds": round(milliseconds, 1)}


def _level(entities: list[dict[str, Any]]) -> str:
    """What the guide's own component worked out; else what follows from the findings that were read."""
    by_name = {entity["entity"]: entity.get("value") for entity in entities}
    if "findings" in by_name:
        return str(by_name.get("triage") or "self_care")
    knowledge = load_knowledge()
    return assess(case_with(Case(), entities, knowledge), knowledge).level.slot_value


def _load(name: str) -> Any:
    return YAML(typ="safe").load(EVALUATION / name)


async def main() -> None:
    """Print the totals of the model that is named."""
    configure_structlog(logging.CRITICAL)
    agent = await load_agent(model_path=sys.argv[1])
    print(json.dumps(await totals(agent)))


if __name__ == "__main__":
    logging.disable(logging.ERROR)
    asyncio.run(main())
