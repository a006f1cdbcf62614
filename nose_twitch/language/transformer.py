"""The layers of a small BERT, run with numpy; one row for each word piece.

With few rows the time goes into fetching the weights, so what is multiplied with the same weights is multiplied at once: query,
key and value; and the rows of a text for the published model above those for its adapted copy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import block_diag
from scipy.special import erf

Vector = NDArray[Any]  # float32 throughout
Weights = Callable[[str], Vector]
Adapter = tuple[Vector, Vector]  # a change of a weight matrix as the product of two thin ones (LoRA)

_HEADS = 12
_EPSILON = np.float32(1e-12)
_HALF = np.float32(0.5)
_ROOT_OF_HALF = np.float32(np.sqrt(0.5))
_QUERY_KEY_VALUE = ("attention.self.query.", "attention.self.key.", "attention.self.value.")


@dataclass
class _Linear:
    """Weights, bias, and what is added for the adapted rows."""

    weight: Vector
    bias: Vector
    adapter: Adapter | None = None

    def __call__(self, rows: Vector, adapted_from: int) -> Vector:
        result: Vector = rows @ self.weight
        result += self.bias
        if self.adapter and adapted_from < len(rows):
            narrow, wide = self.adapter
            result[adapted_from:] += (rows[adapted_from:] @ narrow) @ wide
        return result


class Layer:
    """One layer of the model."""

    def __init__(self, weights: Weights, name: str) -> None:
        """Take what belongs to the layer.

        Args:
            weights: gives the model's weights by their published names.
            name: as in "encoder.layer.3.".
        """
        self._name = name
        self._attention = _linear(weights, *(f"{name}{part}" for part in _QUERY_KEY_VALUE))
        self._mix = _linear(weights, f"{name}attention.output.dense.")
        self._widen = _linear(weights, f"{name}intermediate.dense.")
        self._narrow = _linear(weights, f"{name}output.dense.")
        self._first_norm = norm_of(weights, f"{name}attention.output.LayerNorm.")
        self._last_norm = norm_of(weights, f"{name}output.LayerNorm.")

    def adapt(self, adapters: Mapping[str, Adapter]) -> None:
        """Take what belongs to the layer from the changes that make the adapted model, by the name of the weight."""
        name = self._name
        parts = [adapters[f"{name}{part}"] for part in _QUERY_KEY_VALUE if f"{name}{part}" in adapters]
        self._attention.adapter = _beside(parts) if parts else None
        self._mix.adapter = adapters.get(f"{name}attention.output.dense.")
        self._widen.adapter = adapters.get(f"{name}intermediate.dense.")
        self._narrow.adapter = adapters.get(f"{name}output.dense.")

    def __call__(self, rows: Vector, lengths: Sequence[int], adapted_from: int) -> Vector:
        """Run it.

        Args:
            rows: one for each word piece of some texts, one text after the other.
            lengths: how many rows each text has.
            adapted_from: the number of the first row that is for the adapted model, or how many there are if none is.
        """
        read = self._attention(rows, adapted_from)
        mixed = np.concatenate([_attended(text) for text in np.split(read, np.cumsum(lengths)[:-1])])
        rows = normalised(rows + self._mix(mixed, adapted_from), *self._first_norm)
        wide = self._widen(rows, adapted_from)
        gate = erf(wide * _ROOT_OF_HALF)
        gate += 1
        gate *= wide
        gate *= _HALF
        return normalised(rows + self._narrow(gate, adapted_from), *self._last_norm)


def norm_of(weights: Weights, name: str) -> tuple[Vector, Vector]:
    """The scale and the shift of a normalisation."""
    return weights(f"{name}weight"), weights(f"{name}bias")


def normalised(rows: Vector, scale: Vector, shift: Vector) -> Vector:
    """Each row with mean 0 and spread 1, then scaled and shifted."""
    centred: Vector = rows - rows.mean(axis=1, keepdims=True)
    spread = np.einsum("ij,ij->i", centred, centred)[:, None] / np.float32(rows.shape[1])
    centred *= 1 / np.sqrt(spread + _EPSILON)
    centred *= scale
    centred += shift
    return centred


def _linear(weights: Weights, *names: str) -> _Linear:
    """One, or several with their results beside each other."""
    weight = np.concatenate([weights(f"{name}weight") for name in names])
    bias = np.concatenate([weights(f"{name}bias") for name in names])
    return _Linear(np.ascontiguousarray(weight.T), bias)


def _beside(adapters: Sequence[Adapter]) -> Adapter:
    """Adapters of weights that stand beside each other as one."""
    narrow, wide = zip(*adapters, strict=True)
    return np.concatenate(narrow, axis=1), np.asarray(block_diag(*wide), np.float32)


def _attended(read: Vector) -> Vector:
    """What each word piece takes from the others of its text: softmax(query x key) x value, in twelve heads."""
    query, key, value = read.reshape(len(read), 3, _HEADS, -1).transpose(1, 2, 0, 3)
    scores = query @ key.transpose(0, 2, 1)
    scores *= np.float32(1 / np.sqrt(query.shape[-1]))
    scores -= scores.max(axis=-1, keepdims=True)
    np.exp(scores, out=scores)
    scores /= scores.sum(axis=-1, keepdims=True)
    mixed: Vector = (scores @ value).transpose(1, 0, 2).reshape(len(read), -1)
    return mixed
