"""Whole conversations in the browser, with mouse and keys."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.widget import Widget
from tests.served import Served


def test_the_page_opens_with_the_guides_words(widget: Widget) -> None:
    expect(widget.response("utter_greet")).to_be_visible()
    expect(widget.button("Check my symptoms")).to_be_visible()
    expect(widget.input).to_be_visible()


def test_a_whole_talk_to_the_answer(widget: Widget) -> None:
    widget.say("My left nostril has been flicking for two weeks, mostly when I am stressed")
    expect(widget.response("utter_escalate_see_doctor")).to_be_visible()
    bar = widget.frame.get_by_role("progressbar")
    expect(bar).to_have_attribute("aria-valuenow", "1")
    widget.press("None of these")
    expect(bar).to_have_attribute("aria-valuenow", "2")
    for _ in range(12):
        if widget.response("utter_after_assessment").count():
            break
        widget.press("Not sure")
    expect(bar).to_be_hidden()
    card = widget.response("utter_assessment_see_doctor")
    expect(card).to_have_class("card card-see_doctor")
    cause = card.locator("details", has_text="stress")
    expect(cause.get_by_text("You told me")).to_be_hidden()
    cause.locator("summary").click()
    expect(cause.get_by_text("You told me")).to_be_visible()


def test_an_emergency_comes_first_and_stays_in_view(widget: Widget) -> None:
    widget.press("Check my symptoms")
    widget.say("one side of my face just dropped and my speech is slurred")
    card = widget.response("utter_emergency")
    expect(card.get_by_role("link", name="911")).to_have_attribute("href", "tel:911")
    expect(widget.pinned).to_be_in_viewport()
    expect(widget.pinned.get_by_role("link", name="999 in the UK")).to_have_attribute("href", "tel:999")
    widget.say("is it serious?")
    expect(widget.pinned).to_be_in_viewport()
    widget.say("i am in the uk")
    expect(widget.pinned.get_by_role("link")).to_have_text(["999"])
    widget.button("I have read this").click()
    expect(widget.pinned).to_have_count(0)
    widget.say("ok")
    expect(widget.pinned).to_have_count(0)


def test_a_crisis_shows_its_own_lines(widget: Widget) -> None:
    widget.say("i want to kill myself")
    expect(widget.response("utter_crisis").get_by_role("link", name="988")).to_have_attribute("href", "tel:988")
    expect(widget.pinned.get_by_text("Help is there right now")).to_be_visible()


def test_a_correction_takes_the_card_away(widget: Widget) -> None:
    widget.say("my face is drooping")
    expect(widget.pinned).to_be_visible()
    widget.say("no, I meant my grandmother, years ago")
    expect(widget.pinned).to_have_count(0)


def test_quick_replies_are_gone_once_used(widget: Widget) -> None:
    widget.press("Check my symptoms")
    expect(widget.button("Check my symptoms")).to_have_count(0)
    expect(widget.button("What causes it?")).to_have_count(0)
    expect(widget.button("None of these")).to_have_count(1)
    widget.say("none of these")
    expect(widget.button("None of these")).to_have_count(0)


def tab_to(page: Page, wanted: Locator, key: str = "Tab") -> None:
    for _ in range(30):
        page.keyboard.press(key)
        if wanted.evaluate("node => node === node.getRootNode().activeElement"):
            return
    raise AssertionError(f"{wanted} cannot be reached by {key}")


def test_with_the_keyboard_alone(widget: Widget, page: Page) -> None:
    widget.input.focus()
    tab_to(page, widget.button("Check my symptoms"), "Shift+Tab")
    page.keyboard.press("Enter")
    expect(widget.response("utter_ask_other_symptoms")).to_be_visible(timeout=20_000)
    tab_to(page, widget.button("None of these"))
    page.keyboard.press("Space")
    expect(widget.response("utter_ask_duration")).to_be_visible(timeout=20_000)
    tab_to(page, widget.input)
    page.keyboard.type("two days")
    page.keyboard.press("Enter")
    expect(widget.said("two days")).to_have_count(1)
    expect(widget.response("utter_ask_duration")).to_have_count(1)


def test_the_summary_can_be_saved_and_printed(widget: Widget, page: Page, tmp_path: Path) -> None:
    widget.say("my nose has been twitching for 2 weeks")
    widget.button_in_menu("Summary for my doctor")
    expect(widget.response("utter_summary")).to_be_visible(timeout=20_000)
    with page.expect_download() as saved:
        widget.button("Save as a file").click()
    saved.value.save_as(tmp_path / "summary.txt")
    assert "2 weeks" in (tmp_path / "summary.txt").read_text(encoding="utf-8")
    frame = page.frames[1]
    frame.evaluate("window.print = () => { window.printed = document.getElementById('print').textContent }")
    widget.button("Print").click()
    assert "2 weeks" in frame.evaluate("window.printed")


def test_starting_over(widget: Widget) -> None:
    widget.say("my nose has been twitching for 2 weeks")
    widget.button_in_menu("Start over")
    expect(widget.response("utter_start_over")).to_be_visible(timeout=20_000)


def test_forgetting_leaves_nothing(widget: Widget, page: Page, served: Served) -> None:
    widget.say("my nose has been twitching for 2 weeks")
    old = page.frames[1].url.split("#talk=")[1]
    widget.button_in_menu("Forget this talk")
    widget.button("No, keep it").click()
    expect(widget.response("utter_escalate_see_doctor")).to_be_visible()
    widget.button_in_menu("Forget this talk")
    widget.button("Yes, delete it").click()
    expect(widget.response("utter_escalate_see_doctor")).to_have_count(0, timeout=20_000)
    widget.wait()
    assert page.frames[-1].url.split("#talk=")[1] != old
    history = page.request.post(served.at("history"), data={"talk": old}).json()
    assert [message["response"] for message in history["messages"]] == ["utter_greet"]


def test_forget_me_typed_is_answered(widget: Widget) -> None:
    widget.say("my nose has been twitching for 2 weeks")
    widget.say("forget me")
    expect(widget.response("utter_forgotten")).to_be_visible()
