"""Many messages, the same one twice, strange and huge ones, and channels that cannot deliver."""

from __future__ import annotations

import random
import re
import statistics
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg2
import requests

from benchmarks.rasa_as_shipped.action_faults import socket_talk, told
from benchmarks.rasa_as_shipped.backing import endpoints_of, postgresql, redis
from benchmarks.rasa_as_shipped.bench import SECRET, SQLITE, Reply, Row, bot, listening, say
from benchmarks.rasa_as_shipped.store_faults import FORM, texts_stored

GAP_SECONDS = 0.005


def burst(ports: list[int], number: int, sender: str = "ana") -> list[Reply]:
    """So many messages of one person, one every 5 ms, spread over these ports."""
    with ThreadPoolExecutor(number) as pool:
        waiting = []
        for index in range(number):
            waiting.append(pool.submit(say, ports[index % len(ports)], f"hello number {index}", sender, 60.0))
            time.sleep(GAP_SECONDS)
        return [each.result() for each in waiting]


def summed(replies: list[Reply]) -> str:
    """How many were answered, and when."""
    seconds = [reply.seconds for reply in replies]
    answered = sum(reply.answered for reply in replies)
    times = f"median {statistics.median(seconds):.2f} s, slowest {max(seconds):.2f} s"
    silent = {str(reply.status) for reply in replies if not reply.answered}
    return f"{answered} of {len(replies)} answered ({times})" + (f"; others: {', '.join(silent)}" if silent else "")


def order(texts: list[str], number: int) -> str:
    """What became of the order in the store."""
    stored = [int(found[1]) for text in texts if (found := re.search(r"number (\d+)", text))]
    missing = sorted(set(range(number)) - set(stored))
    kept = "order kept" if stored == sorted(stored) else f"order changed: {stored}"
    return f"{kept}; {len(missing)} of {number} messages missing in the store" + (f" ({missing})" if missing else "")


def fast_messages() -> Iterator[Row]:
    """Two and twenty messages of one person, 5 ms apart."""
    for number in (2, 20):
        with bot(SQLITE) as b:
            b.say("hello")
            replies = burst([b.rasa.port], number)
            stored = order(texts_stored(b.folder / "talks.db"), number)
            yield Row(f"{number} messages of one person, 5 ms apart", summed(replies), stored, b.log())


def fast_messages_two_processes() -> Iterator[Row]:
    """Twenty messages of one person over two Rasas that share PostgreSQL and Redis; five persons, one after the other."""
    with postgresql() as database, redis() as locks:
        shared = endpoints_of(database, locks)
        with bot(shared) as one, bot(shared) as two:
            place = {"host": "127.0.0.1", "port": database.port, "user": "postgres", "dbname": "postgres"}
            query = "select data::json->>'text' from events where type_name = 'user' and sender_id = %s order by id"
            got, stored = [], []
            for sender in ("ana", "ben", "cem", "dana", "emil"):
                one.say("hello", sender)
                got.append(summed(burst([one.rasa.port, two.rasa.port], 20, sender)))
                with psycopg2.connect(**place) as connection, connection.cursor() as cursor:
                    cursor.execute(query, [sender])
                    stored.append(order([row[0] for row in cursor.fetchall()], 20))
            done = "20 messages of one person, two Rasas, Redis locks, PostgreSQL; five persons in turn"
            yield Row(done, " / ".join(got), " / ".join(stored), f"{one.log()} / {two.log()}")


def duplicate_delivery() -> Iterator[Row]:
    """The same answer arrives twice, as a messaging app does that saw no receipt."""
    with bot() as b:
        b.ask(*FORM[:2])
        replies = b.ask("nose", "nose")
        recalled = b.say("recall it")
        yield Row(
            '"nose" delivered twice', told(replies), f"the third answer is taken by the copy: {recalled}", b.log()
        )


