"""`make transcripts`: a conversation on Telegram and one on Matrix, held with a running guide, into docs/channels.md."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from typing import Any

from scripts.settings import ROOT, apply_environment, shown
from tests.emulators.matrix_server import Person as MatrixPerson
from tests.emulators.matrix_server import matrix_server
from tests.emulators.telegram_emulator import TOKEN, telegram
from tests.emulators.telegram_emulator import Person as TelegramPerson
from tests.served import serving

DOCUMENT = ROOT / "docs" / "channels.md"
_PLACE = re.compile(r"(?<=<!-- transcripts -->\n).*?(?=<!-- end of transcripts -->)", re.DOTALL)
# What is typed, and in brackets what is pressed.
ON_TELEGRAM = (
    "/start",
    "hi, my left nostril keeps jumping for about 5 days now",
    "[None of these]",
    "[Why do you ask?]",
    "more often i think",
    "wait my right hand just went all weak, i cant hold my phone",
)
ON_MATRIX = (
    "nose twitches since yesterday evening, lots of coffee at work this week",
    "1",
    "the left one",
    "1",
    "is it serious?",
    "skip",
    "forget me",
)


def main() -> None:
    """Hold both and write them down."""
    apply_environment()
    with telegram() as emulator, matrix_server() as homeserver:
        user = homeserver.register("guide")
        settings = {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API": emulator.address, **homeserver.settings(user)}
        with serving(**settings) as guide, homeserver.person() as person:
            guide.wait_for("Telegram: answers")
            guide.wait_for("Matrix: answers")
            talks = {
                "On Telegram": on_telegram(emulator.person()),
                "On Matrix": on_matrix(person, user),
            }
    text = "".join(f"\n### {title}\n\n```text\n{talk}\n```\n" for title, talk in talks.items())
    document = DOCUMENT.read_text(encoding="utf-8")
    DOCUMENT.write_text(_PLACE.sub(lambda _: f"{text}\n", document), encoding="utf-8")
    print(f"The transcripts are in {shown(DOCUMENT)}.")


def on_telegram(person: TelegramPerson) -> str:
    """As Telegram shows it, buttons in brackets."""
    lines: list[str] = []
    for said in ON_TELEGRAM:
        if said.startswith("["):
            person.press(said.strip("[]"))
        else:
            person.send(said)
        lines += ["", f"person:  {said}"]
        for message in person.hear(quiet=1.5):
            lines += _said(html.unescape(re.sub(r"<[^>]+>", "", message["text"])), _buttons(message))
    return "\n".join(lines).strip()


def on_matrix(person: MatrixPerson, user: str) -> str:
    """As a Matrix client shows its plain text."""
    room = person.meet(user)
    lines = ["(the person invites the guide)"]
    for said in ("", *ON_MATRIX):
        if said:
            person.send(room, said)
            lines += ["", f"person:  {said}"]
        for text in person.hear(room=room, quiet=1.5):
            lines += _said(text)
    return "\n".join(lines)


def _buttons(message: dict[str, Any]) -> Iterable[str]:
    rows = (message.get("reply_markup") or {}).get("inline_keyboard", [])
    return [f"[{button['text']}]" for row in rows for button in row]


def _said(text: str, buttons: Iterable[str] = ()) -> Sequence[str]:
    lines = [*text.splitlines(), *([" ".join(buttons)] if buttons else [])]
    return [f"guide:   {lines[0]}", *(f"         {line}".rstrip() for line in lines[1:])]


if __name__ == "__main__":
    main()
