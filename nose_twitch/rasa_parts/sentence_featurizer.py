"""Gives Rasa's intent classifier the meaning of a sentence as a vector."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import DENSE_FEATURIZABLE_ATTRIBUTES
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nose_twitch.rasa_parts.understanding import begin_loading, understanding


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceFeaturizer(DenseFeaturizer, GraphComponent):
    """Encodes the spelling-mended text with the sentence encoder."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`scale` stretches the unit vectors: Rasa's logistic regression has a fixed penalty and under-fits small numbers."""
        return {**DenseFeaturizer.get_default_config(), "scale": 20.0}

    @staticmethod
    def supported_languages() -> list[str]:
        """The encoder and the spelling list are English."""
        return ["en"]

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceFeaturizer:
        """Make the component (nothing is stored with the model: the weights come from a locked package)."""
        begin_loading()
        return cls(execution_context.node_name, config)

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Nothing to check beyond Rasa's own rules."""

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add a vector to every training example."""
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Add a vector to every message; an empty one gets zeros, which the classifier needs too."""
        for message in messages:
            for attribute in DENSE_FEATURIZABLE_ATTRIBUTES:
                if attribute == TEXT and message.get(attribute) is not None:
                    self._add(message, attribute)
        return messages

    def _add(self, message: Message, attribute: str) -> None:
        parts = understanding()
        vector = parts.encoder.encode(parts.reader.mended(message.get(attribute))) * self._config["scale"]
        message.add_features(Features(vector.reshape(1, -1), FEATURE_TYPE_SENTENCE, attribute, self._identifier))
