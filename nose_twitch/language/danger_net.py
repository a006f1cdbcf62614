"""The second net: suspects warning signs by meaning, in words that the lexicon does not know.

The published sentence model is used unchanged in its lower layers; small adapters (`danger_net.npz`, learned by
`evaluation/danger_net/train.py` from labelled messages) turn its upper layers to the question "does this person tell of
that sign now?". What it says is a suspicion: the guide asks. It never takes a sign away.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from nose_twitch.language.sentence_encoder import (
    SHARED_LAYERS,
    Adapter,
    EncoderError,
    SentenceEncoder,
    Vector,
    load_encoder,
)

LEARNED = Path(__file__).parent / "danger_net.npz"
_LONGEST = 120  # words read at once; a longer message is read in parts that overlap
_OVERLAP = 30


@dataclass(frozen=True)
class Suspicion:
    """A warning sign that a message may tell of, and how likely that is (0 to 1)."""

    finding: str
    probability: float


class DangerNet:
    """Reads a message for warning signs by meaning."""

    def __init__(self, encoder: SentenceEncoder, learned: Path = LEARNED) -> None:
        """Load what was learned.

        Raises:
            EncoderError: it was learned for another way of running the encoder.
        """
        self._encoder = encoder
        with np.load(learned, allow_pickle=False) as saved:
            self.findings: tuple[str, ...] = tuple(str(name) for name in saved["findings"])
            if int(saved["first_layer"]) != SHARED_LAYERS:
                raise EncoderError(f"{learned.name} was learned for other layers than the encoder shares")
            self._look, self._look_bias = _wide(saved["look"]), _wide(saved["look_bias"])
            self._head, self._bias = _wide(saved["head"]), _wide(saved["bias"])
            self._adapters: Mapping[str, Adapter] = {
                name.removeprefix("narrow."): (_wide(saved[name]), _wide(saved[f"wide.{name.removeprefix('narrow.')}"]))
                for name in saved.files
                if name.startswith("narrow.")
            }

    def suspicions(self, text: str) -> list[Suspicion]:
        """How likely each sign is, most likely first.

        Args:
            text: the message, spelling mended.
        """
        likely = np.max([self._probabilities(part) for part in _parts(text)], axis=0)
        return [Suspicion(self.findings[number], float(likely[number])) for number in np.argsort(-likely)]

    def _probabilities(self, text: str) -> Vector:
        hidden = self._encoder.layers(self._encoder.lower(text), first=SHARED_LAYERS, adapters=self._adapters)
        looks = hidden @ self._look.T + self._look_bias
        looks = np.exp(looks - looks.max(axis=0))
        pooled = (looks / looks.sum(axis=0)).T @ hidden
        logits = (pooled * self._head).sum(axis=1) + self._bias
        likely: Vector = 1.0 / (1.0 + np.exp(-logits))
        return likely


def _parts(text: str) -> list[str]:
    words = text.split()
    starts = range(0, max(1, len(words) - _OVERLAP), _LONGEST - _OVERLAP)
    return [" ".join(words[start : start + _LONGEST]) for start in starts]


def _wide(stored: Vector) -> Vector:
    """Numbers are stored with half the digits; they are used with all."""
    return stored.astype(np.float32)


@lru_cache(maxsize=1)
def load_danger_net() -> DangerNet:
    """The one net of this process."""
    return DangerNet(load_encoder())
