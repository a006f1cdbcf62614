"""Starts Rasa or its action server as usual, but so that things break when a message names them (test_no_words_in_logs.py).

Usage: python -m tests.operations.faulty rasa|rasa_sdk ARGUMENTS...; each fault puts the message where it would leak.
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import logging
import sys
import threading
import warnings
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

foreign = logging.getLogger("rasa.of_other_people")
ours = logging.getLogger("nose_twitch.of_ours")


def raises(text: str) -> None:
    raise ValueError(f"cannot go on with {text}")


def in_a_thread(text: str) -> None:
    thread = threading.Thread(target=raises, args=(text,))
    thread.start()
    thread.join()


def in_a_task(text: str) -> None:
    async def fail() -> None:
        raises(text)

    asyncio.get_running_loop().call_later(0.1, gc.collect)
    asyncio.get_running_loop().create_task(fail())


def in_a_destructor(text: str) -> None:
    class Broken:
        def __del__(self) -> None:
            raises(text)

    Broken()


def by_lines(text: str) -> None:
    """What a careless line of others holds, and one of ours."""
    foreign.error(f"the slots are {{'findings': {text!r}}}")
    foreign.warning("heard %s", text)
    foreign.info("heard {}".format(text))  # noqa: UP032
    foreign.error(text)
    foreign.error("this line does not fit: %s %s", text)
    ours.error("LINE_CARELESS text=%s", text)
    ours.error("LINE_ESCAPED text=%r", {"text": text})


def by_warning(text: str) -> None:
    warnings.warn(f"never say {text}", RuntimeWarning, stacklevel=1)


FAULTS: dict[str, Callable[[str], None]] = {
    "thread": in_a_thread,
    "task": in_a_task,
    "destructor": in_a_destructor,
    "lines": by_lines,
    "warning": by_warning,
    "reading": raises,
}


def break_rasa() -> None:
    from rasa.core.agent import Agent
    from rasa.core.channels.channel import CollectingOutputChannel

    from nose_twitch.rasa_parts.findings_extractor import FindingsExtractor
    from nose_twitch.rasa_parts.server.event_table import EventTable

    read, handle, send, write = (
        FindingsExtractor.process,
        Agent.handle_message,
        CollectingOutputChannel.send_text_message,
        EventTable.write,
    )

    def process(self: Any, messages: Any, *args: Any, **kwargs: Any) -> Any:
        for message in messages:
            text = str(message.get("text"))
            for name, fault in FAULTS.items():
                if f"mishap{name}" in text:
                    fault(text)
        return read(self, messages, *args, **kwargs)

    async def handle_message(self: Any, message: Any) -> Any:
        handled = await handle(self, message)
        if "mishapafterwards" in message.text:
            raises(message.text)
        return handled

    async def send_text_message(self: Any, recipient_id: str, text: str, **kwargs: Any) -> None:
        if "mishapoutput" in recipient_id:
            raises(f"{recipient_id}: {text}")
        await send(self, recipient_id, text, **kwargs)

    def write_or_fail(self: Any, sender: str, rows: Any, **kwargs: Any) -> None:
        words = " ".join(row["data"] for row in rows)
        if "mishapstore" in words:
            with self._begun() as connection:
                connection.execute(sa.text("INSERT INTO nowhere VALUES (:words)"), {"words": words})
        write(self, sender, rows, **kwargs)

    FindingsExtractor.process = process
    Agent.handle_message = handle_message
    CollectingOutputChannel.send_text_message = send_text_message
    EventTable.write = write_or_fail


def break_actions() -> None:
    from rasa_sdk.executor import ActionExecutor

    run = ActionExecutor.run

    async def run_or_fail(self: Any, call: dict[str, Any]) -> Any:
        if "mishapaction" in str(call["tracker"]["latest_message"]["text"]):
            raises(str(call))
        return await run(self, call)

    ActionExecutor.run = run_or_fail


if __name__ == "__main__":
    program, *arguments = sys.argv[1:]
    {"rasa": break_rasa, "rasa_sdk": break_actions}[program]()
    sys.argv = [program, *arguments]
    importlib.import_module(f"{program}.__main__").main()
