"""What the messaging apps show: texts cut, escaped and formatted; what arrives, read."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nose_twitch.rasa_parts.channels import matrix_events
from nose_twitch.rasa_parts.channels.commands import commands
from nose_twitch.rasa_parts.channels.inbox import Kind
from nose_twitch.rasa_parts.channels.layout import length, split
from nose_twitch.rasa_parts.channels.matrix_format import to_events
from nose_twitch.rasa_parts.channels.quick_replies import numbered_reply
from nose_twitch.rasa_parts.channels.telegram_format import to_html, to_keyboard, without_html
from nose_twitch.rasa_parts.channels.telegram_updates import read_update
from tests.channels.strict_telegram import check_message
from tests.consistency.conftest import ROOT, load_yaml

Block = dict[str, Any]


def block(text: str, summary: str | None = None, **links: str) -> Block:
    return {"summary": summary, "text": text, "links": [{"text": word, "to": to} for word, to in links.items()]}


def message(
    *blocks: Block, card: str | None = None, buttons: tuple[str, ...] = (), controls: int = 0
) -> dict[str, Any]:
    replies = [
        {"title": title, "payload": title.lower(), "control": number >= len(buttons) - controls}
        for number, title in enumerate(buttons)
    ]
    return {"id": "1795964418.354385", "from": "guide", "blocks": list(blocks), "card": card, "buttons": replies}


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=400), st.integers(10, 60))
def test_a_long_text_is_cut_without_losing_a_word(text: str, longest: int) -> None:
    pieces = split(text, longest)
    assert all(length(piece) <= longest for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


def test_a_text_is_cut_between_lines_first() -> None:
    assert split("one two three\nfour five", 16) == ["one two three", "four five"]


def test_what_a_person_said_is_escaped_for_telegram() -> None:
    (text,) = to_html(message(block('You told me: "<b>weak</b> & numb".')))
    assert text == 'You told me: "&lt;b&gt;weak&lt;/b&gt; &amp; numb".'
    assert without_html(text) == 'You told me: "<b>weak</b> & numb".'


def test_a_card_begins_in_bold_and_folded_parts_can_be_opened() -> None:
    (text,) = to_html(
        message(block("Call now. Do not wait.\n- 911"), block("NHS: twitching", "Where this is from"), card="x")
    )
    assert text == (
        "<b>Call now.</b> Do not wait.\n• 911\n\n<b>Where this is from</b>\n\n"
        "<blockquote expandable>NHS: twitching</blockquote>"
    )


def test_an_address_becomes_a_link() -> None:
    (text,) = to_html(message(block("See findahelpline.com.", **{"findahelpline.com": "https://findahelpline.com"})))
    assert text == 'See <a href="https://findahelpline.com">findahelpline.com</a>.'


@pytest.mark.parametrize("size", [100, 4_000, 4_090, 4_096, 9_000])
def test_telegram_takes_every_length(size: int) -> None:
    long = block(("It is <so> & so. " * 800)[:size], "More")
    for text in to_html(message(block("Call now."), long, long, card="emergency")):
        check_message({"text": text, "parse_mode": "HTML"})


def test_quick_replies_stand_one_per_row() -> None:
    keyboard = to_keyboard(message(block("?"), buttons=("Yes", "No")))
    assert keyboard["inline_keyboard"] == [
        [{"text": "Yes", "callback_data": "1795964418.354385:0"}],
        [{"text": "No", "callback_data": "1795964418.354385:1"}],
    ]


def test_matrix_shows_a_numbered_list_and_says_what_else_can_be_typed() -> None:
    (event,) = to_events(message(block("Is it <weak>?"), buttons=("Yes", "No", "Skip"), controls=1), "Or type: skip.")
    assert event["body"] == "Is it <weak>?\n\n1. Yes\n2. No\n\nOr type: skip."
    assert event["formatted_body"] == "<p>Is it &lt;weak&gt;?</p><p>1. Yes<br>2. No</p><p>Or type: skip.</p>"


@pytest.mark.parametrize(
    ("text", "title"), [("1", "Yes"), (" 2. ", "No"), ("(1)", "Yes"), ("3", None), ("0", None), ("one", None)]
)
def test_a_number_means_a_quick_reply_of_the_last_message(text: str, title: str | None) -> None:
    asked = message(block("?"), buttons=("Yes", "No", "Skip"), controls=1)
    reply = numbered_reply([asked], text)
    assert (reply or {}).get("title") == title
    assert numbered_reply([], text) is None


@pytest.mark.parametrize(
    "update",
    [
        {},
        {"message": {}},
        {"message": {"chat": {"id": 1, "type": "private"}, "new_chat_title": "x"}},
        {"message": {"chat": {"id": 1, "type": "private"}, "from": {"is_bot": True}, "text": "hi"}},
        {"edited_message": {"chat": {"id": 1, "type": "private"}, "location": {}}},
        {"callback_query": {"id": "1", "message": {"chat": {"id": -1, "type": "group"}}, "data": "x"}},
        {"my_chat_member": {"chat": {"id": 1, "type": "private"}, "new_chat_member": {"status": "member"}}},
        {"something_new": {"chat": {"id": 1}}},
    ],
)
def test_updates_that_ask_for_no_answer_get_none(update: dict[str, Any]) -> None:
    assert read_update({"update_id": 1, **update}) == []


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("/start", [Kind.COMMAND]),
        ("/START@GuideBot", [Kind.COMMAND]),
        ("/start abc_DEF-123", [Kind.COMMAND]),
        ("/start my face droops", [Kind.COMMAND, Kind.WORDS]),
        ("/start suicide", [Kind.COMMAND, Kind.WORDS]),
        ("/help drooping", [Kind.COMMAND, Kind.WORDS]),
        ("/restart", [Kind.WORDS]),
        ("/answer{}", [Kind.WORDS]),
        ("/", [Kind.WORDS]),
    ],
)
def test_only_known_commands_are_commands(text: str, kinds: list[Kind]) -> None:
    update = {"update_id": 1, "message": {"chat": {"id": 1, "type": "private"}, "text": text}}
    assert [incoming.kind for incoming in read_update(update)] == kinds


def test_the_help_names_each_command() -> None:
    text = load_yaml(ROOT / "domain.yml")["responses"]["utter_commands"][0]["text"]
    assert sorted(name for name in commands() if name != "help") == sorted(
        line.split(":")[0].removeprefix("- /") for line in text.splitlines() if line.startswith("- /")
    )


def sync(**event: Any) -> dict[str, Any]:
    events = [{"event_id": "$1", "sender": "@p:x", "type": "m.room.message", **event}]
    return {"rooms": {"join": {"!r": {"timeline": {"events": events}}}}}


@pytest.mark.parametrize(
    ("event", "kind", "text"),
    [
        ({"content": {"msgtype": "m.text", "body": " hi "}}, Kind.WORDS, "hi"),
        (
            {
                "content": {
                    "msgtype": "m.text",
                    "body": "> <@g:x> 1. Yes\n> 2. No\n\nno",
                    "m.relates_to": {"m.in_reply_to": {"event_id": "$0"}},
                }
            },
            Kind.WORDS,
            "no",
        ),
        ({"content": {"msgtype": "m.text", "body": "> my face droops\nhelp"}}, Kind.WORDS, "> my face droops\nhelp"),
        ({"content": {"msgtype": "m.text", "body": "hi", "m.relates_to": "boo"}}, Kind.WORDS, "hi"),
        ({"content": ["?"]}, None, ""),
        ({"content": {"msgtype": ["?"], "body": {}}}, Kind.UNREADABLE, ""),
        ({"content": {"msgtype": "m.file", "body": "x"}}, Kind.UNREADABLE, ""),
        ({"content": {"msgtype": "m.notice", "body": "x"}}, None, ""),
        ({"content": {}}, None, ""),
        ({"content": {"msgtype": "m.text", "body": "own"}, "sender": "@g:x"}, None, ""),
        ({"type": "m.room.member", "content": {"membership": "leave"}}, Kind.LEFT, ""),
        ({"type": "m.room.member", "content": {"membership": "join"}}, None, ""),
        ({"type": "m.reaction", "content": {"key": "+"}}, None, ""),
    ],
)
def test_matrix_events_are_read(event: dict[str, Any], kind: Kind | None, text: str) -> None:
    found = list(matrix_events.arrivals(sync(**event), "@g:x"))
    assert [(incoming.kind, incoming.text) for incoming in found] == ([(kind, text)] if kind else [])


def test_the_words_under_a_picture_are_read() -> None:
    content = {"msgtype": "m.image", "filename": "face.jpg", "body": "it droops"}
    found = list(matrix_events.arrivals(sync(content=content), "@g:x"))
    assert [(incoming.kind, incoming.text) for incoming in found] == [(Kind.UNREADABLE, ""), (Kind.WORDS, "it droops")]


def test_what_was_said_before_the_guide_came_is_not_read() -> None:
    def said(body: str) -> dict[str, Any]:
        return {
            "event_id": body,
            "sender": "@p:x",
            "type": "m.room.message",
            "content": {"msgtype": "m.text", "body": body},
        }

    joining = {"type": "m.room.member", "sender": "@g:x", "state_key": "@g:x", "content": {"membership": "join"}}
    renamed = {**joining, "unsigned": {"prev_content": {"membership": "join"}}}
    room = {"timeline": {"events": [said("to somebody else"), joining, said("to the guide"), renamed, said("again")]}}
    found = list(matrix_events.arrivals({"rooms": {"join": {"!r": room}}}, "@g:x"))
    assert [incoming.text for incoming in found] == ["to the guide", "again"]
