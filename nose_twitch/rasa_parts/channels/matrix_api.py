"""Matrix's client-server API (v3): one call at a time, its errors as ours."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

from nose_twitch.rasa_parts.channels.http_api import AwayError, HttpApi, RefusedError, patiently


class MatrixApi(HttpApi):
    """A homeserver as one user of it sees it."""

    def __init__(self, server: str, log_in: Callable[[], Awaitable[Any]]) -> None:
        """`server` is the homeserver's address; `log_in` sets a new token when the server has ended the old one."""
        super().__init__()
        self._base = f"{server.rstrip('/')}/_matrix/client/v3/"
        self.token = ""
        self._log_in = log_in
        self._logging_in = asyncio.Lock()

    async def call(self, verb: str, *path: str, body: Any = None, wait: float = 20.0, **query: Any) -> dict[str, Any]:
        """What an endpoint gives; parts of the path are quoted here.

        Raises:
            AwayError: The server cannot be reached.
            RefusedError: The server said no.
        """
        address = self._base + "/".join(quote(part, safe="") for part in path)
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        status, answer = await self.ask(verb, address, body=body, wait=wait, params=query, headers=headers)
        if status < 400:
            return answer
        milliseconds = answer.get("retry_after_ms")
        raise RefusedError(status, str(answer.get("errcode") or ""), milliseconds / 1000 if milliseconds else None)

    async def insist(self, verb: str, *path: str, body: Any = None, **query: Any) -> dict[str, Any]:
        """As `call`, repeated while the server is away or asks for a pause."""
        return await patiently(lambda: self._call_as_known(verb, *path, body=body, **query))

    async def _call_as_known(self, verb: str, *path: str, body: Any, **query: Any) -> dict[str, Any]:
        token = self.token
        try:
            return await self.call(verb, *path, body=body, **query)
        except RefusedError as refused:
            if refused.status != 401:
                raise
        async with self._logging_in:
            if self.token == token:  # nobody else has logged in meanwhile
                await self._log_in()
        return await self.call(verb, *path, body=body, **query)

    async def try_once(self, verb: str, *path: str, body: Any = None) -> bool:
        """As `call`, for what is only nice to have; says whether it worked."""
        try:
            await self.call(verb, *path, body=body, wait=5.0)
        except (AwayError, RefusedError):
            return False
        return True
