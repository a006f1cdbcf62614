"""Models that do not load, components that raise, "forget me", a polite end, and strangers."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import requests

from benchmarks.rasa_as_shipped.action_faults import told
from benchmarks.rasa_as_shipped.bench import SECRET, SQLITE, Bot, Reply, Row, bot
from benchmarks.rasa_as_shipped.store_faults import FORM, texts_stored


def truncate(model: Path) -> None:
    """Cut the file in half."""
    model.write_bytes(model.read_bytes()[: model.stat().st_size // 2])


def overwrite(model: Path) -> None:
    """Overwrite 2 kB in the middle."""
    data = bytearray(model.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 2048] = b"\xff" * 2048
    model.write_bytes(bytes(data))


def bad_model() -> Iterator[Row]:
    """A model file that is cut, damaged, empty or missing."""
    spoilings = {
        "truncated": truncate,
        "overwritten": overwrite,
        "empty": lambda f: f.write_bytes(b""),
        "missing": Path.unlink,
    }
    for name, spoil in spoilings.items():
        with bot(start=False, actions=False) as b:
            spoil(b.folder / "models" / "model.tar.gz")
            seconds = b.rasa.start(must=False)
            time.sleep(1)
            code = b.rasa.process.poll()  # type: ignore[union-attr]
            state = f"runs (listens after {seconds:.1f} s)" if code is None else f"ended with code {code}"
            done = f"model file {name} at start-up: Rasa {state}; GET / says {health(b)}"
            yield Row(done, f"{b.say(f'hello {SECRET}')}; again: {b.say('hello')}", "", b.log())


def health(b: Bot) -> str:
    """The status of Rasa's own front page."""
    try:
        return str(requests.get(f"http://127.0.0.1:{b.rasa.port}/", timeout=5).status_code)
    except requests.ConnectionError:
        return "nothing"


def raising_component() -> Iterator[Row]:
    """A component of the pipeline raises, with a question open."""
    with bot(SQLITE) as b:
        b.ask(*FORM[:2])
        reply = b.say(f"break the pipeline {SECRET}")
        after = b.ask("nose", "recall it")
        stored = texts_stored(b.folder / "talks.db")
        kept = any("pipeline" in text for text in stored)
        lost = f"the message {'is' if kept else 'is not'} in the store; next: {told(after)}"
        yield Row("a component of the pipeline raises in the form", str(reply), lost, b.log())


def forget_me() -> Iterator[Row]:
    """Restarted(), and then a search for the person's words."""
    for debug in (False, True):
        with bot(SQLITE, rasa_args=("--debug",) if debug else ()) as b:
            b.ask(*FORM[:1], f"{SECRET} without a number", *FORM[1:])
            replies = b.ask("forget me", "recall it")
            held = (b.folder / "talks.db").read_bytes().count(SECRET.encode())
            rows = sum(SECRET in text for text in texts_stored(b.folder / "talks.db"))
            left = f"still in the SQLite file: {held} times, in {rows} messages"
            yield Row(f'"forget me" → Restarted(){", log level DEBUG" if debug else ""}', told(replies), left, b.log())


def terminated() -> Iterator[Row]:
    """SIGTERM one second into a turn of five."""
    with bot(SQLITE) as b:
        b.say("hello")
        replies: list[Reply] = []
        turn = threading.Thread(target=lambda: replies.append(b.say(f"slow action {SECRET}")))
        turn.start()
        time.sleep(1)
        begun = time.monotonic()
        b.rasa.send(signal.SIGTERM)
        ended = time.monotonic() - begun
        turn.join()
        stored = texts_stored(b.folder / "talks.db")
        kept = "is" if any("slow" in text for text in stored) else "is not"
        got = f"{replies[0]}; Rasa ended {ended:.1f} s after SIGTERM with {b.rasa.process.returncode}"  # type: ignore[union-attr]
        yield Row("SIGTERM one second into a turn of five", got, f"the message {kept} in the store", b.log())


def strangers() -> Iterator[Row]:
    """Somebody who knows, or guesses, a conversation's id; and the HTTP API without a token."""
    with bot(SQLITE, rasa_args=("--enable-api",)) as b:
        b.ask(*FORM[:2])
        root = f"http://127.0.0.1:{b.rasa.port}"
        replies = b.ask("the stranger's", "text", "recall it")
        read = f"her words are read by the stranger: {SECRET in str(replies[-1])}; her report holds the stranger's"
        yield Row("a stranger posts with Ana's sender id", told(replies), read, b.log())
        talk = [
            requests.post(f"{root}/webhooks/rest/webhook", json={"message": text}).json()
            for text in (*FORM, "recall it")
        ]
        read = f"words of the first are read by the second: {SECRET in str(talk[-1])}"
        yield Row("two people without a sender id", f"the second reads: {talk[-1][0]['text']}", read, b.log())
        tracker = requests.get(f"{root}/conversations/ana/tracker")
        slot = {"event": "slot", "name": "place", "value": "planted"}
        written = requests.post(f"{root}/conversations/ana/tracker/events", json=slot)
        model = requests.put(f"{root}/model", json={"model_file": "models/model.tar.gz"})
        codes = (
            f"read tracker {tracker.status_code}, write events {written.status_code}, load a model {model.status_code}"
        )
        kept = f"her words in what is read: {SECRET in tracker.text}; then she gets {b.say('recall it')}"
        yield Row("--enable-api without a token", codes, kept, b.log())
    with bot(start=False, actions=False) as b:
        b.rasa.command = [each for each in b.rasa.command if each not in ("-i", "127.0.0.1")]
        b.rasa.start()
        table = Path("/proc/net/tcp").read_text() + Path("/proc/net/tcp6").read_text()
        everywhere = f"00000000:{b.rasa.port:04X}" in table
        where = "every address of the machine" if everywhere else "loopback only"
        payload = b.say('/greet{"duration": "planted"}')
        yield Row("rasa run without -i", f"listens on {where}; a typed payload gets {payload}", "", b.log())
