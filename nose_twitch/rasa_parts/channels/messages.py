"""A talk as a page shows it: the guide's utterances as messages, care cards and quick replies, and where the talk stands.

The same for a fresh answer and for a talk that is shown again after a reload: both come from the tracker's events.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, Event, Restarted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from nose_twitch.medical.knowledge import load_knowledge

CONTROLS = "utter_question_controls"
# Response names end in the level they speak for; the answer begins with one of them and ends with what may be done next.
_CARD = re.compile(r"^utter_(?:escalate_|assessment_)?(emergency|crisis|urgent|see_doctor|self_care)(?:_again)?$")
_ANSWER = "utter_assessment_"
_AFTER_ANSWER = "utter_after_assessment"
_PINNED = ("emergency", "crisis")
_FIRST_SENTENCE = re.compile(r"(.+?[.:])\s+(.+)", re.DOTALL)
_NUMBER_KEYS = ("emergency", "health_line", "crisis")


def shown(events: Iterable[Event], domain: Domain) -> list[dict[str, Any]]:
    """The messages of a talk, oldest first.

    Each has `id`, `from` ("guide" or "person") and `blocks` (`text`, the `links` in it, and a `summary` if it is folded
    under one); the guide's also `response`, `card` (a level, "crisis" or null) and `buttons` (title, payload, control).
    """
    controls = {button["payload"] for button in _buttons_of(domain, CONTROLS)}
    messages: list[dict[str, Any]] = []
    for event in events:
        if isinstance(event, Restarted):
            messages.clear()
        elif isinstance(event, UserUttered) and event.text:
            text = str((event.metadata or {}).get("title") or event.text)
            messages.append({"id": _id(event), "from": "person", "blocks": [_block(text, links=False)]})
        elif isinstance(event, BotUttered):
            _add(messages, event, controls)
    return messages


def _add(messages: list[dict[str, Any]], event: BotUttered, controls: set[str]) -> None:
    response = str(event.metadata.get("utter_action") or "")
    block = _block(event.text or "", fold=bool((event.metadata.get("metadata") or {}).get("fold")))
    card = _CARD.match(response)
    last = messages[-1] if messages else {}
    in_answer = str(last.get("response", "")).startswith(_ANSWER) and not card and response != _AFTER_ANSWER
    if in_answer and not event.data.get("buttons"):
        last["blocks"].append(block)
        return
    messages.append(
        {
            "id": _id(event),
            "from": "guide",
            "response": response,
            "card": card[1] if card else None,
            "blocks": [block] if block["text"] else [],
            "image": event.data.get("image"),
            "buttons": [
                {**_title_and_payload(button), "control": button.get("payload") in controls}
                for button in event.data.get("buttons") or []
            ],
        }
    )


def standing(tracker: DialogueStateTracker, domain: Domain) -> dict[str, Any]:
    """Where the talk stands: `triage`, `progress` through the questions (or null), and the cards to keep in view.

    Of an emergency and of a crisis the last one each: who takes an overdose needs both.
    """
    asking = tracker.get_slot("requested_slot") is not None and tracker.active_loop_name is not None
    number, total = tracker.get_slot("question_number"), tracker.get_slot("question_total")
    triage = tracker.get_slot("triage")
    messages = shown(tracker.events, domain) if triage == "emergency" else []
    last = {message["card"]: message for message in messages if message.get("card") in _PINNED}
    return {
        "triage": triage,
        "progress": {"number": number, "total": total} if asking and number and total else None,
        "pinned": [last[card] for card in _PINNED if card in last],
    }


def _id(event: Event) -> str:
    return f"{event.timestamp:.6f}"


def _title_and_payload(button: dict[str, Any]) -> dict[str, str]:
    title = str(button.get("title") or "")
    return {"title": title, "payload": str(button.get("payload") or title)}


def _buttons_of(domain: Domain, response: str) -> list[dict[str, Any]]:
    return [button for variation in domain.responses.get(response, []) for button in variation.get("buttons") or []]


def _block(text: str, *, fold: bool = False, links: bool = True) -> dict[str, Any]:
    """A folded block shows its first sentence (or what stands before its first colon) until it is opened."""
    parts = _FIRST_SENTENCE.match(text) if fold else None
    summary, text = (parts[1].rstrip(":"), parts[2]) if parts else (None, text)
    return {"summary": summary, "text": text, "links": links_in(text) if links else []}


def links_in(text: str) -> list[dict[str, str]]:
    """Telephone numbers and web addresses that the guide knows, as they stand in the text, with where they lead."""
    return [{"text": found[0], "to": _targets()[found[0]]} for found in _known().finditer(text)]


@lru_cache(maxsize=1)
def _targets() -> dict[str, str]:
    targets: dict[str, str] = {}
    for country in load_knowledge().helplines["countries"].values():
        for line in (line for key in _NUMBER_KEYS for line in country.get(key) or []):
            if "call" in line:
                targets[line["call"]] = f"tel:{re.sub(r'[^0-9+]', '', line['call'])}"
            for key in ("chat", "web"):
                if key in line:
                    targets[line[key]] = f"https://{line[key]}"
    return targets


@lru_cache(maxsize=1)
def _known() -> re.Pattern[str]:
    longest_first = sorted(_targets(), key=len, reverse=True)
    return re.compile(rf"(?<![\w.])(?:{'|'.join(re.escape(known) for known in longest_first)})(?![\w])")
