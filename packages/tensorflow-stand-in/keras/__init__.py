"""Keras comes with TensorFlow, so the stand-in for one brings a stand-in for the other."""

from tensorflow._placeholder import placeholders_of

__getattr__ = placeholders_of(__name__)
