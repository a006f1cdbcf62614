"""What all messaging apps share, seen through the smallest of them: slow turns, silence, errors, numbers."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from nose_twitch.rasa_parts.channels.inbox import Inbox, Incoming, Kind
from nose_twitch.rasa_parts.channels.talks import Talks, conversation_id
from tests.channels.memory_channel import MemoryChannel
from tests.conversations.guide import Guide

pytestmark = pytest.mark.asyncio(loop_scope="session")
_CHATS = itertools.count(1)


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no key for ids is yet."""
    monkeypatch.chdir(tmp_path)


@contextlib.asynccontextmanager
async def running(guide: Guide, on_new_message: Callable[..., Any] | None = None) -> AsyncIterator[MemoryChannel]:
    channel = MemoryChannel()
    app = SimpleNamespace(ctx=SimpleNamespace(agent=guide.agent))
    channel.talks = Talks(channel.name(), app, on_new_message or guide.agent.handle_message)
    channel.inbox = Inbox(channel.handle)
    task = asyncio.create_task(channel.run())
    yield channel
    task.cancel()
    await channel.inbox.finish(5.0)


async def say(channel: MemoryChannel, chat: str, text: str) -> list[str]:
    """The responses that an answer consists of."""
    before = len(channel.shown)
    channel.arriving.put_nowait((chat, text))
    await channel.arriving.join()
    return [message["response"] for message in channel.shown[before:]]


async def test_a_small_channel_is_a_whole_guide(guide: Guide) -> None:
    chat = str(next(_CHATS))
    async with running(guide) as channel:
        assert (await say(channel, chat, "check my symptoms")) == ["utter_ask_other_symptoms"]
        assert "utter_ask_trend" not in await say(channel, chat, "2")  # "yes, something"
        assert (await say(channel, chat, "one side of my face is drooping"))[0] == "utter_emergency"
        assert (await say(channel, chat, "x" * 2_001)) == ["utter_too_long"]


async def test_a_number_that_was_sent_before_a_list_was_shown_does_not_answer_it(guide: Guide) -> None:
    chat = str(next(_CHATS))
    async with running(guide) as channel:
        await say(channel, chat, "check my symptoms")
        first = channel.inbox.add(Incoming(chat, "first", Kind.WORDS, "1"))
        await asyncio.sleep(0)  # it is being answered
        await asyncio.gather(first, channel.inbox.add(Incoming(chat, "second", Kind.WORDS, "1")))
        tracker = await channel.talks.tracker(conversation_id("memory", chat))
    assert tracker.get_slot("other_symptoms") is not None
    assert tracker.get_slot("requested_slot") == "duration"
    assert tracker.get_slot("duration") is None


async def test_a_turn_that_takes_too_long_is_told_and_still_answered(
    guide: Guide, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TURN_SECONDS", "0.05")

    async def slowly(message: Any) -> None:
        await asyncio.sleep(0.3)
        await guide.agent.handle_message(message)

    async with running(guide, slowly) as channel:
        assert await say(channel, str(next(_CHATS)), "check my symptoms") == ["utter_slow", "utter_ask_other_symptoms"]


async def test_a_turn_without_an_answer_is_never_silence(guide: Guide) -> None:
    async def silently(message: Any) -> None:
        pass

    async def failing(message: Any) -> None:
        raise RuntimeError

    for trouble in (silently, failing):
        async with running(guide, trouble) as channel:
            assert await say(channel, str(next(_CHATS)), "hello") == ["utter_trouble"]


async def test_ids_are_kept_over_a_restart_and_differ_between_servers(tmp_path: Path) -> None:
    first, second = tmp_path / "a/key", tmp_path / "b/key"
    assert conversation_id("telegram", "88", first) == conversation_id("telegram", "88", first)
    assert conversation_id("telegram", "88", first) != conversation_id("telegram", "88", second)
    assert conversation_id("telegram", "88", first) != conversation_id("matrix", "88", first)
    assert first.stat().st_mode & 0o077 == 0
    first.write_text("")
    with pytest.raises(ValueError, match="holds no key"):
        conversation_id("telegram", "88", first)


def test_several_servers_share_a_key_by_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own, shared = tmp_path / "own", "k" * 32
    alone = conversation_id("telegram", "88", own)
    monkeypatch.setenv("CHANNELS_KEY", shared)
    together = conversation_id("telegram", "88", own)
    assert together != alone
    assert together == conversation_id("telegram", "88", tmp_path / "another")
    assert not (tmp_path / "another").exists()
    monkeypatch.setenv("CHANNELS_KEY", "")
    assert conversation_id("telegram", "88", own) == alone


async def test_a_key_that_can_be_guessed_keeps_the_channel_off(
    guide: Guide, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("CHANNELS_KEY", "swordfish")
    with pytest.raises(ValueError, match="CHANNELS_KEY must have at least 32 characters"):
        conversation_id("telegram", "88")
    channel = MemoryChannel()
    starts = channel.blueprint(guide.agent.handle_message)._future_listeners
    (start,) = (each.listener for each in starts if each.event == "after_server_start")
    await start(SimpleNamespace(ctx=SimpleNamespace(agent=guide.agent)), None)
    assert channel._running is None
    assert "off (CHANNELS_KEY must have at least 32 characters" in caplog.text
    assert "swordfish" not in caplog.text
