"""How long it has lasted, as an interval of days."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nose_twitch.medical.duration import Duration, merge_durations
from tests.medical.cases import KNOWLEDGE

FEW_DAYS = KNOWLEDGE.thresholds["few_days"]
TODAY = Duration(0, 1)
WEEKS = Duration(7, 14)


@pytest.mark.parametrize(("start", "end"), [(3, 2), (-1, 2), (-2, -1)])
def test_an_impossible_interval_is_refused(start: float, end: float) -> None:
    with pytest.raises(ValueError, match="not an interval"):
        Duration(start, end)


@pytest.mark.parametrize(
    ("slot", "over"),
    [
        (0, False),
        (2, False),
        (3, False),
        (3.5, True),
        (4, True),
        ([2, 3], False),
        ([3, 3], False),
        ([3, 5], True),
        ([1, 4], False),
    ],
)
def test_the_middle_decides_whether_it_is_over_a_few_days(slot: float | list[float], over: bool) -> None:
    duration = Duration.from_slot(slot)
    assert duration is not None
    assert duration.longer_than(FEW_DAYS) is over


def test_a_few_days_are_three() -> None:
    assert FEW_DAYS == 3


@pytest.mark.parametrize(
    ("duration", "slot"),
    [
        (Duration(14, 14), 14),
        (Duration(0, 0), 0),
        (Duration(7, 14), [7, 14]),
        (Duration(0.5, 0.5), 0.5),
        (Duration(0, 0.25), [0, 0.25]),
    ],
)
def test_the_slot_holds_a_number_or_both_ends(duration: Duration, slot: float | list[float]) -> None:
    assert duration.to_slot() == slot
    assert Duration.from_slot(slot) == duration


def test_whole_days_are_whole_numbers() -> None:
    assert str(Duration(14.0, 14.0).to_slot()) == "14"


def test_an_empty_slot_is_no_duration() -> None:
    assert Duration.from_slot(None) is None


@given(st.lists(st.integers(0, 40_000), min_size=2, max_size=2).map(sorted))
def test_the_slot_keeps_the_interval(ends: list[int]) -> None:
    duration = Duration(ends[0] / 4, ends[1] / 4)
    assert Duration.from_slot(duration.to_slot()) == duration


@pytest.mark.parametrize("replace", [True, False])
def test_the_first_duration_is_taken(replace: bool) -> None:
    assert merge_durations(None, WEEKS, replace=replace) == WEEKS


@pytest.mark.parametrize("replace", [True, False])
def test_silence_about_time_changes_nothing(replace: bool) -> None:
    assert merge_durations(WEEKS, None, replace=replace) == WEEKS
    assert merge_durations(None, None, replace=replace) is None


def test_a_shorter_time_in_passing_shortens_nothing() -> None:
    assert merge_durations(WEEKS, TODAY, replace=False) == WEEKS


def test_a_longer_time_in_passing_counts() -> None:
    assert merge_durations(TODAY, WEEKS, replace=False) == WEEKS


@pytest.mark.parametrize(("known", "told"), [(WEEKS, TODAY), (TODAY, WEEKS)])
def test_an_answer_or_a_correction_holds(known: Duration, told: Duration) -> None:
    assert merge_durations(known, told, replace=True) == told


INTERVALS = st.lists(st.integers(0, 400), min_size=2, max_size=2).map(lambda ends: Duration(*sorted(ends)))


@given(INTERVALS, INTERVALS)
def test_durations_told_in_passing_may_come_in_any_order(first: Duration, second: Duration) -> None:
    assert merge_durations(first, second, replace=False) == merge_durations(second, first, replace=False)
