"""Everything known in one conversation, as the reasoning sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from nose_twitch.medical.duration import Duration
from nose_twitch.medical.findings import Findings

WORRY = "worry"  # tells how the person feels about the twitch, nothing about the twitch
NOT_SURE = "not_sure"
SKIPPED = "skipped"


class Subject(str, Enum):
    """Whose nose it is about."""

    SELF = "self"
    CHILD = "child"
    OTHER = "other"


@dataclass(frozen=True)
class Case:
    """What the person has told so far.

    Attributes:
        findings: by id, with status.
        duration: since when the nose twitches, None if not told.
        subject: for whom they ask.
        answers: question slot to its value (a choice id, the person's words, `not_sure` or `skipped`).
    """

    findings: Findings = field(default_factory=Findings)
    duration: Duration | None = None
    subject: Subject = Subject.SELF
    answers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_slots(cls, slots: Mapping[str, Any], question_slots: tuple[str, ...]) -> Case:
        """The case kept in a conversation's slots."""
        return cls(
            findings=Findings.from_slot(slots.get("findings")),
            duration=Duration.from_slot(slots.get("duration_days")),
            subject=Subject(slots.get("subject") or Subject.SELF),
            answers={name: slots[name] for name in question_slots if slots.get(name) is not None},
        )

    @property
    def only_denials(self) -> bool:
        """Nothing is known to be there, past or in doubt ("breathing ok" of somebody else's blackout says little)."""
        return (
            not self.answers
            and self.duration is None
            and not any(
                finding.id != WORRY and finding.status.value in ("present", "past", "uncertain")
                for finding in self.findings.values()
            )
        )

    @property
    def empty(self) -> bool:
        """Nothing about the person's health was told yet (a question or somebody else's illness tells nothing)."""
        return self.only_denials and not any(
            finding.id != WORRY and finding.status.value == "absent" for finding in self.findings.values()
        )
