"""The answer: causes, what to do, what may help, what to watch for; later changes and the summary."""

from __future__ import annotations

from typing import Any

from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import slots
from actions.base import SafeAction
from actions.talk import Talk, listed
from actions.understanding import say_understood
from nose_twitch.medical.case import NOT_SURE, SKIPPED
from nose_twitch.medical.causes import LikelyCause
from nose_twitch.medical.findings import Status
from nose_twitch.medical.levels import TriageLevel

MOST_CAUSES = 3
MOST_SOURCES = 4


class ClassifyCauses(SafeAction):
    """Ranks the causes that the person's words support."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_classify_causes"

    def act(self, dispatcher: CollectingDispatcher, talk: Talk) -> list[dict[str, Any]]:
        """Set the ranked causes."""
        return [SlotSet(slots.LIKELY_CAUSES, [cause.id for cause in talk.assessment.causes] or None)]


class GiveAssessment(SafeAction):
    """Gives the answer as a care card: what to do and how soon comes first."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_give_assessment"

    def act(self, dispatcher: CollectingDispatcher, talk: Talk) -> list[dict[str, Any]]:
        """Say the card, computed from scratch; without anything told there is nothing to conclude from."""
        if talk.case.empty:
            if "utter_trouble" not in talk.said_this_turn():
                dispatcher.utter_message(response="utter_trouble")
            return [SlotSet(slots.ANSWERED, False)]
        say_assessment(dispatcher, talk)
        return [SlotSet(slots.ANSWERED, True)]


def say_assessment(dispatcher: CollectingDispatcher, talk: Talk) -> None:
    """Say all parts of the answer, in order."""
    level = talk.assessment.level
    dispatcher.utter_message(response=f"utter_assessment_{level.slot_value}")
    causes = talk.assessment.causes[:MOST_CAUSES]
    for cause in causes:
        _say_cause(dispatcher, talk, cause)
    if not causes:
        dispatcher.utter_message(response="utter_no_clear_cause")
    if level < TriageLevel.URGENT:
        for advice in _advice(talk, causes):
            dispatcher.utter_message(response=advice)
        dispatcher.utter_message(response="utter_watch_for")
    dispatcher.utter_message(response="utter_assessment_sources", sources=_sources(talk))
    dispatcher.utter_message(response="utter_after_assessment")


def _say_cause(dispatcher: CollectingDispatcher, talk: Talk, cause: LikelyCause) -> None:
    dispatcher.utter_message(response=f"utter_cause_{cause.id}", because=talk.because(cause.because))
    told_against = [talk.knowledge.findings[finding].name for finding in cause.against]
    if told_against and cause is talk.assessment.causes[0] and talk.assessment.level < TriageLevel.URGENT:
        dispatcher.utter_message(response="utter_cause_against", against=listed(told_against))


def _advice(talk: Talk, causes: tuple[LikelyCause, ...]) -> list[str]:
    fitting = [
        advice["response"]
        for cause in causes[:1]
        for advice in talk.knowledge.advice.values()
        if cause.id in (advice.get("for_causes") or ())
    ]
    return [*dict.fromkeys(fitting), "utter_advice_general"] if not fitting else list(dict.fromkeys(fitting))


def _sources(talk: Talk) -> str:
    titles = []
    for key in talk.assessment.sources:
        source = talk.knowledge.sources[key]
        if source.get("grade") in ("A", "B") or key == "seed":
            titles.append(f"{source['publisher']}: {source['title']}")
    return "; ".join(list(dict.fromkeys(titles))[:MOST_SOURCES]) or talk.knowledge.sources["seed"]["title"]


class UpdateAssessment(SafeAction):
    """After the answer: takes up new facts, says what changed and why."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_update_assessment"

    def act(self, dispatcher: CollectingDispatcher, talk: Talk) -> list[dict[str, Any]]:
        """Say the new facts, and the card again where causes or level changed."""
        changed = talk.slots_set_this_turn()
        if not changed:
            dispatcher.utter_message(response="utter_not_understood")
            return [SlotSet(slots.MISSES, 1)]
        say_understood(dispatcher, talk)
        if changed & {slots.LIKELY_CAUSES, slots.TRIAGE}:
            say_assessment(dispatcher, talk)
        else:
            dispatcher.utter_message(response="utter_after_assessment")
        return [SlotSet(slots.LIKELY_CAUSES, [cause.id for cause in talk.assessment.causes] or None)]


class ExplainAdvice(SafeAction):
    """Says which of the person's answers led to the advice."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_explain_advice"

    def act(self, dispatcher: CollectingDispatcher, talk: Talk) -> list[dict[str, Any]]:
        """Say the reasons of the level; without any, the reason of the open question."""
        if talk.assessment.reasons:
            dispatcher.utter_message(response="utter_why_advice", reasons=talk.reasons(talk.assessment.reasons))
        elif talk.in_form and talk.open_question:
            dispatcher.utter_message(response=f"utter_why_{talk.open_question}")
        else:
            dispatcher.utter_message(response="utter_when_doctor")
        return []


class Summarise(SafeAction):
    """Puts what was told on one page for the doctor."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_summarise"

    def act(self, dispatcher: CollectingDispatcher, talk: Talk) -> list[dict[str, Any]]:
        """Say the summary, or that there is nothing to sum up yet."""
        if talk.case.empty:
            dispatcher.utter_message(response="utter_no_summary_yet")
        else:
            dispatcher.utter_message(response="utter_summary", summary="\n".join(_summary_lines(talk)))
        return []


def _summary_lines(talk: Talk) -> list[str]:
    by_status = {
        status: [talk.named(finding) for finding in talk.case.findings.values() if finding.status is status]
        for status in Status
    }
    rows = [
        ("subject", talk.phrase(f"utter_summary_subject_{talk.case.subject.value}")),
        ("since", talk.since),
        ("has", listed(by_status[Status.PRESENT])),
        ("had", listed(by_status[Status.PAST])),
        ("unsure", listed(by_status[Status.UNCERTAIN])),
        (
            "denies",
            listed(
                [
                    talk.knowledge.findings[finding.id].name
                    for finding in talk.case.findings.values()
                    if finding.status is Status.ABSENT
                ]
            ),
        ),
        (
            "answers",
            listed(
                [
                    f"{slot}: {value}".replace("_", " ")
                    for slot, value in talk.case.answers.items()
                    if slot in ("side", "appearance", "frequency", "age_group", "anything_else")
                    and value not in (NOT_SURE, SKIPPED)
                ]
            ),
        ),
        ("level", talk.phrase(f"utter_summary_level_{talk.assessment.level.slot_value}")),
        ("reasons", talk.reasons(talk.assessment.reasons)),
    ]
    return [f"- {talk.phrase(f'utter_summary_{row}')}: {value}" for row, value in rows if value]
