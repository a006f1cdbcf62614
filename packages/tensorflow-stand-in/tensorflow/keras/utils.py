"""Stands in for `tensorflow.keras.utils`, which rasa.utils.tensorflow.data_generator imports."""

from tensorflow._placeholder import placeholders_of

__getattr__ = placeholders_of(__name__)
