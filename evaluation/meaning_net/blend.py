"""Adds to the second net what a plain classifier makes of replies (python -m evaluation.meaning_net.blend NET.npz).

It sees the published sentence vectors, which the adapters have not changed, so that the two err on different replies. Runs in
the guide's own environment, in some seconds.
"""

import sys
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from evaluation.meaning_net.rows import held_back, replies
from nose_twitch.language.reader import load_reader
from nose_twitch.language.sentence_encoder import load_encoder


def main(file: str, *options: str) -> None:
    """Learns and writes the file anew; with --held, without the replies that were held back."""
    reader, encoder = load_reader(), load_encoder()
    known = [reply for reply in replies() if "--held" not in options or not held_back(reply["text"])]
    vectors = {reply["text"]: encoder.encode(reader.mended(reply["text"])) for reply in known}
    with np.load(file, allow_pickle=False) as saved:
        kept = {name: saved[name] for name in saved.files if not name.startswith("plain_")}
    meanings = [str(name) for name in kept["meanings"]]
    weights, biases = np.zeros((len(meanings), len(next(iter(vectors.values()))))), np.zeros(len(meanings))
    for question in sorted({meaning.split(":")[0] for meaning in meanings}):
        its = [reply for reply in known if reply["reply"].split(":")[0] == question]
        classifier = LogisticRegression(C=8, max_iter=2000, class_weight="balanced")
        classifier.fit(np.stack([vectors[reply["text"]] for reply in its]), [reply["reply"] for reply in its])
        for row, meaning in enumerate(classifier.classes_):
            weights[meanings.index(meaning)] = classifier.coef_[row]
            biases[meanings.index(meaning)] = classifier.intercept_[row]
    kept |= {"plain_head": weights.astype(np.float16), "plain_bias": biases.astype(np.float16)}
    np.savez_compressed(Path(file), **kept)


if __name__ == "__main__":
    main(*sys.argv[1:])
