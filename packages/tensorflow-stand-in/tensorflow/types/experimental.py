"""Stands in for `tensorflow.types.experimental`, which rasa.utils.tensorflow.crf imports."""

from tensorflow._placeholder import placeholders_of

__getattr__ = placeholders_of(__name__)
