"""The widget's wording stands in one file, all of it is used, and it reads as easily as the rest."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from nose_twitch.rasa_parts.channels.web_files import WIDGET
from tests.consistency.test_readability import CATALOGUE_GRADE, LONGEST_SENTENCE, grade, sentences

SOURCES = WIDGET / "src"
# Looked up by a name that is put together.
BY_KIND = re.compile(r"card_(?:emergency|crisis|urgent|see_doctor|self_care)|error_\w+|print|save|language")


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    return dict(json.loads((SOURCES / "texts.json").read_text(encoding="utf-8")))


def used_in(pattern: str, *suffixes: str) -> set[str]:
    files = [path for suffix in suffixes for path in SOURCES.glob(f"*{suffix}")]
    return {name for path in files for name in re.findall(pattern, path.read_text(encoding="utf-8"))}


def test_what_is_used_is_there_and_what_is_there_is_used(texts: dict[str, str]) -> None:
    used = used_in(r"\{\{(\w+)\}\}", ".html", ".js") | used_in(r"texts\.(\w+)", ".js")
    assert used - set(texts) <= {"all", "error_urgent_links", "json"}
    assert {name for name in set(texts) - used if not BY_KIND.fullmatch(name)} == set()


def test_every_refusal_that_a_person_can_meet_has_a_text(texts: dict[str, str]) -> None:
    for code in ("offline", "too_slow", "trouble", "too_many", "too_long", "foreign"):
        assert f"error_{code}" in texts


def test_it_reads_easily(texts: dict[str, str]) -> None:
    whole: list[Any] = [text for text in texts.values() if " " in text]
    assert grade("\n".join(whole)) <= CATALOGUE_GRADE
    assert [each for text in whole for each in sentences(text) if len(each.split()) > LONGEST_SENTENCE] == []


def test_privacy_is_told_in_four_sentences(texts: dict[str, str]) -> None:
    assert len(sentences(texts["privacy"])) == 4


def test_the_page_keeps_what_the_server_does(texts: dict[str, str]) -> None:
    from nose_twitch.rasa_parts.server.tracker_store import KEEP_DAYS

    assert f"{KEEP_DAYS:.0f} days" in texts["privacy"]
