"""Learns the adapters of the second net.

    python evaluation/meaning_net/train.py ROWS.json MODEL_FOLDER OUT.npz [--all] [--from OLD.npz] [--rounds N] [--sample N]

Needs torch (2.x, CPU) and safetensors in an environment of their own; the guide itself never imports them. Without --all
the messages and replies held back are left out, and after each round their scores are printed; with it all are learned from.
With --from learning goes on from an earlier file; with --sample a round takes all replies and only so many of the messages.
About five minutes a round over all of them on two cores.
"""

import json
import math
import random
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor, nn

ROUNDS, BATCH, SPEED = 5, 32, 1e-3
FIRST_LAYER, LAYERS, RANK, GAIN, WIDTH, HEADS = 2, 6, 16, 2.0, 384, 12
DROPOUT = 0.1
PARTS = {
    "attention.self.query.": "query",
    "attention.self.key.": "key",
    "attention.self.value.": "value",
    "attention.output.dense.": "attended",
    "intermediate.dense.": "inner",
    "output.dense.": "outer",
}


class Names(NamedTuple):
    """What the outputs stand for."""

    signs: list[str]
    facts: list[str]
    meanings: list[str]

    @property
    def all(self) -> list[str]:
        """In the order of the outputs."""
        return [*self.signs, *self.facts, *self.meanings]


class Adapted(nn.Module):
    """A published matrix, left as it is, plus the product of two thin ones that are learned."""

    def __init__(self, weight: Tensor, bias: Tensor, learned: bool) -> None:
        """Begin as if nothing were added."""
        super().__init__()
        self.weight, self.bias = weight, bias
        self.narrow = nn.Parameter(torch.randn(RANK, weight.shape[1]) / math.sqrt(weight.shape[1])) if learned else None
        self.wide = nn.Parameter(torch.zeros(weight.shape[0], RANK)) if learned else None

    def forward(self, hidden: Tensor) -> Tensor:
        """The product with both matrices."""
        out = F.linear(hidden, self.weight, self.bias)
        if self.narrow is None or self.wide is None:
            return out
        return out + GAIN * F.linear(F.linear(F.dropout(hidden, DROPOUT, self.training), self.narrow), self.wide)


class Net(nn.Module):
    """MiniLM with adapters, and for each sign where to look and what to see there. The last output is "any sign"."""

    def __init__(self, weights: dict[str, Tensor], outputs: int) -> None:
        """Outputs: the signs, the facts, the meanings of replies, and "any sign"."""
        super().__init__()
        self.words = weights["embeddings.word_embeddings.weight"]
        self.places = weights["embeddings.position_embeddings.weight"]
        self.kind = weights["embeddings.token_type_embeddings.weight"][0]
        self.norms = {name: weights[name] for name in weights if "LayerNorm" in name}
        self.linear = nn.ModuleList(
            nn.ModuleDict(
                {
                    part: Adapted(
                        weights[f"encoder.layer.{layer}.{name}weight"],
                        weights[f"encoder.layer.{layer}.{name}bias"],
                        layer >= FIRST_LAYER,
                    )
                    for name, part in PARTS.items()
                }
            )
            for layer in range(LAYERS)
        )
        self.look = nn.Linear(WIDTH, outputs)
        self.head = nn.Parameter(torch.randn(outputs, WIDTH) * 0.05)
        self.bias = nn.Parameter(torch.full((outputs,), -3.0))

    def forward(self, pieces: Tensor, there: Tensor) -> Tensor:
        """One number for each sign, before it is squeezed between 0 and 1."""
        hidden = self._norm(self.words[pieces] + self.places[: pieces.shape[1]] + self.kind, "embeddings.LayerNorm.")
        hidden = F.dropout(hidden, DROPOUT, self.training)
        for number, parts in enumerate(self.linear):
            name = f"encoder.layer.{number}."
            mixed = self._attention(hidden, there, parts)
            hidden = self._norm(hidden + self._drop(parts["attended"](mixed)), f"{name}attention.output.LayerNorm.")
            inner = parts["outer"](F.gelu(parts["inner"](hidden)))
            hidden = self._norm(hidden + self._drop(inner), f"{name}output.LayerNorm.")
        looks = self.look(hidden).masked_fill(~there[:, :, None], -1e4).softmax(1)
        return (torch.einsum("btc,bth->bch", looks, hidden) * self.head).sum(-1) + self.bias

    def _attention(self, hidden: Tensor, there: Tensor, parts: Any) -> Tensor:
        many, length, _ = hidden.shape
        query, key, value = (
            parts[name](hidden).view(many, length, HEADS, -1).transpose(1, 2) for name in ("query", "key", "value")
        )
        mixed = F.scaled_dot_product_attention(query, key, value, attn_mask=there[:, None, None, :])
        return mixed.transpose(1, 2).reshape(many, length, WIDTH)

    def _norm(self, hidden: Tensor, name: str) -> Tensor:
        return F.layer_norm(hidden, (WIDTH,), self.norms[f"{name}weight"], self.norms[f"{name}bias"], eps=1e-12)

    def _drop(self, hidden: Tensor) -> Tensor:
        return F.dropout(hidden, DROPOUT, self.training)

    def go_on_from(self, file: Path, names: list[str]) -> None:
        """Takes over what was learned before, for the outputs of the same name."""
        old = np.load(file, allow_pickle=False)
        known = [str(name) for name in (*old["findings"], *old.get("facts", ()), *old.get("meanings", ()))]
        with torch.no_grad():
            for layer in range(FIRST_LAYER, LAYERS):
                for name, part in PARTS.items():
                    linear: Any = self.linear[layer][part]  # type: ignore[index]
                    linear.narrow.copy_(
                        torch.from_numpy(old[f"narrow.encoder.layer.{layer}.{name}"].T.astype(np.float32))
                    )
                    linear.wide.copy_(
                        torch.from_numpy(old[f"wide.encoder.layer.{layer}.{name}"].T.astype(np.float32) / GAIN)
                    )
            for name in set(known) & set(names):
                here, there = names.index(name), known.index(name)
                self.look.weight[here] = torch.from_numpy(old["look"][there].astype(np.float32))
                self.look.bias[here] = float(old["look_bias"][there])
                self.head[here] = torch.from_numpy(old["head"][there].astype(np.float32))
                self.bias[here] = float(old["bias"][there])

    def save(self, file: Path, names: Names) -> None:
        """Writes what was learned, with half the digits."""
        kept: dict[str, Any] = {
            "findings": np.array(names.signs),
            "facts": np.array(names.facts),
            "meanings": np.array(names.meanings),
            "first_layer": np.array(FIRST_LAYER),
        }
        for layer in range(FIRST_LAYER, LAYERS):
            for name, part in PARTS.items():
                linear: Any = self.linear[layer][part]  # type: ignore[index]
                kept[f"narrow.encoder.layer.{layer}.{name}"] = _half(linear.narrow.T)
                kept[f"wide.encoder.layer.{layer}.{name}"] = _half(linear.wide.T * GAIN)
        count = len(names.all)
        kept |= {
            "look": _half(self.look.weight[:count]),
            "look_bias": _half(self.look.bias[:count]),
            "head": _half(self.head[:count]),
            "bias": _half(self.bias[:count]),
            # filled in by blend.py
            "plain_head": np.zeros((len(names.meanings), WIDTH), np.float16),
            "plain_bias": np.zeros(len(names.meanings), np.float16),
        }
        np.savez_compressed(file, **kept)


