"""The weight of the website widget beside others: `make bench-widget`, written to benchmarks/widget.md.

Each is opened in the same browser from the same kind of server: bytes as sent (compressed), requests, and the time from the
page's load to an input that can be used. The others are fetched from the npm registry into var/ and are no part of the guide;
their pages hold no more than they need to show an input.
"""

from __future__ import annotations

import contextlib
import gzip
import mimetypes
import statistics
import subprocess
import tarfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from scripts.settings import ROOT, VAR, apply_environment, shown
from tests.browser.browser import launch_arguments
from tests.served import serving

REPORT = ROOT / "benchmarks" / "widget.md"
ROUNDS = 7


@dataclass(frozen=True)
class Peer:
    """Another widget: where it comes from and the least page that shows its input."""

    package: str
    files: tuple[str, ...]
    page: str
    input: str


PEERS = [
    Peer(
        "quikchat@1.2.7",
        ("dist/quikchat-md.umd.min.js", "dist/quikchat.css"),
        "<link rel=stylesheet href=quikchat.css><div id=w style='height:600px'></div>"
        "<script src=quikchat-md.umd.min.js></script><script>new quikchat('#w', () => {})</script>",
        "textarea",
    ),
    Peer(
        "botframework-webchat@4.18.1",
        ("dist/webchat-minimal.js",),
        "<div id=w style='height:600px'></div><script src=webchat-minimal.js></script><script>"
        "WebChat.renderWebChat({directLine: WebChat.createDirectLine({token: 'x', domain: location.origin})}, "
        "document.getElementById('w'))</script>",
        "[data-id=webchat-sendbox-input]",
    ),
]


@contextlib.contextmanager
def served_files(files: dict[str, bytes]) -> Iterator[str]:
    """Serve these files, compressed, on a port of their own."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = files.get(self.path)
            self.send_response(200 if content is not None else 404)
            self.send_header("Content-Type", mimetypes.guess_type(self.path)[0] or "text/html")
            self.send_header("Content-Encoding", "gzip")
            self.end_headers()
            self.wfile.write(gzip.compress(content or b""))

        do_POST = do_GET

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()


def fetched(peer: Peer) -> dict[str, bytes]:
    """The peer's files from its package, and its page."""
    folder = VAR / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    packed = subprocess.run(
        ["npm", "pack", "--silent", peer.package], cwd=folder, check=True, capture_output=True, text=True
    )
    files = {"/": f"<!doctype html><html lang=en><body>{peer.page}</body></html>".encode()}
    with tarfile.open(folder / packed.stdout.split()[-1]) as package:
        for name in peer.files:
            member = package.extractfile(f"package/{name}")
            assert member is not None
            files[f"/{Path(name).name}"] = member.read()
    return files


@dataclass
class Measured:
    """One way to open a widget, several times."""

    bytes_sent: int
    requests: int
    milliseconds: list[float]


def measure(browser: Browser, address: str, wanted: str, in_frame: bool) -> Measured:
    """Open it in a fresh browser context each time and wait for its input."""
    times: list[float] = []
    sizes: list[int] = []
    for _ in range(ROUNDS):
        context = browser.new_context()
        page = context.new_page()
        sizes.clear()
        page.on("requestfinished", lambda request: sizes.append(request.sizes()["responseBodySize"]))
        started = time.perf_counter()
        page.goto(address)
        place = page.frame_locator("iframe") if in_frame else page
        place.locator(wanted).first.wait_for(state="visible")
        times.append(1000 * (time.perf_counter() - started))
        page.wait_for_timeout(300)  # what still comes in
        context.close()
    return Measured(sum(sizes), len(sizes), times)


def main() -> None:
    """Measure all and write the report."""
    apply_environment()
    rows: dict[str, Measured] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_arguments())
        with serving() as guide:
            rows["this guide: its page with the chat"] = measure(browser, guide.page, "body[data-ready=yes]", True)
        for peer in PEERS:
            with served_files(fetched(peer)) as address:
                rows[peer.package] = measure(browser, address, peer.input, False)
        browser.close()
    lines = ["# The weight of the widget", "", (__doc__ or "").split("\n\n", 1)[1].strip().replace("\n", " "), ""]
    lines += ["| | kB as sent | requests | ms to an input, median of 7 | least |", "|---|---|---|---|---|"]
    for name, row in rows.items():
        middle, least = statistics.median(row.milliseconds), min(row.milliseconds)
        lines.append(f"| {name} | {row.bytes_sent / 1000:.0f} | {row.requests} | {middle:.0f} | {least:.0f} |")
    REPORT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines[4:]), f"\n\nWritten to {shown(REPORT)}.")


if __name__ == "__main__":
    main()
