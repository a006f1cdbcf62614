"""Many people at once, each at their own pace: what they say, how long each answer took, and who got none."""

from __future__ import annotations

import asyncio
import random
import secrets
import statistics
import time
from dataclasses import dataclass, field

import aiohttp

from tests.resilience.person import own_address

# As the page: it gives up after this long.
PATIENCE = 20.0
STORIES = (
    ("my nose has been twitching for two days", "none of these", "about the same", "the left side", "a quick flick"),
    (
        "hello",
        "what can you do?",
        "my nostril keeps twitching since monday",
        "no",
        "is it serious?",
        "it comes and goes",
    ),
    (
        "my nose twitches when i am stressed, for three weeks now",
        "no, none",
        "it is getting worse",
        "both",
        "yes, at work",
    ),
    ("check my symptoms", "none of these", "5 days", "less than before", "right", "why do you ask?", "not sure"),
    ("my nose twitches and my cheek feels weak", "it came slowly", "summary for my doctor", "thanks"),
    (
        "i drink a lot of coffee and my nose is twitching",
        "nothing else",
        "since yesterday",
        "go back",
        "a week",
        "skip",
    ),
    ("my nose twitches", "one side of my face is drooping", "i have called them", "thank you"),
)
EMERGENCY = "one side of my face is drooping"


@dataclass
class Tally:
    """What came of it. Times in seconds."""

    times: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    troubles: int = 0

    @property
    def p50(self) -> float:
        """The median."""
        return statistics.median(self.times)

    @property
    def p99(self) -> float:
        """Only one in a hundred waits longer."""
        return statistics.quantiles(self.times, n=100)[98]


async def talk_at_once(page: str, people: int, seconds: float, pause: tuple[float, float], seed: int = 0) -> Tally:
    """Let so many people talk for so long.

    Args:
        page: The address of the guide's page.
        people: How many at once; one who has said all begins anew as somebody else.
        seconds: After this nobody begins a new message.
        pause: The shortest and the longest time between an answer and the next message.
        seed: Of who says what, and when.
    """
    tally = Tally()
    ends = time.monotonic() + seconds
    await asyncio.gather(*(_person(page, ends, pause, random.Random(seed + each), tally) for each in range(people)))
    return tally


async def _person(page: str, ends: float, pause: tuple[float, float], chance: random.Random, tally: Tally) -> None:
    connector = aiohttp.TCPConnector(local_addr=(own_address(), 0))
    patience = aiohttp.ClientTimeout(total=PATIENCE)
    async with aiohttp.ClientSession(connector=connector, timeout=patience) as session:
        await asyncio.sleep(chance.uniform(0, pause[1]))
        while time.monotonic() < ends:
            talk = secrets.token_hex(16)
            for text in chance.choice(STORIES):
                if time.monotonic() >= ends:
                    return
                await _say(session, page, talk, text, tally)
                await asyncio.sleep(chance.uniform(*pause))


async def _say(session: aiohttp.ClientSession, page: str, talk: str, text: str, tally: Tally) -> None:
    body = {"talk": talk, "text": text, "id": secrets.token_hex(8)}
    began = time.monotonic()
    try:
        async with session.post(f"{page}message", json=body) as answer:
            told = await answer.json(content_type=None) if answer.status == 200 else {}
    except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
        tally.errors.append(type(error).__name__)
        return
    responses = [message["response"] for message in told.get("messages", ())]
    tally.times.append(time.monotonic() - began)
    if answer.status != 200 or not responses:
        tally.errors.append(f"HTTP {answer.status}")
    elif text == EMERGENCY and not responses[0].startswith("utter_emergency"):
        tally.errors.append(f"no emergency: {responses}")
    tally.troubles += bool({"utter_trouble", "utter_notes_away", "utter_slow"} & {*responses})
