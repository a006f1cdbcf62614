"""The second net: hears by meaning what the lexicon has no words for.

The published sentence model is used unchanged in its lower layers; small adapters (`meaning_net.npz`, learned by
`evaluation/meaning_net/train.py` from labelled messages) turn its upper layers to two questions: "does this person tell of
that sign now?" and "what does this reply to that question mean?". What it says of a sign is a suspicion: the guide asks. It never
takes a sign away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from nose_twitch.language.sentence_encoder import SHARED_LAYERS, EncoderError, SentenceEncoder, load_encoder
from nose_twitch.language.short_texts import ShortTexts
from nose_twitch.language.transformer import Vector

LEARNED = Path(__file__).parent / "meaning_net.npz"
_LONGEST = 120  # words read at once; a longer message is read in parts that overlap
_OVERLAP = 30
_COOLED = 1.7  # the net is surer of replies than it should be, by this much (evaluation/meaning_net/README.md)


@dataclass(frozen=True)
class Suspicion:
    """A warning sign or a fact that a message may tell of, and how likely that is (0 to 1)."""

    finding: str
    probability: float


@dataclass(frozen=True)
class Meaning:
    """What a reply may mean: a choice of the question, `not_sure`, `sign` or `other`, and how likely that is (0 to 1)."""

    value: str
    probability: float


class MeaningNet:
    """Reads a message for warning signs, and for what it answers."""

    def __init__(self, encoder: SentenceEncoder, learned: Path = LEARNED) -> None:
        """Load what was learned.

        Raises:
            EncoderError: it was learned for another way of running the encoder.
        """
        self._encoder = encoder
        self._last: tuple[str | None, Vector] = (None, np.zeros(0))
        self._known = ShortTexts()
        with np.load(learned, allow_pickle=False) as saved:
            self.findings: tuple[str, ...] = tuple(str(name) for name in saved["findings"])
            self.facts: tuple[str, ...] = tuple(str(name) for name in saved["facts"])
            self._meanings = [str(name).split(":") for name in saved["meanings"]]
            self._plain_head, self._plain_bias = _wide(saved["plain_head"]), _wide(saved["plain_bias"])
            if int(saved["first_layer"]) != SHARED_LAYERS:
                raise EncoderError(f"{learned.name} was learned for other layers than the encoder shares")
            self._look, self._look_bias = _wide(saved["look"]), _wide(saved["look_bias"])
            self._head, self._bias = _wide(saved["head"]), _wide(saved["bias"])
            encoder.adapt(
                {
                    name.removeprefix("narrow."): (
                        _wide(saved[name]),
                        _wide(saved[f"wide.{name.removeprefix('narrow.')}"]),
                    )
                    for name in saved.files
                    if name.startswith("narrow.")
                }
            )

    def suspicions(self, text: str) -> list[Suspicion]:
        """How likely each sign is, most likely first.

        Args:
            text: the message, spelling mended.
        """
        return self._likely(text, 0, self.findings)

    def everyday_facts(self, text: str) -> list[Suspicion]:
        """How likely each everyday fact is (worse, stress, poor sleep ...), most likely first.

        Args:
            text: the message, spelling mended.
        """
        return self._likely(text, len(self.findings), self.facts)

    def _likely(self, text: str, first: int, names: Sequence[str]) -> list[Suspicion]:
        logits = np.max([self._logits(part) for part in _parts(text)], axis=0)[first : first + len(names)]
        likely = 1.0 / (1.0 + np.exp(-logits))
        return [Suspicion(names[number], float(likely[number])) for number in np.argsort(-likely)]

    def meaning(self, text: str, question: str) -> Meaning | None:
        """What a reply most likely means; None where the question was not learned or the text is too long for a reply.

        Two readers are asked, this net and a plain classifier of the published sentence vector, and the mean of both counts: they
        err on different replies.

        Args:
            text: the reply, spelling mended.
            question: slot of the question, or `clarify_<doubt>`.
        """
        places = [number for number, (asked, _) in enumerate(self._meanings) if asked == question]
        if not places or len(text.split()) > _LONGEST:
            return None
        by_net = _shares(self._logits(text)[len(self.findings) + len(self.facts) :][places] / _COOLED)
        by_vector = _shares((self._plain_head @ self._encoder.encode(text) + self._plain_bias)[places])
        likely = np.sqrt(by_net * by_vector)
        best = int(likely.argmax())
        return Meaning(self._meanings[places[best]][1], float(likely[best] / likely.sum()))

    def _logits(self, text: str) -> Vector:
        if self._last[0] != text:  # both readings of one message share the work
            self._last = (text, self._known.get(text, self._run))
        return self._last[1]

    def _run(self, text: str) -> Vector:
        hidden = self._encoder.adapted(text)
        looks = hidden @ self._look.T + self._look_bias
        looks = np.exp(looks - looks.max(axis=0))
        pooled = (looks / looks.sum(axis=0)).T @ hidden
        logits: Vector = (pooled * self._head).sum(axis=1) + self._bias
        return logits


def _parts(text: str) -> list[str]:
    words = text.split()
    starts = range(0, max(1, len(words) - _OVERLAP), _LONGEST - _OVERLAP)
    return [" ".join(words[start : start + _LONGEST]) for start in starts]


def _shares(logits: Vector) -> Vector:
    likely = np.exp(logits - logits.max())
    shares: Vector = likely / likely.sum()
    return shares


def _wide(stored: Vector) -> Vector:
    """Numbers are stored with half the digits; they are used with all."""
    return stored.astype(np.float32)


@lru_cache(maxsize=1)
def load_meaning_net() -> MeaningNet:
    """The one net of this process."""
    return MeaningNet(load_encoder())
