"""The form: it steps back for a rule, asks what is next, asks again in other words, and never holds anybody up."""

from __future__ import annotations

from typing import Any

import pytest

from actions.questions import MOST_MISSES, ExplainQuestion, ValidateTwitchForm
from nose_twitch.medical.case import NOT_SURE
from tests.actions.calls import FORM, KNOWLEDGE, Outcome, call, domain, finding, known, run

ANSWERED = {"findings": {}, "other_symptoms": "none", "duration": "today", "duration_days": [0, 1]}


async def validate(slots: dict[str, Any] | None = None, **more: Any) -> Outcome:
    """What the form does; by default it is the first to see a message."""
    return await run(ValidateTwitchForm(), call(slots, **{"ran": [FORM], **more}))


async def test_the_first_question_is_about_warning_signs() -> None:
    outcome = await validate()
    assert outcome.slots["requested_slot"] == "other_symptoms"
    assert outcome.slots["asked_questions"] == ["other_symptoms"]
    assert outcome.slots["question_number"] == 1
    assert outcome.slots["question_total"] >= 1
    assert outcome.slots["ask_again"] is False
    assert outcome.responses == []


async def test_what_was_told_is_not_asked() -> None:
    told = known(
        {"weakness": finding(), "one_side": finding()},
        duration_days=14,
        duration="2 weeks",
        side="right",
        other_symptoms="some",
    )
    assert (await validate(told)).slots["requested_slot"] == "onset"


@pytest.mark.parametrize("intent", [name for name in domain()["intents"] if name.startswith("ask_")])
async def test_a_question_of_the_person_goes_first(intent: str) -> None:
    outcome = await validate(known(), asked="duration", intent=intent)
    assert outcome.kinds == ["action_execution_rejected"]
    assert outcome.events[0]["name"] == FORM


@pytest.mark.parametrize(
    "intent",
    [
        "go_back",
        "change_answer",
        "start_over",
        "stop",
        "goodbye",
        "forget_me",
        "tell_country",
        "start_check",
        "twitch_elsewhere",
    ],
)
async def test_a_wish_to_steer_goes_first(intent: str) -> None:
    assert (await validate(known(), asked="duration", intent=intent)).kinds == ["action_execution_rejected"]


@pytest.mark.parametrize(
    "intent", ["nlu_fallback", "affirm", "describe_twitch", "thanks", "greet", "out_of_scope", "insult"]
)
async def test_a_message_that_told_nothing_is_left_to_the_rules(intent: str) -> None:
    assert (await validate(known(), asked="duration", intent=intent)).events == []


async def test_an_answer_leads_to_the_next_question() -> None:
    slots = {**known(), "asked_questions": ["other_symptoms"], "other_symptoms": "none", "question_number": 1}
    outcome = await validate(slots, asked="other_symptoms", intent="answer", told=["other_symptoms"])
    assert outcome.slots["requested_slot"] == "duration"
    assert outcome.slots["asked_questions"] == ["other_symptoms", "duration"]
    assert outcome.slots["question_number"] == 2
    assert outcome.slots["question_total"] >= 2
    assert outcome.slots["ask_again"] is False
    assert outcome.slots["misses"] == 0


@pytest.mark.parametrize("ran", [[FORM, "utter_serious", FORM], [FORM, "action_repair", FORM]])
async def test_after_a_digression_or_a_repair_the_question_comes_again_in_other_words(ran: list[str]) -> None:
    slots = {**known(other_symptoms="none"), "asked_questions": ["other_symptoms", "duration"], "misses": 1}
    outcome = await validate(slots, asked="duration", ran=ran)
    assert outcome.slots["requested_slot"] == "duration"
    assert outcome.slots["ask_again"] is True
    assert outcome.slots["asked_questions"] == ["other_symptoms", "duration"]
    assert outcome.slots["question_number"] == 2
    assert "misses" not in outcome.slots


async def test_telling_something_else_is_taken_up_and_the_question_comes_again() -> None:
    slots = {**known({"caffeine": finding()}, other_symptoms="none"), "asked_questions": ["other_symptoms", "duration"]}
    outcome = await validate(slots, asked="duration", intent="describe_twitch", told=["findings"])
    assert (outcome.slots["requested_slot"], outcome.slots["ask_again"]) == ("duration", True)


