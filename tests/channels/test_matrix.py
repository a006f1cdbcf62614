"""Matrix through a real guide and a real homeserver, with another project's client as the person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.channels.app_talks import response_of
from tests.channels.conftest import Apps
from tests.emulators.matrix_server import Person
from tests.served import serving


@pytest.fixture(scope="module")
def person(apps: Apps) -> Iterator[Person]:
    """Somebody whose client is used for all tests here, with a room for each."""
    with apps.matrix.person() as somebody:
        yield somebody


@pytest.fixture
def room(apps: Apps, person: Person) -> str:
    """A new room in which the guide has said its opening."""
    room = person.meet(apps.user)
    person.hear(2, room=room)
    return room


def names(texts: list[str]) -> list[str]:
    return [name for text in texts for name in response_of(text, "matrix")[:1]]


def test_it_joins_when_invited_and_says_what_the_server_sees(apps: Apps, person: Person) -> None:
    opening, sees = person.hear(2, room=person.meet(apps.user))
    assert "1. Check my symptoms\n2. What causes it?\n3. Is it serious?" in opening
    assert names([sees]) == ["utter_app_sees"]


def test_a_number_answers_a_list(person: Person, room: str) -> None:
    person.send(room, "1")
    assert "Question 1" in person.hear(room=room)[-1]
    person.send(room, "1.")
    assert "Question 2" in person.hear(room=room)[-1]


def test_a_number_that_is_not_in_the_list_is_read_as_words(person: Person, room: str) -> None:
    person.send(room, "1")
    person.hear(room=room)
    person.send(room, "17")
    assert "utter_not_understood" in names(person.hear(room=room))


def test_what_can_be_said_at_every_question_stands_below_it(person: Person, room: str) -> None:
    person.send(room, "check my symptoms")
    assert person.hear(room=room)[-1].endswith("Or type: not sure, skip, why, go back.")


def test_it_shows_that_it_has_read_and_writes(person: Person, room: str) -> None:
    before = len(person.seen)
    person.send(room, "my nose has been twitching for two weeks")
    event = person.wait_for("sent")["event"]
    person.hear(2, room=room)
    seen = person.seen[before:]
    assert any(event in told.get("events", ()) for told in seen)
    assert any(told["what"] == "typing" and told["users"] for told in seen)


def test_an_emergency_in_the_middle_of_the_questions_is_answered_with_the_number_first(
    person: Person, room: str
) -> None:
    person.send(room, "check my symptoms")
    person.hear(room=room)
    person.send(room, "my arm has suddenly gone weak")
    assert person.hear(room=room)[0].startswith("Call your local emergency number now")


@pytest.mark.parametrize(
    ("content", "response"),
    [
        ({"msgtype": "m.image", "body": "face.jpg", "url": "mxc://clinic.example/x"}, "utter_cannot_see"),
        ({"msgtype": "m.audio", "body": "voice", "url": "mxc://clinic.example/x"}, "utter_cannot_see"),
        ({"msgtype": "m.location", "body": "here", "geo_uri": "geo:1,2"}, "utter_cannot_see"),
        ({"type": "m.sticker", "body": "smile", "url": "mxc://clinic.example/x", "info": {}}, "utter_cannot_see"),
        ({"type": "m.room.encrypted", "algorithm": "m.megolm.v1.aes-sha2"}, "utter_cannot_decrypt"),
    ],
)
def test_what_cannot_be_read_gets_a_sentence_with_the_numbers(
    person: Person, room: str, content: dict[str, Any], response: str
) -> None:
    person.send(room, **content)
    heard = person.hear(room=room)
    assert names(heard) == [response]
    assert "999" in heard[0]


def test_a_changed_message_is_asked_for_again(person: Person, room: str) -> None:
    person.send(room, "hello")
    event = person.wait_for("sent")["event"]
    person.hear(room=room)
    changed = {"msgtype": "m.text", "body": "my face droops"}
    replaces = {"rel_type": "m.replace", "event_id": event}
    person.send(room, msgtype="m.text", body="* my face droops", **{"m.new_content": changed, "m.relates_to": replaces})
    assert names(person.hear(room=room)) == ["utter_edited"]


def test_an_encrypted_room_is_told_at_once(apps: Apps, person: Person) -> None:
    assert names(person.hear(room=person.meet(apps.user, encrypted=True))) == ["utter_cannot_decrypt"]


def test_a_message_of_5000_characters_is_told_to_be_too_long(person: Person, room: str) -> None:
    person.send(room, "my nose twitches and " * 240)
    assert names(person.hear(room=room)) == ["utter_too_long"]


def test_of_twenty_messages_at_once_none_is_lost(person: Person, room: str) -> None:
    for number in range(19):
        person.send(room, f"my nose twitches, part {number}")
    person.send(room, "and one side of my face is drooping")
    assert "911" in "\n".join(person.hear(2, room=room, quiet=2.0))


def test_a_room_of_several_people_is_refused_politely_and_left(apps: Apps, person: Person) -> None:
    with apps.matrix.person() as friend:
        room = person.meet(friend.user)
        friend.do("join", room=room)
        while person.wait_for("member")["membership"] != "join":
            pass
        person.do("add", room=room, user=apps.user)
        assert names(person.hear(room=room)) == ["utter_no_groups"]
        members = [told for told in person.seen if told["what"] == "member" and told["user"] == apps.user]
        assert members[-1]["membership"] == "leave"


def test_a_friend_who_declines_an_invitation_changes_nothing(apps: Apps, person: Person, room: str) -> None:
    with apps.matrix.person() as friend:
        person.send(room, "1")
        person.hear(room=room)
        person.do("add", room=room, user=friend.user)
        person.wait_for("member")
        friend.do("leave", room=room)
        while person.wait_for("member")["membership"] != "leave":
            pass
        person.send(room, "1")
        assert "Question 2" in person.hear(room=room)[-1]


def test_a_wrong_password_is_told_and_the_website_stays_up(apps: Apps) -> None:
    guide = apps.matrix.register("third-guide")
    with serving(**{**apps.matrix.settings(guide), "MATRIX_PASSWORD": "wrong"}) as served:
        served.wait_for(f"Matrix: off: {apps.matrix.address} does not let {guide} in")
        served.wait_for("Telegram: off (TELEGRAM_TOKEN is not set)")


def test_a_message_of_unknown_shape_stops_nothing(person: Person, room: str) -> None:
    person.send(room, **{"msgtype": "m.text", "body": "hi", "m.relates_to": "boo"})
    person.hear(room=room)
    person.send(room, "one side of my face is drooping")
    assert "911" in person.hear(room=room)[0]


def test_what_was_sent_while_the_guide_was_away_is_answered_when_it_is_back(apps: Apps) -> None:
    guide = apps.matrix.register("second-guide")
    with apps.matrix.person() as person:
        with serving(**apps.matrix.settings(guide)) as served:
            served.wait_for(f"Matrix: answers as {guide}")
            room = person.meet(guide)
            person.hear(2, room=room)
            person.send(room, "check my symptoms")
            person.hear(room=room)
            served.end()
        person.send(room, "none of these")
        person.wait_for("sent")
        with serving(**apps.matrix.settings(guide)):
            assert "Question 2" in person.hear(room=room, seconds=60)[-1]
