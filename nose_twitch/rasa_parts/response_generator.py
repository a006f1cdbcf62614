"""Rasa's response generator, with two additions: the same four controls at every question, and no menus in the terminal.

In `rasa shell` a message with buttons becomes a menu in which typed words are ignored and Enter picks the first entry. A
frightened person who types "I can't breathe" there would send something else. So in the terminal the quick replies are
written out as a line and every answer is typed.
"""

from __future__ import annotations

from typing import Any

from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

CONTROLS = "utter_question_controls"
QUESTION_PREFIX = "utter_ask_"
TERMINAL = "cmdline"


class GuideResponses(TemplatedNaturalLanguageGenerator):
    """Set as `nlg: type:` in endpoints.yml."""

    def __init__(self, domain: Domain, endpoint_config: EndpointConfig | None = None) -> None:
        """Take the wording from the domain."""
        super().__init__(domain.responses)

    def _controls(self) -> dict[str, Any]:
        """Looked up at each use: Rasa exchanges `responses` when it loads a model."""
        variations = self.responses.get(CONTROLS) or [{}]
        return variations[0]

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any
    ) -> dict[str, Any] | None:
        """The message for a response, with its controls, fitted to the channel."""
        message: dict[str, Any] | None = await super().generate(utter_action, tracker, output_channel, **kwargs)
        if message is None:
            return None
        buttons = list(message.get("buttons") or [])
        is_question = utter_action.startswith(QUESTION_PREFIX)
        if tracker.get_latest_input_channel() == TERMINAL:
            return self._written_out(message, buttons, is_question)
        if is_question:
            message["buttons"] = [*buttons, *self._controls().get("buttons", [])]
        return message

    def _written_out(self, message: dict[str, Any], buttons: list[dict[str, Any]], is_question: bool) -> dict[str, Any]:
        message.pop("buttons", None)
        lines = [message.get("text", "")]
        if buttons:
            lines.append("  [" + "]  [".join(button["title"] for button in buttons) + "]")
        hint = (self._controls().get("metadata") or {}).get("terminal_hint")
        if is_question and hint:
            lines.append(f"  {hint}")
        message["text"] = "\n".join(line for line in lines if line)
        return message
