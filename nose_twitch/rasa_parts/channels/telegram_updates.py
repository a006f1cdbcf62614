"""What Telegram delivers (an "update") as something for the inbox."""

from __future__ import annotations

import re
from typing import Any

from nose_twitch.rasa_parts.channels.commands import START, commands
from nose_twitch.rasa_parts.channels.inbox import Incoming, Kind

WANTED = ["message", "edited_message", "callback_query", "my_chat_member"]
# What people send beside words. Anything else without words (a title changed, a message pinned) needs no answer.
_UNREADABLE = (
    *("voice", "audio", "photo", "video", "video_note", "animation", "sticker", "document", "location", "venue"),
    *("contact", "poll", "dice", "story", "paid_media", "game", "checklist"),
)
_COMMAND = re.compile(r"/([a-z]+)(?:@\w+)?(?:\s+(.*))?", re.DOTALL | re.IGNORECASE)
# What a link to the bot may hand to /start. A plain word may be one, too, but rather a person has typed it.
_DEEP_LINK = re.compile(r"(?=.*[\d_-])[\w-]+")
# In `about` of a picture: what it was sent together with.
ALBUM = "album"


def read_update(update: dict[str, Any]) -> list[Incoming]:
    """What it holds for the guide: mostly one thing, none, or a picture's words and the picture."""
    number = str(update.get("update_id"))
    if press := update.get("callback_query"):
        return _press(press, number)
    if member := update.get("my_chat_member"):
        return _membership(member, number)
    edited = "edited_message" in update
    message = update.get("edited_message") or update.get("message") or {}
    chat = message.get("chat") or {}
    if "id" not in chat or (message.get("from") or {}).get("is_bot"):
        return []
    if chat.get("type") != "private":
        return [Incoming(str(chat["id"]), number, Kind.GROUP)]
    if edited:
        # A place that is shared live is edited every minute.
        return [] if "location" in message else [Incoming(str(chat["id"]), number, Kind.EDITED)]
    return _message(message, str(chat["id"]), number)


def _message(message: dict[str, Any], chat: str, number: str) -> list[Incoming]:
    text = str(message.get("text") or message.get("caption") or "").strip()
    found = _words(text, chat, number) if text else []
    if any(key in message for key in _UNREADABLE):
        album = {ALBUM: str(message["media_group_id"])} if "media_group_id" in message else {}
        found.insert(0, Incoming(chat, f"{number}-more", Kind.UNREADABLE, about=album))
    return found


def _words(text: str, chat: str, number: str) -> list[Incoming]:
    command = _COMMAND.fullmatch(text)
    if not command or command[1].lower() not in commands():
        return [Incoming(chat, number, Kind.WORDS, text)]
    words = (command[2] or "").strip()
    obeyed = Incoming(chat, f"{number}-command", Kind.COMMAND, command[1].lower())
    is_link = obeyed.text == START and _DEEP_LINK.fullmatch(words)
    return [obeyed] if is_link or not words else [obeyed, Incoming(chat, number, Kind.WORDS, words)]


def _press(press: dict[str, Any], number: str) -> list[Incoming]:
    message = press.get("message") or {}
    chat = message.get("chat") or {}
    # A press without its message is a very old one. In a private chat its id is the person's.
    chat_id = chat.get("id", (press.get("from") or {}).get("id"))
    if chat_id is None or chat.get("type", "private") != "private":
        return []
    about = {"query": str(press.get("id")), "message_id": str(message.get("message_id", ""))}
    return [Incoming(str(chat_id), number, Kind.PRESS, str(press.get("data") or ""), about)]


def _membership(member: dict[str, Any], number: str) -> list[Incoming]:
    chat = member.get("chat") or {}
    status = (member.get("new_chat_member") or {}).get("status")
    if "id" not in chat:
        return []
    if chat.get("type") == "private":
        return [Incoming(str(chat["id"]), number, Kind.LEFT)] if status == "kicked" else []
    return [] if status in ("left", "kicked") else [Incoming(str(chat["id"]), number, Kind.GROUP)]
