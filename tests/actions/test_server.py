"""The action server as a process of its own: who may call it, how much it reads, what it says of errors, how it ends."""

from __future__ import annotations

import http.client
import json
import re
import signal
import socket
import subprocess
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from actions.server import LARGEST_CALL, SettingError, Settings
from tests.actions.action_server import SECRET, Server, running, started
from tests.actions.calls import call, domain, finding, known

WORDS = "my left arm is weak and I am Jo"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("guarded") / "log", ACTIONS_HOST="0.0.0.0", ACTIONS_SECRET=SECRET) as server:
        yield server


def a_call(action: str = "action_escalate", **more: Any) -> dict[str, Any]:
    """As Rasa sends it."""
    tracker = call(known({"weakness": finding(said=WORDS)}), said=WORDS)
    state = {"sender_id": tracker.sender_id, "slots": tracker.slots, "events": tracker.events}
    state |= {"latest_message": tracker.latest_message, "active_loop": {}, "paused": False, "latest_action_name": None}
    return {
        "next_action": action,
        "sender_id": "tested",
        "tracker": state,
        "domain": domain(),
        "version": "3.6.21",
    } | more


class TestSettings:
    def test_alone_on_this_machine_it_needs_nothing(self) -> None:
        assert Settings.from_environment({}) == Settings("127.0.0.1", 5055, "")

    @pytest.mark.parametrize("host", ["127.0.0.2", "::1", "localhost"])
    def test_other_names_of_this_machine(self, host: str) -> None:
        assert Settings.from_environment({"ACTIONS_HOST": host}).host == host

    @pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "actions.internal"])
    def test_where_others_can_reach_it_it_needs_a_secret(self, host: str) -> None:
        with pytest.raises(SettingError, match=r"can be reached from other machines\. Set ACTIONS_SECRET"):
            Settings.from_environment({"ACTIONS_HOST": host})
        assert Settings.from_environment({"ACTIONS_HOST": host, "ACTIONS_SECRET": SECRET}).secret == SECRET

    @pytest.mark.parametrize("host", ["0.0.0.0", "127.0.0.1"])
    @pytest.mark.parametrize("secret", ["short", "a" * 31, "a" * 20 + " " + "a" * 20, "ä" * 40])
    def test_a_secret_that_is_none(self, host: str, secret: str) -> None:
        with pytest.raises(SettingError, match="at least 32 characters") as error:
            Settings.from_environment({"ACTIONS_HOST": host, "ACTIONS_SECRET": secret})
        assert secret not in str(error.value)

    @pytest.mark.parametrize("port", ["0", "65536", "many"])
    def test_a_port_that_is_none(self, port: str) -> None:
        with pytest.raises(SettingError, match="not a port number"):
            Settings.from_environment({"ACTIONS_PORT": port})


class TestStart:
    def test_it_does_not_start_open_to_strangers(self, tmp_path: Path) -> None:
        process = started(tmp_path / "log", ACTIONS_HOST="0.0.0.0")
        assert process.wait(30) == 1
        assert "\nACTIONS_HOST=0.0.0.0 can be reached from other machines." in "\n" + (tmp_path / "log").read_text()

    def test_a_taken_port_is_an_error(self, guarded: Server, tmp_path: Path) -> None:
        process = started(tmp_path / "log", ACTIONS_PORT=str(guarded.port))
        assert process.wait(30) == 1
        assert f"cannot listen at 127.0.0.1:{guarded.port}" in (tmp_path / "log").read_text()

    def test_without_settings_it_is_for_this_machine_and_asks_for_nothing(self, tmp_path: Path) -> None:
        with running(tmp_path / "log") as server:
            assert server.post(a_call()).status_code == 200
            listening = subprocess.run(["ss", "-Hltn", f"sport = :{server.port}"], capture_output=True, text=True)
            assert f"127.0.0.1:{server.port}" in listening.stdout and "0.0.0.0:*" in listening.stdout


