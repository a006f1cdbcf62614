"""A guide in this process that keeps its talks in a store of the test's own, which can be away."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import sqlalchemy as sa
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage

from nose_twitch.rasa_parts.server.tracker_store import GuideTrackerStore
from tests.conversations.guide import Guide, RecordingChannel


def with_store(guide: Guide, store: GuideTrackerStore) -> Guide:
    """The same model, with another store: what a second process would be."""
    agent = copy.copy(guide.agent)
    agent.processor = copy.copy(guide.agent.processor)
    agent.tracker_store = agent.processor.tracker_store = store
    store.domain = agent.domain
    return Guide(agent, guide.actions)


async def said_to(agent: Agent, text: str, sender: str = "somebody") -> RecordingChannel:
    """What is sent in a turn, when the tracker cannot be looked at."""
    output = RecordingChannel()
    await agent.handle_message(UserMessage(text, output, sender, input_channel="test"))
    return output


class Outage:
    """A database that can be taken away from a store, and given back."""

    def __init__(self, store: GuideTrackerStore, monkeypatch: pytest.MonkeyPatch) -> None:
        self._store = store
        self._monkeypatch = monkeypatch

    def begin(self, *kinds: str) -> None:
        """Let reading, writing or making fail; all of them by default."""

        def fail(*args: Any, **kwargs: Any) -> Any:
            raise sa.exc.OperationalError("SELECT", {}, ConnectionError("the database is away"))

        for kind in kinds or ("read", "write", "prepare", "delete_older_than"):
            self._monkeypatch.setattr(self._store._table, kind, fail)

    def end(self) -> None:
        """Give it back, and have the store notice."""
        self._monkeypatch.undo()
        self._store._look_after()
        assert not self._store.away
