"""What the reader makes of one message."""

from __future__ import annotations

from dataclasses import dataclass, field

from nose_twitch.medical.case import Subject
from nose_twitch.medical.duration import Duration
from nose_twitch.medical.findings import Finding


@dataclass(frozen=True)
class Mention:
    """A finding where it stands in the message (offsets in the original text).

    `hint`: only words told it that mean something else in another talk ("confused", "drops the phone").
    """

    finding: Finding
    start: int
    end: int
    hint: bool = False


@dataclass(frozen=True)
class Reading:
    """What one message tells.

    Attributes:
        mentions: every finding with its status, one per finding.
        duration: since when it has lasted, None if not told.
        duration_words: the person's words for it.
        answers: question slot to value, for everything the message answers.
        subject: for whom the person asks, None if the message does not tell.
        correction: the person takes something back ("sorry, I meant ...").
        not_me: a correction that names somebody else and tells no symptom ("no, I meant my grandmother").
        about_twitch: the message speaks of the nose or of twitching.
        told_slots: the answers that stand in the text whatever was asked.
        unknown_words: hardly a word of it is English; nothing was read.
    """

    mentions: tuple[Mention, ...] = ()
    duration: Duration | None = None
    duration_words: str = ""
    answers: dict[str, str] = field(default_factory=dict)
    subject: Subject | None = None
    correction: bool = False
    not_me: bool = False
    about_twitch: bool = False
    unknown_words: bool = False
    told_slots: frozenset[str] = frozenset()

    @property
    def findings(self) -> list[Finding]:
        """The findings without their places."""
        return [mention.finding for mention in self.mentions]
