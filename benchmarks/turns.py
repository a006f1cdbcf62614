"""The turns that are measured, and people who all take the same one at the same time."""

from __future__ import annotations

import asyncio
import random
import secrets
import statistics
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import aiohttp

from benchmarks.rasa_default.project import question_in, question_openings
from benchmarks.sides import Side
from tests.resilience.person import own_address

PATIENCE = aiohttp.ClientTimeout(total=120)
MOST_QUESTIONS = 18
# As people type them, in the words of none of the buttons; what stands for {} is another each time, so that nobody is asked the
# same twice (the guide knows short texts again).
SIMPLE = ("hello {}", "thanks {}", "hello there {}", "thank you {}")
OPENING = "my nose has been twitching for two days, mostly on the left side, and i drink a lot of coffee, {}"
DIGRESSION = "is it serious, {}?"
EMERGENCY = "one side of my face is drooping, {}"
REPLIES = {
    "clarify": "no {}",
    "onset": "no it came slowly over days {}",
    "other_symptoms": "no, none of those {}",
    "duration": "about five days now {}",
    "trend": "it is about the same as before {}",
    "frequency": "maybe a few times a day {}",
    "side": "the left side mostly {}",
    "appearance": "just a quick little flick {}",
    "triggers": "when i am tired i think {}",
    "stress": "yes, work is stressful {}",
    "impact": "not really, it is only annoying {}",
    "medication": "no, i take nothing {}",
    "suppressible": "no i can't hold it back {}",
    "age_group": "i am 34 {}",
    "anything_else": "no, that is all {}",
}
# A Rasa without understanding is told the intent.
_COMMANDS = dict(zip(SIMPLE, ("/greet", "/thanks") * 2, strict=True))
_COMMANDS |= {OPENING: "/describe_twitch", DIGRESSION: "/ask_serious", EMERGENCY: "/report_symptom"}
_FILLERS = (
    "really",
    "honestly",
    "i think",
    "you know",
    "i guess",
    "so far",
    "these days",
    "for sure",
    "at least",
    "well",
)
_FILLERS += ("right", "in fact", "i suppose", "if you ask me", "all in all", "by the way", "i would say", "as i said")
_OPENINGS = question_openings()
_ASKS = "utter_ask_"


@dataclass
class Timed:
    """The turns of one kind: how long each took, and all of them together, in seconds."""

    times: list[float] = field(default_factory=list)
    together: float = 0.0

    @property
    def p50(self) -> float:
        """The median."""
        return statistics.median(self.times)

    @property
    def p95(self) -> float:
        """One in twenty takes longer."""
        return statistics.quantiles(self.times, n=20)[18] if len(self.times) > 1 else self.times[0]

    @property
    def throughput(self) -> float:
        """Turns a second."""
        return len(self.times) / self.together


Kinds = dict[str, Timed]


class Person:
    """Somebody in a talk of their own, over REST or on the page."""

    def __init__(self, side: Side, *, on_page: bool = False) -> None:
        """Of `side`; nothing said yet."""
        self._side = side
        self._on_page = on_page
        self._talk = secrets.token_hex(16)
        connector = aiohttp.TCPConnector(local_addr=(own_address(), 0)) if on_page else None
        self._session = aiohttp.ClientSession(connector=connector, timeout=PATIENCE)
        self.question: str | None = None

    async def say(self, text: str) -> float:
        """Say something and read the answer; seconds."""
        if self._side.name == "lean":
            text = _COMMANDS.get(text, text)
        text = text.format(", ".join(random.sample(_FILLERS, 2)))
        began = time.perf_counter()
        if self._on_page:
            body = {"talk": self._talk, "text": text, "id": secrets.token_hex(8)}
            async with self._session.post(f"{self._side.page}message", json=body) as answer:
                answer.raise_for_status()
                told = (await answer.json())["messages"]
        else:
            async with self._session.post(self._side.address, json={"sender": self._talk, "message": text}) as answer:
                answer.raise_for_status()
                told = await answer.json()
        took = time.perf_counter() - began
        if not told and self._side.page:
            raise RuntimeError(f"{self._side.name} was silent")
        # The page is told the name of each response; over REST their words are all there is.
        named = (str(each.get("response") or "") for each in told)
        self.question = next((name.removeprefix(_ASKS) for name in named if name.startswith(_ASKS)), None)
        self.question = self.question or question_in([str(each.get("text") or "") for each in told], _OPENINGS)
        return took

    async def end(self) -> None:
        """Close the connection."""
        await self._session.close()


async def take_turns(side: Side, people: int, rounds: int, *, on_page: bool = False) -> Kinds:
    """Let people talk at once, all at the same kind of turn.

    Args:
        side: With whom.
        people: How many at once.
        rounds: How often, each time as other people.
        on_page: Over the website's channel instead of REST.
    """
    kinds: Kinds = defaultdict(Timed)
    for _ in range(rounds):
        group = [Person(side, on_page=on_page) for _ in range(people)]
        await _all(kinds["simple"], group, SIMPLE)
        await _all(kinds["opening"], group, [OPENING])
        await _answers(kinds, group, 3)
        await _all(kinds["digression"], group, [DIGRESSION])
        await _answers(kinds, group, MOST_QUESTIONS)
        await _all(kinds["emergency"], group, [EMERGENCY])
        await asyncio.gather(*(person.end() for person in group))
    return kinds


async def _all(timed: Timed, group: Sequence[Person], texts: Sequence[str]) -> None:
    async def one(person: Person) -> list[float]:
        return [await person.say(text) for text in texts]

    began = time.perf_counter()
    for times in await asyncio.gather(*(one(person) for person in group)):
        timed.times += times
    timed.together += time.perf_counter() - began


async def _answers(kinds: Kinds, group: Sequence[Person], most: int) -> None:
    """Answer the questions; the answer that ends them is counted apart."""

    async def one(person: Person) -> None:
        for _ in range(most):
            if person.question is None:
                return
            took = await person.say(REPLIES[person.question])
            kinds["final answer" if person.question is None else "form answer"].times.append(took)

    began = time.perf_counter()
    await asyncio.gather(*(one(person) for person in group))
    kinds["form answer"].together += time.perf_counter() - began
