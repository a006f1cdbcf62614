"""The quick check asks whether all works; "no, nothing like that" says that it does."""

import pytest

from nose_twitch.medical.case import Case
from nose_twitch.medical.findings import Finding, Status
from nose_twitch.medical.knowledge import load_knowledge
from nose_twitch.medical.turn import Told, Turn, update_case

ASKED = Turn(asked="clarify", doubt="unsure_signs", doubt_about="unsure_signs")


def after(said: str, *findings: Finding) -> Case:
    told = Told(findings=findings, answers={"clarify": "no"}, said=said)
    return update_case(Case(), told, ASKED, load_knowledge())[0]


@pytest.mark.parametrize("said", ["nah nothing like that, just itchy", "no problem at all", "no, I am healthy"])
def test_no_with_a_word_of_wellbeing_is_no_failed_test(said: str) -> None:
    assert not after(said).findings.present("failed_sign_test")


@pytest.mark.parametrize(
    "said",
    [
        "no",
        "no, the left arm stays down",
        "no, just one arm goes up",
        "no, it is not normal",
        "no, nothing moves on that side",
        "no it isn't all fine",
        "no, problem lifting the left one",
    ],
)
def test_a_plain_no_is_a_failed_test(said: str) -> None:
    assert after(said).findings.present("failed_sign_test")


def test_a_named_sign_counts_whatever_stands_beside_it() -> None:
    drooping = Finding("face_droop", Status.PRESENT, "droops")
    assert after("no, it droops, nothing else", drooping).findings.present("failed_sign_test")
