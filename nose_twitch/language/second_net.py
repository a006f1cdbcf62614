"""What the second net adds to plain words: it doubts mere hints, suspects signs that no list holds, and hears everyday facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from nose_twitch.language.meaning_net import MeaningNet, Suspicion
from nose_twitch.language.reading import Mention
from nose_twitch.language.suspicion import (
    ASK_FROM,
    ENOUGH_WORDS,
    FACT_FROM,
    LEAST_WORDS,
    QUIET_BELOW,
    is_mere_hint,
    said_back,
    suspected_sign,
)
from nose_twitch.medical.findings import Finding, Status
from nose_twitch.medical.knowledge import CLARIFY, Knowledge
from nose_twitch.medical.questions import SCREEN


@dataclass(frozen=True)
class Typed:
    """A message as typed, with its spelling mended, the open question, and whether it begins with a no."""

    text: str
    mended: str
    asked: str | None
    denies: bool

    @property
    def of_a_detail(self) -> bool:
        """Whether the open question is about the twitch, so that its answer is not expected to tell of a sign."""
        return self.asked not in (None, SCREEN, CLARIFY, "anything_else")


@dataclass(frozen=True)
class Heard:
    """The mentions with what the net added, and whether it suspects no sign but those that are denied."""

    mentions: list[Mention]
    quiet: bool


class SecondNet:
    """Puts what the net hears beside what plain words told."""

    def __init__(
        self,
        net: MeaningNet | None,
        mend: Callable[[str], str],
        settings: Mapping[str, Any],
        knowledge: Knowledge,
    ) -> None:
        """Keep them; without a net nothing is added."""
        self._net = net
        self._mend = mend
        self._settings = settings
        self._knowledge = knowledge

    def hear(self, typed: Typed, mentions: list[Mention], besides: Sequence[tuple[int, int]]) -> Heard:
        """What a message tells, plain words and net together.

        Args:
            typed: the message.
            mentions: what plain words told.
            besides: where idioms stand and for whom they ask; what is seen only there is not seen.
        """
        if self._net is None:
            return Heard(mentions, quiet=False)
        suspicions = self._suspicions(typed)
        # Who is asked for signs is believed, unless it begins with a no: "no, she is babbling away as ever".
        if typed.asked not in (SCREEN, CLARIFY) or typed.denies:
            mentions = [asked_about(each) if is_mere_hint(each, suspicions) else each for each in mentions]
        mentions = self._with_suspicion(suspicions, typed, mentions, besides)
        denied = {each.finding.id for each in mentions if each.finding.status is Status.ABSENT}
        quiet = all(each.probability < QUIET_BELOW for each in suspicions if each.finding not in denied)
        return Heard(mentions + self._facts(typed, mentions), quiet)

    def _suspicions(self, typed: Typed) -> Sequence[Suspicion]:
        """What the net suspects; a word or two to a question about the twitch are too little for it."""
        enough = len(typed.mended.split()) >= (ENOUGH_WORDS if typed.of_a_detail else LEAST_WORDS)
        return self._net.suspicions(typed.mended) if self._net and enough else ()

    def _with_suspicion(
        self, suspicions: Sequence[Suspicion], typed: Typed, mentions: list[Mention], besides: Sequence[tuple[int, int]]
    ) -> list[Mention]:
        """The mentions, and the likeliest sign that only the net saw.

        It must be seen without the words that tell something else: an idiom ("fit as anything"), for whom they ask ("I ask for
        my husband"), or, where it is not sure, an "urge that builds up", which tells of a tic.
        """
        told = {mention.finding.id: mention.finding for mention in mentions}
        in_doubt = {each.finding.id for each in mentions if each.finding.status is Status.UNCERTAIN and not each.hint}
        found = suspected_sign(
            suspicions, told, typed.text, self._knowledge, in_doubt=in_doubt, of_a_detail=typed.of_a_detail
        )
        if found is None:
            return mentions
        explains = self._settings["explains"] if found.status is Status.UNCERTAIN else {}
        explained = [(each.start, each.end) for each in mentions if found.id in explains.get(each.finding.id, ())]
        if not self._seen_without(found, typed.text, [*explained, *besides]):
            return mentions
        return [*(each for each in mentions if each.finding.id != found.id), Mention(found, 0, len(typed.text))]

    def _seen_without(self, suspected: Finding, typed: str, places: Sequence[tuple[int, int]]) -> bool:
        if not places or self._net is None:
            return True
        rest = typed
        for start, end in sorted(places, reverse=True):
            rest = f"{rest[:start]} {rest[end:]}"
        likely = self._net.suspicions(self._mend(rest))
        return any(each.finding == suspected.id and each.probability >= ASK_FROM for each in likely)

    def _facts(self, typed: Typed, mentions: list[Mention]) -> list[Mention]:
        """Everyday facts that plain words leave unsaid and the net is sure of; an answer to a question is read elsewhere."""
        if self._net is None or typed.of_a_detail or typed.asked == CLARIFY or len(typed.text.split()) < ENOUGH_WORDS:
            return []
        told = {mention.finding.id for mention in mentions}
        return [
            Mention(Finding(fact.finding, Status.PRESENT, said_back(typed.text)), 0, len(typed.text))
            for fact in self._net.everyday_facts(typed.mended)
            if fact.probability >= FACT_FROM and fact.finding not in told
        ]


def asked_about(mention: Mention) -> Mention:
    """The mention as one that the guide asks about."""
    return replace(mention, finding=replace(mention.finding, status=Status.UNCERTAIN, when=None))