class TestSecret:
    def test_with_it_actions_run(self, guarded: Server) -> None:
        answer = guarded.post(a_call(), SECRET)
        assert answer.status_code == 200
        assert "utter_escalate_urgent" in [each["response"] for each in answer.json()["responses"]]

    @pytest.mark.parametrize("secret", [None, "", "a" * 35, SECRET[:-1], f"{SECRET}x", SECRET.upper()])
    def test_without_it_nothing_is_said(self, guarded: Server, secret: str | None) -> None:
        answer = guarded.post(a_call(), secret)
        assert (answer.status_code, answer.content) == (401, b"")
        assert "ACTIONS_REFUSED" in guarded.log

    @pytest.mark.parametrize("header", ["Authorization", "X-Other"])
    def test_the_bare_secret_is_none(self, guarded: Server, header: str) -> None:
        assert guarded.post(a_call(), **{header: SECRET}).status_code == 401

    @pytest.mark.parametrize("path", ["/actions", "/webhook", "/", "/nothing", "/actions/", "//health", "/health/x"])
    def test_it_guards_every_path(self, guarded: Server, path: str) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", guarded.port)
        connection.request("GET", path)
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == (401, b"")
        connection.close()

    def test_the_list_of_actions_needs_it(self, guarded: Server) -> None:
        answer = requests.get(guarded.at("/actions"), headers={"Authorization": f"Bearer {SECRET}"}, timeout=20)
        assert {"name": "action_escalate"} in answer.json()

    def test_health_is_open_and_tells_nothing(self, guarded: Server) -> None:
        answer = requests.get(guarded.at("/health"), timeout=20)
        assert (answer.status_code, answer.json()) == (200, {"status": "ok"})

    def test_no_page_of_another_site_may_call_it(self, guarded: Server) -> None:
        answer = requests.options(
            guarded.at("/webhook"),
            headers={"Origin": "https://other.example", "Access-Control-Request-Method": "POST"},
            timeout=20,
        )
        assert "Access-Control-Allow-Origin" not in answer.headers

    def test_it_is_in_no_log(self, guarded: Server) -> None:
        guarded.post(a_call(), SECRET)
        assert SECRET not in guarded.log


class TestLimits:
    def test_a_talk_as_long_as_the_limit_allows_is_read(self, guarded: Server) -> None:
        body = a_call()
        room = LARGEST_CALL - len(json.dumps(body)) - 100
        body["tracker"]["events"].insert(0, {"event": "user", "text": "x" * room})
        assert guarded.post(body, SECRET).status_code == 200

    def test_more_is_not(self, guarded: Server) -> None:
        try:
            status = guarded.post(b"x" * (LARGEST_CALL + 1), SECRET).status_code
        except requests.ConnectionError:
            return  # closed on us while we were still sending
        assert status == 413

    def test_a_small_body_that_grows_large_is_not_read(self, guarded: Server) -> None:
        bomb = zlib.compress(b" " * (LARGEST_CALL + 1))
        assert len(bomb) < 100_000
        assert guarded.post(bomb, SECRET, **{"Content-Encoding": "deflate"}).status_code == 413

    def test_a_compressed_call_is_read(self, guarded: Server) -> None:
        body = zlib.compress(json.dumps(a_call()).encode())
        assert guarded.post(body, SECRET, **{"Content-Encoding": "deflate"}).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(json.dumps({"next_action": "action_escalate", "tracker": WORDS}).encode(), id="no tracker"),
        pytest.param(f'{{"{WORDS}'.encode(), id="no JSON"),
    ],
)
def test_an_error_repeats_no_word_of_the_call(guarded: Server, body: bytes) -> None:
    answer = guarded.post(body, SECRET)
    assert answer.status_code >= 400
    assert "left arm" not in answer.text + guarded.log


def test_the_call_in_progress_is_answered_before_it_ends(tmp_path: Path) -> None:
    body = json.dumps(a_call()).encode()
    with running(tmp_path / "log") as server:
        connection = socket.create_connection(("127.0.0.1", server.port))
        head = f"POST /webhook HTTP/1.1\r\nHost: a\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        connection.sendall(head + body[:100])
        time.sleep(0.3)
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.7)
        with pytest.raises(OSError):
            requests.get(server.at("/health"), timeout=5)  # nobody new is let in, and no balancer is told "ok"
        connection.sendall(body[100:])
        connection.settimeout(10)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))  # until it closes the connection
        assert re.match(rb"HTTP/1.1 200 ", answer) and b"utter_escalate_urgent" in answer
        assert server.process.wait(3) == 0
