"""More help is needed: the message with its reasons, at once."""

from __future__ import annotations

from typing import Any

import pytest

from actions.escalation import Escalate
from tests.actions.calls import Outcome, call, domain, finding, known, run, slot

BOTH = known({"weakness": finding(said="my arm is weak"), "pain": finding()}, duration_days=14, duration="2 weeks")


async def escalate(slots: dict[str, Any], *announced: tuple[str, list[str]], asked: str | None = None) -> Outcome:
    """The message; `announced` are the notes of the policy so far, that on this very message last."""
    notes = [slot("announced", {"level": level, "reasons": reasons}) for level, reasons in announced]
    return await run(Escalate(), call(slots, asked=asked, before=notes, ran=["action_escalate"]))


def reason(name: str) -> str:
    """The wording of a reason."""
    text: str = domain()["responses"][f"utter_reason_{name}"][0]["text"]
    return text.strip()


@pytest.mark.parametrize(
    ("findings", "level", "first"),
    [({"weakness": finding()}, "urgent", "weakness"), ({"interferes": finding()}, "see_doctor", "interference")],
)
@pytest.mark.parametrize("asked", [None, "duration"])
async def test_the_level_is_told_with_its_reasons(
    findings: dict[str, Any], level: str, first: str, asked: str | None
) -> None:
    outcome = await escalate(known(findings), (level, [first]), asked=asked)
    assert f"utter_escalate_{level}" in outcome.responses
    assert reason(first) in outcome.filled[f"utter_escalate_{level}"]["reasons"]


async def test_the_first_reply_says_what_was_understood_in_the_persons_words() -> None:
    outcome = await escalate(BOTH, ("urgent", ["weakness"]))
    assert outcome.responses[:2] == ["utter_understood", "utter_escalate_urgent"]
    assert "my arm is weak" in outcome.filled["utter_understood"]["facts"]
    assert "2 weeks" in outcome.filled["utter_understood"]["facts"]


async def test_in_the_form_the_message_stands_alone() -> None:
    assert (await escalate(BOTH, ("urgent", ["weakness"]), asked="side")).responses == ["utter_escalate_urgent"]


async def test_a_second_message_of_the_level_has_other_words_and_only_the_new_reason() -> None:
    outcome = await escalate(BOTH, ("urgent", ["weakness"]), ("urgent", ["weakness", "persistence"]), asked="side")
    assert outcome.responses == ["utter_escalate_urgent_again"]
    told = outcome.filled["utter_escalate_urgent_again"]["reasons"]
    assert reason("persistence") in told
    assert reason("weakness") not in told


async def test_a_higher_level_has_its_own_first_words() -> None:
    outcome = await escalate(
        BOTH, ("see_doctor", ["persistence"]), ("urgent", ["weakness", "persistence"]), asked="side"
    )
    assert outcome.responses == ["utter_escalate_urgent"]


async def test_a_reason_that_was_corrected_and_is_told_again_is_named() -> None:
    notes = [("urgent", ["weakness"]), ("self_care", []), ("urgent", ["weakness"])]
    outcome = await escalate(known({"weakness": finding()}), *notes, asked="side")
    assert outcome.responses == ["utter_escalate_urgent_again"]
    assert reason("weakness") in outcome.filled["utter_escalate_urgent_again"]["reasons"]


@pytest.mark.parametrize("level", ["urgent", "see_doctor"])
@pytest.mark.parametrize("again", ["", "_again"])
def test_the_wording_takes_the_reasons(level: str, again: str) -> None:
    (variant,) = domain()["responses"][f"utter_escalate_{level}{again}"]
    assert "{reasons}" in variant["text"]
