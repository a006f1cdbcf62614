"""Stands in for `tensorflow.python.eager.wrap_function`, which rasa's ConveRTFeaturizer imports."""

from tensorflow._placeholder import placeholders_of

__getattr__ = placeholders_of(__name__)
