"""The guide's own actions, told what Rasa's default pipeline read.

In the guide a component keeps the case before any policy runs. Rasa's default pipeline only gives entities, so here the form's
validation merges them, and says an emergency, as a developer would do who builds on Rasa alone.
"""

from __future__ import annotations

from typing import Any

from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

# Each is imported, as the action server registers what is.
from actions import answer, escalation, slots, steering, understanding  # noqa: F401
from actions.questions import ValidateTwitchForm
from actions.talk import Talk
from nose_twitch.medical.case import Case
from nose_twitch.medical.findings import Finding, Status
from nose_twitch.medical.knowledge import Knowledge
from nose_twitch.medical.levels import TriageLevel
from nose_twitch.medical.turn import Told, Turn, update_case

_act = ValidateTwitchForm.act


def case_with(before: Case, entities: list[dict[str, Any]], knowledge: Knowledge) -> Case:
    """What is known once the `finding` entities of a message are merged; values that are no finding are left out."""
    told = [
        Finding(str(entity["value"]), Status(entity.get("role") or Status.PRESENT.value))
        for entity in entities
        if entity.get("entity") == "finding" and entity.get("value") in knowledge.findings
    ]
    return update_case(before, Told(findings=tuple(told)), Turn(), knowledge)[0]


def _merge_and_act(self: ValidateTwitchForm, dispatcher: CollectingDispatcher, talk: Talk) -> list[dict[str, Any]]:
    before = TriageLevel.from_name(talk.tracker.get_slot(slots.TRIAGE) or TriageLevel.SELF_CARE.slot_value)
    talk.use(case_with(talk.case, talk.tracker.latest_message.get("entities") or [], talk.knowledge))
    level = talk.assessment.level
    if level > before and level >= TriageLevel.URGENT:
        dispatcher.utter_message(response=f"utter_{level.slot_value}")
    known = [
        SlotSet(slots.FINDINGS, talk.case.findings.to_slot() or None),
        SlotSet(slots.TRIAGE, level.slot_value),
        SlotSet("escalation_reasons", list(talk.assessment.reasons) or None),
        SlotSet(slots.LIKELY_CAUSES, [cause.id for cause in talk.assessment.causes] or None),
    ]
    return [*known, *_act(self, dispatcher, talk)]


ValidateTwitchForm.act = _merge_and_act
