"""The form: which question comes next, and the reason for it when the person asks why."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import ActionExecutionRejected, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import slots
from actions.base import SafeAction
from actions.talk import Talk
from nose_twitch.medical.case import NOT_SURE
from nose_twitch.medical.knowledge import CLARIFY
from nose_twitch.medical.questions import next_question, open_doubt, questions_left
from nose_twitch.medical.turn import Told, Turn, update_case

REQUESTED_SLOT = "requested_slot"
# From here a question is taken as "not sure", so that nobody is held up by it (see `Repair` for how misses are counted).
MOST_MISSES = 3
# Intents that want something other than to answer; the form steps back and their rule speaks first.
_STEERING = frozenset(
    {
        "go_back",
        "change_answer",
        "start_over",
        "start_check",
        "stop",
        "goodbye",
        "forget_me",
        "tell_country",
        "twitch_elsewhere",
        "express_worry",
    }
)


class ValidateTwitchForm(SafeAction):
    """Rasa calls it after every message while the form is active, and when it begins.

    A plain action, not a FormValidationAction: what was told is already in the slots (CaseKeeper); left to do is only the
    choice of the next question, which medical/questions.py makes.
    """

    def name(self) -> str:
        """The name Rasa derives from the form's."""
        return "validate_twitch_form"

    def act(self, dispatcher: CollectingDispatcher, talk: Talk) -> list[dict[str, Any]]:
        """Reject in favour of a rule, or choose the next question."""
        if self._fresh_message(talk):
            if _wants_something_else(talk):
                return [ActionExecutionRejected(slots.FORM)]
            if not talk.slots_set_this_turn():
                return []  # nothing told: Rasa takes it as a rejection, and the repair rule speaks
        return next_question_events(talk)

    def events_after_failure(self, tracker: Tracker) -> list[dict[str, Any]]:
        """Ask the same question again."""
        return [SlotSet(REQUESTED_SLOT, tracker.get_slot(REQUESTED_SLOT))]

    @staticmethod
    def _fresh_message(talk: Talk) -> bool:
        """Nothing has run since the message but this form: it is the first to see it."""
        return talk.open_question is not None and talk.in_form and talk.actions_this_turn() == [slots.FORM]


def _wants_something_else(talk: Talk) -> bool:
    return talk.intent.startswith("ask_") or talk.intent in _STEERING


def next_question_events(talk: Talk) -> list[dict[str, Any]]:
    """Events that ask the next question, or end the form when enough is known."""
    events: list[dict[str, Any]] = []
    open_slot = talk.open_question if talk.in_form else None
    unanswered = open_slot is not None and open_slot not in talk.case.answers
    if open_slot == CLARIFY and _told_red_flag(talk):
        unanswered = False  # the doubt was settled by telling, not by yes or no
    if unanswered and _asked_often_enough(talk, str(open_slot)):
        events += _taken_as_not_sure(talk, str(open_slot))
        unanswered = False
    case = talk.case
    settled = list(talk.tracker.get_slot(slots.DOUBTS_SETTLED) or [])
    if open_slot == CLARIFY and not unanswered:
        settled.append(f"{talk.tracker.get_slot(slots.DOUBT)}:{talk.tracker.get_slot(slots.DOUBT_FINDING)}")
        events += [SlotSet(CLARIFY, None), SlotSet(slots.DOUBT, None), SlotSet(slots.DOUBT_FINDING, None)]
    asked = [slot for slot in talk.asked if not (unanswered and slot == open_slot and slot == talk.asked[-1])]
    revisit = talk.tracker.get_slot(slots.REVISIT)
    if revisit and revisit not in case.answers:
        slot: str | None = revisit
    else:
        events.append(SlotSet(slots.REVISIT, None))
        slot = next_question(case, talk.assessment, asked, settled, talk.knowledge)
    events += [SlotSet(REQUESTED_SLOT, slot), SlotSet(slots.DOUBTS_SETTLED, settled or None)]
    if slot is None:
        return events
    if slot == CLARIFY:
        events += _doubt_events(talk, settled)
    number = len(asked) + 1
    left = questions_left(case, talk.assessment, len(asked), talk.knowledge)
    return [
        *events,
        SlotSet(slots.ASKED_QUESTIONS, [*asked, slot]),
        SlotSet(slots.ASK_AGAIN, slot == open_slot and unanswered),
        SlotSet(slots.QUESTION_NUMBER, number),
        SlotSet(slots.QUESTION_TOTAL, max(number, len(asked) + left)),
        *([] if unanswered and slot == open_slot else [SlotSet(slots.MISSES, 0)]),
    ]


def _asked_often_enough(talk: Talk, slot: str) -> bool:
    """Enough misses at a question, or a doubt that was passed over twice: then it counts as "not sure"."""
    passed_over = slot == CLARIFY and bool(talk.tracker.get_slot(slots.ASK_AGAIN)) and bool(talk.slots_set_this_turn())
    return passed_over or (talk.tracker.get_slot(slots.MISSES) or 0) >= MOST_MISSES


def _told_red_flag(talk: Talk) -> bool:
    told = talk.tracker.get_slot(slots.LAST_TOLD) or ()
    return slots.FINDINGS in talk.slots_set_this_turn() and any(talk.knowledge.findings[each].red_flag for each in told)


def _doubt_events(talk: Talk, settled: list[str]) -> list[dict[str, Any]]:
    doubt = open_doubt(talk.case, settled, talk.knowledge)
    if doubt is None:
        return []
    return [
        SlotSet(slots.DOUBT, doubt.id),
        SlotSet(slots.DOUBT_FINDING, doubt.about),
        SlotSet(slots.DOUBT_ABOUT, talk.knowledge.findings[doubt.about].name),
    ]


def _taken_as_not_sure(talk: Talk, slot: str) -> list[dict[str, Any]]:
    """Store "not sure" with all that follows from it (for a warning sign: the more careful reading)."""
    turn = Turn(slot, talk.tracker.get_slot(slots.DOUBT), talk.tracker.get_slot(slots.DOUBT_FINDING))
    case, _ = update_case(talk.case, Told(answers={slot: NOT_SURE}), turn, talk.knowledge)
    talk.use(case)
    return [
        SlotSet(slot, NOT_SURE),
        SlotSet(slots.FINDINGS, case.findings.to_slot() or None),
        SlotSet(slots.TRIAGE, talk.assessment.level.slot_value),
        SlotSet("escalation_reasons", list(talk.assessment.reasons) or None),
        SlotSet(slots.LIKELY_CAUSES, [cause.id for cause in talk.assessment.causes] or None),
    ]


class ExplainQuestion(SafeAction):
    """Says why the open question is asked."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_explain_question"

    def act(self, dispatcher: CollectingDispatcher, talk: Talk) -> list[dict[str, Any]]:
        """Say the reason of the open question; after the answer, the reason of the advice."""
        if talk.in_form and talk.open_question:
            dispatcher.utter_message(response=f"utter_why_{talk.open_question}")
        elif talk.assessment.reasons:
            dispatcher.utter_message(response="utter_why_advice", reasons=talk.reasons(talk.assessment.reasons))
        else:
            dispatcher.utter_message(response="utter_why_nothing_asked")
        return []
