"""`make train`: trains the model, but only when something that goes into it has changed."""

import fcntl
import hashlib
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from scripts.processes import Ended, end_of_log, ending_cleanly, log_path
from scripts.settings import MODELS, ROOT, VAR, apply_environment, shown

PREFIX = "nose-twitch-"

# Code and knowledge count as much as training data: components keep what they read in the model.
INGREDIENTS = ("config.yml", "domain.yml", "requirements.lock", "data", "nose_twitch")
# No part of the model: how people reach it, and how it is run.
NOT_INGREDIENTS = ("nose_twitch/operations", "nose_twitch/rasa_parts/channels", "nose_twitch/rasa_parts/server")


class TrainingFailed(Exception):
    """Rasa refused; the message is for the person who changed something."""


def ensure_model() -> Path:
    """Returns the model that fits the files as they are now, training it if there is none."""
    model = MODELS / f"{PREFIX}{fingerprint(ROOT)[:12]}.tar.gz"
    if model.exists():
        return model
    VAR.mkdir(exist_ok=True)
    with (VAR / "train.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not model.exists():
            _train(model)
    return model


def fingerprint(root: Path) -> str:
    """A hash over the names and contents of everything that goes into the model."""
    digest = hashlib.sha256()
    for path in _ingredients(root):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root)}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _ingredients(root: Path) -> Iterator[Path]:
    for name in INGREDIENTS:
        path = root / name
        if path.is_file():
            yield path
        for inner in sorted(path.rglob("*")):
            # Editors and Python leave files about that nobody means to train on.
            hidden = any(part.startswith((".", "__pycache__")) for part in inner.relative_to(root).parts)
            apart = str(inner.relative_to(root)).startswith(NOT_INGREDIENTS)
            if inner.is_file() and not hidden and not apart and not inner.name.endswith(("~", ".pyc")):
                yield inner


def _train(model: Path) -> None:
    print("Learning the guide's training data (only when something changed; a minute or two) ...", end=" ", flush=True)
    started = time.monotonic()
    workplace = Path(tempfile.mkdtemp(prefix="train-", dir=VAR))
    try:
        log = log_path("train")
        # --force: Rasa's cache looks at a component's class only, not at the lexicon or helpers behind it.
        arguments = ["train", "--force", "--out", str(workplace), "--fixed-model-name", "model"]
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as output:
            done = subprocess.run(
                [sys.executable, "-m", "rasa", *arguments],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
            )
        trained = workplace / "model.tar.gz"
        if done.returncode != 0 or not trained.exists():
            raise TrainingFailed(f"Training failed. The end of {shown(log)}:\n\n{end_of_log(log)}")
        MODELS.mkdir(exist_ok=True)
        trained.replace(model)
    finally:
        shutil.rmtree(workplace, ignore_errors=True)
    _forget_older_than(model)
    print(f"done in {time.monotonic() - started:.0f} s.", flush=True)


def _forget_older_than(model: Path) -> None:
    for other in MODELS.glob(f"{PREFIX}*.tar.gz"):
        if other != model:
            other.unlink(missing_ok=True)


def main() -> int:
    """Runs `make train`."""
    apply_environment()
    try:
        with ending_cleanly():
            model = ensure_model()
    except TrainingFailed as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    except (KeyboardInterrupt, Ended):
        return 130
    print(f"The model is {shown(model)}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
