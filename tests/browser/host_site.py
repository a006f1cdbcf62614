"""A site of somebody else with the guide on it, served across sites (localhost, while the guide is on 127.0.0.1)."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from scripts.settings import ROOT
from tests.served import Served

EXAMPLE = ROOT / "examples" / "host-site.html"
ADDRESS_IN_EXAMPLE = "http://127.0.0.1:5005"


@dataclass(frozen=True)
class HostSite:
    """Where it is."""

    page: str


@contextlib.contextmanager
def hosting(guide: Served, port: int) -> Iterator[HostSite]:
    """Serve examples/host-site.html, with the guide's real address in it and the strictest policy that can work."""
    content = EXAMPLE.read_text(encoding="utf-8").replace(ADDRESS_IN_EXAMPLE, guide.origin).encode()
    policy = f"default-src 'none'; script-src {guide.origin}; frame-src {guide.origin}"

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/" else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            if self.path == "/":
                self.wfile.write(content)

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield HostSite(f"http://localhost:{port}/")
    finally:
        server.shutdown()
        server.server_close()
