"""Makes a Rasa project out of this one's intents, entities, rules, stories, form and wording, for a configuration of Rasa's own.

What differs is what our own components do here: the form's slots take the person's words (`from_text`), and the findings that our
reader sees in the training examples are marked in them, as somebody would who labels by hand.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from nose_twitch.language.reader import load_reader
from nose_twitch.medical.case import Subject
from nose_twitch.medical.knowledge import load_knowledge
from scripts.settings import ROOT, VAR

HERE = Path(__file__).parent
FORM = "twitch_form"
# What asks for something else is no answer (as in the guide's own form).
_NO_ANSWERS = ("go_back", "change_answer", "start_over", "start_check", "stop", "goodbye", "forget_me", "express_worry")
_YAML = YAML()


def make_project(configuration: str) -> Path:
    """A folder to train and run from.

    Args:
        configuration: `default` or `lean`.
    """
    folder = VAR / "bench" / configuration
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "data").mkdir(parents=True)
    shutil.copy(HERE / f"config_{configuration}.yml", folder / "config.yml")
    for kind in ("rules", "stories"):
        shutil.copytree(ROOT / "data" / kind, folder / "data" / kind)
    _write(folder / "domain.yml", _domain())
    reader, knowledge = load_reader(), load_knowledge()
    for file in (ROOT / "data" / "nlu").glob("*.yml"):
        content = _YAML.load(file)
        for intent in content["nlu"]:
            if "examples" in intent:
                lines = str(intent["examples"]).splitlines()
                intent["examples"] = "\n".join(_annotated(line, reader, knowledge) for line in lines) + "\n"
        _write(folder / "data" / file.name, content)
    return folder


def _annotated(line: str, reader: Any, knowledge: Any) -> str:
    text = line.removeprefix("- ")
    if any(mark in text for mark in "[](){}"):
        return line
    end = len(text) + 1
    for mention in sorted(reader.read(text, known_subject=Subject.SELF).mentions, key=lambda each: -each.start):
        finding = mention.finding
        if mention.end <= end and finding.id in knowledge.findings and mention.end - mention.start < len(text):
            words = text[mention.start : mention.end]
            label = f'[{words}]{{"entity": "finding", "role": "{finding.status.value}", "value": "{finding.id}"}}'
            text, end = text[: mention.start] + label + text[mention.end :], mention.start
    return f"- {text}"


def _domain() -> dict[str, Any]:
    domain: dict[str, Any] = YAML(typ="safe").load(ROOT / "domain.yml")
    asked = domain["forms"][FORM]["required_slots"]
    domain["entities"] = [entity for entity in domain["entities"] if "finding" in entity]
    questions = [intent for intent in domain["intents"] if intent.startswith("ask_")]
    for name, slot in domain["slots"].items():
        from_text = {
            "type": "from_text",
            "not_intent": [*questions, *_NO_ANSWERS],
            "conditions": [{"active_loop": FORM, "requested_slot": name}],
        }
        slot["mappings"] = [from_text if name in asked else {"type": "custom"}]
    return domain


def question_openings() -> dict[str, str]:
    """How each wording of a question begins, to the slot that it asks for."""
    responses = YAML(typ="safe").load(ROOT / "domain.yml")["responses"]
    return {
        _opening(variation["text"]): name.removeprefix("utter_ask_")
        for name, variations in responses.items()
        if name.startswith("utter_ask_")
        for variation in variations
    }


def question_in(texts: list[str], openings: dict[str, str]) -> str | None:
    """The slot that a reply asks for, if it asks."""
    return next((slot for text in texts for opening, slot in openings.items() if opening in text), None)


def _opening(text: str) -> str:
    """Its first words that are the same each time."""
    return re.split(r"[{\n]", re.sub(r"^Question .*?\}\. ", "", text.strip()))[0].strip()[:50]


def _write(path: Path, content: Any) -> None:
    with path.open("w", encoding="utf-8") as file:
        _YAML.dump(content, file)
