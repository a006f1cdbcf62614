"""A conversation as the actions see it: the only reader of the tracker."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.types import DomainDict

from actions import slots
from nose_twitch.medical.assessment import Assessment, assess
from nose_twitch.medical.case import NOT_SURE, SKIPPED, Case
from nose_twitch.medical.findings import Finding, Status
from nose_twitch.medical.knowledge import Knowledge, load_knowledge

# What stands around words that are quoted.
_AROUND = " .,!?;:\"'"


class Talk:
    """What is known, what was asked, what was said in this turn, and the wording to say it with."""

    def __init__(self, tracker: Tracker, domain: DomainDict) -> None:
        """Wrap one call's tracker and domain."""
        self.tracker = tracker
        self._responses = domain.get("responses", {})
        self.knowledge: Knowledge = load_knowledge()

    @cached_property
    def case(self) -> Case:
        """Everything known of the person."""
        return Case.from_slots(self.tracker.slots, self.knowledge.question_slots)

    @cached_property
    def assessment(self) -> Assessment:
        """What follows from the case, computed from scratch."""
        return assess(self.case, self.knowledge)

    def use(self, case: Case) -> None:
        """Go on with another case (one that an action just changed)."""
        self.case = case
        self.__dict__.pop("assessment", None)

    @property
    def asked(self) -> tuple[str, ...]:
        """Question slots asked so far, in order."""
        return tuple(self.tracker.get_slot(slots.ASKED_QUESTIONS) or ())

    @property
    def open_question(self) -> str | None:
        """The slot being asked for."""
        slot: str | None = self.tracker.get_slot("requested_slot")
        return slot

    @property
    def in_form(self) -> bool:
        """Whether a question is open."""
        return bool((self.tracker.active_loop or {}).get("name") == slots.FORM)

    @property
    def intent(self) -> str:
        """The intent of the last message."""
        return str((self.tracker.latest_message.get("intent") or {}).get("name") or "")

    @property
    def unreadable(self) -> bool:
        """Whether the last message held no words: the pipeline is certain of that, as of nothing else that it cannot place."""
        intent = self.tracker.latest_message.get("intent") or {}
        return self.intent == "nlu_fallback" and float(intent.get("confidence") or 0.0) >= 1.0

    @property
    def message(self) -> str:
        """The last message."""
        return str(self.tracker.latest_message.get("text") or "")

    @property
    def since(self) -> str:
        """How long it has lasted, in the person's words; empty if they did not say."""
        value = str(self.tracker.get_slot("duration") or "")
        return "" if value in (NOT_SURE, SKIPPED) else value.replace("_", " ")

    def slots_set_this_turn(self) -> set[str]:
        """Names of the slots that the last message filled or changed (Rasa's own `requested_slot` aside)."""
        names = {event["name"] for event in self._events_this_turn() if event.get("event") == "slot"}
        return names - {"requested_slot", slots.ANNOUNCED}

    def actions_this_turn(self) -> list[str]:
        """Names of the actions run since the last message, in order, the one that is running included."""
        return [event["name"] for event in self._events_this_turn() if event.get("event") == "action"]

    def said_this_turn(self) -> set[str]:
        """Names of the responses said since the last message."""
        said = (event for event in self._events_this_turn() if event.get("event") == "bot")
        return {str((event.get("metadata") or {}).get("utter_action")) for event in said}

    def _events_this_turn(self) -> list[dict[str, Any]]:
        events: list[dict[str, Any]] = []
        for event in reversed(self.tracker.events):
            if event.get("event") == "user":
                break
            events.append(event)
        return events[::-1]

    def phrase(self, response: str, **values: str) -> str:
        """The text of a response, for use inside another one; its own name if it does not exist (a test forbids that)."""
        variations = self._responses.get(response) or [{"text": response}]
        text = str(variations[0].get("text", "")).strip()
        return text.format(**values) if values else text

    def reasons(self, ids: tuple[str, ...]) -> str:
        """Escalation reasons as one readable list."""
        return listed([self.phrase(f"utter_reason_{reason}") for reason in ids])

    def because(self, finding_ids: tuple[str, ...]) -> str:
        """Findings by name, each with the person's own words."""
        return listed([self.named(self.case.findings[finding]) for finding in finding_ids])

    def named(self, finding: Finding) -> str:
        """A finding by its plain name and, where it differs, the person's words."""
        name = self.knowledge.findings[finding.id].name
        said = finding.said.strip(_AROUND)
        if not said or said.lower() in name.lower() or len(said) > 80:
            return name
        return f'{name} ("{said}")'

    def facts(self) -> list[str]:
        """What was understood, in the person's words."""
        told = [
            finding.said.strip(_AROUND) or self.knowledge.findings[finding.id].name
            for finding in self.case.findings.values()
            if finding.status in (Status.PRESENT, Status.PAST)
        ]
        if self.since and self.case.duration:
            told.append(self.since.strip(_AROUND))
        return [fact for fact in dict.fromkeys(told) if not any(fact != other and fact in other for other in told)]


def responses_said(tracker: Tracker) -> set[str]:
    """Names of the responses that the person has been told so far."""
    said = [event for event in tracker.events if event.get("event") == "bot"]
    return {str((event.get("metadata") or {}).get("utter_action")) for event in said}


def listed(items: list[str]) -> str:
    """`a, b and c`."""
    unique = list(dict.fromkeys(item for item in items if item))
    if len(unique) < 2:
        return "".join(unique)
    return f"{', '.join(unique[:-1])} and {unique[-1]}"