def strange_texts() -> Iterator[str]:
    """Two hundred of them, the same in each run."""
    fixed = ["", " ", "\n\n", "\x00", "\x07\x1b[31m", "\u202eabc\u202c", "\u200b\u200d\ufeff", "\ud800", "a\udfffb"]
    fixed += ["/restart", "/back", "/session_start", '/greet{"duration":"x"}', "/greet{", "/nothing", "/", "//"]
    fixed += ['/greet{"a":1}', '{"a": [1]}', "'; drop table events; --", "<script>alert(1)</script>", "{duration}"]
    fixed += ["${HOME}", "%s %d", "../../etc/passwd", "EXTERNAL: greet", "_restart", "/greet@0.5", "/nlu_fallback"]
    fixed += ["x" * 100_000, "a b " * 500, "\\", "\t", "null", "None", "\N{SNEEZING FACE}" * 50]
    yield from fixed
    chance = random.Random(6)
    ranges = [
        (0x01, 0x20),
        (0x20, 0x7F),
        (0x590, 0x6FF),
        (0x4E00, 0x4E80),
        (0x1F600, 0x1F640),
        (0x2000, 0x2070),
        (0x300, 0x370),
    ]
    for _ in range(200 - len(fixed)):
        low, high = chance.choice(ranges)
        yield "".join(chr(chance.randrange(low, high)) for _ in range(chance.randrange(1, 60)))


def fuzzed_messages() -> Iterator[Row]:
    """Two hundred strange messages, in a fresh conversation each."""
    with bot(SQLITE) as b:
        b.ask("hello")
        before = b.rasa.rss()
        replies = [(text, b.say(text, f"fuzz-{index}")) for index, text in enumerate(strange_texts())]
        silent = [f"{ascii(text)[:40]} ({reply.status})" for text, reply in replies if not reply.answered]
        slowest = max(reply.seconds for _, reply in replies)
        got = f"{len(silent)} of {len(replies)} unanswered: {', '.join(silent)}; slowest {slowest:.2f} s"
        yield Row("200 strange messages", got, f"memory grew from {before} to {b.rasa.rss()} MB", b.log())


def malformed_requests() -> Iterator[Row]:
    """Requests that are not what the REST channel expects."""
    bodies = [
        "{}",
        "",
        "not JSON",
        "[]",
        '{"message": null}',
        '{"message": 5}',
        '{"message": ["a"]}',
        '{"sender": 5, "message": "a"}',
    ]
    with bot() as b:
        url = f"http://127.0.0.1:{b.rasa.port}/webhooks/rest/webhook"
        headers = {"Content-Type": "application/json"}
        answers = [(body, requests.post(url, data=body, headers=headers, timeout=30)) for body in bodies]
        got = "; ".join(f"{body or 'empty'} → {answer.status_code} {answer.text[:60]}" for body, answer in answers)
        yield Row("malformed requests", got, "", b.log())


def huge_message() -> Iterator[Row]:
    """Messages of 120 kB, as one word and as many."""
    for name, text in (("one word", "x" * 120_000), ("20,000 words", "hello " * 20_000)):
        with bot() as b:
            b.say("hello")
            before = b.rasa.rss()
            other: list[str] = []
            ben = threading.Timer(0.3, lambda found=other, talk=b: found.append(str(talk.say("hello", "ben"))))
            ben.start()
            reply = b.say(text, seconds=60)
            ben.join()
            memory = f"memory {before} to {b.rasa.rss()} MB"
            yield Row(f"a message of 120 kB, {name}", f"{reply}; another person meanwhile: {other[0]}", memory, b.log())


def failing_output() -> Iterator[Row]:
    """A channel that cannot deliver: Socket.IO with a custom payload, and a callback to where nothing listens."""
    with bot(SQLITE) as b:
        came = socket_talk(b, ["hello", f"send page {SECRET}", "hello"], 15)
        stored = texts_stored(b.folder / "talks.db")
        kept = f"stored messages: {stored}" + (
            "" if any("page" in text for text in stored) else "; the failed turn is not among them"
        )
        yield Row("Socket.IO: a response with a custom payload", f"came: {came}", kept, b.log())
    with bot(SQLITE) as b:
        assert not listening(9)
        url = f"http://127.0.0.1:{b.rasa.port}/webhooks/callback/webhook"
        message = {"sender": "ana", "message": f"start my report {SECRET}"}
        begun = time.monotonic()
        answer = requests.post(url, json=message, timeout=60)
        stored = texts_stored(b.folder / "talks.db")
        got = f"nothing; the sender of the message got {answer.status_code} after {time.monotonic() - begun:.2f} s"
        yield Row("callback channel whose address is dead", got, f"stored messages: {stored}", b.log())
