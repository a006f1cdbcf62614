"""A scripted person: an opening and an answer for each question, given whenever that question is open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rasa.shared.core.trackers import DialogueStateTracker

from tests.conversations.guide import AnyTalk, Guide, Reply, Talk

FORM = "twitch_form"
# More turns than a check can have; a patient who needs more is in a loop.
MOST_TURNS = 20

# A person with a small, new, harmless twitch.
USUAL_ANSWERS = {
    "clarify": "no",
    "onset": "no, slowly",
    "other_symptoms": "none of these",
    "duration": "today",
    "trend": "about the same",
    "side": "both sides",
    "appearance": "quick flicks",
    "triggers": "nothing I know of",
    "suppressible": "not sure",
    "stress": "no, they don't",
    "impact": "no, not really",
    "medication": "no",
    "frequency": "now and then",
    "age_group": "18 to 60",
    "anything_else": "no, that's all",
}


@dataclass
class Check:
    """What happened while a patient was asked."""

    asked: list[str] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)

    @property
    def responses(self) -> list[str]:
        """All responses, in order."""
        return [name for reply in self.replies for name in reply.responses]


async def open_question(talk: AnyTalk) -> str | None:
    """The question that waits for an answer."""
    tracker = await talk.tracker()
    return tracker.get_slot("requested_slot") if tracker.active_loop_name == FORM else None


async def answer_questions(talk: AnyTalk, answers: Mapping[str, str] | None = None, until: str | None = None) -> Check:
    """Answer whatever is asked, until the check ends or the question `until` is open."""
    check = Check()
    told = {**USUAL_ANSWERS, **(answers or {})}
    while (question := await open_question(talk)) not in (None, until):
        assert len(check.asked) < MOST_TURNS, f"the questions do not end: {check.asked}"
        check.asked.append(str(question))
        check.replies.append(await talk.say(told[str(question)]))
    return check


async def copy_of(talk: Talk) -> Talk:
    """Another person who has had the same talk so far (quicker than having it again)."""
    other = talk.guide.talk(talk.channel)
    tracker = await talk.tracker()
    copied = DialogueStateTracker.from_events(other.sender, list(tracker.events), talk.guide.agent.domain.slots)
    await talk.guide.agent.tracker_store.save(copied)
    other.known = copied
    return other


async def talk_at(guide: Guide, question: str, opening: str = "check my symptoms", **answers: str) -> Talk:
    """A talk in which that question is open."""
    talk = guide.talk()
    await talk.say(opening)
    await answer_questions(talk, answers, until=question)
    assert await open_question(talk) == question, f"{question} was never asked"
    return talk
