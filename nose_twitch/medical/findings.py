"""What is known about the person: findings, each with a status, merged over the turns of a talk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any


class Status(str, Enum):
    """How a finding was told."""

    PRESENT = "present"
    ABSENT = "absent"
    UNCERTAIN = "uncertain"
    PAST = "past"
    HYPOTHETICAL = "hypothetical"
    SOMEONE_ELSE = "someone_else"


class When(str, Enum):
    """For a finding that is over: how long ago it was."""

    RECENT = "recent"
    LONG_AGO = "long_ago"
    UNTOLD = "untold"


@dataclass(frozen=True)
class Finding:
    """One finding.

    Attributes:
        id: key of `knowledge/findings.yml`.
        status: how it was told.
        said: the person's own words.
        when: only for `PAST`.
    """

    id: str
    status: Status
    said: str = ""
    when: When | None = None

    @property
    def passed(self) -> bool:
        """It is over, but not known to be long over (a warning sign that passed is still a warning)."""
        return self.status is Status.PAST and self.when is not When.LONG_AGO


# A weaker statement never replaces a stronger one. Present and absent speak about now and replace each
# other, so that the last plain word holds; a question, a fear or somebody else's illness changes nothing.
_STRENGTH = {
    Status.HYPOTHETICAL: 0,
    Status.SOMEONE_ELSE: 0,
    Status.UNCERTAIN: 1,
    Status.PAST: 2,
    Status.ABSENT: 3,
    Status.PRESENT: 3,
}


def _merged(old: Finding | None, new: Finding) -> Finding:
    if old is None or (old.status is new.status and not (old.passed or old.said)):
        return new
    if old.status is Status.PAST and new.status is Status.ABSENT:
        return old  # "it drooped yesterday" and "it is fine now" are both true: the sign that passed still counts
    if new.status is Status.PAST and old.status is Status.ABSENT:
        return new
    if new.status is Status.UNCERTAIN and (old.status is Status.ABSENT or old.when is When.LONG_AGO):
        return new  # a doubt raised later has to be asked about
    if old.status is new.status:
        return old if old.passed or not new.passed else new
    return new if _STRENGTH[new.status] >= _STRENGTH[old.status] else old


@dataclass(frozen=True)
class Findings(Mapping[str, Finding]):
    """All findings known so far, by id. Immutable: `merge` and `replace` give new ones."""

    by_id: Mapping[str, Finding] = field(default_factory=dict)

    def __getitem__(self, finding_id: str) -> Finding:
        """The finding of that id."""
        return self.by_id[finding_id]

    def __iter__(self) -> Iterator[str]:
        """The ids."""
        return iter(self.by_id)

    def __len__(self) -> int:
        """How many are known."""
        return len(self.by_id)

    def status(self, finding_id: str) -> Status | None:
        """The status of a finding, None if nothing was said about it."""
        finding = self.by_id.get(finding_id)
        return finding.status if finding else None

    def present(self, finding_id: str) -> bool:
        """Whether the person has it now."""
        return self.status(finding_id) is Status.PRESENT

    def passed(self, finding_id: str) -> bool:
        """Whether it was there within the last days, or at a time not told, and is over."""
        finding = self.by_id.get(finding_id)
        return finding is not None and finding.passed

    def merge(self, told: Iterable[Finding]) -> Findings:
        """What is known after the person told more; later plain words about now win."""
        known = dict(self.by_id)
        for finding in told:
            known[finding.id] = _merged(known.get(finding.id), finding)
        return Findings(known)

    def replace(self, corrected: Iterable[Finding]) -> Findings:
        """What is known after the person corrected themselves: the new statements hold as they are."""
        return Findings({**self.by_id, **{finding.id: finding for finding in corrected}})

    def without(self, finding_ids: Iterable[str]) -> Findings:
        """These findings but for some."""
        dropped = set(finding_ids)
        return Findings({key: finding for key, finding in self.by_id.items() if key not in dropped})

    def to_slot(self) -> dict[str, dict[str, str]]:
        """The shape of the `findings` slot: plain JSON."""
        return {
            finding.id: {"status": finding.status.value, "said": finding.said}
            | ({"when": finding.when.value} if finding.when else {})
            for finding in self.by_id.values()
        }

    @classmethod
    def from_slot(cls, value: Mapping[str, Mapping[str, Any]] | None) -> Findings:
        """The findings kept in the slot; None gives none."""
        return cls(
            {
                key: Finding(
                    key,
                    Status(entry["status"]),
                    entry.get("said", ""),
                    When(entry["when"]) if entry.get("when") else None,
                )
                for key, entry in (value or {}).items()
            }
        )
