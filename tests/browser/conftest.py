"""Playwright with the system's Chromium, and the page as most tests want it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.browser import launch_arguments
from tests.browser.host_site import HostSite, hosting
from tests.browser.widget import Widget
from tests.conftest import ALLOWED_HOST_PORT
from tests.served import Served

# Playwright's own five seconds are little for two browsers and two guides on two cores.
expect.set_options(timeout=15_000)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """How Chromium is started."""
    return launch_arguments()


@pytest.fixture
def widget(page: Page, served: Served) -> Widget:
    """The guide's own page, opened, with the chat ready."""
    page.goto(served.page)
    return Widget(page).wait()


@pytest.fixture(scope="session")
def host_site(served: Served) -> Iterator[HostSite]:
    """Another site that the guide allows, with a CSP that allows nothing but the guide."""
    with hosting(served, ALLOWED_HOST_PORT) as site:
        yield site


@pytest.fixture(scope="session")
def strange_site(served: Served) -> Iterator[HostSite]:
    """Another site that the guide does not know."""
    with hosting(served, ALLOWED_HOST_PORT + 1) as site:
        yield site
