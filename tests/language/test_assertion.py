"""How a symptom was told: there, denied, doubted, feared or asked about, over; and how it came on."""

from __future__ import annotations

from time import perf_counter

import pytest

from nose_twitch.language.reader import load_reader


def told(message: str, finding: str) -> str:
    """The status of a finding in a message, with its time where it is over; `nothing` where it was not found."""
    found = {item.id: item for item in load_reader().read(message).findings}.get(finding)
    if found is None:
        return "nothing"
    return found.status.value + (f" {found.when.value}" if found.when else "")


def onset(message: str) -> set[str]:
    """How a red flag of the message came on."""
    return {item.id for item in load_reader().read(message).findings} & {"sudden_onset", "gradual_onset"}


@pytest.mark.parametrize(
    ("message", "finding"),
    [
        ("there's no numbness, slurring or weakness to speak of", "weakness"),
        ("there's no numbness, slurring or weakness to speak of", "slurred_speech"),
        ("I am neither dizzy, confused nor numb", "numbness"),
        ("without any double vision or slurred speech", "vision"),
        ("my cheek doesn't feel numb", "numbness"),
        ("my mouth has never drooped", "face_droop"),
        ("I have no weakness, I tested it", "weakness"),
        ("no weakness, my arm is fine", "weakness"),
        ("I've not passed out or had a seizure", "seizure"),
        ("I wouldn't say my hand is weak", "weakness"),
        ("I don't believe my speech is slurred", "slurred_speech"),
        ("I haven't noticed that my lip is numb", "numbness"),
        ("weakness: none", "weakness"),
        ("numbness? no", "numbness"),
        ("never once had a seizure in all my years", "seizure"),
    ],
)
def test_a_denial_reaches_what_it_is_about(message: str, finding: str) -> None:
    assert told(message, finding) == "absent"


@pytest.mark.parametrize(
    ("message", "finding"),
    [
        ("no cough and no temperature, but my left cheek is numb", "numbness"),
        ("I'm not eating much, leg weak", "weakness"),
        ("no, my hand is weak", "weakness"),
        ("no headache my lip is numb", "numbness"),
        ("I haven't told anyone about my slurred speech", "slurred_speech"),
        ("not only numb but weak in the arm", "numbness"),
        ("there is no doubt that my mouth droops", "face_droop"),
        ("I can't deny that my arm is weak", "weakness"),
        ("I've never been so weak in my legs", "weakness"),
        ("can't squeeze the sponge with my right hand", "weakness"),
        ("I cannot get enough air into my lungs", "breathing"),
        ("my vision is not clear", "vision"),
        ("no idea why my arm is weak", "weakness"),
    ],
)
def test_a_no_about_something_else_leaves_the_symptom_there(message: str, finding: str) -> None:
    assert told(message, finding) == "present"


@pytest.mark.parametrize(
    ("message", "finding"),
    [
        ("would a drooping mouth mean a stroke", "face_droop"),
        ("can worry make your tongue numb", "numbness"),
        ("is slurred speech always an emergency", "slurred_speech"),
        ("does a brain tumour begin with seizures", "seizure"),
        ("what happens if my arm goes weak", "weakness"),
        ("should I ring someone if my lip turns numb", "numbness"),
        ("who do I see in the event of a seizure", "seizure"),
        ("terrified that one side of my mouth will droop", "face_droop"),
        ("frightened of having a seizure", "seizure"),
        ("I read that numbness is a warning sign", "numbness"),
        ("the leaflet says weakness is a side effect", "weakness"),
        ("people with weakness in the arms should go to hospital", "weakness"),
    ],
)
def test_what_is_only_asked_feared_or_read_about_is_hypothetical(message: str, finding: str) -> None:
    assert told(message, finding) == "hypothetical"


@pytest.mark.parametrize(
    ("message", "finding"),
    [
        ("why is my lip numb", "numbness"),
        ("is it normal that my speech is slurred", "slurred_speech"),
        ("should I be concerned that my arm is weak", "weakness"),
        ("should I be concerned about my droopy eyelid", "face_droop"),
        ("could coffee explain my numb lips", "numbness"),
        ("what can I do about the weakness in my hand", "weakness"),
        ("frightened because my mouth droops", "face_droop"),
        ("I'm terrified, my speech is slurred", "slurred_speech"),
        ("if I grin my mouth droops on the left", "face_droop"),
        ("it feels as if my face is drooping", "face_droop"),
        ("is slurring words since lunch", "slurred_speech"),
        ("I read up on it and now my lip is numb", "numbness"),
    ],
)
def test_a_question_or_a_fear_about_a_fact_is_a_fact(message: str, finding: str) -> None:
    assert told(message, finding) == "present"


