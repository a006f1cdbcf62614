"""Words that tell a sign in one talk and something else in another: believed if the second net hears a sign too, else asked about."""

import pytest

from nose_twitch.language.meaning_net import Suspicion
from nose_twitch.language.reader import load_reader
from nose_twitch.language.reading import Mention
from nose_twitch.language.suspicion import is_mere_hint
from nose_twitch.medical.findings import Finding, Status, When

NOTHING = [Suspicion("vision", 0.001), Suspicion("confusion", 0.001)]


def told(status: Status = Status.PRESENT, *, hint: bool = True, when: When | None = None) -> Mention:
    return Mention(Finding("confusion", status, "confused", when), 0, 8, hint)


def test_a_hint_alone_is_asked_about() -> None:
    assert is_mere_hint(told(), NOTHING)
    assert is_mere_hint(told(Status.PAST, when=When.RECENT), NOTHING)


def test_plain_words_need_nobody_else() -> None:
    assert not is_mere_hint(told(hint=False), NOTHING)


@pytest.mark.parametrize("heard", [Suspicion("confusion", 0.05), Suspicion("slurred_speech", 0.4)])
def test_a_hint_is_believed_where_the_net_hears_that_sign_or_another(heard: Suspicion) -> None:
    assert not is_mere_hint(told(), [heard, *(each for each in NOTHING if each.finding != heard.finding)])


def test_a_hint_is_believed_where_the_net_was_not_asked() -> None:
    assert not is_mere_hint(told(), [])


@pytest.mark.parametrize("status", [Status.ABSENT, Status.HYPOTHETICAL, Status.SOMEONE_ELSE])
def test_what_is_not_told_as_there_stays_as_it_is(status: Status) -> None:
    assert not is_mere_hint(told(status), NOTHING)


def status_of(message: str, finding: str, asked: str | None = None) -> Status | None:
    found = {each.id: each.status for each in load_reader().read(message, asked=asked).findings}
    return found.get(finding)


@pytest.mark.parametrize(
    ("message", "finding"),
    [
        ("your menu has me muddled, which button is for the nose", "confusion"),
        ("my whole team collapsed laughing at my nose", "loss_of_awareness"),
        ("customs sent a notice of seizure for my parcel and my nose twitches", "seizure"),
    ],
)
def test_words_of_another_matter_call_no_emergency(message: str, finding: str) -> None:
    assert status_of(message, finding) is not Status.PRESENT


@pytest.mark.parametrize(
    ("message", "finding"),
    [
        ("i am confused since this morning and do not know where i am", "confusion"),
        ("i fainted in the shop today", "loss_of_awareness"),
        ("i had a seizure an hour ago", "seizure"),
        ("i keep dropping my cup out of my left hand", "weakness"),
    ],
)
def test_the_same_words_in_earnest_do(message: str, finding: str) -> None:
    assert status_of(message, finding) in (Status.PRESENT, Status.PAST)


def test_who_is_asked_for_signs_and_names_one_is_believed() -> None:
    assert status_of("yes, I had a fit", "seizure", asked="other_symptoms") in (Status.PRESENT, Status.PAST)


@pytest.mark.parametrize("message", ["my co-driver had a stroke on the road", "my cohost fainted on stream once"])
def test_what_somebody_has_whom_no_list_names_is_asked_about(message: str) -> None:
    finding = "stroke" if "stroke" in message else "loss_of_awareness"
    assert status_of(message, finding) in (Status.UNCERTAIN, Status.SOMEONE_ELSE)


def test_a_wish_to_die_is_never_a_mere_hint() -> None:
    message = "im so stressed with exams my nose goes mental and i feel like ending it all"
    assert status_of(message, "self_harm") is Status.PRESENT
