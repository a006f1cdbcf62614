"""The language parts of this process: read from disk once, in the background, while Rasa reads its own model."""

from __future__ import annotations

import logging
import os
import signal
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache

from nose_twitch.language.reader import MessageReader, load_reader
from nose_twitch.language.sentence_encoder import SentenceEncoder, load_encoder

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Understanding:
    """What reads a message."""

    reader: MessageReader
    encoder: SentenceEncoder


@lru_cache(maxsize=1)
def begin_loading() -> Future[Understanding]:
    """Starts to load; call it first from the thread that builds the components."""
    loader = ThreadPoolExecutor(1, thread_name_prefix="understanding")
    future = loader.submit(lambda: Understanding(load_reader(), load_encoder()))
    future.add_done_callback(_end_if_failed)
    loader.shutdown(wait=False)
    return future


def understanding() -> Understanding:
    """The language parts; waits for them if they are still being read."""
    return begin_loading().result()


def _end_if_failed(future: Future[Understanding]) -> None:
    """A mistake in the lexicon or in a model's file stops the start, not somebody's talk."""
    problem = future.exception()
    if problem:
        logger.critical("E_UNDERSTANDING: %s", problem)
        os.kill(os.getpid(), signal.SIGTERM)
