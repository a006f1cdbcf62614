"""The components that give a message its vector and its intent."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nose_twitch.language.sentence_encoder import VECTOR_SIZE
from nose_twitch.rasa_parts.intent_classifier import IntentClassifier
from nose_twitch.rasa_parts.sentence_featurizer import SentenceFeaturizer

EXAMPLES = {
    "greet": ["hello", "hi there", "good morning", "hey"],
    "ask_serious": ["is it serious?", "is this dangerous?", "should I be scared?", "can it harm me?"],
    "thanks": ["thanks", "thank you so much", "many thanks", "cheers for that"],
}


@pytest.fixture
def featurizer(create: Callable[[Any], Any]) -> SentenceFeaturizer:
    made = create(SentenceFeaturizer)
    assert isinstance(made, SentenceFeaturizer)
    return made


def vector(featurizer: SentenceFeaturizer, text: str) -> Any:
    """The vector that a message gets."""
    (message,) = featurizer.process([Message(data={TEXT: text})])
    (features,) = message.features
    return features.features


def test_a_message_gets_one_vector(featurizer: SentenceFeaturizer) -> None:
    assert vector(featurizer, "my nose twitches").shape == (1, VECTOR_SIZE)


def test_the_vector_is_stretched_for_the_classifier(featurizer: SentenceFeaturizer) -> None:
    scale = SentenceFeaturizer.get_default_config()["scale"]
    assert np.linalg.norm(vector(featurizer, "my nose twitches")) == pytest.approx(scale, rel=1e-3)


def test_an_empty_message_gets_zeros(featurizer: SentenceFeaturizer) -> None:
    assert not vector(featurizer, "").any()


def test_a_message_without_text_gets_nothing(featurizer: SentenceFeaturizer) -> None:
    (message,) = featurizer.process([Message(data={})])
    assert message.features == []


@pytest.fixture
def trained(featurizer: SentenceFeaturizer, tmp_path: Path) -> tuple[IntentClassifier, IntentClassifier]:
    """A classifier fresh from training, and the same one loaded again."""
    storage, place = LocalModelStorage(tmp_path), Resource("intents")
    config = {**IntentClassifier.get_default_config(), "max_iter": 300}
    context = ExecutionContext(GraphSchema({}))
    messages = [Message(data={TEXT: text, INTENT: name}) for name, texts in EXAMPLES.items() for text in texts]
    data = featurizer.process_training_data(TrainingData(messages))
    fresh = IntentClassifier.create(config, storage, place, context)
    fresh.train(data)
    fresh.persist()
    return fresh, IntentClassifier.load(config, storage, place, context)


def test_a_loaded_classifier_says_the_same_as_the_trained_one(
    trained: tuple[IntentClassifier, IntentClassifier], featurizer: SentenceFeaturizer
) -> None:
    results = []
    for classifier in trained:
        messages = [Message(data={TEXT: text}) for text in ("hello friend", "is that a bad sign?", "ta", "")]
        classifier.process(featurizer.process(messages))
        results.append(
            [(message.get(INTENT)["name"], round(message.get(INTENT)["confidence"], 6)) for message in messages]
        )
    assert results[0] == results[1]
    assert [name for name, _ in results[0][:3]] == ["greet", "ask_serious", "thanks"]
