"""The guide on "several machines", all of them this one: proxy, guides, action servers, PostgreSQL and Redis, as deploy/ has them."""

from __future__ import annotations

import contextlib
import re
import secrets
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import requests

from scripts import settings
from tests.emulators.ports import lasting_port
from tests.emulators.servers import LOOPBACK, Server, nginx, postgres, redis
from tests.served import UNSET

CONFIGURATION = settings.ROOT / "deploy/nginx.conf"


@dataclass(frozen=True)
class Topology:
    """Handles for everything that runs."""

    proxy: Server
    guides: list[Server]
    actions: list[Server]
    postgres: Server
    redis: Server

    def wait_until_written(self) -> None:
        """Wait until the database has all that the guides kept for it."""
        for guide in self.guides:
            for _ in range(150):
                state = requests.get(f"{guide.url}/guide/ready", timeout=10).json()
                if state["store"] == "ready" and not state["unwritten_events"]:
                    break
                time.sleep(0.1)
            else:
                raise AssertionError(state)

    def wait_until_locked_by_redis(self) -> None:
        """Wait until no guide holds the lock server for away: for a moment after its return each locks for itself."""
        for guide in self.guides:
            for _ in range(60):
                if requests.get(f"{guide.url}/guide/ready", timeout=10).json()["locks"] == "ready":
                    break
                time.sleep(0.1)
                # It looks when somebody speaks.
                body = {"talk": secrets.token_hex(16), "text": "hello", "id": secrets.token_hex(8)}
                requests.post(f"{guide.url}/guide/message", json=body, timeout=20)
            else:
                raise AssertionError("the lock server stays away")

    @property
    def page(self) -> str:
        """Where people find the guide."""
        return f"{self.proxy.url}/guide/"


@contextlib.contextmanager
def topology(guides: int = 2, actions: int = 2, **environment: str) -> Iterator[Topology]:
    """Start so many guides and action servers behind the proxy, wait until all are ready, and end them afterwards."""
    with contextlib.ExitStack() as stack:
        logs = Path(settings.LOGS / "topology")
        logs.mkdir(parents=True, exist_ok=True)
        database, locks = stack.enter_context(postgres()), stack.enter_context(redis())
        proxy_port, actions_port = lasting_port(), lasting_port()
        shared = {
            **UNSET,
            "DATABASE_URL": database.url,
            "REDIS_URL": locks.url,
            "ACTIONS_URL": f"http://{LOOPBACK}:{actions_port}/webhook",
            "ACTIONS_SECRET": secrets.token_hex(32),
            "CHANNELS_KEY": secrets.token_hex(32),
            "SANIC_PROXIES_COUNT": "1",
            **environment,
        }
        action_servers = [action_server(shared, logs / f"actions-{number}.log") for number in range(1, actions + 1)]
        processes = [guide(shared, logs / f"guide-{number}.log") for number in range(1, guides + 1)]
        for server in [*action_servers, *processes]:
            stack.callback(server.kill)
            server.launch()
        configuration = proxy_configuration(
            proxy_port, actions_port, [each.url for each in processes], [each.url for each in action_servers]
        )
        proxy = stack.enter_context(nginx(configuration, proxy_port))
        for server in [*action_servers, *processes]:
            server.wait_until_ready(patience=120)
        yield Topology(proxy, processes, action_servers, database, locks)


def guide(environment: dict[str, str], log: Path) -> Server:
    """A guide by itself, as `make serve` starts it."""
    url = f"http://{LOOPBACK}:{(port := lasting_port())}"
    command = [sys.executable, "-m", "scripts.serve"]
    own = {**environment, "PORT": str(port)}
    return Server(url, command, log, lambda: says_well(f"{url}/guide/ready"), own, settings.ROOT)


def action_server(environment: dict[str, str], log: Path) -> Server:
    """An action server by itself."""
    url = f"http://{LOOPBACK}:{(port := lasting_port())}"
    command = [sys.executable, "-m", "actions.server"]
    own = {**environment, "ACTIONS_HOST": LOOPBACK, "ACTIONS_PORT": str(port)}
    return Server(url, command, log, lambda: says_well(f"{url}/health"), own, settings.ROOT)


def says_well(url: str) -> bool:
    """Whether the answer there is 200."""
    with contextlib.suppress(requests.RequestException):
        return requests.get(url, timeout=2).status_code == 200
    return False


def proxy_configuration(port: int, actions_port: int, guides: list[str], actions: list[str]) -> str:
    """deploy/nginx.conf with the ports and the processes of this machine."""
    text = CONFIGURATION.read_text(encoding="utf-8")
    for service, urls in (("guide", guides), ("actions", actions)):
        # In place of the two of compose.yml, these.
        lines = re.findall(rf"^ +server {service}-1:.*\n", text, re.MULTILINE)
        assert lines
        text = re.sub(rf"^ +server {service}-\d:.*\n", "", text, flags=re.MULTILINE)
        servers = [re.sub(rf"{service}-1:\d+", url.removeprefix("http://"), line) for line in lines for url in urls]
        text = text.replace(f"upstream {service} {{\n", f"upstream {service} {{\n{''.join(servers)}")
    for port_there, port_here in ((8080, port), (5055, actions_port)):
        text, found = re.subn(rf"listen {port_there};", f"listen {LOOPBACK}:{port_here};", text)
        assert found == 1
    return text