async def test_a_graver_question_goes_first_and_the_open_one_comes_later() -> None:
    slots = {**known({"weakness": finding()}, other_symptoms="some"), "asked_questions": ["other_symptoms", "duration"]}
    outcome = await validate(slots, asked="duration", intent="report_symptom", told=["findings", "other_symptoms"])
    assert outcome.slots["requested_slot"] == "onset"
    assert outcome.slots["ask_again"] is False
    assert outcome.slots["asked_questions"] == ["other_symptoms", "onset"]


# --- nobody is held up ---


async def test_before_the_third_miss_the_question_comes_again() -> None:
    slots = {
        **known(other_symptoms="none"),
        "asked_questions": ["other_symptoms", "duration"],
        "misses": MOST_MISSES - 1,
    }
    outcome = await validate(slots, asked="duration", ran=[FORM, "action_repair", FORM])
    assert outcome.slots["requested_slot"] == "duration"
    assert "duration" not in outcome.slots


async def test_after_three_misses_it_counts_as_not_sure() -> None:
    slots = {**known(other_symptoms="none"), "asked_questions": ["other_symptoms", "duration"], "misses": MOST_MISSES}
    outcome = await validate(slots, asked="duration", ran=[FORM, "action_repair", FORM])
    assert outcome.slots["duration"] == NOT_SURE
    assert outcome.slots["requested_slot"] not in ("duration", None)
    assert outcome.slots["misses"] == 0


async def test_three_misses_about_warning_signs_take_the_careful_reading() -> None:
    slots = {**known(), "asked_questions": ["other_symptoms"], "misses": MOST_MISSES}
    outcome = await validate(slots, asked="other_symptoms", ran=[FORM, "action_repair", FORM])
    assert outcome.slots["other_symptoms"] == NOT_SURE
    assert outcome.slots["findings"]["unsure_signs"]["status"] == "uncertain"
    assert (outcome.slots["requested_slot"], outcome.slots["doubt"]) == ("clarify", "unsure_signs")


async def test_three_misses_at_a_doubt_about_a_warning_sign_raise_the_level() -> None:
    slots = {
        **known({"seizure": finding("uncertain", "a kind of fit")}),
        "doubt": "still_now",
        "doubt_finding": "seizure",
    }
    outcome = await validate(
        {**slots, "asked_questions": ["clarify"], "misses": MOST_MISSES},
        asked="clarify",
        ran=[FORM, "action_repair", FORM],
    )
    assert outcome.slots["triage"] == "emergency"
    assert outcome.slots["escalation_reasons"] == ["seizure"]
    assert outcome.slots["requested_slot"] is None


# --- doubts ---


async def test_a_doubt_is_asked_about_by_its_plain_name() -> None:
    outcome = await validate(known({"numbness": finding("uncertain", "a bit numb?")}))
    assert outcome.slots["requested_slot"] == "clarify"
    assert outcome.slots["doubt"] == "still_now"
    assert outcome.slots["doubt_finding"] == "numbness"
    assert outcome.slots["doubt_about"] == KNOWLEDGE.findings["numbness"].name


async def test_a_settled_doubt_is_closed_and_remembered() -> None:
    slots = {
        **known({"numbness": finding("absent")}, clarify="no"),
        "doubt": "still_now",
        "doubt_finding": "numbness",
        "asked_questions": ["clarify"],
    }
    outcome = await validate(slots, asked="clarify", intent="answer", told=["clarify", "findings"])
    assert outcome.slots["doubts_settled"] == ["still_now:numbness"]
    assert outcome.slots["clarify"] is None
    assert outcome.slots["doubt"] is None
    assert outcome.slots["requested_slot"] == "other_symptoms"


async def test_the_next_doubt_follows_the_first() -> None:
    findings = {"numbness": finding("absent"), "vision": finding("uncertain")}
    slots = {
        **known(findings, clarify="no"),
        "doubt": "still_now",
        "doubt_finding": "numbness",
        "asked_questions": ["clarify"],
    }
    outcome = await validate(slots, asked="clarify", intent="answer", told=["clarify", "findings"])
    assert (outcome.slots["requested_slot"], outcome.slots["doubt_finding"]) == ("clarify", "vision")
    assert outcome.slots["clarify"] is None


