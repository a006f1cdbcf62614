"""What a line of the log keeps, by who wrote it and when (that nothing leaks in a real server: test_no_words_in_logs.py)."""

from __future__ import annotations

import io
import json
import logging
import sys
import threading
from collections.abc import Iterator

import pytest

from nose_twitch.operations import logs

FOREIGN = logging.getLogger("rasa.some.part")
OURS = logging.getLogger("nose_twitch.some.part")


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """All that is logged, by a handler that was there before our code."""
    logs.uninstall()
    said = io.StringIO()
    handler = logging.StreamHandler(said)
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    for each in (FOREIGN, OURS):
        each.setLevel(logging.DEBUG)  # whatever a guide in this process has set for all of Rasa
    yield said
    root.removeHandler(handler)
    root.setLevel(level)
    logs.uninstall()


def fail(text: str) -> None:
    raise ValueError(f"cannot read {text}")


def test_while_the_guide_starts_lines_are_whole_but_for_passwords(log: io.StringIO) -> None:
    logs.install()
    FOREIGN.error("cannot connect to %s", "postgresql://guide:hunter2@db/talks")
    FOREIGN.error("nor to redis://:hunter2@cache/0")
    assert log.getvalue() == "cannot connect to postgresql://guide:***@db/talks\nnor to redis://:***@cache/0\n"


def test_of_other_peoples_lines_only_their_own_words_stay(log: io.StringIO) -> None:
    logs.install()
    logs.people_may_write()
    secret, number = "violets", 7
    FOREIGN.info(f"heard {secret} in talk {number}")
    FOREIGN.error("heard {}".format(secret))  # noqa: UP032
    FOREIGN.error("heard " + secret)
    FOREIGN.warning(
        "heard %s, "
        "and kept it",
        secret,
    )  # fmt: skip
    FOREIGN.log(logging.ERROR, "heard %s", secret)
    FOREIGN.error(msg=f"{secret} was heard")
    FOREIGN.error(secret)
    FOREIGN.debug(ValueError(secret))
    lines = log.getvalue().splitlines()
    assert lines[:6] == ["heard … in talk …", "heard {}", "heard …", "heard %s, and kept it", "heard %s", "… was heard"]
    assert all(line.startswith("(no words of its own) at tests/operations/test_logs.py:") for line in lines[6:])
    assert len(lines) == 8


def test_an_error_is_told_by_kind_and_place_and_cause_without_its_message(log: io.StringIO) -> None:
    logs.install()
    with logs.handling("other words"):
        try:
            try:
                fail("violets")
            except ValueError as error:
                raise KeyError("violets") from error
        except KeyError:
            FOREIGN.exception("it failed")
            OURS.error("IT_FAILED error=KeyError")  # caught here, so told here
    for told in log.getvalue().split("\n  ")[1:]:
        assert told.startswith("KeyError at tests/operations/test_logs.py:")
        assert " | from ValueError at tests/operations/test_logs.py:" in told
    assert log.getvalue().count("KeyError at") == 2
    assert "violets" not in log.getvalue()


def test_our_lines_keep_their_values_but_not_the_message_in_hand(log: io.StringIO) -> None:
    logs.install()
    with logs.handling("the violets hang under the stairs"):
        OURS.error("MESSAGE_SLOW channel=%s text=%s", "telegram", "the violets hang under the stairs")
    assert log.getvalue() == "MESSAGE_SLOW channel=telegram text=[words]\n"


def test_what_no_one_caught_is_told_without_its_message(log: io.StringIO, capsys: pytest.CaptureFixture[str]) -> None:
    logs.install()
    logs.people_may_write()
    try:
        fail("violets")
    except ValueError as error:
        sys.excepthook(ValueError, error, error.__traceback__)
        threading.excepthook(threading.ExceptHookArgs((ValueError, error, error.__traceback__, None)))
    FOREIGN.error("does not fit: %s %s", "violets")
    assert [line for line in log.getvalue().splitlines() if not line.startswith("  ")] == [
        "PROCESS_FAILED error=ValueError",
        "THREAD_FAILED error=ValueError",
        "does not fit: %s %s",
    ]
    assert "violets" not in log.getvalue() + capsys.readouterr().err


def test_words_are_shown_on_purpose_only_and_that_is_said(log: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_WORDS", "yes")
    logs.install()
    with logs.handling("violets"):
        FOREIGN.error("heard %s", "violets")
    assert log.getvalue() == "LOG_WORDS_SHOWN\nheard violets\n"


def test_events_that_rasa_writes_to_a_file_through_a_logger_are_no_log(log: io.StringIO) -> None:
    logs.install()
    logs.people_may_write()
    logging.getLogger("event-logger").error('{"event": "user"}')
    assert log.getvalue() == '{"event": "user"}\n'


def test_json_is_one_object_a_line(log: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_FORMAT", "json")
    logs.install()
    logs.people_may_write()
    try:
        fail("violets\n")
    except ValueError:
        OURS.error("NOT_SHOWN channel=%s status=%s", "telegram", 403)
    FOREIGN.warning("heard %s", "violets")
    ours, foreign = (json.loads(line) for line in log.getvalue().splitlines())
    assert set(ours) == {"time", "level", "logger", "code", "fields", "pid", "message", "error"}
    assert (ours["level"], ours["code"]) == ("ERROR", "NOT_SHOWN")
    assert ours["fields"] == {"channel": "telegram", "status": "403"}
    assert ours["error"].startswith("ValueError at tests/operations/test_logs.py:")
    assert (foreign["code"], foreign["fields"], foreign["message"]) == (None, {}, "heard %s")
