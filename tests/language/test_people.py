"""For whom a message asks, and whose symptom it tells."""

from __future__ import annotations

import pytest

from nose_twitch.language.reader import load_reader
from nose_twitch.medical.case import Subject
from nose_twitch.medical.findings import Status


def status(message: str, finding: str, known: Subject = Subject.SELF) -> str:
    """The status of a finding in a message, `nothing` where it was not found."""
    found = {item.id: item for item in load_reader().read(message, known_subject=known).findings}
    return found[finding].status.value if finding in found else "nothing"


def subject(message: str, known: Subject = Subject.SELF) -> Subject | None:
    """For whom a message asks, None where it does not tell."""
    return load_reader().read(message, known_subject=known).subject


@pytest.mark.parametrize(
    ("message", "finding", "whose"),
    [
        ("my daughter's nostril twitches and her arm is weak", "weakness", Subject.CHILD),
        ("our toddler's nose keeps twitching, he had a seizure too", "seizure", Subject.CHILD),
        ("my husband's nose is twitching and his speech is slurred", "slurred_speech", Subject.OTHER),
        ("asking for my mum, her lip is numb", "numbness", Subject.OTHER),
        ("his nostril keeps twitching and his arm is weak", "weakness", Subject.OTHER),
        ("my boy can't lift his arm since this morning", "weakness", Subject.CHILD),
        ("my girlfriend is unresponsive, please help", "loss_of_awareness", Subject.OTHER),
        ("I'm with my neighbour, her face is drooping right now", "face_droop", Subject.OTHER),
    ],
)
def test_the_one_asked_for_has_the_symptom(message: str, finding: str, whose: Subject) -> None:
    assert status(message, finding) in ("present", "past")
    assert subject(message) is whose


@pytest.mark.parametrize(
    ("message", "finding"),
    [
        ("my uncle's arm has been weak since his stroke", "weakness"),
        ("my nose twitches and my cousin has numb hands", "numbness"),
        ("my dad had a stroke last month", "stroke"),
        ("a man at my work had a seizure", "seizure"),
        ("our dog's leg is weak", "weakness"),
        ("he has slurred speech", "slurred_speech"),
        ("it's my aunt who has the droopy face, not me", "face_droop"),
        ("my neighbour's kid had a seizure", "seizure"),
        ("my wife had a stroke in 2010 and her arm is weak", "weakness"),
    ],
)
def test_somebody_elses_symptom_is_not_the_writers(message: str, finding: str) -> None:
    assert status(message, finding) == "someone_else"
    assert subject(message) in (None, Subject.SELF)


@pytest.mark.parametrize(
    ("message", "finding"),
    [
        ("my sister says my mouth droops", "face_droop"),
        ("my husband thinks speech is slurred", "slurred_speech"),
        ("the kids noticed that I slur my words", "slurred_speech"),
        ("alright mate, arm gone numb", "numbness"),
        ("I am a 52 year old woman with a numb lip", "numbness"),
        ("my dog knocked me down and I hit my head", "head_injury"),
        ("my mum had a stroke and now my own lip is numb", "numbness"),
        ("I dey feel say my arm is weak", "weakness"),
    ],
)
def test_what_others_say_about_the_writer_is_the_writers(message: str, finding: str) -> None:
    assert status(message, finding) == "present"


def test_the_known_subject_is_kept_over_turns() -> None:
    assert status("she can't lift her arm", "weakness", Subject.CHILD) == "present"
    assert status("his speech is slurred now", "slurred_speech", Subject.OTHER) == "present"
    assert status("her brother had a seizure", "seizure", Subject.CHILD) == "someone_else"


def test_two_people_in_one_message_are_told_apart() -> None:
    message = "my son's nose twitches, my dad had a stroke, and my son's arm is weak"
    assert status(message, "weakness") == "present"
    assert status(message, "stroke") == "someone_else"


def test_the_writers_own_nose_makes_the_writer_the_subject_again() -> None:
    assert subject("now my own nose twitches", Subject.CHILD) is Subject.SELF


@pytest.mark.parametrize(
    "message",
    [
        "my mum is on the phone, her nose was twitching and now she talks like she is drunk",
        "my gran's face is drooping now",
    ],
)
def test_somebody_who_has_a_warning_sign_now_is_whom_they_ask_for(message: str) -> None:
    reading = load_reader().read(message)
    assert reading.subject is Subject.OTHER
    assert any(each.status is Status.PRESENT for each in reading.findings)


def test_somebody_s_old_stroke_is_theirs_though_the_nose_twitches_now() -> None:
    reading = load_reader().read("my dad had a stroke in 2010 and now my nose twitches")
    assert {each.id: each.status for each in reading.findings}["stroke"] is Status.SOMEONE_ELSE
