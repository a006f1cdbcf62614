"""The website's routes over HTTP, as a browser and as somebody with bad intentions use them."""

from __future__ import annotations

import http.client
import json
import secrets
import socket
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from nose_twitch.rasa_parts.channels.web import WebChannel
from nose_twitch.rasa_parts.channels.web_files import WidgetMissingError, load_files
from tests.served import Served, serving

JSON = {"Content-Type": "application/json"}


def new_talk() -> str:
    return secrets.token_hex(16)


def post(served: Served, path: str, body: Any, **headers: str) -> requests.Response:
    data = body if isinstance(body, bytes) else json.dumps(body)
    return requests.post(served.at(path), data=data, headers={**JSON, **headers}, timeout=30)


def say(served: Served, talk: str, text: str, **more: str) -> dict[str, Any]:
    answer = post(served, "message", {"talk": talk, "text": text, **more})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def responses(told: dict[str, Any]) -> list[str]:
    return [message["response"] for message in told["messages"]]


def test_an_emergency_is_said_and_pinned(served: Served) -> None:
    told = say(served, new_talk(), "half of my face just dropped")
    assert told["messages"][0]["response"] == "utter_emergency"
    assert told["standing"]["triage"] == "emergency"
    assert [card["card"] for card in told["standing"]["pinned"]] == ["emergency"]


def test_looking_stores_nothing_and_a_talk_begins_with_what_was_shown(served: Served) -> None:
    talk = new_talk()
    first = post(served, "history", {"talk": talk}).json()
    assert responses(first) == ["utter_greet"]
    assert first["messages"][0]["id"] != post(served, "history", {"talk": talk}).json()["messages"][0]["id"]
    say(served, talk, "my nose has been twitching for two weeks")
    messages = post(served, "history", {"talk": talk}).json()["messages"]
    assert [message["from"] for message in messages[:2]] == ["guide", "person"]
    assert "utter_introduction" not in [message.get("response") for message in messages]


def test_hello_is_not_answered_by_the_opening_again(served: Served) -> None:
    told = say(served, new_talk(), "hello")
    assert "computer program" not in told["messages"][0]["blocks"][0]["text"]


def test_the_same_message_sent_again_is_answered_once(served: Served) -> None:
    talk = new_talk()
    first = say(served, talk, "my nose has been twitching for two weeks", id="m1")
    again = say(served, talk, "my nose has been twitching for two weeks", id="m1")
    assert responses(again) == responses(first)
    assert again["standing"] == first["standing"]
    messages = post(served, "history", {"talk": talk}).json()["messages"]
    assert [message["from"] for message in messages].count("person") == 1


def test_the_same_message_sent_twice_at_once_is_answered_once(served: Served) -> None:
    talk = new_talk()
    say(served, talk, "my nose has been twitching for two weeks")
    with ThreadPoolExecutor() as both:
        answers = list(both.map(lambda _: say(served, talk, "none of these", id="m2"), range(3)))
    assert {tuple(responses(answer)) for answer in answers} == {tuple(responses(answers[0]))}
    messages = post(served, "history", {"talk": talk}).json()["messages"]
    assert [message["from"] for message in messages].count("person") == 2


def test_half_a_character_is_no_obstacle(served: Served) -> None:
    assert "utter_emergency" in responses(say(served, new_talk(), "my face is drooping \ud83d"))


def test_forgetting(served: Served) -> None:
    talk = new_talk()
    say(served, talk, "my face is drooping")
    assert post(served, "forget", {"talk": talk}).json() == {"forgotten": True}
    after = post(served, "history", {"talk": talk}).json()
    assert responses(after) == ["utter_greet"]
    assert after["standing"] == {"triage": None, "progress": None, "pinned": []}


def test_a_copy_of_all_that_is_stored(served: Served) -> None:
    talk = new_talk()
    assert post(served, "copy", {"talk": talk}).json() == {"copy": "The guide has stored nothing about you."}
    say(served, talk, "my nose has been twitching for two weeks")
    copy = post(served, "copy", {"talk": talk}).json()["copy"]
    assert "You: my nose has been twitching for two weeks" in copy
    assert "Guide: " in copy
    assert "triage: see_doctor" in copy
    post(served, "forget", {"talk": talk})
    assert post(served, "copy", {"talk": talk}).json() == {"copy": "The guide has stored nothing about you."}


