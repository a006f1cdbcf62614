"""Typos, text-speak, emojis, quotes and other writing are cleaned; ordinary words stay; the way back to the text as typed."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter

import pytest
from ruamel.yaml import YAML

from nose_twitch.language.preparation import MAX_CHARACTERS
from nose_twitch.language.reader import load_reader

DATA = Path(__file__).parents[2] / "data" / "nlu"
# Words that no slip of an ordinary word may become.
ALARMING = frozenset(
    [
        "stroke",
        "seizure",
        "seizures",
        "suicide",
        "numb",
        "numbness",
        "weak",
        "weakness",
        "droop",
        "drooping",
        "slurred",
        "faint",
        "fainted",
        "swelling",
    ]
)


def mended(text: str) -> str:
    """The cleaned text."""
    return load_reader().mended(text)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("twiching", "twitching"),
        ("nostrl", "nostril"),
        ("weeknes", "weakness"),
        ("numness", "numbness"),
        ("siezures", "seizures"),
        ("anxeity", "anxiety"),
        ("yesturday", "yesterday"),
        ("medicne", "medicine"),
        ("realy", "really"),
        ("tierd", "tired"),
        ("soooo", "so"),
        ("weeeak", "weak"),
        ("cant", "can't"),
        ("2moro", "tomorrow"),
    ],
)
def test_slips_and_text_speak_are_mended(typed: str, meant: str) -> None:
    assert mended(typed) == meant


@pytest.mark.parametrize(
    "word",
    [
        "sneering",
        "tireless",
        "splint",
        "tonsils",
        "wasp",
        "forceps",
        "sleepover",
        "chatbot",
        "omen",
        "rewind",
        "beads",
        "maths",
        "Timmy",
        "Leeds",
        "Tamil",
        "thinners",
        "weekend",
        "strike",
        "drool-free",
        "numbers",
        "nimble",
        "fitting",
    ],
)
def test_ordinary_words_and_names_stay(word: str) -> None:
    assert mended(word).replace(" ", "-") == word.lower()


def test_no_word_of_everyday_talk_becomes_an_alarm() -> None:
    for file in ("smalltalk", "out_of_scope", "control", "questions_about_the_guide"):
        for block in YAML(typ="safe").load(DATA / f"{file}.yml")["nlu"]:
            for line in block["examples"].splitlines():
                typed, clean = line[2:].lower().split(), mended(line[2:]).split()
                assert not (set(clean) - set(" ".join(typed).replace(",", " ").replace(".", " ").split())) & ALARMING, (
                    line
                )


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("it\u2019s my \u201cnose\u201d", 'it\'s my "nose"'),
        ("nose\U0001f622twitching", "nose twitching"),
        ("\U0001f443\U0001f443", ""),
        ("tw\u200bitch", "twitch"),
        ("\u202emy nose\u202c", "my nose"),
        ("n\u00f6se", "nose"),
        ("\uff4e\uff55\uff4d\uff42", "numb"),
        ("light-headed", "light headed"),
        ("almost non-stop", "almost non stop"),
        ("3-4 weeks", "3-4 weeks"),
        ("2026-11-01", "2026-11-01"),
        ("a 3-year-old", "a 3 year old"),
        ("   ", ""),
        ("", ""),
    ],
)
def test_writing_is_made_plain(typed: str, clean: str) -> None:
    assert mended(typed) == clean


def test_the_words_said_are_those_typed() -> None:
    typed = "Since tuesday\u2026 my  LIP\u2019s   numbb \U0001f622"
    mention = next(item for item in load_reader().read(typed).mentions if item.finding.id == "numbness")
    assert typed[mention.start : mention.end] == mention.finding.said
    assert "numbb" in mention.finding.said


def test_of_an_overlong_text_both_ends_are_read() -> None:
    filler = "blah and so on " * 800
    found = {item.id for item in load_reader().read(f"my lip is numb. {filler} my arm is weak").findings}
    assert {"numbness", "weakness"} <= found
    assert len(mended(filler)) <= MAX_CHARACTERS + 20


@pytest.mark.parametrize(
    "unit", ["my nose twitches ", "xqzj", "''''a#", "noose twtich wekness ", "\u200b", "-a-", "1/", "?!"]
)
def test_ten_thousand_characters_take_no_time(unit: str) -> None:
    load_reader().read("my nose twitches")  # loaded before the clock starts
    begun = perf_counter()
    mended((unit * 10_000)[:10_000])
    assert perf_counter() - begun < 1
