"""The real domain and guide, for the tests of what Rasa's server is made of."""

from __future__ import annotations

from pathlib import Path

import pytest

from nose_twitch.rasa_parts.server.tracker_store import GuideTrackerStore
from tests.conversations.conftest import guide, loaded_guide
from tests.conversations.guide import Guide
from tests.rasa_parts.conftest import domain
from tests.server.guides import Outage, with_store

__all__ = ["domain", "guide", "loaded_guide"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A database that is not there yet."""
    return tmp_path / "new folder" / "talks.db"


@pytest.fixture
def own_store(file: Path) -> GuideTrackerStore:
    """A store on that file."""
    return GuideTrackerStore(db=str(file))


@pytest.fixture
def stored(guide: Guide, own_store: GuideTrackerStore) -> Guide:
    """The guide, with that store."""
    return with_store(guide, own_store)


@pytest.fixture
def outage(own_store: GuideTrackerStore) -> Outage:
    """Takes that store's database away."""
    return Outage(own_store, pytest.MonkeyPatch())
