"""The states in which the chat is looked at: by axe, and as pictures."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.widget import Widget


def opening(widget: Widget) -> None:
    expect(widget.response("utter_greet")).to_be_visible()


def question(widget: Widget) -> None:
    widget.press("Check my symptoms")


def care_card(widget: Widget) -> None:
    widget.say("my nose has been twitching for two weeks when i am stressed")
    widget.press("None of these")
    for _ in range(14):
        if widget.response("utter_after_assessment").count():
            break
        widget.press("Skip")
    widget.frame.locator(".card details > summary").first.click()


def emergency(widget: Widget) -> None:
    widget.say("my face is drooping")
    expect(widget.pinned).to_be_visible()


def error(widget: Widget) -> None:
    widget.page.route("**/guide/message", lambda route: route.abort())
    widget.say("my nose twitches")
    widget.page.unroute("**/guide/message")


def menu(widget: Widget) -> None:
    widget.frame.locator("#menu > summary").click()


def asked_before_forgetting(widget: Widget) -> None:
    widget.button_in_menu("Forget this talk")
