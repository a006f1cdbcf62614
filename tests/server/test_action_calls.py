"""Calls to an action server that is slow, hung, being started again, or gone."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiohttp import web
from rasa.core.actions.action import ActionExecutionRejection, RemoteAction
from rasa.core.channels.channel import CollectingOutputChannel
from rasa.core.nlg import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from nose_twitch.rasa_parts.server import action_calls
from nose_twitch.rasa_parts.server.action_calls import ActionCalls, of_one_turn
from tests.emulators.ports import free_port

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@pytest.fixture(autouse=True)
def less_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(action_calls, "SECONDS", 1.0)
    monkeypatch.setattr(action_calls, "_IMPATIENT", 0.3)


@contextlib.asynccontextmanager
async def action_server(handler: Handler, port: int) -> AsyncIterator[None]:
    app = web.Application()
    app.router.add_post("/webhook", handler)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    yield
    await runner.cleanup()


async def well(request: web.Request) -> web.Response:
    return web.json_response({"events": [], "responses": []})


def calls_to(port: int) -> ActionCalls:
    return ActionCalls(EndpointConfig(f"http://127.0.0.1:{port}/webhook"))


async def test_a_server_that_is_just_being_started_again_costs_a_moment() -> None:
    port = free_port()
    calls = calls_to(port)
    with of_one_turn():
        asking = asyncio.create_task(calls.request(json={}, method="post"))
        await asyncio.sleep(0.4)
        async with action_server(well, port):
            assert await asking == {"events": [], "responses": []}
    assert not calls.away


async def test_a_server_that_hangs_ends_in_time_and_the_next_person_waits_less() -> None:
    async def hang(request: web.Request) -> web.Response:
        await asyncio.sleep(60)
        return web.Response()

    port = free_port()
    calls = calls_to(port)
    times = []
    async with action_server(hang, port):
        for _ in range(2):
            began = time.monotonic()
            with of_one_turn(), pytest.raises((asyncio.TimeoutError, OSError)):
                await calls.request(json={}, method="post")
            times.append(time.monotonic() - began)
    assert calls.away
    assert 0.9 < times[0] < 3
    assert times[1] < times[0] / 2


async def test_a_server_that_is_gone_is_used_again_when_it_is_back(caplog: pytest.LogCaptureFixture) -> None:
    port = free_port()
    calls = calls_to(port)
    with of_one_turn(), pytest.raises(OSError):
        await calls.request(json={}, method="post")
    assert calls.away
    async with action_server(well, port):
        await calls.request(json={}, method="post")
    assert not calls.away
    assert "ACTIONS_AWAY" in caplog.text
    assert "ACTIONS_BACK" in caplog.text


async def test_all_calls_of_a_turn_share_their_time() -> None:
    calls = calls_to(free_port())
    began = time.monotonic()
    with of_one_turn():
        for _ in range(5):
            with pytest.raises(OSError):
                await calls.request(json={}, method="post")
    assert time.monotonic() - began < 3


async def test_an_action_that_declines_is_no_failure(domain: Domain) -> None:
    async def decline(request: web.Request) -> web.Response:
        return web.json_response({"error": "no", "action_name": "twitch_form"}, status=400)

    port = free_port()
    calls = calls_to(port)
    action = RemoteAction("twitch_form", calls)
    tracker = DialogueStateTracker.from_events("somebody", [], domain.slots)
    async with action_server(decline, port):
        with pytest.raises(ActionExecutionRejection):
            await action.run(CollectingOutputChannel(), TemplatedNaturalLanguageGenerator({}), tracker, domain)
    assert not calls.away
