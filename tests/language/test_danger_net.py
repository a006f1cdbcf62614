"""The second net: hears by meaning what no phrase list holds, and never takes anything away."""

import pytest

from nose_twitch.language.danger_net import load_danger_net
from nose_twitch.language.reader import load_reader
from nose_twitch.medical.findings import Status
from nose_twitch.medical.knowledge import load_knowledge

CAREFUL = (Status.PRESENT, Status.UNCERTAIN)


def heard(message: str) -> dict[str, Status]:
    return {item.id: item.status for item in load_reader().read(message).findings}


@pytest.mark.parametrize(
    ("message", "finding"),
    [
        ("one half of my smile isn't moving", "face_droop"),
        ("words come out like mush", "slurred_speech"),
        ("i woke up on the kitchen floor", "loss_of_awareness"),
        ("the coffee pot just slid out of my fingers, twice", "weakness"),
        ("i keep seeing two of everything", "vision"),
        ("nobody would notice if i was not here tomorrow, i have it all planned", "self_harm"),
    ],
)
def test_a_sign_in_new_words_is_believed_or_asked_about(message: str, finding: str) -> None:
    assert heard(message).get(finding) in CAREFUL


@pytest.mark.parametrize(
    "message",
    [
        "my nose twitches when I drink coffee",
        "left nostril, about two weeks, mostly at work",
        "it gets worse when I am stressed",
        "my grip is perfectly fine",
        "this twitch is killing me",
        "none of these",
        "yes",
        "",
    ],
)
def test_ordinary_talk_raises_no_suspicion(message: str) -> None:
    assert not [name for name, status in heard(message).items() if status in CAREFUL and is_red_flag(name)]


def is_red_flag(name: str) -> bool:
    return load_knowledge().findings[name].red_flag


@pytest.mark.parametrize(
    ("message", "finding"),
    [("my speech is not slurred", "slurred_speech"), ("my mum has a weak arm", "weakness")],
)
def test_what_plain_words_put_aside_stays_so(message: str, finding: str) -> None:
    assert heard(message)[finding] not in CAREFUL


def test_it_looks_for_red_flags_only() -> None:
    assert set(load_danger_net().findings) <= {kind.id for kind in load_knowledge().findings.values() if kind.red_flag}


def test_a_sign_at_the_end_of_a_ramble_is_seen() -> None:
    ramble = "so anyway we went to the market and bought some apples and the weather was fine. " * 5
    assert heard(ramble + "and since an hour my words come out like mush").get("slurred_speech") in CAREFUL


def test_words_that_tell_of_a_tic_are_not_taken_for_a_wish_to_die() -> None:
    tic = "my nose has been twitching since this morning, there is an urge building up before it and I can hold it back"
    assert heard(tic).get("self_harm") not in CAREFUL


def test_a_wish_to_die_beside_a_tic_is_heard() -> None:
    tic = "there is an urge building up before it and I can hold it back"
    assert (
        heard(f"{tic}. nobody would notice if i was not here tomorrow, i have it all planned")["self_harm"] in CAREFUL
    )


def test_named_harmless_things_answer_the_question_for_signs_only_when_hardly_more_is_said() -> None:
    read = load_reader().read
    assert read("sneezes, the usual", asked="other_symptoms").answers.get("other_symptoms") == "none"
    odd = "sneezing, and when I wake my ears feel like they belong to a far cousin of mine"
    assert read(odd, asked="other_symptoms").answers.get("other_symptoms") != "none"
