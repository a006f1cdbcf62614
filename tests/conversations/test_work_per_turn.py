"""What a turn costs, in counts: they stay the same however long the talk has been, and nothing is done twice.

Times differ from machine to machine and are measured by `make bench`; these numbers do not.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from rasa.core.channels.channel import UserMessage
from rasa.core.processor import MessageProcessor
from spacy.language import Language

from nose_twitch.language.sentence_encoder import SentenceEncoder
from nose_twitch.language.short_texts import ShortTexts
from nose_twitch.rasa_parts.server import read_trackers
from nose_twitch.rasa_parts.server.event_table import EventTable
from nose_twitch.rasa_parts.server.tracker_store import GuideTrackerStore
from tests.conversations.guide import Guide, InProcessActions, RecordingChannel

pytestmark = pytest.mark.asyncio(loop_scope="session")

OPENING = "my nose has been twitching for two days, mostly on the left side, and i drink a lot of coffee at work"
QUESTION = "is it serious, what i have here, do you think so?"
# Asked again and again after the answer; none of them begins new questions.
BETWEEN = ("what causes it in most people, do you know?", "thank you very much for all of that", "what helps?", "hello")


@pytest.fixture
def work(guide: Guide, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter[str]]:
    """Counts of the turn that is going on, with a store in a file as in `make serve`."""
    count = Counter[str]()

    def counted(owner: Any, name: str, what: str, size: Callable[..., int] = lambda *_, **__: 1) -> None:
        real = getattr(owner, name)

        def counting(*args: Any, **kwargs: Any) -> Any:
            count[what] += size(*args, **kwargs)
            return real(*args, **kwargs)

        monkeypatch.setattr(owner, name, counting)

    store = GuideTrackerStore(guide.agent.domain, db=str(tmp_path / "talks.db"))
    for owner in (guide.agent, guide.agent.processor):
        monkeypatch.setattr(owner, "tracker_store", store)
    # As if nobody had said it before.
    monkeypatch.setattr(ShortTexts, "get", lambda _self, text, work_out: work_out(text))
    counted(SentenceEncoder, "_embed", "texts encoded")
    counted(Language, "__call__", "texts parsed")
    counted(EventTable, "read", "reads of the store")
    counted(EventTable, "write", "writes to the store")
    counted(read_trackers, "readable", "events read", len)
    counted(MessageProcessor, "_predict_next_with_tracker", "predictions")
    counted(InProcessActions, "request", "action calls")
    counted(InProcessActions, "request", "bytes to actions", lambda *_, **call: len(json.dumps(call["json"])))
    yield count
    store.close()


class Counting:
    """A talk that tells what each of its turns cost."""

    def __init__(self, guide: Guide, work: Counter[str]) -> None:
        self.talk = guide.talk()
        self.work = work

    async def cost(self, text: str) -> Counter[str]:
        """Say something without looking at the tracker, which would be a read of its own."""
        self.work.clear()
        output = RecordingChannel()
        await self.talk.guide.agent.handle_message(UserMessage(text, output, self.talk.sender, input_channel="test"))
        assert output.responses
        return Counter(self.work)


async def test_each_kind_of_turn_does_everything_once(guide: Guide, work: Counter[str]) -> None:
    talk = Counting(guide, work)
    turns = {
        "opening": await talk.cost(OPENING),
        "answer": await talk.cost("no, none of those, i am fine otherwise"),
        "digression": await talk.cost(QUESTION),
        "emergency": await talk.cost("one side of my face is drooping since a few minutes"),
    }
    for kind, cost in turns.items():
        assert (kind, cost["texts encoded"]) == (kind, 1)
        assert (kind, cost["texts parsed"]) == (kind, 1)
        assert (kind, cost["reads of the store"]) == (kind, 1)
        assert (kind, cost["writes to the store"]) == (kind, 1)
    calls = {kind: cost["action calls"] for kind, cost in turns.items()}
    assert calls == {"opening": 2, "answer": 1, "digression": 2, "emergency": 0}
    assert max(cost["predictions"] for cost in turns.values()) <= 4
    assert turns["answer"]["bytes to actions"] < 12_000


async def test_a_turn_late_in_a_long_talk_costs_what_it_cost_at_the_start(guide: Guide, work: Counter[str]) -> None:
    talk = Counting(guide, work)
    early = [await talk.cost(text) for text in (*BETWEEN, QUESTION)]
    for _ in range(10):
        for text in (*BETWEEN, QUESTION):
            await talk.cost(text)
    late = [await talk.cost(text) for text in (*BETWEEN, QUESTION)]
    counts = (
        "texts encoded",
        "texts parsed",
        "reads of the store",
        "writes to the store",
        "predictions",
        "action calls",
    )
    assert [[cost[each] for each in counts] for cost in late] == [[cost[each] for each in counts] for cost in early]
    # The turn before, and what the first turn brings besides.
    assert max(cost["events read"] for cost in late) <= max(cost["events read"] for cost in early) + 5
