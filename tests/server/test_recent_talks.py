"""What a process remembers of talks is bounded in size and age."""

from __future__ import annotations

import time

from nose_twitch.rasa_parts.server.recent_talks import RecentTalks


def test_the_oldest_go_when_there_is_too_much() -> None:
    talks = RecentTalks(largest=10_000)
    for number in range(20):
        talks.put(f"{number}", ["x" * 1_000])
    assert talks.get("0") is None
    assert talks.get("19") == ["x" * 1_000]


def test_empty_talks_count_too() -> None:
    talks = RecentTalks(largest=10_000)
    for number in range(10_000):
        talks.put(f"{number}", [])
    assert len(talks._talks) < 30


def test_a_talk_that_is_used_stays_and_an_old_one_goes() -> None:
    talks = RecentTalks(longest=0.2)
    talks.put("a", ["1"])
    talks.put("b", ["1"])
    time.sleep(0.15)
    talks.add("a", ["2"])
    time.sleep(0.1)
    assert talks.get("a") == ["1", "2"]
    assert talks.get("b") is None
    talks.add("b", ["2"])
    assert talks.get("b") is None
