"""How long the twitching has lasted, in days, as an interval."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Duration:
    """An interval of days since the twitching began; both ends in days, 0 is today."""

    min_days: float
    max_days: float

    def __post_init__(self) -> None:
        """Refuse an interval that is none."""
        if not 0 <= self.min_days <= self.max_days:
            raise ValueError(f"not an interval of days: {self.min_days} to {self.max_days}")

    def longer_than(self, days: float) -> bool:
        """Whether it may well have lasted longer: the middle of the interval decides."""
        return (self.min_days + self.max_days) / 2 > days

    def to_slot(self) -> float | list[float]:
        """A number of days, or `[min, max]`."""
        if self.min_days == self.max_days:
            return _plain(self.min_days)
        return [_plain(self.min_days), _plain(self.max_days)]

    @classmethod
    def from_slot(cls, value: float | list[float] | None) -> Duration | None:
        """The duration kept in the slot `duration_days`."""
        if value is None:
            return None
        if isinstance(value, list):
            return cls(value[0], value[1])
        return cls(value, value)


def _plain(days: float) -> float:
    return int(days) if float(days).is_integer() else round(days, 2)


def merge_durations(known: Duration | None, told: Duration | None, *, replace: bool) -> Duration | None:
    """What is known after another duration was told.

    Args:
        known: the duration so far.
        told: the one in the new message.
        replace: the person answered the question or corrected themselves, so the new one holds. Otherwise the
            longer one stays: "twice today" after "for three weeks" does not shorten anything.
    """
    if told is None or known is None:
        return told or known
    if replace:
        return told
    return max(known, told, key=lambda duration: (duration.max_days, duration.min_days))
