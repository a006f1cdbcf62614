"""docs/security.md names files, tests and settings that exist."""

import re

import pytest

from scripts.settings import ROOT

TEXT = (ROOT / "docs/security.md").read_text(encoding="utf-8")
ROWS = [line for line in TEXT.splitlines() if re.match(r"\| T\d+ \|", line)]
NAMES = re.compile(r"`(?:((?:\w+/)+test_\w+\.py))?(?:::(\w+))?`")


def named_in(row: str) -> list[tuple[str, str | None]]:
    named: list[tuple[str, str | None]] = []
    for file, name in NAMES.findall(row.split(" | ")[4]):
        if file or name:
            named.append((file or named[-1][0], name or None))
    return named


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split(" ")[1])
def test_each_threat_names_tests_that_exist(row: str) -> None:
    named = named_in(row)
    assert named or "on purpose" in row
    for file, name in named:
        assert name is None or re.search(rf"(def|class) {name}\b", (ROOT / "tests" / file).read_text(encoding="utf-8"))
        assert (ROOT / "tests" / file).is_file()


def test_threats_are_numbered_in_order() -> None:
    assert [row.split(" ")[1] for row in ROWS] == [f"T{number}" for number in range(1, len(ROWS) + 1)]


def test_the_source_files_it_names_exist() -> None:
    for row in ROWS:
        for name in re.findall(r"`((?:\w+/)?\w+\.py)`", row.split(" | ")[3]):
            places = (
                ROOT / name,
                ROOT / "nose_twitch/rasa_parts" / name,
                ROOT / "nose_twitch/rasa_parts/channels" / name,
            )
            assert any(place.is_file() for place in places), name
