"""Reload, restart, tabs: the talk goes on where it should and ends where it should."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser.widget import Widget
from tests.served import Served, serving


def in_the_middle_of_the_check(widget: Widget) -> None:
    widget.say("my left nostril has been twitching for two weeks")
    widget.press("None of these")
    expect(widget.response("utter_ask_trend")).to_be_visible()


def test_a_reload_in_the_middle_keeps_the_talk(widget: Widget, page: Page) -> None:
    in_the_middle_of_the_check(widget)
    page.reload()
    widget = Widget(page).wait()
    expect(widget.said("my left nostril has been twitching for two weeks")).to_have_count(1)
    expect(widget.said("None of these")).to_have_count(1)  # what was pressed, by its title
    expect(widget.button("Getting stronger")).to_be_visible()
    expect(widget.button("None of these")).to_have_count(0)
    expect(widget.frame.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "2")
    widget.press("Getting stronger")
    expect(widget.response("utter_escalate_see_doctor_again")).to_be_visible()


def test_back_and_forth_keeps_the_talk(widget: Widget, page: Page) -> None:
    in_the_middle_of_the_check(widget)
    page.goto("about:blank")
    page.go_back()
    expect(Widget(page).response("utter_ask_trend")).to_be_visible(timeout=20_000)


def test_an_emergency_is_pinned_again_after_a_reload(widget: Widget, page: Page) -> None:
    widget.say("my face is drooping")
    page.reload()
    expect(Widget(page).wait().pinned).to_be_visible()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_a_restarted_server_keeps_the_talk(page: Page) -> None:
    port = str(free_port())
    with serving(PORT=port) as guide:
        page.goto(guide.page)
        in_the_middle_of_the_check(Widget(page).wait())
    widget = Widget(page)
    widget.say("it is the same as ever")
    expect(widget.frame.locator(".trouble")).to_contain_text("cannot reach")
    with serving(PORT=port):
        widget.try_again()
        expect(widget.response("utter_ask_trend")).to_have_count(1)
        expect(widget.frame.locator(".trouble")).to_have_count(0)
        expect(widget.frame.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "3")


def lost(route: Route) -> None:
    route.abort()


def log_in_first(route: Route) -> None:
    """As the wireless network of a waiting room answers everything."""
    route.fulfill(body="<html>Log in</html>", content_type="text/html")


@pytest.mark.parametrize("network", [lost, log_in_first])
def test_a_bad_network_loses_nothing(widget: Widget, page: Page, network: Callable[[Route], None]) -> None:
    page.route("**/guide/message", network)
    widget.say("my face is drooping")
    expect(widget.frame.locator(".trouble")).to_contain_text("cannot reach")
    expect(widget.frame.locator(".trouble").get_by_role("link", name="911")).to_be_visible()
    page.unroute("**/guide/message")
    widget.try_again()
    expect(widget.response("utter_emergency")).to_have_count(1)


def test_an_answer_that_was_lost_on_its_way_is_not_asked_for_twice(widget: Widget, page: Page) -> None:
    """The server had the message; only the answer went missing."""

    def swallow(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/guide/message", swallow)
    widget.say("my nose has been twitching for two weeks")
    page.unroute("**/guide/message")
    widget.try_again()
    expect(widget.response("utter_escalate_see_doctor")).to_have_count(1)
    page.reload()
    widget = Widget(page).wait()
    expect(widget.said("my nose has been twitching for two weeks")).to_have_count(1)


def test_what_failed_is_sent_before_what_is_typed_next(widget: Widget, page: Page) -> None:
    """Somebody frightened types again instead of pressing a button."""
    page.route("**/guide/message", lambda route: route.abort())
    widget.say("my face is drooping")
    page.unroute("**/guide/message")
    widget.input.press_sequentially("hello?")
    widget.input.press("Enter")
    expect(widget.response("utter_emergency")).to_have_count(1, timeout=20_000)
    expect(widget.pinned).to_be_visible()
    page.reload()
    expect(Widget(page).wait().said("my face is drooping")).to_have_count(1)


def test_what_is_typed_while_another_is_tried_again_is_sent_after_it(widget: Widget, page: Page) -> None:
    page.route("**/guide/message", lost)
    widget.say("my nose has been twitching for two weeks")
    page.unroute("**/guide/message")

    def slow(route: Route) -> None:
        time.sleep(1)
        route.continue_()

    page.route("**/guide/message", slow)
    widget.button("Try again").click()
    widget.input.press_sequentially("my face is drooping")
    widget.input.press("Enter")
    expect(widget.response("utter_emergency")).to_have_count(1, timeout=20_000)
    expect(widget.response("utter_escalate_see_doctor")).to_have_count(1)
    page.reload()
    widget = Widget(page).wait()
    expect(widget.frame.locator(".user-message p")).to_have_text(
        ["my nose has been twitching for two weeks", "my face is drooping"]
    )


@pytest.mark.parametrize("code", ["empty", "too_long", "no_json"])
def test_what_can_never_be_read_holds_up_nothing(widget: Widget, page: Page, code: str) -> None:
    def refuse(route: Route) -> None:
        if "blah" in (route.request.post_data or ""):
            route.fulfill(status=400, json={"error": code})
        else:
            route.continue_()

    page.route("**/guide/message", refuse)
    widget.say("blah")
    expect(widget.button("Try again")).to_have_count(0)
    widget.input.fill("my face is drooping")
    widget.input.press("Enter")
    expect(widget.response("utter_emergency")).to_have_count(1, timeout=20_000)


def test_without_its_scripts_it_still_tells_whom_to_call(page: Page, served: Served) -> None:
    page.route("**/static/deep-chat.js", lambda route: route.abort())
    page.goto(served.page)
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("link", name="911")).to_be_visible()
    expect(frame.get_by_role("button", name="Try again")).to_be_visible()


def test_a_history_that_does_not_come_is_said(page: Page, served: Served) -> None:
    page.route("**/guide/history", lambda route: route.fulfill(body="<html>oops</html>", content_type="text/html"))
    page.goto(served.page)
    expect(Widget(page).wait().frame.locator(".trouble")).to_contain_text("911")


def test_numbers_do_not_wait_for_the_guide(widget: Widget, page: Page) -> None:
    page.route("**/guide/message", lambda route: None)  # never answered
    widget.input.press_sequentially("hello")
    widget.input.press("Enter")
    widget.button_in_menu("Emergency numbers")
    expect(widget.frame.get_by_role("alert").get_by_role("link", name="999")).to_be_visible()


def test_what_could_not_be_deleted_is_said_and_tried_again(widget: Widget, page: Page) -> None:
    widget.say("my nose has been twitching for two weeks")
    page.route("**/guide/forget", lambda route: route.abort())
    widget.button_in_menu("Forget this talk")
    widget.button("Yes, delete it").click()
    expect(widget.frame.locator(".trouble")).to_contain_text("still on the server")
    page.unroute("**/guide/forget")
    widget.button("Try again").click()
    expect(widget.response("utter_escalate_see_doctor")).to_have_count(0, timeout=20_000)


def test_a_copy_of_all_that_is_stored(widget: Widget, page: Page) -> None:
    widget.say("my nose has been twitching for two weeks")
    with page.expect_download() as download:
        widget.button_in_menu("Save a copy of this talk")
    assert download.value.suggested_filename == "nose-twitch-talk.txt"
    text = download.value.path().read_text(encoding="utf-8")
    assert "You: my nose has been twitching for two weeks" in text
    assert "duration_days: 14" in text
    page.route("**/guide/copy", lambda route: route.abort())
    widget.button_in_menu("Save a copy of this talk")
    expect(widget.frame.locator(".trouble")).to_contain_text("cannot reach")


def test_a_server_error_is_said(widget: Widget, page: Page) -> None:
    page.route("**/guide/message", lambda route: route.fulfill(status=500, body="<html>oops</html>"))
    widget.say("my nose twitches")
    expect(widget.frame.locator(".trouble")).to_contain_text("something went wrong")


def talk_of(page: Page) -> str:
    return page.frames[1].url.split("#talk=")[1]


def test_two_tabs_do_not_mix(context: BrowserContext, served: Served) -> None:
    first, second = context.new_page(), context.new_page()
    for page in (first, second):
        page.goto(served.page)
        Widget(page).wait()
    assert talk_of(first) != talk_of(second)
    Widget(first).say("my nose has been twitching for two weeks")
    Widget(second).say("hello")
    expect(Widget(second).response("utter_escalate_see_doctor")).to_have_count(0)


def test_a_duplicated_tab_gets_a_talk_of_its_own(context: BrowserContext, served: Served) -> None:
    first = context.new_page()
    first.goto(served.page)
    Widget(first).wait()
    with context.expect_page() as opened:
        first.evaluate(
            "window.open(location.href)"
        )  # a tab that is opened so inherits the storage, as a duplicate does
    second = opened.value
    Widget(second).wait()
    assert talk_of(first) != talk_of(second)


def test_a_new_tab_begins_anew(context: BrowserContext, widget: Widget, served: Served) -> None:
    """Nothing of the talk is in what tabs share, so it ends with its tab."""
    in_the_middle_of_the_check(widget)
    widget.page.close()
    page = context.new_page()
    page.goto(served.page)
    expect(Widget(page).wait().response("utter_ask_trend")).to_have_count(0)
    assert context.cookies() == []
    assert page.evaluate("localStorage.length") == 0
