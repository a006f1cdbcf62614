"""Telegram's Bot API: one call at a time, its errors as ours."""

from __future__ import annotations

from typing import Any

from nose_twitch.rasa_parts.channels.http_api import AwayError, HttpApi, RefusedError, patiently

SERVER = "https://api.telegram.org"


class TelegramApi(HttpApi):
    """The API as one bot sees it."""

    def __init__(self, token: str, server: str = SERVER) -> None:
        """`server` differs for a Bot API server of one's own, and in tests."""
        super().__init__()
        self._base = f"{server.rstrip('/')}/bot{token}/"

    async def call(self, method: str, *, wait: float = 20.0, **parameters: Any) -> Any:
        """What a method gives.

        Raises:
            AwayError: Telegram cannot be reached.
            RefusedError: Telegram said no.
        """
        status, answer = await self.ask("POST", self._base + method, body=parameters, wait=wait)
        if answer.get("ok") is True:
            return answer.get("result")
        retry_after = (answer.get("parameters") or {}).get("retry_after")
        code = int(answer.get("error_code") or status)
        # A "no" without a number is trouble on the way.
        raise RefusedError(code if code >= 400 else 502, str(answer.get("description") or ""), retry_after)

    async def insist(self, method: str, **parameters: Any) -> Any:
        """As `call`, repeated while Telegram is away or asks for a pause."""
        return await patiently(lambda: self.call(method, **parameters))

    async def try_once(self, method: str, **parameters: Any) -> bool:
        """As `call`, for what is only nice to have; says whether it worked."""
        try:
            await self.call(method, wait=5.0, **parameters)
        except (AwayError, RefusedError):
            return False
        return True
