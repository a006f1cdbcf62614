"""Since when it has lasted, from all kinds of words; and times that tell something else."""

from __future__ import annotations

from datetime import date
from time import perf_counter

import pytest

from nose_twitch.language.durations import find_durations
from nose_twitch.language.holidays import last_holiday

TODAY = date(2026, 11, 22)  # a Sunday


def days(message: str, *, asked: bool = False, today: date = TODAY) -> tuple[float, float] | None:
    """The first duration of a message."""
    hits = find_durations(message.lower(), today, asked=asked)
    return (hits[0].duration.min_days, hits[0].duration.max_days) if hits else None


@pytest.mark.parametrize(
    ("message", "low", "high"),
    [
        ("it has twitched for nine days", 9, 9),
        ("twitching for about a week and a half", 10, 11),
        ("going on for nearly two months", 45, 61),
        ("just over a year now", 365, 438),
        ("my nostril has done this for 3 to 5 weeks", 21, 35),
        ("a day or two", 1, 2),
        ("for a fortnight", 14, 14),
        ("since half an hour ago it flutters", 0, 0.1),
        ("it's been twenty two days", 22, 22),
        ("36hrs", 1, 2),
        ("this is the third day", 2, 3),
        ("week five of this twitch", 28, 35),
        ("for the past couple of weeks", 14, 21),
        ("several months of nose twitching", 121, 244),
        ("a decade of this", 3650, 3650),
    ],
)
def test_amounts(message: str, low: float, high: float) -> None:
    told = days(message)
    assert told is not None
    assert told[0] >= low - 1 and told[1] <= high + 1


@pytest.mark.parametrize(
    ("message", "low", "high"),
    [
        ("it began on wednesday", 4, 4),
        ("since last friday", 2, 9),
        ("started over the weekend", 0, 2),
        ("it has jumped since yesterday evening", 1, 1),
        ("my nose started the night before last", 0, 2),
        ("since the 7th of november", 15, 15),
        ("it started on 3 oct", 50, 50),
        ("since 20/10", 33, 33),
        ("since 10/20", 33, 33),
        ("since the 18th", 4, 4),
        ("twitching since late september", 52, 63),
        ("since 2023", 1050, 1425),
        ("since the start of the year", 265, 330),
        ("since halloween", 21, 23),
        ("ever since good friday it twitches", 232, 234),
        ("it began at diwali", 13, 15),
        ("since thanksgiving", 359, 361),
        ("since spring", 170, 270),
        ("started when the clocks went back", 27, 29),
    ],
)
def test_days_of_the_calendar(message: str, low: float, high: float) -> None:
    told = days(message)
    assert told is not None
    assert told[0] >= low and told[1] <= high


@pytest.mark.parametrize(
    "message",
    [
        "four teas a day",
        "i'm 63",
        "my daughter is 4 years old",
        "it twitches every 20 minutes",
        "each spell lasts 30 seconds",
        "it goes for a few seconds and stops",
        "i get five hours a night",
        "i began fluoxetine six weeks ago",
        "i had shingles and a stroke in 2017",
        "we moved house in april",
        "married for 30 years",
        "see you in two weeks",
        "should i wait three days before i see somebody",
        "if it lasts over a week, what then",
        "every tuesday i swim",
        "what is the weather like today",
        "i have an exam on thursday",
        "twice a month at most",
        "24/7",
        "may it be my glasses",
        "",
    ],
)
def test_times_that_tell_something_else(message: str) -> None:
    assert days(message) is None


@pytest.mark.parametrize(
    ("message", "low", "high"), [("five days", 5, 5), ("monday", 6, 6), ("in may", 175, 205), ("the 2nd week", 7, 14)]
)
def test_a_bare_time_counts_when_it_was_asked_for(message: str, low: float, high: float) -> None:
    assert days(message, asked=True) == (low, high)


def test_a_time_belongs_to_its_own_part_of_the_sentence() -> None:
    assert days("i had the flu a month ago, my nose has twitched for four days") == (4, 4)
    assert days("started tablets in august, the twitch came on two weeks ago") == (14, 14)
    assert days("had covid three weeks ago and it has jumped ever since") == (21, 21)


def test_today_is_the_clock_of_the_caller() -> None:
    assert days("since monday", today=date(2027, 1, 5)) == (1, 1)
    assert days("since christmas", today=date(2027, 1, 5)) == (10, 12)
    assert days("since christmas", today=date(2026, 12, 24)) == (363, 365)


def test_holidays_never_lie_ahead() -> None:
    for name in ("easter", "diwali", "thanksgiving", "christmas", "eid", "the clocks went forward"):
        for day in (date(2026, 1, 1), date(2026, 6, 1), date(2026, 12, 31)):
            found = last_holiday(name, day)
            assert found is not None and found <= day


def test_a_day_that_no_month_has_is_none() -> None:
    assert days("since 45/99") is None
    assert days("since the 77th") is None


def test_long_texts_take_linear_time() -> None:
    for unit in ("for two weeks since tuesday 15/11 ", "one whole good long ", "2" * 40, "and my it "):
        begun = perf_counter()
        find_durations((unit * 4000)[:4000], TODAY, asked=False)
        assert perf_counter() - begun < 1


@pytest.mark.parametrize(
    "message", ["my daughter 9 years is having nose twitching", "paramedic, 14 years in. my nose twitches"]
)
def test_years_of_a_life_or_a_career_are_no_duration(message: str) -> None:
    assert find_durations(message, TODAY, asked=False) == []


def test_years_of_the_twitch_are_one() -> None:
    assert [hit.duration.max_days for hit in find_durations("my nose twitches, 10 years now", TODAY, asked=False)] == [
        3650
    ]
