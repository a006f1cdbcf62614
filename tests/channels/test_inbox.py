"""The inbox: order within a chat, chats side by side, words joined, floods refused."""

from __future__ import annotations

import asyncio

from nose_twitch.rasa_parts.channels.inbox import Inbox, Incoming, Kind
from nose_twitch.rasa_parts.channels.limits import LONGEST_MESSAGE, RateLimit


class Recorder:
    """Handles slowly, and remembers."""

    def __init__(self, fails: bool = False) -> None:
        self.handled: list[Incoming] = []
        self.go = asyncio.Event()
        self.fails = fails

    async def handle(self, incoming: Incoming) -> None:
        await self.go.wait()
        self.handled.append(incoming)
        if self.fails:
            raise RuntimeError


def words(number: int, text: str = "", chat: str = "a") -> Incoming:
    return Incoming(chat, str(number), Kind.WORDS, text or f"part {number}")


async def test_words_that_arrive_meanwhile_are_read_together_and_all_are_done() -> None:
    recorder = Recorder()
    inbox = Inbox(recorder.handle)
    done = [inbox.add(words(1))]
    await asyncio.sleep(0)
    done += [inbox.add(words(2)), inbox.add(words(3))]
    recorder.go.set()
    await asyncio.gather(*done)
    assert [incoming.text for incoming in recorder.handled] == ["part 1", "part 2\npart 3"]
    assert (recorder.handled[1].id, recorder.handled[1].parts) == ("3", (("2", "part 2"), ("3", "part 3")))


async def test_the_same_words_twice_at_once_are_one() -> None:
    recorder = Recorder()
    recorder.go.set()
    inbox = Inbox(recorder.handle)
    await asyncio.gather(inbox.add(words(1, "2")), inbox.add(words(2, "2")))
    assert [incoming.text for incoming in recorder.handled] == ["2"]


async def test_a_press_between_words_keeps_its_place() -> None:
    recorder = Recorder()
    recorder.go.set()
    inbox = Inbox(recorder.handle)
    press = Incoming("a", "2", Kind.PRESS, "1.0:0")
    await asyncio.gather(*[inbox.add(each) for each in (words(1), press, words(3), words(4))])
    assert [incoming.kind for incoming in recorder.handled] == [Kind.WORDS, Kind.PRESS, Kind.WORDS]


async def test_words_are_never_joined_beyond_what_can_be_read() -> None:
    recorder = Recorder()
    recorder.go.set()
    inbox = Inbox(recorder.handle)
    await asyncio.gather(*[inbox.add(words(number, f"{number}{'x' * 900}")) for number in range(5)])
    assert max(len(incoming.text) for incoming in recorder.handled) <= LONGEST_MESSAGE
    assert sum(incoming.text.count("x") for incoming in recorder.handled) == 4_500


async def test_a_chat_that_waits_holds_up_no_other() -> None:
    slow, handled = asyncio.Event(), []

    async def handle(incoming: Incoming) -> None:
        if incoming.chat == "a":
            await slow.wait()
        handled.append(incoming.chat)

    inbox = Inbox(handle)
    waiting = inbox.add(words(1))
    await inbox.add(words(2, chat="b"))
    assert handled == ["b"]
    slow.set()
    await waiting


async def test_a_flood_is_refused_with_one_notice() -> None:
    recorder = Recorder()
    inbox = Inbox(recorder.handle, RateLimit(burst=3, per_minute=0.0001))
    done = [inbox.add(words(number)) for number in range(10)]
    recorder.go.set()
    await asyncio.gather(*done)
    assert [incoming.kind for incoming in recorder.handled] == [Kind.WORDS, Kind.TOO_MANY]


async def test_who_leaves_is_heard_in_a_flood() -> None:
    recorder = Recorder()
    recorder.go.set()
    inbox = Inbox(recorder.handle, RateLimit(burst=1, per_minute=0.0001))
    await asyncio.gather(inbox.add(words(1)), inbox.add(words(2)), inbox.add(Incoming("a", "3", Kind.LEFT)))
    assert recorder.handled[-1].kind is Kind.LEFT


async def test_what_fails_is_done_too_and_the_next_is_handled() -> None:
    recorder = Recorder(fails=True)
    recorder.go.set()
    inbox = Inbox(recorder.handle)
    await inbox.add(words(1))
    await inbox.add(words(2))
    assert len(recorder.handled) == 2


async def test_finishing_waits_and_then_gives_up() -> None:
    recorder = Recorder()
    inbox = Inbox(recorder.handle)
    inbox.add(words(1))
    await inbox.finish(0.1)
    assert recorder.handled == []
