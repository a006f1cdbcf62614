"""`make screenshots`: the states of the chat as pictures in docs/screenshots, taken from a running guide."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, sync_playwright

from scripts.settings import ROOT, apply_environment, shown
from tests.browser import states
from tests.browser.browser import launch_arguments
from tests.browser.widget import Widget
from tests.served import serving

PICTURES = ROOT / "docs" / "screenshots"
DESKTOP = {"viewport": {"width": 1200, "height": 800}}
PHONE = {"viewport": {"width": 360, "height": 740}, "device_scale_factor": 2}
DARK_PHONE = {**PHONE, "color_scheme": "dark"}
SHOTS: dict[str, tuple[dict[str, object], Callable[[Widget], None]]] = {
    "opening": (DESKTOP, states.opening),
    "question": (PHONE, states.question),
    "care-card": (PHONE, states.care_card),
    "emergency": (PHONE, states.emergency),
    "emergency-on-a-desktop": (DESKTOP, states.emergency),
    "dark-phone": (DARK_PHONE, states.question),
    "error": (PHONE, states.error),
}


def main() -> None:
    """Take them all."""
    apply_environment()
    PICTURES.mkdir(exist_ok=True)
    with serving() as guide, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_arguments())
        for name, (setting, state) in SHOTS.items():
            context = browser.new_context(**setting)
            page = context.new_page()
            page.goto(guide.page)
            widget = Widget(page).wait()
            state(widget)
            _let_it_settle(page)
            # On a phone the chat alone, as it fills the screen where it is embedded.
            shot = page.locator("#chat") if setting is not DESKTOP else page
            shot.screenshot(path=PICTURES / f"{name}.png")
            context.close()
        browser.close()
    print(f"The pictures are in {shown(PICTURES)}.")


def _let_it_settle(page: Page) -> None:
    page.wait_for_timeout(500)  # scrolling and fading in


if __name__ == "__main__":
    main()