def _half(tensor: Tensor) -> Any:
    return tensor.detach().numpy().astype(np.float16)


def batches(rows: list[Any], shuffled: bool) -> list[list[Any]]:
    """Rows of like length together."""
    rows = random.sample(rows, len(rows)) if shuffled else list(rows)
    chunks = [sorted(rows[i : i + BATCH * 20], key=lambda r: len(r["pieces"])) for i in range(0, len(rows), BATCH * 20)]
    cut = [chunk[i : i + BATCH] for chunk in chunks for i in range(0, len(chunk), BATCH)]
    return random.sample(cut, len(cut)) if shuffled else cut


def tensors(rows: list[Any]) -> tuple[Tensor, Tensor]:
    """Pieces, and where there are any."""
    length = max(len(row["pieces"]) for row in rows)
    pieces, there = torch.zeros(len(rows), length, dtype=torch.long), torch.zeros(len(rows), length, dtype=torch.bool)
    for number, row in enumerate(rows):
        pieces[number, : len(row["pieces"])] = torch.tensor(row["pieces"])
        there[number, : len(row["pieces"])] = True
    return pieces, there


def error(found: Tensor, rows: list[Any], names: Names) -> Tensor:
    """How far the outputs are from what the rows tell: signs and judged facts one by one, a reply's meaning to its question."""
    findings = [*names.signs, *names.facts]
    wanted = torch.zeros(len(rows), len(findings) + 1)
    judged = torch.zeros(len(rows), len(findings) + 1)
    answers = torch.tensor(0.0)
    for number, row in enumerate(rows):
        if row["signs"] is not None:
            judged[number, : len(names.signs)] = 1
            judged[number, -1] = 1
            wanted[number, -1] = bool(row["signs"])
        for fact in row.get("judged", ()):
            judged[number, findings.index(fact)] = 1
        for told in (*(row["signs"] or ()), *row.get("facts", ())):
            wanted[number, findings.index(told)] = 1
        if row.get("reply"):
            places, right = rivals(row["reply"], names.meanings)
            logits = found[number, [len(findings) + place for place in places]]
            answers = answers + F.cross_entropy(logits[None], torch.tensor([right]))
    of_findings = torch.cat([found[:, : len(findings)], found[:, -1:]], 1)
    missed = F.binary_cross_entropy_with_logits(of_findings, wanted, reduction="none") * judged
    return (missed.sum() + answers) / len(rows)


def rivals(meaning: str, meanings: list[str]) -> tuple[list[int], int]:
    """The meanings that a reply to the same question may have, and which of them it is."""
    question = meaning.split(":")[0] + ":"
    places = [place for place, name in enumerate(meanings) if name.startswith(question)]
    return places, places.index(meanings.index(meaning))


