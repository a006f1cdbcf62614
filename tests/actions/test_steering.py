"""The person steers: back, change, start over, forget, numbers; and what is said back or not understood."""

from __future__ import annotations

from typing import Any

import pytest

from actions.steering import ChangeAnswer, ForgetMe, GoBack, StartOver, TellNumbers
from actions.understanding import Repair, SayUnderstood
from tests.actions.calls import FORM, call, finding, known, run

HALFWAY: dict[str, Any] = {
    **known({}, other_symptoms="none", duration="today", duration_days=[0, 1]),
    "asked_questions": ["other_symptoms", "duration", "side"],
    "misses": 2,
}
GREETED = {"event": "bot", "text": "Hello.", "metadata": {"utter_action": "utter_greet"}}


async def test_going_back_opens_the_answer_before_the_open_question() -> None:
    outcome = await run(GoBack(), call(HALFWAY, asked="side", intent="go_back"))
    assert outcome.responses == ["utter_back"]
    assert outcome.slots["duration"] is None
    assert outcome.slots["revisit"] == "duration"
    assert outcome.slots["asked_questions"] == ["other_symptoms"]
    assert outcome.slots["misses"] == 0
    assert "other_symptoms" not in outcome.slots


async def test_at_the_first_question_there_is_nothing_to_go_back_to() -> None:
    outcome = await run(GoBack(), call({**known(), "asked_questions": ["other_symptoms"]}, asked="other_symptoms"))
    assert outcome.responses == ["utter_nothing_to_go_back"]
    assert "revisit" not in outcome.slots


async def test_going_back_skips_doubts_and_what_was_told_unasked() -> None:
    slots = {**known({}, other_symptoms="none", stress="no"), "asked_questions": ["other_symptoms", "clarify", "side"]}
    outcome = await run(GoBack(), call(slots, asked="side"))
    assert outcome.slots["revisit"] == "other_symptoms"


@pytest.mark.parametrize(
    ("said", "slot"),
    [
        ("change how long it has lasted", "duration"),
        ("I want to change my answer about stress", "stress"),
        ("change the trigger", "triggers"),
    ],
)
async def test_an_answer_is_changed_by_its_name(said: str, slot: str) -> None:
    outcome = await run(ChangeAnswer(), call({**HALFWAY, slot: "old"}, said=said, intent="change_answer", asked="side"))
    assert outcome.slots[slot] is None
    assert outcome.slots["revisit"] == slot
    assert "followup" not in outcome.kinds


async def test_after_the_answer_changing_one_opens_the_question_again() -> None:
    outcome = await run(
        ChangeAnswer(),
        call({**HALFWAY, "answered": True}, said="change how long it has lasted", intent="change_answer"),
    )
    assert outcome.slots["revisit"] == "duration"
    assert [event["name"] for event in outcome.events if event["event"] == "followup"] == [FORM]


async def test_without_a_name_the_guide_asks_which_answer() -> None:
    outcome = await run(ChangeAnswer(), call(HALFWAY, said="change an answer", intent="change_answer", asked="side"))
    assert outcome.responses == ["utter_change_which"]
    assert "revisit" not in outcome.slots


async def test_starting_over_forgets_all_but_the_country() -> None:
    outcome = await run(StartOver(), call({**HALFWAY, "country": "CA"}))
    assert outcome.responses == ["utter_start_over"]
    assert outcome.kinds[0] == "reset_slots"
    assert outcome.slots == {"country": "CA"}


async def test_forgetting_restarts_the_talk() -> None:
    outcome = await run(ForgetMe(), call(HALFWAY))
    assert outcome.responses == ["utter_forgotten"]
    assert "restart" in outcome.kinds


@pytest.mark.parametrize(
    ("country", "intent", "says"),
    [
        (None, "ask_numbers", "utter_numbers"),
        ("CA", "ask_numbers", "utter_numbers"),
        ("CA", "tell_country", "utter_numbers"),
        (None, "tell_country", "utter_country_unknown"),
    ],
)
async def test_numbers_are_given_whether_the_country_is_known_or_not(
    country: str | None, intent: str, says: str
) -> None:
    assert (await run(TellNumbers(), call({"country": country}, intent=intent))).responses == [says]


# --- said back, and not understood ---


async def test_what_was_told_is_said_back_in_the_persons_words() -> None:
    slots = known(
        {"stress_linked": finding(said="worse before exams"), "weakness": finding("absent", "no weakness")},
        duration="2 weeks",
        duration_days=14,
    )
    outcome = await run(SayUnderstood(), call(slots, before=[GREETED]))
    assert outcome.responses == ["utter_understood"]
    facts = outcome.filled["utter_understood"]["facts"]
    assert "worse before exams" in facts
    assert "2 weeks" in facts
    assert "no weakness" not in facts


async def test_where_nothing_was_told_nothing_is_said_back() -> None:
    outcome = await run(SayUnderstood(), call(known(), before=[GREETED]))
    assert outcome.responses == []
    assert outcome.events


async def test_who_began_without_a_greeting_hears_once_what_this_is() -> None:
    slots = known({"stress_linked": finding(said="worse before exams")})
    introduced = {"event": "bot", "text": "I am a program.", "metadata": {"utter_action": "utter_introduction"}}
    assert "utter_introduction" in (await run(SayUnderstood(), call(slots))).responses
    assert "utter_introduction" not in (await run(SayUnderstood(), call(slots, before=[introduced]))).responses


@pytest.mark.parametrize(
    ("misses", "asked", "says"),
    [
        (0, None, ["utter_not_understood"]),
        (1, None, ["utter_not_understood_buttons"]),
        (4, None, ["utter_not_understood_buttons"]),
        (0, "side", ["utter_not_understood"]),
        (1, "side", []),
    ],
)
async def test_the_second_miss_offers_buttons_and_in_the_form_the_question_itself(
    misses: int, asked: str | None, says: list[str]
) -> None:
    outcome = await run(Repair(), call({"misses": misses}, asked=asked))
    assert outcome.responses == says
    assert outcome.slots == {"misses": misses + 2}


async def test_letters_that_are_no_words_count_half_so_that_they_are_asked_for_twice() -> None:
    nonsense = call({"misses": 0}, asked="side", intent="nlu_fallback")
    nonsense.latest_message["intent"]["confidence"] = 1.0
    assert (await run(Repair(), nonsense)).slots == {"misses": 1}
