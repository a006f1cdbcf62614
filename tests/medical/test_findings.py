"""What is known of a person, merged over the turns of a talk."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nose_twitch.medical.findings import Finding, Findings, Status, When
from tests.medical.cases import STATUSES, finding, findings, statuses_of

ABOUT_THE_PERSON = ["present", "absent", "uncertain", "past_recent", "past_untold", "past_long_ago"]
PASSED = ["past_recent", "past_untold"]


def told_in_turn(*statuses: str) -> str:
    """The status of weakness after it was told in these ways, one after the other."""
    known = Findings()
    for status in statuses:
        known = known.merge([finding("weakness", status)])
    return statuses_of(known)["weakness"]


def test_a_later_no_about_now_replaces_an_earlier_yes() -> None:
    assert told_in_turn("present", "absent") == "absent"


def test_a_later_yes_replaces_an_earlier_no() -> None:
    assert told_in_turn("absent", "present") == "present"


@pytest.mark.parametrize("passed", PASSED)
def test_a_sign_that_passed_stays_when_it_is_fine_now(passed: str) -> None:
    assert told_in_turn(passed, "absent") == passed


@pytest.mark.parametrize("passed", PASSED)
def test_a_sign_that_passed_counts_although_it_was_denied_for_now(passed: str) -> None:
    assert told_in_turn("absent", passed) == passed


@pytest.mark.parametrize("passed", PASSED)
def test_a_sign_that_is_back_is_present(passed: str) -> None:
    assert told_in_turn(passed, "present") == "present"


@pytest.mark.parametrize("passed", PASSED)
@pytest.mark.parametrize("order", [1, -1])
def test_a_sign_of_long_ago_does_not_hide_one_of_the_last_days(passed: str, order: int) -> None:
    assert told_in_turn(*[passed, "past_long_ago"][::order]) == passed


@pytest.mark.parametrize("known", ABOUT_THE_PERSON)
@pytest.mark.parametrize("told", ["hypothetical", "someone_else"])
def test_a_question_or_somebody_else_changes_nothing_that_is_known(known: str, told: str) -> None:
    assert told_in_turn(known, told) == known


@pytest.mark.parametrize("known", ["hypothetical", "someone_else"])
@pytest.mark.parametrize("told", ABOUT_THE_PERSON)
def test_what_the_person_tells_of_themselves_outweighs_a_question_or_somebody_else(known: str, told: str) -> None:
    assert told_in_turn(known, told) == told


@pytest.mark.parametrize("told", ["uncertain", "past_long_ago", "past_recent"])
def test_only_a_plain_no_about_now_clears_what_is_there(told: str) -> None:
    assert told_in_turn("present", told) == "present"


@pytest.mark.parametrize("known", ["absent", "past_long_ago"])
def test_a_doubt_raised_later_is_kept_to_be_asked_about(known: str) -> None:
    assert told_in_turn(known, "uncertain") == "uncertain"


@pytest.mark.parametrize("order", [1, -1])
def test_something_of_long_ago_is_remembered_beside_a_no_about_now(order: int) -> None:
    assert told_in_turn(*["absent", "past_long_ago"][::order]) == "past_long_ago"


def test_silence_clears_nothing() -> None:
    known = findings({"weakness": "present", "seizure": "past_recent"})
    assert known.merge([finding("caffeine")]).status("weakness") is Status.PRESENT
    assert known.merge([]) == known


def test_telling_the_same_again_keeps_the_first_words() -> None:
    known = (
        Findings().merge([finding("weakness", said="my arm is weak")]).merge([finding("weakness", said="it is weak")])
    )
    assert known["weakness"].said == "my arm is weak"


def test_words_are_taken_up_where_there_were_none() -> None:
    known = Findings().merge([finding("stress_linked")]).merge([finding("stress_linked", said="exams do it")])
    assert known["stress_linked"].said == "exams do it"


@pytest.mark.parametrize("known", STATUSES)
@pytest.mark.parametrize("told", STATUSES)
def test_a_correction_holds_as_it_is(known: str, told: str) -> None:
    corrected = findings({"weakness": known, "caffeine": "present"}).replace([finding("weakness", told)])
    assert statuses_of(corrected) == {"weakness": told, "caffeine": "present"}


def test_merging_changes_nothing_in_place() -> None:
    known = findings({"weakness": "present"})
    known.merge([finding("weakness", "absent"), finding("caffeine")])
    known.replace([finding("weakness", "absent")])
    known.without(["weakness"])
    assert statuses_of(known) == {"weakness": "present"}


def test_findings_can_be_dropped() -> None:
    assert statuses_of(findings({"a": "present", "b": "absent"}).without(["a", "never told"])) == {"b": "absent"}


@pytest.mark.parametrize(
    ("status", "present", "passed"),
    [
        ("present", True, False),
        ("absent", False, False),
        ("uncertain", False, False),
        ("past_recent", False, True),
        ("past_untold", False, True),
        ("past_long_ago", False, False),
        ("hypothetical", False, False),
        ("someone_else", False, False),
    ],
)
def test_present_is_now_and_passed_is_lately_or_at_a_time_not_told(status: str, present: bool, passed: bool) -> None:
    known = findings({"weakness": status})
    assert (known.present("weakness"), known.passed("weakness")) == (present, passed)


def test_nothing_is_known_of_what_was_not_told() -> None:
    known = Findings()
    assert known.status("weakness") is None
    assert not known.present("weakness")
    assert not known.passed("weakness")


def test_the_slot_holds_status_and_words() -> None:
    known = Findings().merge([finding("weakness", said="my grip is weak"), finding("seizure", "past_recent", "a fit")])
    assert known.to_slot() == {
        "weakness": {"status": "present", "said": "my grip is weak"},
        "seizure": {"status": "past", "said": "a fit", "when": "recent"},
    }


def test_an_empty_slot_gives_no_findings() -> None:
    assert Findings.from_slot(None) == Findings() == Findings.from_slot({})


@given(
    st.dictionaries(
        st.text(min_size=1),
        st.tuples(st.sampled_from(Status), st.text(), st.none() | st.sampled_from(When)),
        max_size=5,
    )
)
def test_the_slot_keeps_everything(told: dict[str, tuple[Status, str, When | None]]) -> None:
    known = Findings({key: Finding(key, *rest) for key, rest in told.items()})
    assert Findings.from_slot(json.loads(json.dumps(known.to_slot()))) == known
