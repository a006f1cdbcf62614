"""What the consistency tests compare: the knowledge files, the wording and the documents, loaded as plain data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]


def load_yaml(path: Path) -> Any:
    """A YAML file as plain data."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def root() -> Path:
    """The project folder."""
    return ROOT


@pytest.fixture(scope="session")
def knowledge(root: Path) -> dict[str, Any]:
    """The knowledge files by name (`claims`, `triage`, ...)."""
    return {path.stem: load_yaml(path) for path in sorted((root / "nose_twitch/medical/knowledge").glob("*.yml"))}


@pytest.fixture(scope="session")
def domain(root: Path) -> dict[str, Any]:
    """The domain with its wording."""
    return load_yaml(root / "domain.yml")


@pytest.fixture(scope="session")
def responses(domain: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Response name to its variants."""
    return domain["responses"]
