"""Single messages and replies: what the reading of them is worth, part by part."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from evaluation.patients import HERE, load, share
from nose_twitch.language import reader as reading_of_messages
from nose_twitch.language.assertion import Assertion
from nose_twitch.language.reader import MessageReader, load_reader
from nose_twitch.medical.assessment import assess
from nose_twitch.medical.case import Case
from nose_twitch.medical.findings import Findings, Status
from nose_twitch.medical.knowledge import load_knowledge
from nose_twitch.medical.levels import TriageLevel
from nose_twitch.medical.questions import OpenDoubt, open_doubt
from nose_twitch.medical.turn import Told, Turn, update_case
from nose_twitch.rasa_parts.intents import IN_OWN_WORDS

_GROUPS = ("emergency", "urgent", "milder")
_HEARD = (Status.PRESENT, Status.PAST, Status.UNCERTAIN)
# What somebody would write first: a list of words. Beside it everything else must show its worth.
_KEYWORDS = {
    "emergency": "droop, slur, can't speak, stroke, seizure, convulsion, fit, passed out, blackout, fainted, unconscious, "
    "can't breathe, breathless, chest pain, swollen lip, swollen tongue, suicide, suicidal, kill myself, end my life, "
    "self harm, worst headache, confused, suddenly weak, suddenly numb",
    "urgent": "weak, weakness, numb, tingling, double vision, blurred, can't see, dizzy, can't swallow, jerking",
}


class _Words:
    """Stands in for the assertion reader: every phrase counts as it stands, denied or not."""

    def __init__(self, *_: Any) -> None:
        pass

    def read(self, _: Any, polarity: str) -> Assertion:
        """Present, unless the phrase itself tells the normal state."""
        return Assertion(Status.PRESENT if polarity in ("present", "hint") else Status.ABSENT)


def what_each_part_adds(path: str = "blind/messages.yml") -> list[str]:
    """First messages: called an emergency at once, called urgent, or asked about a sign, as one part after the other joins."""
    items = load(path)
    full = load_reader()
    without_net = MessageReader(full._nlp, load_knowledge())
    with _without_assertion():
        words = outcomes(items, without_net)
    rows = {
        "keywords in the text": _keyword_outcomes(items),
        "lexicon": words,
        "+ assertion (denied, past, asked, whose)": outcomes(items, without_net),
        "+ second net": outcomes(items, full),
    }
    lines = [
        "| | emergencies called | or urgent, or asked about | urgent called | false emergencies | milder asked about a sign |",
        "|---|---|---|---|---|---|",
    ]
    for name, count in rows.items():
        unnoticed = count["emergency emergency"] + count["emergency urgent"] + count["emergency asked"]
        urgent = count["urgent emergency"] + count["urgent urgent"]
        cells = (
            share(count["emergency emergency"], count["emergency"]),
            share(unnoticed, count["emergency"]),
            share(urgent, count["urgent"]),
            share(count["milder emergency"], count["milder"]),
            share(count["milder asked"], count["milder"]),
        )
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return lines


@contextmanager
def _without_assertion() -> Iterator[None]:
    kept: Any = reading_of_messages.AssertionReader
    reading_of_messages.AssertionReader = _Words  # type: ignore[misc, assignment]
    try:
        yield
    finally:
        reading_of_messages.AssertionReader = kept  # type: ignore[misc]


def _group(item: Mapping[str, Any]) -> str:
    level: str = item["expect"]["level"]
    return level if level in _GROUPS else "milder"


def _keyword_outcomes(items: Sequence[Mapping[str, Any]]) -> Counter[str]:
    count = Counter[str]()
    for item in items:
        text = item["text"].lower().replace("\u2019", "'")
        count[_group(item)] += 1
        for level in ("emergency", "urgent"):
            if any(word in text for word in _KEYWORDS[level].split(", ")):
                count[f"{_group(item)} {level}"] += 1
                break
    return count


def outcomes(items: Sequence[Mapping[str, Any]], reader: MessageReader) -> Counter[str]:
    """How many messages of each group there are, are rated at each level, and are asked about a sign."""
    knowledge, count = load_knowledge(), Counter[str]()
    for item in items:
        case = case_after(item["text"], reader)
        level = assess(case, knowledge).level
        group = _group(item)
        count[group] += 1
        count[f"{group} {level.slot_value}"] += 1
        count[f"{group} asked"] += level < TriageLevel.URGENT and open_doubt(case, (), knowledge) is not None
    return count


def case_after(text: str, reader: MessageReader) -> Case:
    """What is known after a first message."""
    reading = reader.read(text)
    told = Told(
        tuple(reading.findings),
        reading.duration,
        reading.answers,
        reading.subject,
        reading.correction,
        reading.not_me,
    )
    return update_case(Case(), told, Turn(), load_knowledge())[0]


def findings_score(path: str = "blind/messages.yml") -> list[str]:
    """Precision, recall and F1 over the findings that the labels judge (the labels are lower bounds)."""
    count = Counter[str]()
    for item in load(path):
        found = case_after(item["text"], load_reader()).findings
        expected, wrong = item["expect"]["findings"] or (), item["expect"]["not_present"] or ()
        if isinstance(expected, Mapping):
            expected = [name for name, status in expected.items() if status in ("present", "past")]
        for name in expected:
            count["found" if _is(found, name, _HEARD[:2]) else "missed"] += 1
            count["heard"] += _is(found, name, _HEARD)
        count["wrong"] += sum(_is(found, name, _HEARD[:1]) for name in wrong if name not in expected)
    hit, told = count["found"], count["found"] + count["missed"]
    precision, recall = hit / (hit + count["wrong"]), hit / told
    return [
        "| precision | recall | F1 | recall with those asked about |",
        "|---|---|---|---|",
        f"| {precision:.2f} | {recall:.2f} | {2 * precision * recall / (precision + recall):.2f} | {count['heard'] / told:.2f} |",
    ]


def findings_by_name(most: int = 900) -> Counter[str]:
    """Of a sample of development messages: how often each finding was told, found, and read where the label denies it."""
    items = [item for file in sorted((HERE / "development" / "messages").glob("*.yml")) for item in load(str(file))]
    count = Counter[str]()
    for item in items[:: max(len(items) // most, 1)]:
        found = case_after(item["text"], load_reader()).findings
        for name in item["present"]:
            count[f"{name} told"] += 1
            count[f"{name} found"] += _is(found, name, _HEARD[:2])
        for name in item["absent"]:
            count[f"{name} wrong"] += name not in item["present"] and _is(found, name, _HEARD[:1])
    return count


def _is(found: Findings, name: str, statuses: Sequence[Status]) -> bool:
    return found.status(name) in statuses


def reply_outcomes(path: str = "blind/answers.yml") -> Counter[str]:
    """How many replies to a question are understood as labelled ("right"), not understood ("none"), misunderstood ("wrong")."""
    count = Counter[str]()
    for item in load(path):
        kind = "durations" if item["asked"] == "duration" else "other replies"
        count[kind] += 1
        count[f"{kind} {_reply_outcome(item)}"] += 1
    return count


def replies_score(path: str = "blind/answers.yml") -> list[str]:
    """The same as a table."""
    count = reply_outcomes(path)
    lines = ["| | right | not understood | wrong |", "|---|---|---|---|"]
    for kind in ("durations", "other replies"):
        cells = [share(count[f"{kind} {outcome}"], count[kind]) for outcome in ("right", "none", "wrong")]
        lines.append(f"| {kind} | {' | '.join(cells)} |")
    return lines


_BUCKETS: tuple[tuple[str, Callable[[float], bool]], ...] = (
    ("today", lambda days: days <= 1),
    ("few_days", lambda days: days <= 3),
    ("weeks", lambda days: days <= 14),
    ("longer", lambda days: days > 14),
)


def _reply_outcome(item: Mapping[str, Any]) -> str:
    doubt = OpenDoubt(item["doubt"], item.get("about", "weakness")) if item.get("doubt") else None
    reading = load_reader().read(item["text"], asked=item["asked"], doubt=doubt)
    got, wanted = reading.answers.get(item["asked"]), str(item["slot_value"])
    if item["asked"] == "duration" and reading.duration:
        middle = (reading.duration.min_days + reading.duration.max_days) / 2
        return "right" if wanted in (_bucket(middle), _bucket(reading.duration.max_days)) else "wrong"
    if wanted == "free":
        return "right" if got is None and item["asked"] in IN_OWN_WORDS else "none" if got is None else "wrong"
    if got is None:
        return "none"
    return "right" if got == wanted else "wrong"


def _bucket(days: float) -> str:
    return next(name for name, fits in _BUCKETS if fits(days))


def cost_per_message(path: str = "blind/messages.yml") -> str:
    """The time that the whole reading takes, without Rasa."""
    texts = [item["text"] for item in load(path)][:200]
    reader = load_reader()
    reader.read(texts[0])
    spent = []
    for text in texts:
        started = time.perf_counter()
        reader.read(text)
        spent.append((time.perf_counter() - started) * 1000)
    spent.sort()
    return f"{spent[len(spent) // 2]:.0f} ms at the median, {spent[int(len(spent) * 0.95)]:.0f} ms at the 95th of 100"
