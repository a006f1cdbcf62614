"""What to make of what the second net saw, beside what was told in plain words: ask about it, believe it, or let it be."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from nose_twitch.language.meaning_net import Suspicion
from nose_twitch.language.reading import Mention
from nose_twitch.medical.findings import Finding, Status
from nose_twitch.medical.knowledge import Knowledge

# Chosen on messages held back from the net's training (evaluation/meaning_net/README.md).
ASK_FROM = 0.5
ASK_IN_A_QUESTION_FROM = 0.8
SURE_FROM = 0.9
QUIET_BELOW = 0.1
FACT_FROM = 0.85  # an everyday fact counts as told; the guide says back what it understood
# Enough beside a hint of the lexicon: below, and with no other sign heard, hints were wrong in 4 of 5 hard messages.
HEARD_FROM = 0.03
ANOTHER_HEARD_FROM = 0.3
LEAST_WORDS = 3  # "goodbye" is a farewell
ENOUGH_WORDS = 5  # fewer say too little to be sure by meaning alone ("breathing is dead on")
_WORTH_REPEATING = 90  # characters of a message that are said back as the person's words


def suspected_sign(
    suspicions: Sequence[Suspicion],
    told: Mapping[str, Finding],
    typed: str,
    knowledge: Knowledge,
    *,
    in_doubt: Collection[str] = (),
    of_a_detail: bool = False,
) -> Finding | None:
    """The likeliest sign that plain words did not tell, as uncertain or as present; None if there is none.

    Args:
        suspicions: what the net saw, likeliest first.
        told: findings read from plain words, by id.
        typed: the message.
        knowledge: which findings are red flags.
        in_doubt: what the person told as doubtful ("not sure whether my hand is weak"): the guide asks, however sure the net is.
        of_a_detail: it answers a question about the twitch; alone and out of its talk such a reply is believed of nothing.
    """
    heard = any(
        knowledge.findings[finding.id].red_flag and (finding.status is Status.PRESENT or finding.passed)
        for finding in told.values()
    )
    enough = len(typed.split()) >= ENOUGH_WORDS
    alone = all(each.status is Status.SOMEONE_ELSE for each in told.values())
    asks = typed.rstrip().endswith("?")
    # "who won the match?", instead of an answer, tells of no knock to the head
    least = SURE_FROM if heard else ASK_IN_A_QUESTION_FROM if of_a_detail and asks else ASK_FROM
    for suspicion in suspicions:
        if suspicion.probability < least:
            return None
        sure = suspicion.probability >= SURE_FROM
        finding = told.get(suspicion.finding)
        hinted = finding is None or finding.status is Status.UNCERTAIN
        if hinted or (sure and finding and _asks_still(finding, alone=alone)):
            # "am I having a stroke?" wants to be asked
            doubtful = heard or of_a_detail or suspicion.finding in in_doubt or (finding is not None and asks)
            believed = sure and hinted and enough and not doubtful
            return Finding(suspicion.finding, Status.PRESENT if believed else Status.UNCERTAIN, said_back(typed))
    return None


def said_back(typed: str) -> str:
    """The words to repeat for what was heard in a whole message; none of a long one."""
    return typed.strip() if len(typed) <= _WORTH_REPEATING else ""


def is_mere_hint(mention: Mention, suspicions: Sequence[Suspicion]) -> bool:
    """Whether only a hint of the lexicon tells of a sign, and the second net hears neither it nor any other: the guide asks."""
    told = mention.finding.status is Status.PRESENT or mention.finding.passed
    heard = next((each.probability for each in suspicions if each.finding == mention.finding.id), 1.0)
    return mention.hint and told and heard < HEARD_FROM and suspicions[0].probability < ANOTHER_HEARD_FROM


def _asks_still(finding: Finding, *, alone: bool) -> bool:
    """Whether the guide asks about a sign that plain words put aside, because the second net is sure of it all the same.

    Somebody else's, feared or long over, it may have been read wrongly ("dad is out cold", "confused, he asks for his mother who
    died in 1991"). Somebody else's told alone, it asks whose it is anyway. Denied in plain words it stays so, but for thoughts
    of suicide ("I told them that I am not suicidal ...").
    """
    if finding.status is Status.ABSENT:
        return finding.id == "self_harm"
    if finding.status is Status.SOMEONE_ELSE:
        return not alone
    return finding.status is Status.HYPOTHETICAL or (finding.status is Status.PAST and not finding.passed)
