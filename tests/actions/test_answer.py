"""The answer: what to do first, then what fits and why; what changed later; the page for the doctor."""

from __future__ import annotations

from typing import Any

import pytest

from actions.answer import ClassifyCauses, ExplainAdvice, GiveAssessment, Summarise, UpdateAssessment
from tests.actions.calls import KNOWLEDGE, Outcome, call, domain, finding, known, run

STRESS = {"stress_linked": finding(said="it goes wild before exams")}
CARDS = {
    "self_care": known(
        {"muscle_overuse": finding(said="after laughing all evening")}, duration_days=[0, 1], duration="this morning"
    ),
    "see_doctor": known(STRESS, duration_days=14, duration="2 weeks"),
    "urgent": known({"weakness": finding(said="my cheek feels weak")}),
    "emergency": known({"seizure": finding(said="I had a fit")}),
}


async def card(slots: dict[str, Any]) -> Outcome:
    """The answer for a case."""
    return await run(GiveAssessment(), call(slots))


def place(outcome: Outcome, prefix: str) -> int:
    """Where a kind of response first stands."""
    return next(number for number, name in enumerate(outcome.responses) if name.startswith(prefix))


# --- the card ---


@pytest.mark.parametrize("level", CARDS)
async def test_what_to_do_and_how_soon_comes_first(level: str) -> None:
    outcome = await card(CARDS[level])
    assert outcome.responses[0] == f"utter_assessment_{level}"
    assert outcome.slots["answered"] is True


@pytest.mark.parametrize("level", ["self_care", "see_doctor"])
async def test_then_what_fits_what_helps_what_to_watch_for_and_the_sources(level: str) -> None:
    outcome = await card(CARDS[level])
    order = [
        "utter_assessment_",
        "utter_cause_",
        "utter_advice_",
        "utter_watch_for",
        "utter_assessment_sources",
        "utter_after_assessment",
    ]
    places = [place(outcome, prefix) for prefix in order]
    assert places == sorted(places)
    assert outcome.responses[-1] == "utter_after_assessment"


async def test_each_cause_says_because_of_the_persons_words() -> None:
    outcome = await card(known({**STRESS, "caffeine": finding(said="six coffees a day")}))
    assert "it goes wild before exams" in outcome.filled["utter_cause_psychological"]["because"]
    assert "six coffees a day" in outcome.filled["utter_cause_lifestyle"]["because"]
    assert outcome.responses.index("utter_cause_psychological") < outcome.responses.index("utter_cause_lifestyle")


async def test_an_answer_by_button_is_named_in_plain_words() -> None:
    outcome = await card(known({"stress_linked": finding()}))
    assert outcome.filled["utter_cause_psychological"]["because"] == KNOWLEDGE.findings["stress_linked"].name


async def test_without_support_no_cause_is_named() -> None:
    outcome = await card(known({}, duration_days=2, duration="2 days"))
    assert "utter_no_clear_cause" in outcome.responses
    assert not any(name.startswith("utter_cause_") for name in outcome.responses)
    assert "utter_advice_general" in outcome.responses


async def test_what_speaks_against_the_first_cause_is_said() -> None:
    outcome = await card(known({"muscle_overuse": finding()}, duration_days=10, duration="10 days"))
    assert KNOWLEDGE.findings["persistence"].name in outcome.filled["utter_cause_against"]["against"]


@pytest.mark.parametrize(
    ("findings", "advice"),
    [
        (STRESS, "psychological"),
        ({"allergen_or_irritant": finding()}, "environmental"),
        ({"muscle_overuse": finding()}, "muscle_fatigue"),
        ({"tic_urge": finding()}, "neurological"),
        ({"caffeine": finding()}, "lifestyle"),
        ({"medication": finding()}, "medication"),
        ({"blink_linked": finding()}, "other"),
    ],
)
async def test_the_advice_fits_the_first_cause(findings: dict[str, Any], advice: str) -> None:
    assert f"utter_advice_{advice}" in (await card(known(findings))).responses


@pytest.mark.parametrize("level", ["self_care", "see_doctor"])
async def test_advice_that_is_right_for_every_cause_is_given_with_it(level: str) -> None:
    assert "utter_advice_general" in (await card(CARDS[level])).responses


@pytest.mark.parametrize("level", ["urgent", "emergency"])
async def test_when_help_is_needed_today_no_home_remedy_is_given(level: str) -> None:
    assert not any(name.startswith("utter_advice_") for name in (await card(CARDS[level])).responses)


async def test_the_sources_are_named_and_no_own_decision_among_them() -> None:
    outcome = await card(CARDS["see_doctor"])
    named = outcome.filled["utter_assessment_sources"]["sources"]
    assert KNOWLEDGE.sources["seed"]["title"] in named
    assert KNOWLEDGE.sources["safety-decision"]["title"] not in named


async def test_from_nothing_nothing_is_concluded() -> None:
    outcome = await card(known())
    assert outcome.responses == ["utter_trouble"]
    assert outcome.slots["answered"] is False


async def test_somebody_elses_illness_is_no_ground_for_an_answer() -> None:
    assert (await card(known({"weakness": finding("someone_else")}))).responses == ["utter_trouble"]


