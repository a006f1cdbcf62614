"""Patience with a server that is away, wants a pause or is broken."""

from __future__ import annotations

import pytest

from nose_twitch.rasa_parts.channels.http_api import AwayError, HttpApi, RefusedError, patiently, pause_after
from tests.emulators.ports import free_port


class Server:
    """Raises what it was given, one per call, and then answers."""

    def __init__(self, *troubles: Exception) -> None:
        self.troubles = list(troubles)
        self.pauses: list[float] = []

    async def call(self) -> str:
        if self.troubles:
            raise self.troubles.pop(0)
        return "done"

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)


async def test_a_server_that_is_away_is_tried_again_with_growing_pauses() -> None:
    server = Server(*[AwayError("x")] * 9)
    assert await patiently(server.call, server.sleep) == "done"
    assert server.pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]


async def test_a_pause_is_as_long_as_the_server_wants() -> None:
    server = Server(RefusedError(429, "slow", 7.5), RefusedError(429, "slow"))
    assert await patiently(server.call, server.sleep) == "done"
    assert server.pauses == [7.5, pause_after(2)]


async def test_a_broken_server_is_given_up_after_a_while() -> None:
    server = Server(*[RefusedError(500, "x")] * 40)
    with pytest.raises(RefusedError):
        await patiently(server.call, server.sleep)
    assert sum(server.pauses) > 30 * 60


async def test_a_refusal_is_not_repeated() -> None:
    server = Server(RefusedError(403, "blocked"))
    with pytest.raises(RefusedError):
        await patiently(server.call, server.sleep)
    assert server.pauses == []


async def test_an_error_never_holds_the_address() -> None:
    api = HttpApi()
    with pytest.raises(AwayError) as raised:
        await api.ask("POST", f"http://127.0.0.1:{free_port()}/bot1:secret/getMe")
    await api.close()
    assert "secret" not in repr(raised.value)
    assert raised.value.__suppress_context__
