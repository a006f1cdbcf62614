"""A guide that is reached by website and both messaging apps at once, as one `make serve` starts it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.conversations.conftest import guide, loaded_guide
from tests.emulators.matrix_server import MatrixServer, matrix_server
from tests.emulators.telegram_emulator import TOKEN, Telegram, telegram
from tests.served import Served, serving

__all__ = ["guide", "loaded_guide"]


@dataclass(frozen=True)
class Apps:
    """A running guide and the two apps; `user` is the guide's name on Matrix."""

    served: Served
    telegram: Telegram
    matrix: MatrixServer
    user: str


@pytest.fixture(scope="session")
def apps() -> Iterator[Apps]:
    """Started once for all tests that only talk."""
    with telegram() as emulator, matrix_server() as homeserver:
        user = homeserver.register("guide")
        settings = {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API": emulator.address, **homeserver.settings(user)}
        with serving(**settings) as served:
            served.wait_for("Telegram: answers as @TestNameBot")
            served.wait_for(f"Matrix: answers as {user}")
            yield Apps(served, emulator, homeserver, user)
