"""A pipeline component with a bug: it raises on some messages."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class RaisingComponent(GraphComponent):
    """Raises at messages that say so and passes all others on."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> RaisingComponent:
        """As Rasa asks for it."""
        return cls()

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Pass on."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Raise, or pass on."""
        for message in messages:
            if "break the pipeline" in (message.get("text") or ""):
                raise ValueError("a component's bug")
        return messages
