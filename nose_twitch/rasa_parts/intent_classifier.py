"""Rasa's logistic regression, kept as plain arrays.

Its own file format needs the package skops, whose import takes seconds of every start and which a model of two arrays and
a list of names does not need.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.logistic_regression_classifier import LogisticRegressionClassifier

_FILE = "intents.npz"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class IntentClassifier(LogisticRegressionClassifier):
    """As its parent, but for how it is stored."""

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