@pytest.mark.parametrize(
    ("message", "finding"),
    [
        ("am I having a stroke right now?", "stroke"),
        ("is my mouth drooping?", "face_droop"),
        ("not sure whether my hand is weak", "weakness"),
        ("perhaps my speech is a bit slurred", "slurred_speech"),
        ("do you think my face is drooping", "face_droop"),
        ("what if I hurt myself", "self_harm"),
    ],
)
def test_a_doubt_is_left_open(message: str, finding: str) -> None:
    assert told(message, finding) == "uncertain"


@pytest.mark.parametrize(
    ("message", "finding"),
    [
        ("in 2011 I had a stroke", "stroke"),
        ("I had a seizure when I was nine", "seizure"),
        ("fifteen years ago my face drooped and my speech was slurred", "slurred_speech"),
        ("my arm was weak as a teenager", "weakness"),
        ("I had Bell's palsy in 2014 and my mouth drooped, all fine since", "face_droop"),
        ("a stroke in 2010, but now only my nose twitches", "stroke"),
    ],
)
def test_what_was_over_long_ago_is_long_past(message: str, finding: str) -> None:
    assert told(message, finding) in ("past long_ago", "absent")


@pytest.mark.parametrize(
    ("message", "finding", "status"),
    [
        ("my lip was numb this morning", "numbness", "past recent"),
        ("I had a seizure on sunday", "seizure", "past recent"),
        ("my arm was weak, back to normal now", "weakness", "past untold"),
        ("my mouth isn't drooping any more", "face_droop", "past untold"),
    ],
)
def test_what_passed_lately_or_at_a_time_not_told_is_past(message: str, finding: str, status: str) -> None:
    assert told(message, finding) == status


@pytest.mark.parametrize(
    ("message", "finding"),
    [
        ("since 2019 my leg has been weak", "weakness"),
        ("I have weakness from a fall many years ago", "weakness"),
        ("compared to last year my hand is weak", "weakness"),
        ("I used to be strong, now I drop everything", "weakness"),
        ("last summer I moved house and now my arm is numb", "numbness"),
        ("my arm went weak last week and it still is", "weakness"),
        ("my hand is numb. Last year I was in Spain", "numbness"),
    ],
)
def test_what_is_old_and_still_there_is_present(message: str, finding: str) -> None:
    assert told(message, finding) == "present"


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("my arm suddenly went weak", {"sudden_onset"}),
        ("woke up with a droopy mouth", {"sudden_onset"}),
        ("my speech went slurred half an hour ago", {"sudden_onset"}),
        ("the nose has twitched for months and suddenly my hand went numb", {"sudden_onset"}),
        ("my leg got weaker slowly over the weeks", {"gradual_onset"}),
        ("my nose suddenly began to twitch and my hand is weak", set()),
        ("my nose started an hour ago. my hand has been numb for years", {"gradual_onset"}),
        ("the twitch has been there for weeks, my lip is numb", set()),
    ],
)
def test_an_onset_belongs_to_the_symptom_it_is_told_of(message: str, expected: set[str]) -> None:
    assert onset(message) == expected


@pytest.mark.parametrize(
    ("message", "finding"),
    [
        ("the phone signal is weak in here", "weakness"),
        ("she has a weakness for shoes", "weakness"),
        ("my boss nearly had a heart attack", "chest_pain"),
        ("a fit of the giggles set it off", "seizure"),
        ("I'm dying to know what this is", "self_harm"),
        ("blackout curtains would help", "loss_of_awareness"),
        ("the whole week was a blur", "vision"),
        ("I cut myself shaving", "self_harm"),
    ],
)
def test_an_idiom_is_no_symptom(message: str, finding: str) -> None:
    assert told(message, finding) != "present"


@pytest.mark.parametrize(
    ("message", "finding"),
    [
        ("weakness for three days in my arm", "weakness"),
        ("I hit my head on the door", "head_injury"),
        ("I hurt myself on purpose", "self_harm"),
        ("worst headache of my life", "worst_headache"),
        ("I can't speak at all", "slurred_speech"),
        ("pins and needles on my cheek", "numbness"),
        ("having a fit in the shop", "seizure"),
        ("one side of my face dropped", "face_droop"),
        ("a sharp pain in my chest when I breathe", "chest_pain"),
        ("I'm blind in my left eye since this morning", "vision"),
    ],
)
def test_an_idiom_hides_no_symptom(message: str, finding: str) -> None:
    assert told(message, finding) == "present"


def test_an_endless_sentence_costs_no_more_than_a_few_seconds() -> None:
    message = ("no " + "weakness, numbness, " * 300)[:4000]
    load_reader().read("warm up")
    begun = perf_counter()
    load_reader().read(message)
    assert perf_counter() - begun < 5.0
