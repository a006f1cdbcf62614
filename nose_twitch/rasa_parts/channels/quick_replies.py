"""Quick replies after they were shown: which one a press or a number means, and whether it still means that."""

from __future__ import annotations

import re
from typing import Any

from rasa.shared.core.trackers import DialogueStateTracker

from nose_twitch.rasa_parts.response_generator import QUESTION_PREFIX

_NUMBER = re.compile(r"\(?(\d{1,2})[.)]?")

# A message as `messages.shown` describes it.
Shown = dict[str, Any]


def pressed(messages: list[Shown], press: str) -> tuple[Shown | None, dict[str, str] | None]:
    """The message and the quick reply of an id such as "1764427131.123456:0"; nothing, if that was forgotten."""
    message_id, _, number = press.partition(":")
    for message in messages:
        if message["id"] == message_id and message["from"] == "guide" and number.isdecimal():
            return message, dict(enumerate(message["buttons"])).get(int(number))
    return None, None


def replies(message: Shown) -> list[dict[str, Any]]:
    """The quick replies that answer this message, without those that stand at every question."""
    return [button for button in message.get("buttons") or [] if not button["control"]]


def numbered_reply(messages: list[Shown], text: str) -> dict[str, Any] | None:
    """The quick reply of the latest message that "2" or "2." means."""
    number = _NUMBER.fullmatch(text.strip())
    choices = replies(messages[-1]) if messages else []
    return choices[int(number[1]) - 1] if number and 1 <= int(number[1]) <= len(choices) else None


def is_open(message: Shown, messages: list[Shown], tracker: DialogueStateTracker) -> bool:
    """Whether the quick replies of a message still mean what they meant: "yes" only answers the question asked last."""
    if not message["response"].startswith(QUESTION_PREFIX):
        return True
    asked = message["response"].removeprefix(QUESTION_PREFIX)
    return message is last_question(messages) and tracker.get_slot("requested_slot") == asked


def last_question(messages: list[Shown]) -> Shown | None:
    """The question asked last, whether it is open or not."""
    questions = (message for message in reversed(messages) if str(message.get("response")).startswith(QUESTION_PREFIX))
    return next(questions, None)
