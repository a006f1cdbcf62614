"""Matrix's API where a token ends in the middle of a talk."""

from __future__ import annotations

from typing import Any

from nose_twitch.rasa_parts.channels.matrix_api import MatrixApi


async def test_a_token_that_ended_is_renewed_and_the_call_repeated() -> None:
    sent: list[str] = []

    async def log_in() -> None:
        api.token = "new"

    async def ask(verb: str, address: str, *, headers: dict[str, str], **_: Any) -> tuple[int, dict[str, Any]]:
        sent.append(headers["Authorization"])
        return (200, {}) if headers["Authorization"] == "Bearer new" else (401, {"errcode": "M_UNKNOWN_TOKEN"})

    api = MatrixApi("https://matrix.example", log_in)
    api.token = "old"
    api.ask = ask  # type: ignore[method-assign]
    assert await api.insist("PUT", "rooms", "!r", "send", "m.room.message", "1", body={}) == {}
    assert sent == ["Bearer old", "Bearer new"]
