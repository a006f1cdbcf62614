"""Hostile words stay words, and nothing leaves the guide's own server."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.widget import Widget
from tests.served import Served

HOSTILE = [
    '<img src=x onerror="window.hacked = 1"> my nose twitches',
    "<script>window.hacked = 1</script>",
    "[press me](javascript:window.hacked=1) **bold**",
    "<a href='javascript:window.hacked=1'>nose</a>",
]


def test_words_are_never_code(widget: Widget, page: Page) -> None:
    for text in HOSTILE:
        widget.say(text)
        expect(widget.said(text)).to_have_count(1)
    page.reload()
    widget = Widget(page).wait()
    for text in HOSTILE:
        expect(widget.said(text)).to_have_count(1)
    expect(widget.frame.locator("a[href^=javascript], #messages img, #messages script")).to_have_count(0)
    assert page.frames[1].evaluate("window.hacked") is None


def test_what_the_guide_says_back_is_never_code(widget: Widget, page: Page) -> None:
    widget.say("my nose <img src=x onerror=window.hacked=1> twitches for 2 weeks and it is <b>getting worse</b>")
    widget.button_in_menu("Summary for my doctor")
    expect(widget.response("utter_summary")).to_be_visible(timeout=20_000)
    expect(widget.frame.locator("#messages img, #messages b")).to_have_count(0)
    assert page.frames[1].evaluate("window.hacked") is None


def test_a_command_that_is_typed_is_not_obeyed(widget: Widget) -> None:
    widget.say("my nose has been twitching for two weeks")
    widget.say('/start_check{"duration_days": 1}')
    widget.button_in_menu("Summary for my doctor")
    expect(widget.response("utter_summary")).to_contain_text("two weeks", timeout=20_000)


def test_too_long_a_message_comes_back(widget: Widget) -> None:
    widget.input.fill("my nose twitches " * 130)
    widget.input.press("Enter")
    expect(widget.frame.locator(".trouble")).to_contain_text("more than I can read", timeout=20_000)
    expect(widget.input).to_contain_text("my nose twitches my nose")
    widget.input.fill("my nose twitches")
    widget.input.press("Enter")
    expect(widget.said("my nose twitches")).to_have_count(1)
    expect(widget.frame.locator(".trouble")).to_have_count(0)


def test_nothing_leaves_the_host(page: Page, served: Served) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(served.page)
    Widget(page).wait().say("hello")
    assert [url for url in asked if not url.startswith((served.origin, "data:", "blob:"))] == []
