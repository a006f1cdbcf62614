"""A person at the website, as its page speaks with the server: each message has an id, and is sent again only when that is asked."""

from __future__ import annotations

import random
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from tests.emulators.servers import Server

# The page gives up after this long.
PATIENCE = 20
OPENING = "my nose has been twitching for two days"
TALK = (OPENING, "none of these", "about the same", "only the left side")


class _From(HTTPAdapter):
    """Speaks from an address of this machine."""

    def __init__(self, address: str) -> None:
        self._address = address
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, source_address=(self._address, 0), **kwargs)


def own_address() -> str:
    """One of the sixteen million of this machine: people have an address each, and limits count by them."""
    return f"127.{random.randint(1, 254)}.{random.randint(0, 255)}.{random.randint(2, 254)}"


@dataclass
class Person:
    """One talk; `page` is the address of the guide's page."""

    page: str
    talk: str = field(default_factory=lambda: secrets.token_hex(16))
    slowest: float = 0.0
    session: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        """Speak from an address of one's own."""
        self.session.mount("http://", _From(own_address()))

    def say(self, text: str, message_id: str = "") -> list[str]:
        """The names of the responses to a message.

        Raises:
            AssertionError: It was not answered.
        """
        began = time.monotonic()
        answer = self.post("message", {"text": text, "id": message_id or secrets.token_hex(8)})
        self.slowest = max(self.slowest, time.monotonic() - began)
        assert answer.status_code == 200, (answer.status_code, answer.text)
        return [message["response"] for message in answer.json()["messages"]]

    def said(self) -> list[str]:
        """What the person said, as it is shown after a reload."""
        messages = self.post("history").json()["messages"]
        return [message["blocks"][0]["text"] for message in messages if message["from"] == "person"]

    def level(self) -> str | None:
        """The triage level, as it stands."""
        level: str | None = self.post("history").json()["standing"]["triage"]
        return level

    def copy(self) -> str:
        """All that is stored of the talk."""
        copy: str = self.post("copy").json()["copy"]
        return copy

    def post(self, path: str, body: dict[str, Any] | None = None) -> requests.Response:
        """A request of the page."""
        return self.session.post(f"{self.page}{path}", json={"talk": self.talk, **(body or {})}, timeout=PATIENCE)


def questions(responses: list[str]) -> list[str]:
    """The questions among what was answered."""
    return [response for response in responses if response.startswith("utter_ask_")]


def hold(person: Person, texts: tuple[str, ...] = TALK) -> None:
    """Tell all this, and be asked something each time, and never trouble."""
    for text in texts:
        told = person.say(text)
        assert questions(told), told
        assert "utter_trouble" not in told


def directly(guide: Server, person: Person) -> Person:
    """The same person, past the proxy."""
    return Person(f"{guide.url}/guide/", person.talk)
