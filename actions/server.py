"""The action server alone: `python -m actions.server`, on the machine of Rasa or on another one.

It is rasa_sdk's own server with what that lacks where strangers could reach it: a secret that each call must carry, a
limit on what it reads, and errors that repeat nothing of what it was sent. Settings come from the environment:
ACTIONS_HOST (127.0.0.1), ACTIONS_PORT (5055) and ACTIONS_SECRET.
"""

from __future__ import annotations

import hmac
import ipaddress
import logging
import os
import re
import socket
import sys
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from rasa_sdk import utils
from rasa_sdk.endpoint import create_app
from sanic import Sanic
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import HTTPResponse, json

from nose_twitch.medical.knowledge import load_knowledge
from nose_twitch.operations import logs, metrics

logger = logging.getLogger(__name__)

# A call brings the current turn, and with the repairs of Rasa off the whole talk and the domain: 0.6 MB at 200 everyday turns,
# 3 MB if each message is as long as the channels allow. Sanic's own limit of 100 MB would let a few strangers fill the memory
# before their secret is looked at.
LARGEST_CALL = 16 * 1024 * 1024
_SECRET = re.compile(r"[!-~]{32,}")


class SettingError(Exception):
    """The server may not start like this; the message says what to do."""


@dataclass(frozen=True)
class Settings:
    """Where it listens, and what each call must carry (nothing, if empty)."""

    host: str
    port: int
    secret: str

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""
        return self.host, self.port

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Read and check them.

        Raises:
            SettingError: A setting is none, or strangers could call the server.
        """
        host = environment.get("ACTIONS_HOST") or "127.0.0.1"
        port = environment.get("ACTIONS_PORT") or "5055"
        secret = environment.get("ACTIONS_SECRET") or ""
        if not port.isdecimal() or not 0 < int(port) < 65536:
            raise SettingError(f"ACTIONS_PORT={port} is not a port number (1 to 65535).")
        if secret and not _SECRET.fullmatch(secret):
            raise SettingError("ACTIONS_SECRET must have at least 32 characters, without spaces.")
        if not secret and not _is_loopback(host):
            raise SettingError(
                f"ACTIONS_HOST={host} can be reached from other machines. Set ACTIONS_SECRET (at least 32 characters, "
                "the same for Rasa), or leave ACTIONS_HOST out."
            )
        return cls(host, int(port), secret)


def guarded_app(secret: str) -> Sanic:
    """rasa_sdk's server with our actions, guarded."""
    # No other site's page may call it, unlike rasa_sdk's default.
    app = create_app("actions", cors_origins="")
    app.config.REQUEST_MAX_SIZE = LARGEST_CALL
    # Rasa opens a connection for each call; one that stays open would only hold up the end.
    app.config.KEEP_ALIVE = False
    # After the handler of rasa_sdk, and in its place: that one answers an error with the whole call, the person's words in it.
    app.exception(Exception)(_failed)
    expected = f"Bearer {secret}".encode()

    @app.middleware("request")
    async def _guard(request: Request) -> HTTPResponse | None:
        if request.path == "/health":
            return None
        if secret and not hmac.compare_digest(
            request.headers.get("authorization", "").encode(errors="replace"), expected
        ):
            logger.warning("ACTIONS_REFUSED from=%s", request.ip)
            return HTTPResponse(status=401)
        if _grows_too_large(request):
            return HTTPResponse(status=413)
        return None

    return app


def _grows_too_large(request: Request) -> bool:
    """Whether a compressed call (Rasa sends such if COMPRESS_ACTION_SERVER_REQUEST is set) is larger than it may be."""
    if request.headers.get("content-encoding") != "deflate":
        return False
    reader = zlib.decompressobj()
    reader.decompress(request.body, LARGEST_CALL)
    return bool(reader.unconsumed_tail)


async def _failed(_request: Request, error: Exception) -> HTTPResponse:
    if isinstance(error, SanicException):
        return HTTPResponse(status=error.status_code)
    logger.error("ACTIONS_FAILED error=%s", type(error).__name__)
    logger.debug("ACTIONS_FAILED details", exc_info=error)
    return json({"error": "trouble"}, status=500)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def main() -> int:
    """Run it until it is told to end; the call in progress is finished first."""
    utils.configure_colored_logging(os.environ.get("LOG_LEVEL") or "INFO")
    utils.update_sanic_log_level()
    try:
        settings = Settings.from_environment(os.environ)
        # What actions need is read before the port opens: whoever is told "healthy" can be answered.
        load_knowledge()
        app = guarded_app(settings.secret)
        with _listening(settings) as listener:
            logger.info("ACTIONS_READY at=%s:%s secret=%s", *settings.address, "yes" if settings.secret else "no")
            logs.people_may_write()
            metrics.serve(offset=1)
            app.run(sock=listener, access_log=False, motd=False)
    except SettingError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _listening(settings: Settings) -> socket.socket:
    """Its socket; Sanic itself ends without an error when it cannot have the port."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server(settings.address, family=family)
    except OSError as error:
        raise SettingError(
            f"ACTIONS_HOST, ACTIONS_PORT: cannot listen at {settings.host}:{settings.port} ({error.strerror})."
        ) from error


if __name__ == "__main__":
    sys.exit(main())
