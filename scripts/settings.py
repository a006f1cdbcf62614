"""Where things are, and the environment that everything of ours runs in."""

import os
from pathlib import Path

from dotenv import load_dotenv

ROOT = Path(__file__).resolve().parent.parent
MODELS = ROOT / "models"
ENV_FILE = ROOT / ".env"
VAR = ROOT / "var"
LOGS = VAR / "log"
RUN = VAR / "run"

LOOPBACK = "127.0.0.1"
RASA_PORT = 5005
ACTIONS_PORT = 5055


class SettingError(Exception):
    """A setting that cannot be worked with; the message says which and why."""


_ENVIRONMENT = {
    # Nobody's words, and nothing about their use of the guide, leave this machine.
    "RASA_TELEMETRY_ENABLED": "false",
    # Rasa's own use of SQLAlchemy; nothing that we or our users can act on.
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    # One message at a time is too little work for more threads: they double the CPU time and gain nothing.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "CUDA_VISIBLE_DEVICES": "",
}


def apply_environment(env_file: Path | None = None) -> None:
    """Sets what is not set already; call it before numpy or Rasa is imported or started. Settings of `env_file` win over ours."""
    if env_file:
        load_dotenv(env_file)
    for name, value in _ENVIRONMENT.items():
        os.environ.setdefault(name, value)


def shown(path: Path) -> str:
    """A path as people want to read it: from the repository's root."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)
