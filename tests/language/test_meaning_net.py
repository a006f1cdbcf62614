"""The second net: hears by meaning what no phrase list holds, and never takes anything away."""

import pytest

from nose_twitch.language.meaning_net import load_meaning_net
from nose_twitch.language.reader import load_reader
from nose_twitch.medical.case import Case
from nose_twitch.medical.findings import Finding, Findings, Status
from nose_twitch.medical.knowledge import load_knowledge
from nose_twitch.medical.questions import OpenDoubt
from nose_twitch.medical.turn import Told, Turn, update_case

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
    assert set(load_meaning_net().findings) <= {kind.id for kind in load_knowledge().findings.values() if kind.red_flag}


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


def test_named_harmless_things_answer_the_question_for_signs_only_when_no_sign_is_suspected_beside_them() -> None:
    read = load_reader().read
    assert read("sneezes, the usual", asked="other_symptoms").answers.get("other_symptoms") == "none"
    more = "sneezing, and my tea keeps finding its way out of one corner of my lips"
    assert read(more, asked="other_symptoms").answers.get("other_symptoms") != "none"


def meant(reply: str, asked: str, doubt: str = "", about: str = "") -> str | None:
    open_doubt = OpenDoubt(doubt, about) if doubt else None
    return load_reader().read(reply, asked=asked, doubt=open_doubt).answers.get(asked)


@pytest.mark.parametrize(
    ("asked", "reply", "meaning"),
    [
        ("trend", "easing off, I am glad to say", "better"),
        ("triggers", "when the bills come through the letterbox", "stress"),
        ("triggers", "after I've hoovered", "irritant"),
        ("side", "just the one by my wedding ring hand", "left"),
        ("onset", "everything was normal when I sat down to eat, then it was there", "sudden"),
        ("onset", "so slowly that I hardly noticed", "gradual"),
        ("other_symptoms", "touch wood, I'm fighting fit", "none"),
        ("frequency", "twice an hour I'd say", "many_daily"),
    ],
)
def test_replies_are_understood_by_meaning(asked: str, reply: str, meaning: str) -> None:
    assert meant(reply, asked) == meaning


@pytest.mark.parametrize("reply", ["a bit lopsided to be honest", "got one arm up, not the other", "speech is mushy"])
def test_who_fails_the_look_in_the_mirror_is_never_taken_to_be_well(reply: str) -> None:
    assert meant(reply, "clarify", "unsure_signs", "unsure_signs") != "yes"


@pytest.mark.parametrize(
    "reply", ["no fever, not stiff, just wired", "smile is even and both arms went up fine", "nothing wrong with me"]
)
def test_who_passes_it_is(reply: str) -> None:
    reading = load_reader().read(reply, asked="clarify", doubt=OpenDoubt("unsure_signs", "unsure_signs"))
    assert "clarify" in reading.answers
    case, _ = update_case(
        Case(findings=Findings({"unsure_signs": Finding("unsure_signs", Status.UNCERTAIN, "")})),
        Told(findings=tuple(reading.findings), answers=reading.answers, said=reply),
        Turn("clarify", "unsure_signs", "unsure_signs"),
        load_knowledge(),
    )
    assert not case.findings.present("failed_sign_test")


def test_a_sign_of_the_last_days_is_not_over_because_it_is_not_there_now() -> None:
    assert meant("not now, it was on sunday night", "clarify", "still_now", "confusion") == "yes"
    assert meant("no, that was years ago", "clarify", "still_now", "confusion") == "no"
