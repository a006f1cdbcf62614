"""What to make of what the second net saw, beside what was told in plain words: ask about it, believe it, or let it be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nose_twitch.language.danger_net import Suspicion
from nose_twitch.medical.findings import Finding, Status
from nose_twitch.medical.knowledge import Knowledge

# Chosen on messages held back from the net's training (evaluation/danger_net/README.md).
ASK_FROM = 0.5
SURE_FROM = 0.9
_ENOUGH_WORDS = 5  # fewer say too little to be sure by meaning alone ("breathing is dead on")
_WORTH_REPEATING = 90  # characters of a message that are said back as the person's words


def suspected_sign(
    suspicions: Sequence[Suspicion],
    told: Mapping[str, Status],
    typed: str,
    knowledge: Knowledge,
) -> Finding | None:
    """The likeliest sign that plain words did not tell, as uncertain or as present; None if there is none.

    Args:
        suspicions: what the net saw, likeliest first.
        told: findings read from plain words, with their status.
        typed: the message.
        knowledge: which findings are red flags.
    """
    heard = any(
        knowledge.findings[name].red_flag and status in (Status.PRESENT, Status.PAST) for name, status in told.items()
    )
    enough = len(typed.split()) >= _ENOUGH_WORDS
    for suspicion in suspicions:
        if suspicion.probability < ASK_FROM:
            return None
        sure = suspicion.probability >= SURE_FROM
        status = told.get(suspicion.finding)
        hinted = status is None or status is Status.UNCERTAIN
        if hinted or _asks_still(suspicion.finding, status, sure, alone=len(told) == 1):
            believed = sure and hinted and enough and not heard
            said = typed.strip() if len(typed) <= _WORTH_REPEATING else ""
            return Finding(suspicion.finding, Status.PRESENT if believed else Status.UNCERTAIN, said)
    return None


def _asks_still(finding: str, status: Status | None, sure: bool, *, alone: bool) -> bool:
    """Whether the guide asks about a sign that plain words put aside, because the second net sees it all the same.

    Of somebody else's sign told alone it asks whose it is anyway. Denied in plain words it stays denied, but for
    thoughts of suicide ("I told my doctor that I am not suicidal ...").
    """
    if status is Status.SOMEONE_ELSE:
        return not alone
    return sure and (status is Status.HYPOTHETICAL or (status is Status.ABSENT and finding == "self_harm"))
