"""One `make serve` with the website and both messaging apps: a talk in each at the same time."""

from __future__ import annotations

import secrets

import requests

from tests.channels.conftest import Apps


def test_a_talk_in_each_channel_at_once_and_none_sees_anothers(apps: Apps) -> None:
    web = secrets.token_hex(16)

    def on_the_web(text: str) -> str:
        answer = requests.post(apps.served.at("message"), json={"talk": web, "text": text}, timeout=30).json()
        return "\n".join(block["text"] for message in answer["messages"] for block in message["blocks"])

    telegram = apps.telegram.person()
    with apps.matrix.person() as matrix:
        room = matrix.meet(apps.user)
        matrix.hear(2, room=room)
        telegram.send("my nose has been twitching for two weeks, coffee makes it worse")
        matrix.send(room, "my nose has been twitching since yesterday, pollen makes it itch")
        assert "three days" in on_the_web("my nose has been twitching for three days, stress makes it worse")
        on_telegram = "\n".join(message["text"] for message in telegram.hear(2))
        on_matrix = "\n".join(matrix.hear(2, room=room))
        assert "two weeks" in on_telegram and "coffee" in on_telegram
        assert "yesterday" in on_matrix and "pollen" in on_matrix

        telegram.send("summary for my doctor")
        matrix.send(room, "summary for my doctor")
        summaries = {
            "stress": on_the_web("summary for my doctor"),
            "coffee": "\n".join(message["text"] for message in telegram.hear()),
            "pollen": "\n".join(matrix.hear(room=room)),
        }
        for word, summary in summaries.items():
            assert [other for other in summaries if other in summary] == [word]
