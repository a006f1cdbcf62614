"""Scripted conversations: read from the folders beside this file, held with the guide, and judged.

A scenario is one entry of a list in `<event>/<topic>.yml`:

    - name: a sentence that says what the guide does
      channel: test                # optional
      steps:
      - you: what the person types
        bot: [utter_a, utter_b]    # exactly these responses in this order; or
        bot: {first: utter_a, contains: [...], not: [...], last: utter_z}
        text: {contains: [...], not: [...]}     # parts of the wording that matter, such as telephone numbers
        slots: {...}               # as below, after this step
      - answers: {triggers: pollen}             # answer every question till the check ends (the rest as usual);
        until: side                             # or till this one is open. `bot` and `text` look at all replies
      slots:
        findings: {weakness: present, vision: untold}
        triage: see_doctor
        likely_causes: {first: psychological, contains: [...], not: [...]}
        duration: null
      never_asked: [duration]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from tests.conversations.guide import AnyTalk, Guide, Reply, Talk
from tests.conversations.patients import answer_questions

FOLDER = Path(__file__).parent
EVENTS = ("happy_path", "corrections", "digressions", "negations", "escalation", "gibberish", "resume", "interruptions")
MOST_ACTIONS = 10
MISSED = {"utter_not_understood", "utter_not_understood_buttons"}
UNDERSTOOD = ("utter_understood", "utter_emergency", "utter_crisis", "utter_escalate_", "utter_assessment_")


def all_scenarios() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every scenario with the event its folder is named after."""
    for event in EVENTS:
        for path in sorted((FOLDER / event).glob("*.yml")):
            for scenario in yaml.safe_load(path.read_text(encoding="utf-8")):
                yield event, scenario


async def hold(guide: Guide, scenario: Mapping[str, Any]) -> Talk:
    """Have the conversation in this process and judge every step and its end."""
    talk = guide.talk(scenario.get("channel", "test"))
    await hold_talk(talk, scenario)
    return talk


async def hold_talk(talk: AnyTalk, scenario: Mapping[str, Any]) -> None:
    """Have the conversation with somebody, by whatever channel, and judge every step and its end."""
    for step in scenario["steps"]:
        if "you" in step:
            replies = [await talk.say(step["you"])]
            where = f"after {step['you'][:80]!r}"
        else:
            replies = (await answer_questions(talk, step["answers"], step.get("until"))).replies
            where = "while answering"
        for reply in replies:
            check_sound(reply, where)
        responses = [name for reply in replies for name in reply.responses]
        check_list(responses, step.get("bot"), f"{where}: responses")
        check_text("\n".join(reply.text for reply in replies), step.get("text"), where)
        check_slots(await talk.slots(), step.get("slots"), where)
    slots = await talk.slots()
    check_slots(slots, scenario.get("slots"), "at the end")
    asked = {name for reply in talk.replies for name in reply.responses}
    again = asked & {f"utter_ask_{slot}" for slot in scenario.get("never_asked", ())}
    assert not again, f"asked, though it was told: {again}"


def check_sound(reply: Reply, where: str) -> None:
    """What holds for every reply: it says something, whole and once, and the machine did not run wild."""
    assert reply.texts, f"{where}: silence"
    ran = [action for action in reply.actions if action != "action_listen"]
    assert len(ran) <= MOST_ACTIONS, f"{where}: {ran}"
    assert len(set(reply.texts)) == len(reply.texts), f"{where}: said twice: {reply.texts}"
    assert not (MISSED & set(reply.responses) and any(name.startswith(UNDERSTOOD) for name in reply.responses)), (
        f"{where}: understood and not understood at once: {reply.responses}"
    )
    for text in reply.texts:
        assert "{" not in text and "None" not in text.split(), f"{where}: a gap in the wording: {text}"


def check_list(actual: Sequence[str] | None, expected: Any, where: str) -> None:
    """Compare with an exact list, or with `first`, `last`, `contains` and `not`."""
    if expected is None:
        return
    actual = list(actual or ())
    if isinstance(expected, list):
        assert actual == expected, f"{where}: {actual}, not {expected}"
        return
    assert set(expected) <= {"first", "last", "contains", "not"}, f"not understood: {expected}"
    if "first" in expected:
        assert actual[:1] == [expected["first"]], f"{where}: {actual} does not begin with {expected['first']}"
    if "last" in expected:
        assert actual[-1:] == [expected["last"]], f"{where}: {actual} does not end with {expected['last']}"
    for name in expected.get("contains", ()):
        assert name in actual, f"{where}: no {name} in {actual}"
    for name in expected.get("not", ()):
        assert name not in actual, f"{where}: {name} in {actual}"


def check_text(text: str, expected: Mapping[str, Sequence[str]] | None, where: str) -> None:
    """Look for parts of the wording."""
    for part in (expected or {}).get("contains", ()):
        assert part in text, f"{where}: no {part!r} in: {text}"
    for part in (expected or {}).get("not", ()):
        assert part not in text, f"{where}: {part!r} in: {text}"


def check_slots(slots: Mapping[str, Any], expected: Mapping[str, Any] | None, where: str) -> None:
    """Compare slots; `findings` by their status, lists as responses are."""
    for name, value in (expected or {}).items():
        actual = slots.get(name)
        if name == "findings" and value is not None:
            for finding, status in value.items():
                known = (actual or {}).get(finding, {}).get("status", "untold")
                assert known == status, f"{where}: {finding} is {known}, not {status}: {actual}"
        elif isinstance(value, Mapping):
            check_list(actual, value, f"{where}: {name}")
        else:
            assert actual == value, f"{where}: {name} is {actual!r}, not {value!r}"
