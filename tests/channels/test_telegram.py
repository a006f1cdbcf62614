"""Telegram through a real guide and somebody else's emulator: what people do in the app, and what goes wrong."""

from __future__ import annotations

import re
import sqlite3
import time
from typing import Any

import pytest
import requests

from nose_twitch.rasa_parts.channels.talks import conversation_id
from scripts.settings import ROOT
from tests.channels.app_talks import STORE, response_of
from tests.channels.conftest import Apps
from tests.emulators.ports import free_port
from tests.emulators.telegram_emulator import Person, telegram
from tests.served import serving


def names(messages: list[dict[str, Any]]) -> list[str]:
    """The responses behind what was heard."""
    return [name for message in messages for name in response_of(message["text"], "telegram")[:1]]


def text_of(messages: list[dict[str, Any]]) -> str:
    return "\n".join(message["text"] for message in messages)


def buttons(message: dict[str, Any]) -> list[str]:
    return [button["text"] for row in (message.get("reply_markup") or {}).get("inline_keyboard", []) for button in row]


def at_first_question(apps: Apps) -> Person:
    person = apps.telegram.person()
    person.send("/start")
    person.hear(2)
    person.press("Check my symptoms")
    assert "None of these" in buttons(person.hear()[-1])
    return person


def test_start_opens_with_quick_replies_and_says_what_telegram_sees(apps: Apps) -> None:
    person = apps.telegram.person()
    person.send("/start")
    opening, sees = person.hear(2)
    assert buttons(opening) == ["Check my symptoms", "What causes it?", "Is it serious?"]
    assert names([sees]) == ["utter_app_sees"]
    assert "Telegram" in sees["text"]


def test_quick_replies_stand_one_per_row_with_short_ids(apps: Apps) -> None:
    question = at_first_question(apps).history()[-1]
    rows = question["reply_markup"]["inline_keyboard"]
    assert {len(row) for row in rows} == {1}
    assert max(len(row[0]["callback_data"].encode()) for row in rows) <= 64


def test_a_press_is_answered_and_its_buttons_go(apps: Apps) -> None:
    person = at_first_question(apps)
    question = person.history()[-1]
    person.press("None of these")
    assert "Question 2" in text_of(person.hear())
    now = next(message for message in person.history() if message["message_id"] == question["message_id"])
    assert buttons(now) == []
    assert now["text"].endswith("✓ <b>None of these</b>")


def test_buttons_go_when_the_answer_is_typed(apps: Apps) -> None:
    person = at_first_question(apps)
    question = person.history()[-1]["message_id"]
    person.send("none of these")
    person.hear()
    assert buttons(next(message for message in person.history() if message["message_id"] == question)) == []


def test_a_button_pressed_twice_counts_once(apps: Apps) -> None:
    person = at_first_question(apps)
    person.press("None of these")
    person.press("None of these")
    heard = person.hear()
    assert len([message for message in heard if "Question" in message["text"]]) == 1
    assert names(heard) == []


def test_a_button_of_an_old_question_is_not_taken_for_an_answer(apps: Apps) -> None:
    person = at_first_question(apps)
    person.send("none of these")
    open_question = person.hear()[-1]
    person.press("Yes, something")
    old, again = person.hear(2)
    assert names([old]) == ["utter_old_button"]
    assert again["text"] == open_question["text"]
    assert buttons(again) == buttons(open_question)


def test_a_button_of_a_talk_that_was_forgotten_is_answered(apps: Apps) -> None:
    person = at_first_question(apps)
    person.send("/forget")
    assert names(person.hear()) == ["utter_forgotten"]
    person.press("None of these")
    assert names(person.hear()) == ["utter_old_button"]


def test_buttons_outside_of_questions_keep_their_meaning(apps: Apps) -> None:
    person = apps.telegram.person()
    person.send("/start")
    person.hear(2)
    person.send("what helps?")
    person.hear()
    person.press("Is it serious?")
    assert "utter_old_button" not in names(person.hear())


@pytest.mark.parametrize(
    ("command", "response"),
    [("/numbers", "utter_numbers"), ("/forget", "utter_forgotten"), ("/help@TestNameBot", "utter_commands")],
)
def test_commands_do_what_people_expect(apps: Apps, command: str, response: str) -> None:
    person = apps.telegram.person()
    person.send(command)
    assert response in names(person.hear())


def test_a_copy_of_all_that_is_stored(apps: Apps) -> None:
    person = at_first_question(apps)
    person.send("/copy")
    assert "You: " in person.hear()[0]["text"]


def test_stop_ends_the_questions_and_start_goes_on(apps: Apps) -> None:
    person = at_first_question(apps)
    person.send("/start")
    assert "None of these" in buttons(person.hear(2)[-1])
    person.send("/stop")
    stopped = person.hear()
    assert names(stopped) == ["utter_stop"]
    assert buttons(stopped[-1]) == []


def test_forgetting_leaves_nothing_in_the_store(apps: Apps) -> None:
    person = apps.telegram.person()
    person.send("my nose has been twitching for two weeks")
    person.hear()
    person.send("/forget")
    person.hear()
    sender = conversation_id("telegram", str(person.chat), ROOT / "var/channels.key")
    with sqlite3.connect(f"file:{STORE}?mode=ro", uri=True) as store:
        kept = store.execute("select data from events where sender_id = ?", (sender,)).fetchall()
    assert "two weeks" not in str(kept)


