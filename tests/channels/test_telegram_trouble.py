"""What Telegram's server does that the emulator cannot: refuse a token, ask for a pause, deliver again, be strict."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import pytest_asyncio
from rasa.shared.core.domain import SessionConfig

from nose_twitch.rasa_parts.channels.inbox import Inbox
from nose_twitch.rasa_parts.channels.matrix import MatrixChannel
from nose_twitch.rasa_parts.channels.talks import Talks, conversation_id
from nose_twitch.rasa_parts.channels.telegram import TelegramChannel
from tests.channels.strict_telegram import TOKEN, StrictTelegram
from tests.conversations.guide import Guide

in_one_loop = pytest.mark.asyncio(loop_scope="session")
_CHATS = itertools.count(1)
Server = StrictTelegram


@pytest_asyncio.fixture(loop_scope="session")
async def server() -> AsyncIterator[StrictTelegram]:
    """A server without troubles."""
    strict = StrictTelegram()
    runner = await strict.start()
    yield strict
    await runner.cleanup()


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody holds the token's lock."""
    monkeypatch.chdir(tmp_path)


@contextlib.asynccontextmanager
async def running(server: StrictTelegram, guide: Guide, token: str = TOKEN) -> AsyncIterator[TelegramChannel]:
    """The channel, connected to the guide in this process."""
    channel = TelegramChannel(token, server=server.address)
    app = SimpleNamespace(ctx=SimpleNamespace(agent=guide.agent))
    channel.talks = Talks("telegram", app, guide.agent.handle_message)
    channel.inbox = Inbox(channel.handle)
    task = asyncio.create_task(channel.run())
    try:
        yield channel
    finally:
        task.cancel()
        await channel.inbox.finish(5.0)
        await channel.close()


def update(number: int, chat: int, text: str = "", **more: Any) -> dict[str, Any]:
    message = {"message_id": number, "from": {"id": chat}, "chat": {"id": chat, "type": "private"}, "text": text}
    return {"update_id": number, "message": message} | more


async def until(condition: Any, seconds: float = 20.0) -> None:
    for _ in range(int(seconds / 0.05)):
        if condition():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("waited in vain")


async def send(server: StrictTelegram, sent: dict[str, Any]) -> None:
    """Send something and wait until it was answered and confirmed."""
    before = len(server.sent())
    server.updates.append(sent)
    await until(lambda: len(server.sent()) > before and not server.updates)