def report_replies(net: Net, rows: list[Any], names: Names) -> None:
    """How many replies are understood, and how many of those that it is sure about."""
    net.eval()
    right: list[bool] = []
    sure: list[float] = []
    with torch.no_grad():
        for rows_together in batches(rows, shuffled=False):
            found = net(*tensors(rows_together))
            for number, row in enumerate(rows_together):
                places, wanted = rivals(row["reply"], names.meanings)
                first = len(names.signs) + len(names.facts)
                likely = found[number, [first + place for place in places]].softmax(0)
                right.append(int(likely.argmax()) == wanted)
                sure.append(float(likely.max()))
    for least in (0.0, 0.6, 0.8, 0.9):
        taken = [ok for ok, how_sure in zip(right, sure, strict=True) if how_sure >= least]
        print(f"   replies, at least {least:.1f} sure: {len(taken)} of {len(right)}, right {np.mean(taken):.3f}")


def report(net: Net, rows: list[Any], count: int) -> None:
    """How many messages with a sign are found while so many of the others are suspected."""
    net.eval()
    found, danger = [], []
    with torch.no_grad():
        for rows_together in batches(rows, shuffled=False):
            found.append(torch.sigmoid(net(*tensors(rows_together)))[:, :count].max(1).values)
            danger += [bool(row["signs"]) for row in rows_together]
    likely, is_danger = torch.cat(found).numpy(), np.array(danger)
    others = np.sort(likely[~is_danger])[::-1]
    for share in (0.01, 0.02, 0.05, 0.1):
        at = others[int(len(others) * share)]
        print(f"   suspected {share:.0%} of the others above {at:.2f}: found {np.mean(likely[is_danger] > at):.3f}")


def report_facts(net: Net, rows: list[Any], names: Names) -> None:
    """Precision and recall over the facts that the rows judge."""
    net.eval()
    found, wanted, judged = [], [], []
    with torch.no_grad():
        for rows_together in batches([row for row in rows if row["judged"]], shuffled=False):
            likely = torch.sigmoid(net(*tensors(rows_together)))[:, len(names.signs) :][:, : len(names.facts)]
            found.append(likely.numpy())
            wanted += [[fact in row["facts"] for fact in names.facts] for row in rows_together]
            judged += [[fact in row["judged"] for fact in names.facts] for row in rows_together]
    likely, is_told, is_judged = np.concatenate(found), np.array(wanted), np.array(judged)
    for least in (0.5, 0.7, 0.8, 0.9):
        taken = (likely >= least) & is_judged
        right = (taken & is_told).sum()
        print(f"   facts from {least:.1f}: precision {right / taken.sum():.3f}, recall {right / is_told.sum():.3f}")


def option(options: tuple[str, ...], name: str, otherwise: str) -> str:
    """What stands after an option, or what holds without it."""
    return options[options.index(name) + 1] if name in options else otherwise


def main(rows_file: str, model: str, out: str, *options: str) -> None:
    """Trains and saves."""
    torch.manual_seed(0)
    random.seed(0)
    content = json.loads(Path(rows_file).read_text(encoding="utf-8"))
    names = Names(content["signs"], content["facts"], content["meanings"])
    everything = content["rows"] + content["replies"]
    learned = [row for row in everything if "--all" in options or not row["held"]]
    net = Net(load_file(Path(model) / "model.safetensors"), len(names.all) + 1)
    if "--from" in options:
        net.go_on_from(Path(option(options, "--from", "")), names.all)
    rounds, sample = int(option(options, "--rounds", str(ROUNDS))), int(option(options, "--sample", "0"))
    answers = [row for row in learned if row.get("reply")]
    messages = [row for row in learned if not row.get("reply")]
    sample = min(sample or len(messages), len(messages))
    parameters = [each for each in net.parameters() if each.requires_grad]
    optimiser = torch.optim.AdamW(parameters, lr=SPEED, weight_decay=0.01)
    steps, step = rounds * ((len(answers) + sample) // BATCH + 1), 0
    for number in range(rounds):
        net.train()
        started, total = time.monotonic(), 0.0
        for rows_together in batches(answers + random.sample(messages, sample), shuffled=True):
            for group in optimiser.param_groups:
                group["lr"] = SPEED * min(1.0, step / 100 + 0.01) * max(0.01, 1 - step / steps)
            loss = error(net(*tensors(rows_together)), rows_together, names)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(parameters, 1.0)
            optimiser.step()
            step, total = step + 1, total + loss.item()
        print(f"round {number + 1}: loss {total / steps * rounds:.3f}, {time.monotonic() - started:.0f} s", flush=True)
        if "--all" not in options:
            held = [row for row in content["rows"] if row["held"]]
            report(net, held, len(names.signs))
            report_facts(net, held, names)
            report_replies(net, [row for row in content["replies"] if row["held"]], names)
        net.save(Path(out), names)


if __name__ == "__main__":
    main(*sys.argv[1:])
