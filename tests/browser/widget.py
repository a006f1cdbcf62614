"""The chat as somebody uses it in a browser: what they see, type and press."""

from __future__ import annotations

from playwright.sync_api import FrameLocator, Locator, Page

ANSWER_MILLISECONDS = 20_000


class Widget:
    """The chat inside a page's frame."""

    def __init__(self, page: Page) -> None:
        """Take the page that holds it."""
        self.page = page
        self.frame: FrameLocator = page.frame_locator("iframe")

    def wait(self) -> Widget:
        """Wait until it can be used."""
        self.frame.locator("body[data-ready=yes]").wait_for(timeout=ANSWER_MILLISECONDS)
        return self

    @property
    def messages(self) -> Locator:
        """The log of messages."""
        return self.frame.get_by_role("log")

    @property
    def input(self) -> Locator:
        """Where to type."""
        return self.frame.get_by_role("textbox", name="Type a message")

    @property
    def pinned(self) -> Locator:
        """The emergency card above the input."""
        return self.frame.locator(".pinned")

    def response(self, name: str) -> Locator:
        """Bubbles of the guide that say a response, by its name in the domain."""
        return self.frame.locator(f"[data-response={name}]")

    def button(self, title: str) -> Locator:
        """A button by its title."""
        return self.frame.get_by_role("button", name=title, exact=True)

    def say(self, text: str) -> None:
        """Type and send, then wait until the guide has answered."""
        before = self.frame.locator("[data-response], .trouble").count()
        self.input.click()
        self.input.press_sequentially(text)
        self.input.press("Enter")
        self.wait_for_more_than(before)

    def press(self, title: str) -> None:
        """Press a quick reply and wait for the answer."""
        before = self.frame.locator("[data-response], .trouble").count()
        self.button(title).last.click()
        self.wait_for_more_than(before)

    def said(self, text: str) -> Locator:
        """Bubbles of the person with exactly this text."""
        return self.frame.locator(".user-message").get_by_text(text, exact=True)

    def try_again(self) -> None:
        """Press the button of a message that says what went wrong, and wait until it is mended."""
        self.button("Try again").click()
        self.frame.locator(".trouble").wait_for(state="detached", timeout=ANSWER_MILLISECONDS)
        self.frame.locator("[data-response]").last.wait_for(timeout=ANSWER_MILLISECONDS)

    def wait_for_more_than(self, before: int) -> None:
        """Wait until the guide has said more than so many things."""
        self.frame.locator("[data-response], .trouble").nth(before).wait_for(timeout=ANSWER_MILLISECONDS)

    def button_in_menu(self, title: str) -> None:
        """Open the menu and press an entry."""
        self.frame.locator("#menu > summary").click()
        self.frame.locator("#menu").get_by_role("button", name=title).click()
