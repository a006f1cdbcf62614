"""Writes the labelled messages as numbers for training (python -m evaluation.meaning_net.rows OUT.json).

Runs in the guide's own environment, so that spelling is mended and words are cut into pieces as in a talk.
"""

import hashlib
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from nose_twitch.language.reader import load_reader
from nose_twitch.language.sentence_encoder import load_encoder
from nose_twitch.medical.knowledge import load_knowledge

ROOT = Path(__file__).parents[2]
DEVELOPMENT = ROOT / "evaluation" / "development"
# They tell of nothing by themselves: answers to the guide's own questions.
_NOT_TOLD = ("failed_sign_test",)
_TELLING_INTENTS = ("report_symptom", "describe_twitch")
_PATIENTS = ("patients.yml", "patients_2.yml", "patients_with_traps.yml")
_HELD_BACK = 5  # one message in five is kept out of training, to choose thresholds by
# Files whose labels name every fact that a message tells, and not only the warning signs.
_FULLY_LABELLED = (
    "harmless",
    "harmless_again",
    "ordinary_harmless",
    "course_and_impact",
    "triggers_and_movement",
)
_LEAST_EXAMPLES = 30  # a fact that fewer messages tell is not learned
# Replies that say whether there is a sign without telling which: nothing can be learned from them about signs.
_OPEN = ("yes", "some", "sudden", "no")


def signs() -> list[str]:
    """The warning signs that the net looks for."""
    return [kind.id for kind in load_knowledge().findings.values() if kind.red_flag and kind.id not in _NOT_TOLD]


def facts() -> list[str]:
    """What else the net listens for: everyday facts that enough fully labelled messages tell."""
    yaml, red_flags = YAML(typ="safe"), frozenset(signs())
    count = Counter[str]()
    for name in _FULLY_LABELLED:
        count.update(name for item in yaml.load(DEVELOPMENT / "messages" / f"{name}.yml") for name in item["present"])
    return sorted(name for name, many in count.items() if many >= _LEAST_EXAMPLES and name not in red_flags)


@dataclass(frozen=True)
class Labelled:
    """A message, what it tells as there now, which facts its label judges, and where it comes from."""

    text: str
    told: frozenset[str]
    judged: frozenset[str]
    source: str


def labelled() -> Iterator[Labelled]:
    """Every message."""
    all_facts, none = frozenset(facts()), frozenset[str]()
    yaml = YAML(typ="safe")
    for file in sorted((DEVELOPMENT / "messages").glob("*.yml")):
        for item in yaml.load(file):
            judged = all_facts if file.stem in _FULLY_LABELLED else none
            yield Labelled(item["text"], frozenset(item["present"]), judged, f"messages/{file.stem}")
    for file in sorted((DEVELOPMENT / "wordings").glob("*.yml")):
        content = yaml.load(file)
        finding = content["finding"]
        for kind, texts in content.items():
            if isinstance(texts, list) and not (kind == "present" and finding == "clear_fluid"):
                told = frozenset({finding} if kind in ("present", "recent_past") else ())
                for text in texts:
                    yield Labelled(text, told, frozenset({finding}) & all_facts, "wordings")
    for file in _PATIENTS:
        for text in _of_the_well(yaml.load(DEVELOPMENT / file)):
            yield Labelled(text, none, none, "patients")
    for file in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        for text in _examples_of_talk(file):
            yield Labelled(text, none, none, "talk")


def _of_the_well(patients: list[dict[str, Any]]) -> Iterator[str]:
    """All that development patients say in whose talk no sign comes up."""
    for patient in patients:
        if patient.get("expect", patient)["level"] in ("self_care", "see_doctor"):
            yield patient.get("opening", patient.get("first", ""))
            yield from (text for text in patient["answers"].values() if text)


def replies() -> Iterator[dict[str, Any]]:
    """Every reply to a question: which value of which question it means, and the signs it tells (None: not to be judged)."""
    wanted = frozenset(signs())
    for item in YAML(typ="safe").load(DEVELOPMENT / "replies.yml"):
        question, value = item["question"], item["value"]
        doubtful = question == "onset" or question.startswith("clarify_") or question == "other_symptoms"
        told: list[str] | None = sorted(frozenset(item.get("present", ())) & wanted)
        if not told and doubtful and value in _OPEN:
            told = None
        yield {"text": item["text"], "reply": f"{question}:{value}", "signs": told}


def held_back(text: str) -> bool:
    """Whether a message is kept out of training."""
    return int(hashlib.sha256(text.encode()).hexdigest(), 16) % _HELD_BACK == 0


def _examples_of_talk(file: Path) -> Iterator[str]:
    intent = ""
    for line in file.read_text(encoding="utf-8").splitlines():
        named = re.match(r"\s*- intent: (\w+)", line)
        example = re.match(r"\s{4,}- (.*)", line)
        if named:
            intent = named.group(1)
        elif example and intent not in _TELLING_INTENTS:
            yield example.group(1)


def main(out: str) -> None:
    """Writes the file."""
    reader, encoder = load_reader(), load_encoder()
    of_signs = frozenset(signs())
    rows = [
        {
            "pieces": encoder.piece_numbers(reader.mended(row.text)),
            "signs": sorted(row.told & of_signs),
            "facts": sorted(row.told & row.judged),
            "judged": sorted(row.judged),
            "held": row.source.startswith("messages/") and held_back(row.text),
            "source": row.source,
        }
        for row in labelled()
    ]
    answers = [
        {**reply, "pieces": encoder.piece_numbers(reader.mended(reply["text"])), "held": held_back(reply["text"])}
        for reply in replies()
    ]
    meanings = sorted({reply["reply"] for reply in answers})
    content = {"signs": signs(), "facts": facts(), "meanings": meanings, "rows": rows, "replies": answers}
    Path(out).write_text(json.dumps(content), encoding="utf-8")
    print(
        f"{len(rows)} messages, {sum(bool(row['signs']) for row in rows)} of them tell of a sign; {len(answers)} replies"
    )


if __name__ == "__main__":
    main(sys.argv[1])
