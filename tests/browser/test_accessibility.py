"""WCAG 2.2 AA as axe-core checks it, in every state; zoom, narrow screens, target sizes, what is read aloud."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser import states
from tests.browser.widget import Widget
from tests.served import Served

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
SETTINGS = {
    "light": {"viewport": {"width": 1280, "height": 900}},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 320, "height": 640}, "reduced_motion": "reduce"},
    "dark phone": {"viewport": {"width": 360, "height": 740}, "color_scheme": "dark"},
    "zoomed to 200 %": {"viewport": {"width": 640, "height": 450}, "device_scale_factor": 2},
}


STATES = [
    states.opening,
    states.question,
    states.care_card,
    states.emergency,
    states.error,
    states.menu,
    states.asked_before_forgetting,
]


def violations(where: Any) -> list[str]:
    found = Axe().run(where, options=RULES).response["violations"]
    return [f"{each['id']}: {[node['html'][:120] for node in each['nodes']]}" for each in found]


@pytest.mark.parametrize("setting", SETTINGS)
def test_no_violations_in_any_state(browser: Browser, served: Served, setting: str) -> None:
    for state in STATES:
        context = browser.new_context(**SETTINGS[setting])
        page = context.new_page()
        page.goto(served.page)
        widget = Widget(page).wait()
        state(widget)
        assert violations(page) == [], state.__name__
        assert violations(page.frames[1]) == [], state.__name__
        chat = page.frames[1]
        assert chat.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{state.__name__} scrolls sideways"
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{state.__name__}: the page does"
        context.close()


def test_each_message_is_read_once(widget: Widget, page: Page) -> None:
    """What a live region is given, node by node: each new message once, and nothing again."""
    page.frames[1].evaluate(
        """() => {
            window.heard = [];
            const log = document.querySelector('deep-chat').shadowRoot.getElementById('messages');
            new MutationObserver((changes) => {
                for (const change of changes) for (const node of change.addedNodes) {
                    const response = node.querySelector?.('[data-response]');
                    if (response) window.heard.push(response.dataset.response);
                }
            }).observe(log, {childList: true, subtree: true});
        }"""
    )
    widget.say("my nose has been twitching for two weeks")
    widget.press("None of these")
    heard = page.frames[1].evaluate("window.heard")
    assert heard == list(dict.fromkeys(heard))
    assert "utter_escalate_see_doctor" in heard
    expect(widget.messages).to_have_attribute("aria-live", "polite")


def test_what_is_pressed_is_large_enough(widget: Widget) -> None:
    widget.say("my face is drooping")
    for button in [*widget.frame.get_by_role("button").all(), *widget.pinned.get_by_role("link").all()]:
        if button.is_visible():
            box = button.bounding_box()
            assert box is not None
            assert min(box["width"], box["height"]) >= 44, button.evaluate("node => node.outerHTML")
