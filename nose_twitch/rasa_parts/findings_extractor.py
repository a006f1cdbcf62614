"""NLU component: reads findings, durations and answers out of a message, as entities with a status."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.constants import REQUESTED_SLOT
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from nose_twitch.language.reading import Reading
from nose_twitch.medical.case import Subject
from nose_twitch.medical.questions import OpenDoubt
from nose_twitch.rasa_parts.slots import DOUBT, DOUBT_FINDING, FORM, SUBJECT
from nose_twitch.rasa_parts.understanding import begin_loading, understanding

READING = "nose_twitch_reading"
TYPED_COMMAND = "nose_twitch_typed_command"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class FindingsExtractor(GraphComponent):
    """Adds a `finding` entity (value: id, role: status) for each finding and a `duration_told` entity."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> FindingsExtractor:
        """Make the component; what it needs is read from now on, so that a mistake in it stops the start, not a talk."""
        begin_loading()
        return cls()

    def process(self, messages: list[Message], tracker: DialogueStateTracker | None = None) -> list[Message]:
        """Read each message in the light of the question that is open."""
        for message in messages:
            typed = message.get(TEXT) or ""
            message.set(TEXT, without_command(typed))
            message.set(TYPED_COMMAND, typed.lstrip().startswith("/"))
            reading = understanding().reader.read(
                message.get(TEXT),
                asked=asked_slot(tracker),
                doubt=_open_doubt(tracker),
                known_subject=_known_subject(tracker),
            )
            message.set(READING, reading)
            message.set(ENTITIES, [*message.get(ENTITIES, []), *_entities(reading)], add_to_output=True)
        return messages


def without_command(text: str) -> str:
    """A typed message without the slash that would make it a command.

    Rasa obeys `/restart` or `/intent{"slot": ...}` from anybody, after this pipeline has run. The guide offers no such
    payload (its buttons send plain words), so nobody needs one and nobody may set slots or wipe a talk with it.
    """
    return text.lstrip("/ ") if text.lstrip().startswith("/") else text


def asked_slot(tracker: DialogueStateTracker | None) -> str | None:
    """The slot of the question that is open, None outside the form."""
    if tracker is None or tracker.active_loop_name != FORM:
        return None
    slot: str | None = tracker.get_slot(REQUESTED_SLOT)
    return slot


def _open_doubt(tracker: DialogueStateTracker | None) -> OpenDoubt | None:
    doubt, about = (tracker.get_slot(DOUBT), tracker.get_slot(DOUBT_FINDING)) if tracker else (None, None)
    return OpenDoubt(doubt, about) if doubt and about else None


def _known_subject(tracker: DialogueStateTracker | None) -> Subject:
    return Subject((tracker.get_slot(SUBJECT) if tracker else None) or Subject.SELF)


def _entities(reading: Reading) -> list[dict[str, Any]]:
    entities: list[dict[str, Any]] = [
        {
            "entity": "finding",
            "value": mention.finding.id,
            "role": mention.finding.status.value,
            "start": mention.start,
            "end": mention.end,
            "extractor": FindingsExtractor.__name__,
        }
        for mention in reading.mentions
    ]
    if reading.duration:
        entities.append(
            {
                "entity": "duration_told",
                "value": reading.duration.to_slot(),
                "extractor": FindingsExtractor.__name__,
            }
        )
    return entities
