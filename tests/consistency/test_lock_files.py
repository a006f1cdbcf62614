"""The lock files name exact versions with hashes, and no place to fetch them from."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EMULATORS = "tests/emulators"
LOCKS = [
    "requirements.lock",
    "requirements-dev.lock",
    "requirements-tools.lock",
    f"{EMULATORS}/matrix/requirements.lock",
    "benchmarks/rasa_default/requirements.lock",
]
NPM_LOCKS = ["widget/package-lock.json", f"{EMULATORS}/telegram/package-lock.json"]
STAND_IN = "tensorflow @ ./packages/tensorflow-stand-in"


def entries(lock: str) -> dict[str, str]:
    """Each requirement with the lines that belong to it."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    return {block.split("\n")[0]: block for block in re.split(r"\n(?=\S)", text) if not block.startswith("#")}


@pytest.mark.parametrize("lock", LOCKS)
def test_everything_is_exact_and_hashed(lock: str) -> None:
    loose = [first for first, block in entries(lock).items() if "==" not in first or "--hash=sha256:" not in block]
    assert [first for first in loose if first != STAND_IN] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_no_address_and_no_path_of_a_machine(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert not re.search(r"https?:|file:|(?:^|\s)/|index-url|find-links", text)


@pytest.mark.parametrize("lock", NPM_LOCKS)
def test_what_comes_by_npm_is_hashed_and_has_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text
    packages = {name: package for name, package in json.loads(text)["packages"].items() if name}
    assert packages
    assert [name for name, package in packages.items() if not package["integrity"].startswith("sha512-")] == []


def test_development_moves_no_pin() -> None:
    def versions(lock: str) -> dict[str, str]:
        pairs = (re.match(r"([\w.-]+)==([^\s;]+)", first) for first in entries(lock))
        return {pair[1]: pair[2] for pair in pairs if pair}

    main = versions("requirements.lock")
    moved = {name for name, version in versions("requirements-dev.lock").items() if main.get(name, version) != version}
    assert moved == set()


def test_the_real_tensorflow_is_nowhere() -> None:
    assert [first for first in entries("requirements.lock") if first.startswith("tensorflow")] == [STAND_IN]
