"""Actions that raise, hang, loop or are gone."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import socketio

from benchmarks.rasa_as_shipped.bench import SECRET, SQLITE, Bot, Reply, Row, bot, hanging_server, wait_until

HANG_SECONDS = 330.0


def raising_action() -> Iterator[Row]:
    """An action with a bug, alone and as a form's validation."""
    with bot() as b:
        reply = b.say("run the bug")
        yield Row("action raises after it has spoken", str(reply), f"the turn; next turn: {b.say('hello')}", b.log())
    with bot() as b:
        b.ask("start my report")
        reply = b.say(f"3 days, break the action, {SECRET}")
        after = b.ask("4 days", "recall it")
        yield Row("validation of a form's answer raises", str(reply), f"the answer; next turns: {told(after)}", b.log())


def no_action_server() -> Iterator[Row]:
    """An address where nothing listens."""
    with bot(actions=False) as b:
        reply = b.say("run the bug")
        yield Row("custom action, action server absent", str(reply), f"the turn; next turn: {b.say('hello')}", b.log())
        replies = b.ask("start my report", f"3 days {SECRET}", "nose", "cancer")
        known = b.say("recall it")
        yield Row("whole form, action server absent", told(replies), f"the form; what is known: {known}", b.log())


def hanging_action() -> Iterator[Row]:
    """The action server takes the request and never answers; each writes again 5 s later, Ana by REST, Ben by Socket.IO."""
    with hanging_server() as url, bot(action_url=url) as b, ThreadPoolExecutor() as pool:
        ben = pool.submit(socket_talk, b, ["slow action", "hello"], HANG_SECONDS)
        first = pool.submit(b.say, "slow action", "ana", HANG_SECONDS)
        time.sleep(5)
        second = pool.submit(b.say, "hello", "ana", HANG_SECONDS)
        got = f"{first.result()}; the second message: {second.result()}"
        log = b.log()
        done = "action server accepts and never answers; 5 s later the person writes again"
        yield Row(f"REST: {done}", got, f"the first turn; then: {b.say('hello')}", log)
        yield Row(f"Socket.IO: {done}", f"in {HANG_SECONDS:.0f} s: {ben.result()}", "the first turn", b.log())


def socket_talk(b: Bot, texts: list[str], wait: float) -> list[str]:
    """Say these over Socket.IO, one every 5 s, and return all that came back and when."""
    client = socketio.Client()
    came: list[str] = []
    begun = time.monotonic()
    client.on("bot_uttered", lambda message: came.append(f"{json.dumps(message)} at {time.monotonic() - begun:.0f} s"))
    client.connect(f"http://127.0.0.1:{b.rasa.port}", transports=["polling"])
    client.emit("session_request", {"session_id": "ben"})
    time.sleep(0.5)
    begun = time.monotonic()
    for text in texts:
        client.emit("user_uttered", {"message": text, "session_id": "ben"})
        time.sleep(5)
    wait_until(lambda: time.monotonic() > begun + wait, wait)
    client.disconnect()
    return came


def killed_action_server() -> Iterator[Row]:
    """Kill -9 of the action server with a question open, started again two answers later."""
    with bot(SQLITE) as b:
        b.ask("start my report")
        b.actions.send(signal.SIGKILL)
        replies = b.ask(f"as long as I live {SECRET}", "nose")
        b.actions.start()
        after = b.ask("cancer", "recall it")
        yield Row(
            "kill -9 of the action server in the form, two answers, restarted, last answer",
            told(replies),
            f"validation; after restart: {told(after)}",
            b.log(),
        )


def circuit_breaker() -> Iterator[Row]:
    """An action that always wants itself to be next."""
    with bot() as b:
        reply = b.say("loop forever")
        after = b.ask("hello", "hello", "hello")
        yield Row("action asks for itself without end", str(reply), f"the turn; next turns: {told(after)}", b.log())


def told(replies: list[Reply]) -> str:
    """Several replies in one cell."""
    return " → ".join(map(str, replies))
