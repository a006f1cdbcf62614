"""deploy/nginx.conf, run by a real nginx before processes that die, hang up and refuse."""

from __future__ import annotations

import contextlib
import http.server
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
import requests
import yaml

from scripts.settings import ROOT
from tests.emulators.ports import lasting_port
from tests.emulators.servers import Server, nginx
from tests.resilience.topology import proxy_configuration

KNOWLEDGE = ROOT / "nose_twitch/medical/knowledge"
WORDS = "a secret swordfish"


@dataclass
class Process:
    """Stands where a guide or an action server does; `mood` is what it does with a request."""

    mood: str = "well"
    got: list[tuple[str, bytes, dict[str, str]]] = field(default_factory=list)
    url: str = ""


@contextlib.contextmanager
def listening(process: Process) -> Iterator[Process]:
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            process.got.append((self.path, body, dict(self.headers)))
            if process.mood == "hangs up":
                self.close_connection = True
                return
            self.send_response(200 if process.mood == "well" else int(process.mood))
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        do_GET = do_POST

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        process.url = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield process
        server.shutdown()


@pytest.fixture
def processes() -> Iterator[list[Process]]:
    """Two guides and two action servers."""
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(listening(Process())) for _ in range(4)]


@pytest.fixture
def actions_port() -> int:
    return lasting_port()


@pytest.fixture
def proxy(processes: list[Process], actions_port: int) -> Iterator[Server]:
    port = lasting_port()
    urls = [each.url for each in processes]
    with nginx(proxy_configuration(port, actions_port, urls[:2], urls[2:]), port) as server:
        yield server


def say(proxy: Server, text: str = "hello", **headers: str) -> requests.Response:
    return requests.post(f"{proxy.url}/guide/message", json={"text": text}, headers=headers, timeout=10)


def codes(proxy: Server, times: int = 8) -> set[int]:
    return {say(proxy).status_code for _ in range(times)}


class TestWhenAProcessFails:
    @pytest.mark.parametrize("mood", ["hangs up", "502", "503"])
    def test_the_other_gets_the_same_message(self, proxy: Server, processes: list[Process], mood: str) -> None:
        processes[0].mood = mood
        assert codes(proxy) == {200}
        assert processes[0].got
        assert {body for _, body, _ in processes[0].got} == {body for _, body, _ in processes[1].got}

    def test_one_dead_and_one_that_stumbles_refuse_nobody(self, proxy: Server, processes: list[Process]) -> None:
        processes[0].mood = processes[1].mood = "hangs up"
        assert codes(proxy, 2) == {503}
        processes[1].mood = "well"
        # At once, though nginx holds both for dead.
        assert codes(proxy) == {200}

    def test_without_any_guide_the_page_tells_whom_to_call(self, proxy: Server, processes: list[Process]) -> None:
        processes[0].mood = processes[1].mood = "hangs up"
        page = requests.get(f"{proxy.url}/guide/", timeout=10)
        assert page.status_code == 503
        assert page.headers["Content-Type"].startswith("text/html")
        helplines = yaml.safe_load((KNOWLEDGE / "helplines.yml").read_text(encoding="utf-8"))
        for entry in helplines["countries"]["unknown"]["emergency"]:
            assert f'<a href="tel:{entry["call"]}">' in page.text

    def test_a_failing_turn_is_not_repeated(self, proxy: Server, processes: list[Process]) -> None:
        # What the guide itself answers stays: it says what to do if it is urgent.
        for mood in ("500", "504", "429"):
            processes[0].mood = processes[1].mood = mood
            before = sum(len(each.got) for each in processes)
            assert say(proxy).status_code == int(mood)
            assert sum(len(each.got) for each in processes) == before + 1

    def test_the_other_action_server_is_called(
        self, proxy: Server, processes: list[Process], actions_port: int
    ) -> None:
        processes[2].mood = "hangs up"
        call = {"data": b"x" * 3_000_000, "headers": {"Authorization": "Bearer of all"}, "timeout": 10}
        answers = [requests.post(f"http://127.0.0.1:{actions_port}/webhook", **call) for _ in range(4)]
        assert {each.status_code for each in answers} == {200}
        [(path, body, headers), *_] = processes[3].got
        assert (path, len(body), headers["Authorization"]) == ("/webhook", 3_000_000, "Bearer of all")


class TestWhatPasses:
    @pytest.mark.parametrize("path", ["/", "/guide/health", "/guide/ready", "/guide/metrics", "/webhooks/rest/webhook"])
    def test_nothing_but_the_website(self, proxy: Server, processes: list[Process], path: str) -> None:
        assert requests.post(f"{proxy.url}{path}", json={}, timeout=10).status_code == 404
        assert not any(each.got for each in processes)

    @pytest.mark.parametrize("path", ["/guide", "/guide/", "/guide/chat", "/guide/embed.js", "/guide/static/chat.js"])
    def test_the_website(self, proxy: Server, path: str) -> None:
        assert requests.get(f"{proxy.url}{path}", timeout=10).status_code == 200

    def test_no_large_body(self, proxy: Server, processes: list[Process]) -> None:
        assert say(proxy, "x" * 66_000).status_code == 413
        assert not any(each.got for each in processes)

    def test_nobody_is_who_they_claim_to_be(self, proxy: Server, processes: list[Process]) -> None:
        say(proxy, **{"X-Forwarded-For": "192.0.2.1", "X-Real-IP": "192.0.2.1", "Forwarded": "for=192.0.2.1"})
        [(_, _, headers)] = [request for each in processes for request in each.got]
        assert headers["X-Forwarded-For"] == "127.0.0.1"

    def test_a_flood_is_told_so_in_the_guides_own_way(self, proxy: Server) -> None:
        with ThreadPoolExecutor(8) as people:
            answers = list(people.map(lambda _: say(proxy), range(150)))
        refused = [each for each in answers if each.status_code == 429]
        assert 60 <= len(answers) - len(refused) < 120
        assert refused[0].json() == {"error": "too_many"}


def test_the_log_says_what_happened_and_to_nobody(proxy: Server, processes: list[Process]) -> None:
    processes[0].mood = "hangs up"
    for _ in range(3):
        say(proxy, WORDS, Referer=f"https://example.org/{WORDS}")
        requests.get(f"{proxy.url}/guide/?{WORDS}", timeout=10)
        requests.get(f"{proxy.url}/{WORDS}", timeout=10)
    proxy.stop()
    log = proxy.log.read_text(encoding="utf-8")
    assert '"path":"/guide/message"' in log and '"process_status":"502, 200"' in log
    assert "swordfish" not in log
    assert [line for line in log.splitlines() if "127.0.0.1" in line.split('"process"')[0]] == []