def test_health_and_readiness(served: Served) -> None:
    assert requests.get(served.at("health"), timeout=10).json() == {"alive": True}
    ready = requests.get(served.at("ready"), timeout=10)
    assert ready.status_code == 200
    expected = {"model": "ready", "store": "ready", "unwritten_events": 0, "locks": "ready", "actions": "ready"}
    assert ready.json() == expected


@pytest.mark.parametrize(
    ("body", "headers", "status", "code"),
    [
        ({"text": "hi"}, {}, 400, "no_talk"),
        ({"talk": "default", "text": "hi"}, {}, 400, "no_talk"),
        ({"talk": "../../etc/passwd", "text": "hi"}, {}, 400, "no_talk"),
        ({"talk": "A" * 32, "text": "hi"}, {}, 400, "no_talk"),
        ({"talk": "0" * 32, "text": "  "}, {}, 400, "empty"),
        ({"talk": "0" * 32, "text": "a" * 2001}, {}, 413, "too_long"),
        (["talk"], {}, 400, "no_json"),
        ({"talk": "0" * 32, "text": ["hi"]}, {}, 400, "no_json"),
        ({"talk": "0" * 32, "text": True}, {}, 400, "no_json"),
        (b"{not json", {}, 400, "no_json"),
        ({"talk": "0" * 32, "text": "hi"}, {"Content-Type": "text/plain"}, 415, "no_json"),
        ({"talk": "0" * 32, "text": "hi"}, {"Sec-Fetch-Site": "cross-site"}, 403, "foreign"),
        ({"talk": "0" * 32, "text": "hi"}, {"Sec-Fetch-Site": "same-site"}, 403, "foreign"),
    ],
)
def test_what_is_refused(served: Served, body: Any, headers: dict[str, str], status: int, code: str) -> None:
    answer = post(served, "message", body, **headers)
    assert (answer.status_code, answer.json()) == (status, {"error": code})


def test_two_thousand_characters_are_read_to_the_end(served: Served) -> None:
    ramble = "it was a long day at the shop and then we had tea. " * 38
    text = f"{ramble[:1950].rsplit('.', 1)[0]}. my face is drooping"
    assert "utter_emergency" in responses(say(served, new_talk(), text))


def test_a_huge_body_is_not_read(served: Served) -> None:
    try:
        status = post(served, "message", b"x" * 1_000_000).status_code
    except requests.ConnectionError:
        return  # closed on us while we were still sending
    assert status == 413


@pytest.mark.parametrize("typed", ['/start_check{"triage": "self_care"}', "/restart", "/session_start", "/back"])
def test_no_command_of_rasas_is_obeyed(served: Served, typed: str) -> None:
    talk = new_talk()
    say(served, talk, "my face is drooping")
    told = say(served, talk, typed)
    assert told["standing"]["triage"] == "emergency"


def test_one_talk_cannot_flood(served: Served) -> None:
    talk = new_talk()
    codes = {post(served, "message", {"talk": talk, "text": f"hello {number}"}).status_code for number in range(30)}
    assert codes == {200, 429}
    assert post(served, "message", {"talk": new_talk(), "text": "hello"}).status_code == 200


def test_the_talks_of_other_channels_cannot_be_reached(served: Served) -> None:
    talk = new_talk()
    say(served, talk, "my face is drooping")
    rest = requests.post(
        f"{served.origin}/webhooks/rest/webhook", json={"sender": talk, "message": "summary for my doctor"}, timeout=30
    )
    assert "droop" not in rest.text


@pytest.mark.parametrize("path", ["", "chat", "embed.js", "static/chat.js", "static/deep-chat.js", "static/chat.css"])
def test_files_are_compressed_and_kept(served: Served, path: str) -> None:
    plain = requests.get(served.at(path), headers={"Accept-Encoding": "identity"}, timeout=30)
    small = requests.get(served.at(path), headers={"Accept-Encoding": "gzip"}, timeout=30)
    assert small.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert small.content == plain.content
    assert int(small.headers["Content-Length"]) < len(plain.content)
    again = requests.get(served.at(path), headers={"If-None-Match": plain.headers["ETag"]}, timeout=30)
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/guide/static/../texts.json",
        "/guide/static/%2e%2e/texts.json",
        "/guide/static/..%2f..%2fcredentials.yml",
        "/guide/static//etc/passwd",
        "/guide/static/texts.json",
        "/guide/src/chat.js",
        "/guide/package.json",
    ],
)
def test_nothing_else_is_served(served: Served, path: str) -> None:
    address = urlsplit(served.page)
    connection = http.client.HTTPConnection(address.hostname or "", address.port or 80)
    connection.request("GET", path)  # as it stands: other clients tidy the path up first
    assert connection.getresponse().status in (400, 404)
    connection.close()