async def test_naming_the_sign_settles_which_one_it_is() -> None:
    slots = {
        **known({"weakness": finding()}, other_symptoms="some"),
        "doubt": "which_sign",
        "doubt_finding": "some_sign",
        "last_told": ["weakness"],
    }
    outcome = await validate(
        {**slots, "asked_questions": ["clarify"]},
        asked="clarify",
        intent="report_symptom",
        told=["findings", "last_told"],
    )
    assert outcome.slots["doubts_settled"] == ["which_sign:some_sign"]
    assert outcome.slots["requested_slot"] == "onset"


async def test_a_doubt_passed_over_stays_open() -> None:
    slots = {
        **known({"seizure": finding("uncertain"), "caffeine": finding()}),
        "doubt": "still_now",
        "doubt_finding": "seizure",
        "last_told": ["caffeine"],
    }
    outcome = await validate(
        {**slots, "asked_questions": ["clarify"]},
        asked="clarify",
        intent="describe_twitch",
        told=["findings", "last_told"],
    )
    assert (outcome.slots["requested_slot"], outcome.slots["doubt_finding"]) == ("clarify", "seizure")
    assert outcome.slots["ask_again"] is True


# --- the end, and an answer to be changed ---


async def test_when_enough_is_known_the_form_ends() -> None:
    everything = {question.slot: "not_sure" for question in KNOWLEDGE.questions} | {"other_symptoms": "none"}
    assert (await validate(known(**everything), asked="anything_else", intent="answer", told=["anything_else"])).slots[
        "requested_slot"
    ] is None


async def test_after_twelve_questions_the_form_ends() -> None:
    slots = {**known(other_symptoms="none"), "asked_questions": ["side"] * KNOWLEDGE.max_questions}
    assert (await validate(slots, asked="duration", intent="answer", told=["duration_days"])).slots[
        "requested_slot"
    ] in ("duration", None)
    slots["duration"] = "today"
    assert (await validate(slots, asked="duration", intent="answer", told=["duration"])).slots["requested_slot"] is None


async def test_at_an_emergency_the_form_ends() -> None:
    slots = known({"seizure": finding()})
    assert (await validate(slots, asked="duration", intent="report_symptom", told=["findings"])).slots[
        "requested_slot"
    ] is None


async def test_an_answer_to_be_changed_is_asked_for_first() -> None:
    slots = {
        **known({}, other_symptoms="none", duration="today", duration_days=[0, 1]),
        "revisit": "side",
        "asked_questions": ["other_symptoms", "duration"],
    }
    outcome = await validate(slots, asked=None)
    assert outcome.slots["requested_slot"] == "side"
    assert "revisit" not in outcome.slots


async def test_once_changed_the_talk_goes_on_where_it_was() -> None:
    slots = {
        **known({}, **{key: value for key, value in ANSWERED.items() if key != "findings"}, side="left"),
        "revisit": "side",
    }
    outcome = await validate(
        {**slots, "asked_questions": ["other_symptoms", "duration", "side"]},
        asked="side",
        intent="answer",
        told=["side"],
    )
    assert outcome.slots["revisit"] is None
    assert outcome.slots["requested_slot"] not in ("side", None)


# --- why a question is asked ---


@pytest.mark.parametrize("asked", KNOWLEDGE.question_slots)
async def test_the_reason_of_the_open_question_is_told(asked: str) -> None:
    assert (await run(ExplainQuestion(), call(known(), asked=asked, intent="ask_why_question"))).responses == [
        f"utter_why_{asked}"
    ]


async def test_after_the_answer_the_reason_of_the_advice_is_told() -> None:
    outcome = await run(ExplainQuestion(), call({**known({"weakness": finding()}), "answered": True}))
    assert outcome.responses == ["utter_why_advice"]
    assert outcome.filled["utter_why_advice"]["reasons"]


async def test_where_nothing_was_asked_that_is_said() -> None:
    assert (await run(ExplainQuestion(), call())).responses == ["utter_why_nothing_asked"]
