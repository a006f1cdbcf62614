"""The guide, loaded once with the real model, for every conversation test."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from rasa.utils.common import configure_logging_and_warnings
from rasa.utils.log_utils import configure_structlog

from scripts.train import ensure_model
from tests.conversations.guide import Guide, load_guide

# Names a model that is trained already, for quick runs while the files it was trained from are being edited.
OTHER_MODEL = "GUIDE_MODEL"


@pytest.fixture(scope="session")
def loaded_guide() -> Guide:
    """The guide as it is now; trains it first if anything that goes into the model has changed."""
    configure_structlog(logging.ERROR)
    configure_logging_and_warnings(log_level=logging.ERROR)
    model = os.environ.get(OTHER_MODEL)
    return load_guide(Path(model) if model else ensure_model())


@pytest.fixture
def guide(loaded_guide: Guide) -> Iterator[Guide]:
    """The guide with its actions at work, whatever the test before did to them."""
    loaded_guide.actions.dead = False
    loaded_guide.actions.calls.clear()
    yield loaded_guide
    loaded_guide.actions.dead = False
