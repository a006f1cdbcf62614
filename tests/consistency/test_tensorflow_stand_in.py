"""Rasa runs on the stand-in for TensorFlow, and whatever needs the real one says so."""

import importlib
import re
from pathlib import Path
from typing import Union, get_args

import keras
import pytest
import rasa
import tensorflow as tf
import thinc.compat

RASA = Path(rasa.__file__).parent
IMPORTS_TENSORFLOW = re.compile(r"^(?:import|from) (?:tensorflow|keras)\b", re.MULTILINE)


def modules_that_import_tensorflow() -> list[str]:
    found = [path for path in RASA.rglob("*.py") if IMPORTS_TENSORFLOW.search(path.read_text(encoding="utf-8"))]
    return sorted(".".join(("rasa", *path.relative_to(RASA).with_suffix("").parts)) for path in found)


def test_there_are_such_modules() -> None:
    assert "rasa.nlu.classifiers.diet_classifier" in modules_that_import_tensorflow()


@pytest.mark.parametrize("module", modules_that_import_tensorflow())
def test_rasa_imports(module: str) -> None:
    importlib.import_module(module)


def test_rasas_command_line_imports() -> None:
    importlib.import_module("rasa.__main__")


def test_it_is_the_stand_in() -> None:
    assert tf.__version__.endswith("+standin")


def test_names_can_be_annotated_with_and_subclassed() -> None:
    class Layer(tf.keras.layers.Layer):
        pass

    tensor = tf.Tensor
    assert get_args(Union[tensor, int]) == (tensor, int)  # noqa: UP007, because this is how rasa writes it
    assert Layer.__mro__[1].__name__ == "Layer"


@pytest.mark.parametrize(
    "use", [lambda: tf.constant(1), lambda: tf.keras.optimizers.Adam(0.1), lambda: type("Mine", (keras.Model,), {})()]
)
def test_computing_with_it_says_what_to_do(use) -> None:
    with pytest.raises(tf.TensorFlowNotInstalledError, match=r"needs TensorFlow.*docs/tensorflow\.md"):
        use()


def test_a_component_that_needs_it_says_what_to_do() -> None:
    from rasa.nlu.classifiers.diet_classifier import DIETClassifier

    with pytest.raises(tf.TensorFlowNotInstalledError, match="DIETClassifier"):
        DIETClassifier.model_class()(data_signature={}, label_data=None, entity_tag_specs=None, config={})


def test_rasa_shows_it_as_one_line() -> None:
    from rasa.shared.exceptions import RasaException

    assert issubclass(tf.TensorFlowNotInstalledError, RasaException)


def test_other_libraries_see_that_there_is_no_tensorflow() -> None:
    assert not thinc.compat.has_tensorflow
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("tensorflow.experimental.dlpack")
