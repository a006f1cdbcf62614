"""What people tell of everyday life around the twitch: its course, what sets it off, how it moves, what comes with it."""

from __future__ import annotations

import pytest

from nose_twitch.language.reader import load_reader


def statuses(message: str) -> dict[str, str]:
    """The status of every finding of a message."""
    return {item.id: item.status.value for item in load_reader().read(message).findings}


@pytest.mark.parametrize(
    ("finding", "message"),
    [
        ("worsening", "each week the jumps get bigger and they last longer"),
        ("worsening", "it used to be a faint flicker and now it is far stronger"),
        ("more_frequent", "it comes on more often than it did in the summer"),
        ("more_frequent", "was once a week, now it is all day"),
        ("improving", "the twitch has calmed down a lot"),
        ("persistence", "my nostril has done this since childhood"),
        ("persistence", "it just won't go away"),
        ("stress_linked", "my nose goes mad whenever I have an exam"),
        ("stress_linked", "nerves bring it on"),
        ("allergen_or_irritant", "perfume sets it going"),
        ("allergen_or_irritant", "my eyes water and I sneeze near horses"),
        ("muscle_overuse", "it twitches after I laugh a lot"),
        ("muscle_overuse", "I play the oboe for hours"),
        ("caffeine", "I live on energy drinks"),
        ("caffeine", "eight cups of tea a day"),
        ("alcohol", "I sink a few pints every night"),
        ("poor_sleep", "I toss and turn every night"),
        ("poor_sleep", "only four hours of sleep a night"),
        ("medication", "the doctor put me on sertraline"),
        ("medication", "since I started the new tablets"),
        ("substance_use", "I smoked weed at the weekend"),
        ("withdrawal", "I came off diazepam on monday"),
        ("blink_linked", "every time I blink the nostril jumps"),
        ("tic_urge", "there is an urge and I feel relief once I do it"),
        ("suppressible", "I can sometimes hold it back in meetings"),
        ("dystonia", "the side of my nose pulls up tight and stays there"),
        ("one_side", "it is only the left nostril"),
        ("both_sides", "the whole tip of my nose moves"),
        ("spreads_face", "it has spread from the nose to my cheek"),
        ("eye_twitch", "my eyelid flickers too"),
        ("other_jerks", "my calves twitch as well"),
        ("rippling", "it looks like a wave moving under the skin"),
        ("eyes_shut", "my eyes squeeze shut and I can't open them"),
        ("interferes", "I have stopped seeing my friends because of it"),
        ("interferes", "it keeps me awake at night"),
        ("worry", "I keep thinking the worst"),
        ("stress_disorder", "I have been diagnosed with PTSD"),
        ("low_mood", "I have lost all interest in things"),
        ("headache", "my head is pounding"),
        ("dizziness", "I feel light-headed"),
        ("pain", "my cheek aches"),
        ("fever", "I've got a temperature of 39"),
        ("stiffness", "my neck has gone stiff"),
        ("sweating_agitation", "I am sweating and I can't sit still"),
        ("tremor", "my hands are trembling"),
        ("cramps", "I get cramps in my calves"),
        ("fatigue", "I'm worn out all the time"),
        ("hearing", "there is a ringing in my ears"),
        ("infection", "I have a nasty cold"),
        ("known_condition", "I have an overactive thyroid"),
        ("other_symptom", "I've lost my appetite"),
    ],
)
def test_it_is_heard(finding: str, message: str) -> None:
    assert statuses(message).get(finding) == "present"


@pytest.mark.parametrize(
    ("finding", "message"),
    [
        ("worsening", "it is not getting any stronger"),
        ("poor_sleep", "I am sleeping fine"),
        ("worry", "I'm not worried about it"),
        ("fatigue", "I don't feel tired"),
        ("interferes", "it doesn't affect my work"),
        ("medication", "I don't take any medicine"),
        ("suppressible", "I can't hold it back"),
        ("eye_twitch", "my eyelid does not twitch"),
        ("headache", "no headaches"),
        ("caffeine", "I never drink coffee"),
        ("stress_linked", "it has nothing to do with stress"),
    ],
)
def test_its_absence_is_heard(finding: str, message: str) -> None:
    assert statuses(message).get(finding) == "absent"


@pytest.mark.parametrize(
    ("finding", "message"),
    [
        ("worsening", "it gets worse when I am nervous"),
        ("stress_linked", "I'm worried about this twitch"),
        ("interferes", "it is just annoying"),
        ("weakness", "I am so tired"),
        ("caffeine", "there is a coffee shop next door"),
        ("one_side", "I left work early"),
        ("medication", "what pill would you take"),
        ("withdrawal", "a cash withdrawal"),
        ("tic_urge", "the doctor called it a tic"),
        ("fever", "I have hay fever"),
        ("stiffness", "a stiff drink would help"),
        ("other_jerks", "I watch Twitch all night"),
    ],
)
def test_what_only_sounds_like_it_is_not_heard(finding: str, message: str) -> None:
    assert statuses(message).get(finding) not in ("present", "past", "uncertain")


@pytest.mark.parametrize(
    "message",
    [
        "my nose is twitching",
        "my nose won't stop twitching",
        "there's this weird twitch in my nose",
        "my nostril has a little spasm",
        "nose jumps by itself",
        "I have a tic in my nose",
        "the twitching is driving my nose",
        "hello, my nose keeps moving on its own",
    ],
)
def test_a_plain_mention_of_the_twitch_tells_nothing_more(message: str) -> None:
    told = {finding for finding, status in statuses(message).items() if status in ("present", "past", "uncertain")}
    assert not told


@pytest.mark.parametrize(
    "message", ["can coffee cause this?", "would stress make it worse?", "does lack of sleep do it?"]
)
def test_a_question_about_a_trigger_is_no_trigger(message: str) -> None:
    assert "present" not in statuses(message).values()


@pytest.mark.parametrize(
    "message",
    [
        "nothing like that, just the nose",
        "no nothing like that only my nostril",
        "nope, none of these. just my nose",
        "nah its only the nose nothing more",
        "nothing else at all, just this nose",
    ],
)
def test_who_says_that_it_is_only_the_nose_tells_of_nothing_besides(message: str) -> None:
    told = {
        item.id
        for item in load_reader().read(message, asked="other_symptoms").findings
        if item.status.value == "present"
    }
    assert told == set()


@pytest.mark.parametrize("message", ["it's not just the nose", "it isn't only my nose", "no, not just my nose"])
def test_who_says_that_it_is_not_only_the_nose_tells_of_more(message: str) -> None:
    assert statuses(message)["spreads_face"] == "present"


@pytest.mark.parametrize(
    "message", ["it goes when I drink tea", "always after drinking two coffees", "when i drink cola my nose jumps"]
)
def test_to_drink_coffee_or_tea_is_no_alcohol(message: str) -> None:
    assert statuses(message).get("caffeine") == "present"
    assert "alcohol" not in statuses(message)
