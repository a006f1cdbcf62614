"""Gives Rasa's intent classifier the meaning of a sentence as a vector."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
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
        told = [message for message in messages if message.get(TEXT) is not None]
        parts = understanding()
        texts = [parts.reader.mended(message.get(TEXT)) for message in told]
        vectors = parts.encoder.encode_all(texts) if len(texts) > 1 else map(parts.encoder.encode, texts)
        for message, vector in zip(told, vectors, strict=True):
            features = (vector * self._config["scale"]).reshape(1, -1)
            message.add_features(Features(features, FEATURE_TYPE_SENTENCE, TEXT, self._identifier))
        return messages
