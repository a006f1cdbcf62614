"""NLU component: merges a message with what is known and keeps triage up to date, before any policy runs.

It needs no action server. The new state leaves as entities that domain.yml maps `from_entity` to the slots of the same
name; only what changed is sent, so that a long talk does not grow by its state each turn.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from nose_twitch.language.countries import find_country
from nose_twitch.language.reading import Reading
from nose_twitch.medical.assessment import assess
from nose_twitch.medical.case import Case, Subject
from nose_twitch.medical.findings import Status
from nose_twitch.medical.knowledge import load_knowledge
from nose_twitch.medical.turn import Told, Turn, update_case
from nose_twitch.rasa_parts import slots
from nose_twitch.rasa_parts.findings_extractor import READING, TYPED_COMMAND, asked_slot
from nose_twitch.rasa_parts.intents import SettledIntent, settle_intent


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class CaseKeeper(GraphComponent):
    """Keeps findings, duration, answers, triage, reasons and causes of the conversation."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> CaseKeeper:
        """Make the component; the knowledge is loaded now, so that a mistake in it stops the start, not a talk."""
        load_knowledge()
        return cls()

    def process(self, messages: list[Message], tracker: DialogueStateTracker | None = None) -> list[Message]:
        """Update the state for each message (Rasa sends one)."""
        known = tracker.current_slot_values() if tracker else {}
        asked = asked_slot(tracker)
        for message in messages:
            reading: Reading = message.get(READING)
            intent = message.get(INTENT) or {INTENT_NAME_KEY: None, PREDICTED_CONFIDENCE_KEY: 0.0}
            settled = settle_intent(
                intent,
                message.get(TEXT) or "",
                reading,
                asked,
                command=bool(message.get(TYPED_COMMAND)),
                repeated=_said_just_before(message.get(TEXT) or "", tracker),
            )
            state = _state(message.get(TEXT) or "", reading, settled, known, asked)
            message.set(INTENT, settled.as_rasa(intent), add_to_output=True)
            message.set(ENTITIES, [*message.get(ENTITIES, []), *_changed(state, known)], add_to_output=True)
        return messages


def _said_just_before(text: str, tracker: DialogueStateTracker | None) -> bool:
    """Whether the person's last message was the same: then its first answer did not help."""
    last = tracker.latest_message if tracker else None
    return bool(last and last.text and last.text.strip().lower() == text.strip().lower())


def _state(
    text: str, reading: Reading, settled: SettledIntent, known: Mapping[str, Any], asked: str | None
) -> dict[str, Any]:
    knowledge = load_knowledge()
    before = Case.from_slots(known, knowledge.question_slots)
    answers = {slot: value for slot, value in reading.answers.items() if slot != asked or settled.answered}
    if asked and settled.own_words:
        answers[asked] = text.strip()
    told = Told(
        findings=tuple(reading.findings),
        duration=reading.duration,
        answers=answers,
        subject=reading.subject,
        correction=reading.correction or settled.name == "correct_statement",
        not_me=reading.not_me,
        said=text.strip(),
    )
    turn = Turn(
        asked,
        known.get(slots.DOUBT),
        known.get(slots.DOUBT_FINDING),
        tuple(known.get(slots.LAST_TOLD) or ()),
        revisited=asked is not None and known.get(slots.REVISIT) == asked,
    )
    case, last_told = update_case(before, told, turn, knowledge)
    assessment = assess(case, knowledge)
    return {
        slots.FINDINGS: case.findings.to_slot() or None,
        slots.DURATION_DAYS: case.duration.to_slot() if case.duration else None,
        slots.SUBJECT: case.subject.value
        if reading.subject or known.get(slots.SUBJECT) or case.subject is not Subject.SELF
        else None,
        slots.TRIAGE: None if case.empty else assessment.level.slot_value,
        slots.ESCALATION_REASONS: list(assessment.reasons) or None,
        slots.LIKELY_CAUSES: [cause.id for cause in assessment.causes] or None,
        slots.LAST_TOLD: list(last_told) or None,
        slots.DOUBTS_SETTLED: [*(known.get(slots.DOUBTS_SETTLED) or ()), *_said_whose(told, before, case)] or None,
        slots.COUNTRY: find_country(text, knowledge.helplines, asked_for=settled.name == "tell_country")
        or known.get(slots.COUNTRY),
        **{slot: case.answers.get(slot) for slot in knowledge.question_slots},
    }


def _said_whose(told: Told, before: Case, after: Case) -> list[str]:
    """Doubts that a correction settled: "no, I meant my grandmother" has said who has it, so nobody need ask."""
    if not told.not_me:
        return []
    return [
        f"who:{finding}"
        for finding in before.findings
        if before.findings.present(finding) and after.findings.status(finding) is Status.SOMEONE_ELSE
    ]


def _changed(state: Mapping[str, Any], known: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {"entity": name, "value": value, "extractor": CaseKeeper.__name__}
        for name, value in state.items()
        if value != known.get(name)
    ]