@in_one_loop
async def test_a_wrong_token_is_told_once_and_nothing_more_is_tried(
    server: Server, guide: Guide, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        async with running(server, guide, token="1:wrong"):
            await until(lambda: "CHANNEL telegram: off: Telegram does not know this TELEGRAM_TOKEN" in caplog.text)
    assert "1:wrong" not in caplog.text


@in_one_loop
async def test_another_poller_is_told(server: Server, guide: Guide, caplog: pytest.LogCaptureFixture) -> None:
    server.troubles["getUpdates"] = [(409, {})]
    server.updates = [update(7, next(_CHATS), "what helps?")]
    with caplog.at_level(logging.WARNING):
        async with running(server, guide):
            await until(lambda: "another program polls with the same token" in caplog.text)
            await until(server.sent)
    assert "can be reached again" in caplog.text


@in_one_loop
async def test_a_pause_that_telegram_wants_loses_no_answer(server: Server, guide: Guide) -> None:
    server.troubles["sendMessage"] = [(429, {"retry_after": 1}), (500, {})]
    server.updates = [update(7, next(_CHATS), "what helps?")]
    async with running(server, guide):
        await until(server.sent)


@in_one_loop
async def test_what_is_delivered_again_is_answered_once(server: Server, guide: Guide) -> None:
    chat = next(_CHATS)
    server.updates = [update(7, chat, "what helps?"), update(7, chat, "what helps?")]
    async with running(server, guide):
        await until(server.sent)
        await until(lambda: not server.updates)  # confirmed
        answered = list(server.sent())
        await asyncio.sleep(1.0)
    assert server.sent() == answered
    turns = await guide.agent.tracker_store.retrieve(conversation_id("telegram", str(chat)))
    assert [event.type_name for event in turns.events].count("user") == 1


@in_one_loop
async def test_nothing_is_confirmed_before_it_is_answered(server: Server, guide: Guide) -> None:
    server.troubles["sendMessage"] = [(429, {"retry_after": 2})]
    server.updates = [update(7, next(_CHATS), "what helps?")]
    async with running(server, guide):
        await asyncio.sleep(1.0)
        assert [each["update_id"] for each in server.updates] == [7]
        await until(lambda: not server.updates)
    assert server.sent()


@in_one_loop
async def test_a_message_of_before_a_crash_is_no_second_turn(server: Server, guide: Guide) -> None:
    chat = next(_CHATS)
    both = [update(7, chat, "my nose has been twitching for two weeks"), update(8, chat, "none of these")]
    server.updates = list(both)
    async with running(server, guide):
        await until(lambda: not server.updates)
    server.updates = list(both)  # as if they had not been confirmed
    async with running(server, guide):
        await until(lambda: not server.updates)
    turns = await guide.agent.tracker_store.retrieve(conversation_id("telegram", str(chat)))
    assert [event.text for event in turns.events if event.type_name == "user"] in (
        ["my nose has been twitching for two weeks", "none of these"],
        ["my nose has been twitching for two weeks\nnone of these"],
    )


@in_one_loop
async def test_a_changed_message_is_asked_for_again(server: Server, guide: Guide) -> None:
    chat = next(_CHATS)
    edited = update(7, chat, "my face droops")
    server.updates = [{"update_id": 7, "edited_message": edited["message"]}]
    async with running(server, guide):
        await until(server.sent)
    assert "changed a message" in server.sent()[0]


@in_one_loop
async def test_who_blocks_the_guide_is_forgotten(server: Server, guide: Guide) -> None:
    chat = next(_CHATS)
    server.updates = [update(7, chat, "my nose has been twitching for two weeks")]
    async with running(server, guide):
        await until(lambda: server.sent() and not server.updates)
        member = {"chat": {"id": chat, "type": "private"}, "new_chat_member": {"status": "kicked"}}
        server.updates = [{"update_id": 8, "my_chat_member": member}]
        await until(lambda: not server.updates)
    kept = await guide.agent.tracker_store.retrieve(conversation_id("telegram", str(chat)))
    assert kept is None or "two weeks" not in str([event.as_dict() for event in kept.applied_events()])


@in_one_loop
async def test_all_of_a_whole_check_is_taken_by_a_strict_server(server: Server, guide: Guide) -> None:
    chat, numbers = next(_CHATS), itertools.count(7)
    words = ["/start", "/help", "my nose has been twitching for 2 weeks & <b>coffee</b> makes it worse", *["no"] * 14]
    async with running(server, guide):
        for text in [*words, "summary for my doctor", "sources", "one side of my face droops", "numbers"]:
            await send(server, update(next(numbers), chat, text))
    plain = [body for method, body in server.calls if method == "sendMessage" and "parse_mode" not in body]
    assert plain == []  # nothing had to be sent again without its HTML
    assert any("<blockquote expandable>" in text for text in server.sent())
    assert {"setMyCommands", "sendChatAction", "editMessageReplyMarkup"} <= {method for method, _ in server.calls}


@in_one_loop
async def test_an_update_of_unknown_shape_stops_nothing(server: Server, guide: Guide) -> None:
    chat = next(_CHATS)
    server.updates = [{"update_id": 6, "message": ["?"]}, {"update_id": 7, "message": {"chat": "?"}}]
    async with running(server, guide):
        await until(lambda: not server.updates)
        await send(server, update(8, chat, "what helps?"))


@in_one_loop
async def test_a_message_that_is_refused_does_not_take_the_next_with_it(server: Server, guide: Guide) -> None:
    server.troubles["sendMessage"] = [(400, {}), (400, {})]  # with its formatting and without
    server.updates = [update(7, next(_CHATS), "my nose has been twitching for 2 weeks")]
    async with running(server, guide):
        await until(lambda: not server.updates)
    assert "Question 1" in server.sent()[-1]


@in_one_loop
async def test_a_button_of_yesterday_is_not_taken_for_an_answer(
    server: Server, guide: Guide, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat = next(_CHATS)
    async with running(server, guide):
        await send(server, update(7, chat, "check my symptoms"))
        button = server.calls[-1][1]["reply_markup"]["inline_keyboard"][0][0]
        # Rasa begins a new session after 24 hours; here, after 60 milliseconds.
        monkeypatch.setattr(guide.agent.domain, "session_config", SessionConfig(0.001, False))
        await asyncio.sleep(0.1)
        message = {"message_id": 1, "chat": {"id": chat, "type": "private"}}
        press = {"id": "1", "from": {"id": chat}, "message": message, "data": button["callback_data"]}
        await send(server, {"update_id": 8, "callback_query": press})
    assert "older question" in server.sent()[-1]


@in_one_loop
async def test_one_chat_that_cannot_be_answered_holds_up_no_other(server: Server, guide: Guide) -> None:
    blocked, other = next(_CHATS), next(_CHATS)
    server.troubles["sendMessage"] = [(429, {"retry_after": 3600})]
    server.updates = [update(7, blocked, "what helps?")]
    async with running(server, guide):
        await until(lambda: not server.troubles["sendMessage"])
        voice = {"chat": {"id": blocked, "type": "private"}, "voice": {}}
        server.updates += [{"update_id": number, "message": voice} for number in range(8, 150)]
        server.updates.append(update(150, other, "one side of my face is drooping"))
        await until(server.sent)
    assert "911" in server.sent()[0]


@in_one_loop
async def test_a_press_that_was_taken_before_a_crash_is_answered_after_it(server: Server, guide: Guide) -> None:
    chat = next(_CHATS)
    async with running(server, guide):
        await send(server, update(7, chat, "check my symptoms"))
    button = server.calls[-1][1]["reply_markup"]["inline_keyboard"][0][0]
    message = {"message_id": 1, "chat": {"id": chat, "type": "private"}}
    press = {"id": "1", "from": {"id": chat}, "message": message, "data": button["callback_data"]}
    server.updates = [{"update_id": 8, "callback_query": press}]
    server.troubles["sendMessage"] = [(429, {"retry_after": 3600})]
    with contextlib.suppress(asyncio.TimeoutError):
        await asyncio.wait_for(_until_cut_off(server, guide), 20)
    shown = len(server.sent())
    async with running(server, guide):
        await until(lambda: len(server.sent()) > shown)
    assert "Question 2" in server.sent()[-1]


async def _until_cut_off(server: StrictTelegram, guide: Guide) -> None:
    """Run until an answer waits for Telegram, and end as in a crash."""
    channel = TelegramChannel(TOKEN, server=server.address)
    app = SimpleNamespace(ctx=SimpleNamespace(agent=guide.agent))
    channel.talks = Talks("telegram", app, guide.agent.handle_message)
    channel.inbox = Inbox(channel.handle)
    task = asyncio.create_task(channel.run())
    await until(lambda: not server.troubles["sendMessage"])
    task.cancel()
    await channel.inbox.finish(0.1)
    await channel.close()


@in_one_loop
async def test_a_store_that_fails_is_never_silence(
    server: Server, guide: Guide, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: Any) -> None:
        raise OSError

    monkeypatch.setattr(guide.agent.tracker_store, "retrieve", full)
    server.updates = [update(7, next(_CHATS), "one side of my face is drooping")]
    async with running(server, guide):
        await until(server.sent)
    assert "911" in server.sent()[0]


@in_one_loop
async def test_a_webhook_that_stands_in_the_way_is_removed(
    server: Server, guide: Guide, caplog: pytest.LogCaptureFixture
) -> None:
    server.refusals["getUpdates"] = "can't use getUpdates method while webhook is active"
    server.updates = [update(7, next(_CHATS), "what helps?")]
    with caplog.at_level(logging.WARNING):
        async with running(server, guide):
            await until(server.sent)
    assert "a webhook stands in the way" in caplog.text


@in_one_loop
async def test_pictures_that_were_sent_together_are_answered_once(server: Server, guide: Guide) -> None:
    picture = {"chat": {"id": next(_CHATS), "type": "private"}, "photo": [{}], "media_group_id": "5"}
    server.updates = [{"update_id": number, "message": picture} for number in range(7, 12)]
    async with running(server, guide):
        await until(lambda: not server.updates)
    assert len(server.sent()) == 1


@pytest.mark.parametrize("token", ["", "hello", '"1:right"', "1:ri ght"])
def test_what_is_no_token_is_named(token: str) -> None:
    assert "TELEGRAM_TOKEN" in TelegramChannel(token).missing


def test_an_address_without_a_scheme_is_named() -> None:
    assert MatrixChannel("matrix.example", "@g:example", "x").missing == "MATRIX_SERVER must begin with https://"
    assert MatrixChannel("", "@g:example", "").missing == "MATRIX_SERVER, MATRIX_PASSWORD are not set"
