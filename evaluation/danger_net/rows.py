"""Writes the labelled messages as numbers for training (python -m evaluation.danger_net.rows OUT.json).

Runs in the guide's own environment, so that spelling is mended and words are cut into pieces as in a talk.
"""

import hashlib
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from ruamel.yaml import YAML

from nose_twitch.language.reader import load_reader
from nose_twitch.language.sentence_encoder import load_encoder
from nose_twitch.medical.knowledge import load_knowledge

ROOT = Path(__file__).parents[2]
DEVELOPMENT = ROOT / "evaluation" / "development"
# They tell of nothing by themselves: answers to the guide's own questions.
_NOT_TOLD = ("failed_sign_test",)
_TELLING_INTENTS = ("report_symptom", "describe_twitch")
_HELD_BACK = 5  # one message in five is kept out of training, to choose thresholds by


def signs() -> list[str]:
    """The warning signs that the net looks for."""
    return [kind.id for kind in load_knowledge().findings.values() if kind.red_flag and kind.id not in _NOT_TOLD]


def labelled() -> Iterator[tuple[str, frozenset[str], str]]:
    """Every message with the signs that it tells of as there now, and where it comes from."""
    wanted = frozenset(signs())
    yaml = YAML(typ="safe")
    for file in sorted((DEVELOPMENT / "messages").glob("*.yml")):
        for item in yaml.load(file):
            yield item["text"], frozenset(item["present"]) & wanted, f"messages/{file.stem}"
    for file in sorted((DEVELOPMENT / "wordings").glob("*.yml")):
        content = yaml.load(file)
        finding = content["finding"]
        for kind, texts in content.items():
            if isinstance(texts, list) and not (kind == "present" and finding == "clear_fluid"):
                told = {finding} & wanted if kind in ("present", "recent_past") else ()
                for text in texts:
                    yield text, frozenset(told), "wordings"
    for file in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        for text in _examples_of_talk(file):
            yield text, frozenset(), "talk"


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
    rows = [
        {
            "pieces": encoder.piece_numbers(reader.mended(text)),
            "signs": sorted(told),
            "held": source.startswith("messages/") and held_back(text),
            "source": source,
        }
        for text, told, source in labelled()
    ]
    Path(out).write_text(json.dumps({"signs": signs(), "rows": rows}), encoding="utf-8")
    print(f"{len(rows)} messages, {sum(bool(row['signs']) for row in rows)} of them tell of a sign")


if __name__ == "__main__":
    main(sys.argv[1])
