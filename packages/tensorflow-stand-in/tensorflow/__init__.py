"""A stand-in for TensorFlow: it can be imported, and says so when something needs more."""

from tensorflow._placeholder import TensorFlowNotInstalledError, placeholders_of

__version__ = "2.12.0+standin"
__all__ = ["TensorFlowNotInstalledError"]
__getattr__ = placeholders_of(__name__)