def test_headers(served: Served) -> None:
    chat = requests.get(served.at("chat"), timeout=30).headers
    assert "frame-ancestors 'self' http://localhost:5391" in chat["Content-Security-Policy"]
    assert "script-src 'self';" in chat["Content-Security-Policy"]
    page = requests.get(served.page, timeout=30).headers
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
    answer = post(served, "history", {"talk": new_talk()}).headers
    assert answer["Cache-Control"] == "no-store"
    for headers in (chat, page, answer):
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "Access-Control-Allow-Origin" not in headers


@pytest.mark.parametrize(
    "path", ["/", "/nothing", "/guide/nothing", "/version", "/webhooks/rest/", "/guide/message", "/%00"]
)
def test_headers_on_whatever_is_answered(served: Served, path: str) -> None:
    headers = requests.get(f"{served.origin}{path}", allow_redirects=False, timeout=30).headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_the_front_page_is_the_guide_and_no_version_is_told(served: Served) -> None:
    first = requests.get(f"{served.origin}/", timeout=30)
    assert (first.url, first.status_code) == (served.page, 200)
    for path in ("/", "/version", "/nothing"):
        answer = requests.get(f"{served.origin}{path}", allow_redirects=False, timeout=30)
        assert "3.6.21" not in answer.text + str(answer.headers)


def rest(served: Served, path: str = "/webhooks/rest/webhook", **headers: str) -> int:
    body = {"sender": new_talk(), "message": "hello"}
    return requests.post(f"{served.origin}{path}", json=body, headers=headers, timeout=30).status_code


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"])
def test_rest_is_not_for_who_comes_through_a_proxy(served: Served, header: str) -> None:
    assert rest(served) == 200
    for path in ("/webhooks/rest/webhook", "/webhooks/%72est/webhook", "/webhooks/rest/webhook/"):
        assert rest(served, path, **{header: "198.51.100.7"}) in (403, 404)


def test_nor_for_other_machines_when_rasa_is_run_by_hand() -> None:
    address = address_for_others()
    # --interface comes last, as it does for who types `rasa run`: REST is on, and everybody can reach it.
    with serving(RASA_ARGS="--interface 0.0.0.0 --enable-api") as guide:
        port = urlsplit(guide.page).port
        assert requests.get(f"http://{address}:{port}/guide/", timeout=30).status_code == 200
        body = {"sender": "x", "message": "hello"}
        refused = requests.post(f"http://{address}:{port}/webhooks/rest/webhook", json=body, timeout=30)
        assert (refused.status_code, refused.content) == (403, b"")
        assert rest(guide) == 200
        assert requests.get(f"{guide.origin}/status", timeout=30).status_code == 200  # Rasa's API is on
        assert requests.get(f"{guide.origin}/version", timeout=30).status_code == 404


def address_for_others() -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # chooses an address of ours and sends nothing
        except OSError:
            pytest.skip("this machine has no address but its own")
        return str(probe.getsockname()[0])


def test_the_address_without_its_slash_leads_to_the_page(served: Served) -> None:
    answer = requests.get(served.page.removesuffix("/"), timeout=30)
    assert (answer.url, answer.status_code) == (served.page, 200)


@pytest.mark.parametrize("site", ["clinic.example", "https://clinic.example/page", "*", "https://a; script-src *"])
def test_a_site_that_is_none_is_an_error_at_start(site: str) -> None:
    with pytest.raises(ValueError, match="EMBED_ON"):
        WebChannel([site])


@pytest.mark.parametrize("site", ["https://clinic.example", "http://localhost:8000", "https://*.publisher.example"])
def test_sites(site: str) -> None:
    assert WebChannel([site]).embed_on == [site]


def test_the_environment_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMBED_ON", "https://a.example https://b.example")
    assert WebChannel.from_credentials({"embed_on": ["https://c.example"]}).embed_on == [
        "https://a.example",
        "https://b.example",
    ]
    monkeypatch.delenv("EMBED_ON")
    assert WebChannel.from_credentials({"embed_on": ["https://c.example"]}).embed_on == ["https://c.example"]


def test_a_missing_file_says_what_to_do(tmp_path: Any) -> None:
    with pytest.raises(WidgetMissingError, match="make widget"):
        load_files(tmp_path)
