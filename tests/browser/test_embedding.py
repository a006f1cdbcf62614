"""The guide on another site: one script tag, across origins."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.host_site import HostSite
from tests.browser.widget import Widget
from tests.served import Served

LAUNCHER = "Chat about a nose twitch"


def opened(page: Page, site: HostSite) -> Widget:
    page.goto(site.page)
    page.get_by_role("button", name=LAUNCHER).click()
    return Widget(page)


def test_a_talk_on_another_site(page: Page, host_site: HostSite) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    widget = opened(page, host_site).wait()
    widget.say("my nose has been twitching for two weeks")
    expect(widget.response("utter_escalate_see_doctor")).to_be_visible()
    assert complaints == []  # the host's own policy was never in the way
    page.reload()
    widget = opened(page, host_site).wait()
    expect(widget.response("utter_escalate_see_doctor")).to_be_visible()


def test_it_opens_and_closes_by_keys(page: Page, host_site: HostSite) -> None:
    page.goto(host_site.page)
    launcher = page.get_by_role("button", name=LAUNCHER)
    launcher.focus()
    page.keyboard.press("Enter")
    widget = Widget(page).wait()
    expect(launcher).to_be_hidden()
    widget.input.focus()
    page.keyboard.press("Escape")
    expect(launcher).to_be_focused()
    launcher.click()
    widget.button("Close the chat").click()
    expect(launcher).to_be_focused()
    expect(page.locator("iframe")).to_be_hidden()


def test_the_keys_work_in_it_from_the_first_opening_on(page: Page, host_site: HostSite) -> None:
    page.goto(host_site.page)
    page.get_by_role("button", name=LAUNCHER).press("Enter")
    Widget(page).wait()
    page.wait_for_timeout(300)
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name=LAUNCHER)).to_be_focused()


def test_a_double_click_opens_one(page: Page, host_site: HostSite) -> None:
    page.goto(host_site.page)
    page.get_by_role("button", name=LAUNCHER).dblclick(delay=10)
    widget = Widget(page).wait()
    expect(page.locator("iframe")).to_have_count(1)
    widget.say("my nose has been twitching for two weeks")
    widget = opened_again(page).wait()
    expect(widget.response("utter_escalate_see_doctor")).to_be_visible()


def opened_again(page: Page) -> Widget:
    page.reload()
    page.get_by_role("button", name=LAUNCHER).click()
    return Widget(page)


def test_two_script_tags_share_one_talk(page: Page, host_site: HostSite, served: Served) -> None:
    def second_tag() -> None:
        page.add_script_tag(url=served.at("embed.js"))

    page.goto(host_site.page)
    second_tag()
    page.get_by_role("button", name=LAUNCHER).click()
    Widget(page).wait().say("my nose has been twitching for two weeks")
    page.reload()
    second_tag()
    page.get_by_role("button", name=LAUNCHER).click()
    expect(Widget(page).wait().response("utter_escalate_see_doctor")).to_be_visible()


HOSTILE_STYLES = "div { display: none } body > * { transform: translateY(-2000px); opacity: 0 } button { all: unset }"


def test_the_hosts_own_styles_do_not_reach_it(page: Page, host_site: HostSite) -> None:
    page.goto(host_site.page)
    page.evaluate(
        """(styles) => {
            const sheet = new CSSStyleSheet();
            sheet.replaceSync(styles);
            document.adoptedStyleSheets = [sheet];
        }""",
        HOSTILE_STYLES,
    )
    page.get_by_role("button", name=LAUNCHER).click()
    expect(Widget(page).wait().input).to_be_in_viewport()


def test_a_browser_that_keeps_nothing_can_talk(page: Page, host_site: HostSite) -> None:
    page.add_init_script(
        """Storage.prototype.setItem = () => { throw new DOMException('full') };
           window.BroadcastChannel = class { constructor() { throw new DOMException('blocked') } };"""
    )
    widget = opened(page, host_site).wait()
    widget.say("my nose has been twitching for two weeks")
    expect(widget.response("utter_escalate_see_doctor")).to_be_visible()


def test_nothing_loads_before_it_is_opened(page: Page, host_site: HostSite, served: Served) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(host_site.page)
    expect(page.get_by_role("button", name=LAUNCHER)).to_be_visible()
    assert [url for url in asked if url.startswith(served.origin)] == [served.at("embed.js")]


def test_a_site_that_is_not_allowed_shows_nothing(page: Page, strange_site: HostSite) -> None:
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    opened(page, strange_site)
    page.wait_for_timeout(1500)
    assert any("frame-ancestors" in text for text in refused), refused
    assert page.frame_locator("iframe").get_by_role("log").count() == 0


def test_another_site_cannot_write_into_a_talk(
    page: Page, strange_site: HostSite, host_site: HostSite, served: Served
) -> None:
    """Not even one that may embed the guide: all requests come from the guide's own frame."""
    for site in (strange_site, host_site):
        page.goto(site.page, wait_until="commit")
        page.route(site.page, lambda route: route.fulfill(body="<p>attack</p>", content_type="text/html"))
        page.goto(site.page)
        outcome = page.evaluate(
            """async ([address, body]) => {
                const send = (type, mode) => fetch(address, {method: 'POST', body, mode, headers: {'Content-Type': type}})
                    .then(() => 'answered', () => 'blocked');
                return [await send('application/json', 'cors'), await send('text/plain', 'no-cors')];
            }""",
            [served.at("message"), '{"talk": "0123456789abcdef0123456789abcdef", "text": "hi"}'],
        )
        assert outcome == ["blocked", "blocked"]
    history = page.request.post(served.at("history"), data={"talk": "0123456789abcdef0123456789abcdef"}).json()
    assert [message["from"] for message in history["messages"]] == ["guide"]


def test_on_a_phone_it_fills_the_screen(page: Page, host_site: HostSite) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    widget = opened(page, host_site).wait()
    box = page.locator("iframe").bounding_box()
    assert box is not None
    assert (box["width"], box["height"]) == (320, 640)
    widget.say("my nose has been twitching for two weeks")
    assert page.evaluate("document.documentElement.scrollWidth") == 320