# --- the causes as a slot ---


@pytest.mark.parametrize(
    ("findings", "causes"),
    [(STRESS, ["psychological"]), ({**STRESS, "caffeine": finding()}, ["psychological", "lifestyle"]), ({}, None)],
)
async def test_the_ranked_causes_are_kept(findings: dict[str, Any], causes: list[str] | None) -> None:
    outcome = await run(ClassifyCauses(), call(known(findings)))
    assert outcome.slots == {"likely_causes": causes}
    assert outcome.responses == []


# --- after the answer ---


async def update(slots: dict[str, Any], *told: str) -> Outcome:
    """What the guide says to a message after the answer."""
    return await run(UpdateAssessment(), call({**slots, "answered": True}, told=told, ran=["action_update_assessment"]))


async def test_new_facts_that_change_the_level_bring_the_card_again() -> None:
    outcome = await update(CARDS["see_doctor"], "findings", "triage", "escalation_reasons")
    assert "utter_understood" in outcome.responses
    assert "utter_assessment_see_doctor" in outcome.responses


async def test_new_facts_that_change_the_causes_bring_the_card_again() -> None:
    outcome = await update(CARDS["self_care"], "findings", "likely_causes")
    assert "utter_cause_muscle_fatigue" in outcome.responses
    assert outcome.slots["likely_causes"] == ["muscle_fatigue"]


async def test_new_facts_that_change_nothing_are_said_back() -> None:
    outcome = await update(CARDS["self_care"], "findings")
    assert outcome.responses == ["utter_understood", "utter_after_assessment"]


async def test_a_message_that_tells_nothing_is_not_understood() -> None:
    outcome = await update(CARDS["self_care"])
    assert outcome.responses == ["utter_not_understood"]


@pytest.mark.parametrize("level", ["see_doctor", "urgent", "emergency"])
async def test_the_advice_is_explained_by_its_reasons(level: str) -> None:
    outcome = await run(ExplainAdvice(), call({**CARDS[level], "answered": True}))
    assert outcome.responses == ["utter_why_advice"]
    first = CARDS[level]["escalation_reasons"][0]
    assert (
        domain()["responses"][f"utter_reason_{first}"][0]["text"].strip()
        in outcome.filled["utter_why_advice"]["reasons"]
    )


async def test_without_a_reason_the_open_question_or_the_rules_are_explained() -> None:
    assert (await run(ExplainAdvice(), call(known(), asked="side"))).responses == ["utter_why_side"]
    assert (await run(ExplainAdvice(), call(known()))).responses == ["utter_when_doctor"]


# --- the page for the doctor ---

TOLD = known(
    {
        "weakness": finding(said="my left arm feels heavy and weak"),
        "seizure": finding("past", "a fit last Sunday", "recent"),
        "numbness": finding("uncertain", "perhaps a bit numb"),
        "vision": finding("absent", "I see fine"),
        "chest_pain": finding("hypothetical", "what if my chest hurts"),
        "stroke": finding("someone_else", "my dad had a stroke"),
    },
    duration_days=14,
    duration="two weeks or so",
    side="left",
    anything_else="it began at the dentist's",
    subject="child",
)


async def test_the_summary_quotes_the_person() -> None:
    summary = (await run(Summarise(), call(TOLD))).filled["utter_summary"]["summary"]
    for words in (
        "my left arm feels heavy and weak",
        "a fit last Sunday",
        "perhaps a bit numb",
        "two weeks or so",
        "it began at the dentist's",
    ):
        assert words in summary


async def test_the_summary_keeps_apart_what_is_was_may_be_and_is_not() -> None:
    lines = (await run(Summarise(), call(TOLD))).filled["utter_summary"]["summary"].splitlines()

    def line(row: str) -> str:
        label = domain()["responses"][f"utter_summary_{row}"][0]["text"].strip()
        return next(each for each in lines if each.startswith(f"- {label}: "))

    assert "heavy and weak" in line("has")
    assert "fit last Sunday" in line("had")
    assert "bit numb" in line("unsure")
    assert KNOWLEDGE.findings["vision"].name in line("denies")
    assert "left" in line("answers")
    assert domain()["responses"]["utter_summary_subject_child"][0]["text"].strip() in line("subject")
    assert domain()["responses"]["utter_summary_level_emergency"][0]["text"].strip() in line("level")


async def test_the_summary_leaves_out_questions_and_other_people() -> None:
    summary = (await run(Summarise(), call(TOLD))).filled["utter_summary"]["summary"]
    assert "what if my chest hurts" not in summary
    assert "my dad" not in summary


async def test_the_summary_has_no_empty_line_and_no_slot_names_of_not_given_answers() -> None:
    summary = (await run(Summarise(), call(known(STRESS, side="not_sure", frequency="skipped")))).filled[
        "utter_summary"
    ]["summary"]
    assert all(line.strip("- ").rstrip(":") for line in summary.splitlines())
    assert "not_sure" not in summary
    assert "skipped" not in summary


async def test_without_anything_told_there_is_no_summary() -> None:
    assert (await run(Summarise(), call())).responses == ["utter_no_summary_yet"]
