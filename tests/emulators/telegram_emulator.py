"""Telegram for tests: npm's telegram-test-api as the server, and a person with the app in front of it."""

from __future__ import annotations

import contextlib
import itertools
import secrets
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from tests.emulators.ports import free_port

FOLDER = Path(__file__).parent / "telegram"
TOKEN = "123456:emulated"
# Not the people of the last run: the guide still knows them.
_CHATS = itertools.count(10**9 + secrets.randbelow(10**9))


@dataclass
class Telegram:
    """A running emulator."""

    port: int
    token: str = TOKEN
    session: requests.Session = field(default_factory=requests.Session)

    @property
    def address(self) -> str:
        """Where bots reach it."""
        return f"http://127.0.0.1:{self.port}"

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """One of the emulator's own calls, for people."""
        answer = self.session.post(
            f"{self.address}/{path}", json={"token": self.token, "botToken": self.token, **body}, timeout=10
        )
        answer.raise_for_status()
        return answer.json()["result"]

    def person(self) -> Person:
        """Somebody nobody knows, in a private chat with the guide."""
        return Person(self, next(_CHATS))


@dataclass
class Person:
    """A person with the app. `heard` is all that the guide has sent, oldest first."""

    telegram: Telegram
    chat: int
    heard: list[dict[str, Any]] = field(default_factory=list)

    def send(self, text: str = "", **more: Any) -> None:
        """Send a message, or anything else that Telegram can carry."""
        words = {"text": text} if text else {}
        self.telegram.post("sendMessage", {**self._about(), **words, **more})

    def press(self, title: str) -> None:
        """Press the newest quick reply of this title that was ever shown."""
        for message in reversed(self.history()):
            for row in message.get("was_markup", message.get("reply_markup") or {}).get("inline_keyboard", []):
                if row[0]["text"] == title:
                    self.press_id(row[0]["callback_data"], message["message_id"])
                    return
        raise AssertionError(f"no button {title!r}")

    def press_id(self, data: str, message_id: int) -> None:
        """Press a quick reply by its id."""
        about = self._about()
        message = {"message_id": message_id, "chat": about["chat"]}
        self.telegram.post("sendCallback", {"from": about["from"], "message": message, "data": data})

    def hear(self, at_least: int = 1, seconds: float = 30.0, quiet: float = 0.7) -> list[dict[str, Any]]:
        """What the guide sent since the last look: waits for so many messages, and then until it is quiet (seconds)."""
        new: list[dict[str, Any]] = []
        end = time.monotonic() + seconds
        quiet_since = time.monotonic()
        while time.monotonic() < end:
            fresh = self.telegram.post("getUpdates", {"chatId": self.chat})
            if fresh:
                new += [{**each["message"], "message_id": each["messageId"]} for each in fresh]
                quiet_since = time.monotonic()
            if len(new) >= at_least and time.monotonic() - quiet_since >= quiet:
                break
            time.sleep(0.05)
        assert len(new) >= at_least, f"silence: {new}"
        self.heard += new
        return new

    def history(self) -> list[dict[str, Any]]:
        """All messages of the guide in this chat as the app shows them now, with buttons taken away and texts changed."""
        now = {
            each["messageId"]: {**each["message"], "message_id": each["messageId"]}
            for each in self.telegram.post("getUpdatesHistory", {})
            if str(each["message"].get("chat_id") if "message" in each else "") == str(self.chat)
        }
        first = {message["message_id"]: message.get("reply_markup") or {} for message in self.heard}
        return [{**message, "was_markup": first.get(number, {})} for number, message in sorted(now.items())]

    def _about(self) -> dict[str, Any]:
        return {
            "from": {"id": self.chat, "first_name": "Somebody", "is_bot": False},
            "chat": {"id": self.chat, "type": "private"},
            "date": int(time.time()),
        }


@contextlib.contextmanager
def telegram(port: int = 0, token: str = TOKEN) -> Iterator[Telegram]:
    """Start an emulator and end it afterwards."""
    port = port or free_port()
    with subprocess.Popen(["node", "start.js", str(port)], cwd=FOLDER, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline().strip() == "ready"
            yield Telegram(port, token)
        finally:
            process.terminate()
