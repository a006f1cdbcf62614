"""Rasa's logistic regression, kept and run as plain arrays.

Its own file format needs the package skops, whose import takes seconds of every start and which a model of two arrays and
a list of names does not need; and its way through sparse matrices takes longer than the multiplication.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.logistic_regression_classifier import RANKING_LENGTH, LogisticRegressionClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from scipy.special import softmax

_FILE = "intents.npz"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class IntentClassifier(LogisticRegressionClassifier):
    """As its parent, but for how it is stored and how one message is multiplied."""

    def _create_X(self, messages: list[Message]) -> NDArray[Any]:
        return np.concatenate([message.get_dense_features(TEXT)[1].features for message in messages])

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the most likely intent of each message, and the likeliest ones with their probabilities."""
        for message in messages:
            _, sentence = message.get_dense_features(TEXT)
            likely = softmax(self.clf.coef_ @ sentence.features[0] + self.clf.intercept_)
            ranked = np.argsort(-likely, kind="stable")[: self.config[RANKING_LENGTH] or None]
            ranking = [{"name": str(self.clf.classes_[each]), "confidence": float(likely[each])} for each in ranked]
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages

    def persist(self) -> None:
        """Save what prediction needs: coefficients, intercepts and the intents' names."""
        with self._model_storage.write_to(self._resource) as folder:
            np.savez(
                folder / _FILE,
                classes=np.asarray(self.clf.classes_, dtype=str),
                coefficients=self.clf.coef_,
                intercepts=self.clf.intercept_,
            )

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> IntentClassifier:
        """Load the trained component."""
        component = cls(config, execution_context.node_name, model_storage, resource)
        with model_storage.read_from(resource) as folder, np.load(folder / _FILE, allow_pickle=False) as saved:
            component.clf.classes_ = saved["classes"]
            component.clf.coef_ = saved["coefficients"]
            component.clf.intercept_ = saved["intercepts"]
        return component
