"""Limits that hold for every channel."""

from __future__ import annotations

from nose_twitch.rasa_parts.channels.limits import RateLimit


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_is_allowed_then_an_even_flow() -> None:
    clock = Clock()
    limit = RateLimit(burst=3, per_minute=60, clock=clock)
    assert [limit.allows("a") for _ in range(4)] == [True, True, True, False]
    clock.now = 1.0
    assert [limit.allows("a") for _ in range(2)] == [True, False]
    clock.now = 1000.0
    assert [limit.allows("a") for _ in range(4)] == [True, True, True, False]


def test_one_person_does_not_use_up_anothers() -> None:
    limit = RateLimit(burst=1, per_minute=1, clock=Clock())
    assert limit.allows("a")
    assert not limit.allows("a")
    assert limit.allows("b")


def test_memory_is_bounded() -> None:
    limit = RateLimit(burst=1, per_minute=1, keys=2, clock=Clock())
    for key in ("a", "b", "c"):
        assert limit.allows(key)
    assert not limit.allows("c")
    assert limit.allows("a")  # the oldest was let go
