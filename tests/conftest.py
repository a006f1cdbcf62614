"""What tests of several folders share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.served import Served, serving

# The page of a site that may show the chat is served from here by the tests (tests/browser/host_site.py).
ALLOWED_HOST_PORT = 5391


@pytest.hookimpl(tryfirst=True)  # before xdist looks at the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come last: Playwright's event loop then runs to the end, and no other loop can be started beside it."""
    items.sort(key=lambda item: "browser" in item.path.parts)
    # With `--dist loadgroup` a file's tests stay together, and so do those of the apps: an account is used by one process.
    for item in items:
        item.add_marker(pytest.mark.xdist_group("channels" if "channels" in item.path.parts else str(item.path)))


@pytest.fixture(scope="session")
def served() -> Iterator[Served]:
    """The guide as `make serve` starts it, once for all tests that only talk to it."""
    with serving(EMBED_ON=f"http://localhost:{ALLOWED_HOST_PORT}") as guide:
        yield guide
