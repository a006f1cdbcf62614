"""Names that can be imported, annotated with and subclassed, but not used."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

try:
    # Rasa shows errors of this kind as one line, and any other as a traceback of its own insides.
    from rasa.shared.exceptions import RasaException as _Error
except ImportError:
    _Error = RuntimeError


class TensorFlowNotInstalledError(_Error):
    """Something tried to compute with TensorFlow, which is not installed here."""

    def __init__(self, name: str) -> None:
        """Names what was used and says how to get it."""
        super().__init__(
            f"'{name}' needs TensorFlow, and only a stand-in for it is installed. Take components such as "
            "DIETClassifier, TEDPolicy, UnexpecTEDIntentPolicy and ResponseSelector out of config.yml, "
            "or install real TensorFlow: docs/tensorflow.md says how."
        )


class _PlaceholderType(type):
    """A class whose attributes are placeholders too, and that refuses to be called."""

    def __getattr__(cls, name: str) -> _PlaceholderType:
        # Python and its tools probe for dunder names; answering those would confuse them.
        if name.startswith("__"):
            raise AttributeError(name)
        return _placeholder(f"{cls._tensorflow_name}.{name}")

    def __call__(cls, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise TensorFlowNotInstalledError(cls._tensorflow_name)


def _placeholder(name: str) -> _PlaceholderType:
    # A class, because rasa uses these names as base classes and inside typing's Union and Optional.
    module, _, last = name.rpartition(".")
    return _PlaceholderType(last, (), {"_tensorflow_name": name, "__module__": module})


def placeholders_of(module: str) -> Callable[[str], _PlaceholderType]:
    """Makes a module's `__getattr__`: every public name in it becomes a placeholder.

    Submodules stay honest: one that is not here cannot be imported, so libraries that
    look for TensorFlow (thinc does) find that they have none.
    """

    def module_getattr(name: str) -> _PlaceholderType:
        if name.startswith("__"):
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        return _placeholder(f"{module}.{name}")

    return module_getattr
