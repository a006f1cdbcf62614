"""What the tests of Rasa's parts share: the real domain, and components made as Rasa makes them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.core.domain import Domain

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def domain() -> Domain:
    """The domain of the guide."""
    return Domain.load(str(ROOT / "domain.yml"))


@pytest.fixture
def create(tmp_path: Path) -> Callable[[Any], Any]:
    """Makes a component of a class, with an empty model folder."""

    def create_component(kind: Any) -> Any:
        config = kind.get_default_config()
        return kind.create(config, LocalModelStorage(tmp_path), Resource("tested"), ExecutionContext(GraphSchema({})))

    return create_component