def test_words_after_a_command_are_read(apps: Apps) -> None:
    person = apps.telegram.person()
    person.send("/start one side of my face is drooping")
    assert "911" in text_of(person.hear(3))


@pytest.mark.parametrize("what", ["voice", "photo", "sticker", "location", "video_note", "contact"])
def test_what_cannot_be_read_gets_a_sentence_with_the_numbers(apps: Apps, what: str) -> None:
    person = apps.telegram.person()
    person.send(**{what: {"file_id": "x"}})
    heard = person.hear()
    assert names(heard) == ["utter_cannot_see"]
    assert "999" in heard[0]["text"]


def test_the_words_under_a_picture_are_read(apps: Apps) -> None:
    person = apps.telegram.person()
    person.send(photo=[{"file_id": "x"}], caption="one side of my face is drooping")
    cannot_see, emergency, *_ = person.hear(2)
    assert names([cannot_see]) == ["utter_cannot_see"]
    assert "911" in emergency["text"]


def test_a_group_is_refused_politely(apps: Apps) -> None:
    person = apps.telegram.person()
    person.send("my nose twitches", chat={"id": person.chat, "type": "group"})
    assert names(person.hear()) == ["utter_no_groups"]


def test_a_message_of_5000_characters_is_told_to_be_too_long(apps: Apps) -> None:
    person = apps.telegram.person()
    person.send("my nose twitches and " * 240)
    assert names(person.hear()) == ["utter_too_long"]


def test_of_twenty_messages_at_once_none_is_lost(apps: Apps) -> None:
    person = apps.telegram.person()
    for number in range(19):
        person.send(f"my nose twitches, part {number}")
    person.send("and one side of my face is drooping")
    heard = person.hear()
    assert "911" in text_of(heard)
    assert len(heard) < 20
    person.send("what helps?")
    person.hear()


def test_an_emergency_in_the_middle_of_the_questions_is_answered_with_the_number_first(apps: Apps) -> None:
    person = at_first_question(apps)
    person.send("my arm has suddenly gone weak")
    first = person.hear()[0]["text"]
    assert first.startswith("<b>Call your local emergency number now")
    assert "911" in first


def test_ids_of_talks_cannot_be_guessed_from_the_chat(apps: Apps) -> None:
    person = apps.telegram.person()
    person.send("/start")
    person.hear(2)
    with sqlite3.connect(f"file:{STORE}?mode=ro", uri=True) as store:
        senders = [row[0] for row in store.execute("select distinct sender_id from events")]
    assert not any(str(person.chat) in sender for sender in senders)
    assert [sender for sender in senders if sender.startswith("telegram-")]
    assert all(re.fullmatch(r"telegram-[0-9a-f]{32}", sender) for sender in senders if sender.startswith("telegram"))


def test_telegram_away_at_the_start_and_in_the_middle_and_a_restart(apps: Apps) -> None:
    port, token = free_port(), "777:away"
    settings = {"TELEGRAM_TOKEN": token, "TELEGRAM_API": f"http://127.0.0.1:{port}"}
    with serving(**settings) as served:
        served.wait_for("Telegram: cannot be reached; trying on")
        with telegram(port, token) as emulator:
            served.wait_for("Telegram: answers as @TestNameBot", seconds=60)
            person = emulator.person()
            person.send("my nose has been twitching for two weeks")
            assert "None of these" in buttons(person.hear(2)[-1])
        time.sleep(2.0)  # long enough to be noticed
        with telegram(port, token) as emulator:
            person = Person(emulator, person.chat)
            person.send("none of these")
            second = person.hear(seconds=90)[-1]
            assert "Question 2" in second["text"]
            served.wait_for("Telegram: can be reached again")
            with serving(**settings) as other:
                other.wait_for("Telegram: off: another program on this computer already uses this account")
            served.end()
            with serving(**settings) as again:
                again.wait_for("Telegram: answers as @TestNameBot")
                person.press_id(second["reply_markup"]["inline_keyboard"][0][0]["callback_data"], second["message_id"])
                assert "Question 3" in person.hear()[-1]["text"]


def test_the_webhook_takes_only_what_comes_with_the_secret(apps: Apps) -> None:
    token = "778:hook"
    with telegram(token=token) as emulator:
        settings = {
            "TELEGRAM_TOKEN": token,
            "TELEGRAM_API": emulator.address,
            "TELEGRAM_WEBHOOK": "https://example.org",
        }
        with serving(**settings) as served:
            served.wait_for("is delivered to https://example.org/webhooks/telegram/webhook")
            person = emulator.person()
            update = {
                "update_id": 5,
                "message": {
                    "message_id": 1,
                    "from": {"id": person.chat},
                    "chat": {"id": person.chat, "type": "private"},
                    "text": "one side of my face is drooping",
                },
            }
            address = served.at("/webhooks/telegram/webhook")
            assert requests.post(address, json=update, timeout=30).status_code == 403
            secret = conversation_id("telegram-webhook", token, ROOT / "var/channels.key")
            headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
            for _ in range(2):  # delivered twice, answered once
                assert requests.post(address, json=update, headers=headers, timeout=30).status_code == 200
            assert "911" in person.hear()[0]["text"]
            assert requests.post(address, data="nonsense", headers=headers, timeout=30).status_code == 400
