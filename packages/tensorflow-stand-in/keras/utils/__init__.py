"""Stands in for `keras.utils`, which rasa.utils.tensorflow.models imports."""

from tensorflow._placeholder import placeholders_of

__getattr__ = placeholders_of(__name__)
