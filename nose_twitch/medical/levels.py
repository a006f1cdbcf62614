"""Triage levels, from low to high."""

from __future__ import annotations

from enum import IntEnum


class TriageLevel(IntEnum):
    """How soon help is needed; a higher number is more urgent."""

    SELF_CARE = 0
    SEE_DOCTOR = 1
    URGENT = 2
    EMERGENCY = 3

    @property
    def slot_value(self) -> str:
        """The value of the `triage` slot, e.g. `see_doctor`."""
        return self.name.lower()

    @classmethod
    def from_name(cls, name: str) -> TriageLevel:
        """The level of a slot value or of a knowledge file.

        Raises:
            ValueError: the name is no level; the message lists the allowed ones.
        """
        try:
            return cls[name.upper()]
        except KeyError:
            allowed = ", ".join(level.slot_value for level in cls)
            raise ValueError(f"{name!r} is not a triage level; allowed: {allowed}") from None
