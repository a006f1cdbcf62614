"""Logs with codes and without anybody's words, whoever writes them and whatever fails.

Our own lines are `CODE key=value`, and keep their values. Of other people's lines only the words that stand in their code
are kept, and of errors the kind and the places, but not the message. So nothing depends on a list of lines that may hold
words. It is done where Python makes a log record, before any handler sees it, so that it does not matter who sets up logging
when. While the guide starts there are no words yet, and lines are whole: `people_may_write` ends that.

`LOG_FORMAT=json` writes one object a line. `LOG_WORDS=yes` shows everything, for talks of your own.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Any, TextIO

from nose_twitch.operations import words
from nose_twitch.operations.call_sites import literal_at

FORMAT_SETTING = "LOG_FORMAT"
WORDS_SETTING = "LOG_WORDS"
OURS = frozenset({"actions", "nose_twitch", "scripts"})
# Rasa's event broker for files writes its events through a logger; they are no log.
_DATA = "event-logger"
_CODE = re.compile(r"[A-Z][A-Z_]+\b")
_FIELD = re.compile(r"\b(\w+)=(\S+)")
_PASSWORD = re.compile(r"(://[^:/@\s]*):[^@/\s]+@")
_LIBRARIES = re.compile(r"^.*/(site-packages|python3\.\d+)/")
_MOST_PLACES = 8
_TEXT = "%(asctime)s %(levelname)-8s %(name)s  - %(message)s"

logger = logging.getLogger(__name__)
_plain_record = logging.getLogRecordFactory()
_hooks = (sys.excepthook, sys.unraisablehook, threading.excepthook, warnings.showwarning, logging.raiseExceptions)
_starting = True


def install() -> None:
    """Guard this process's logs. Call it as soon as our code is there; again does no harm."""
    if logging.getLogRecordFactory() is _record:
        return
    logging.setLogRecordFactory(_record)
    sys.excepthook, sys.unraisablehook = _process_failed, _unraisable
    threading.excepthook, warnings.showwarning = _thread_failed, _warned
    _set_formats()
    if _shows_words():
        logger.warning("LOG_WORDS_SHOWN")


def uninstall() -> None:
    """Leave logs as they were (for tests)."""
    global _starting
    logging.setLogRecordFactory(_plain_record)
    sys.excepthook, sys.unraisablehook, threading.excepthook, warnings.showwarning, logging.raiseExceptions = _hooks
    _starting = True


def people_may_write() -> None:
    """From now on a line may hold somebody's words. Call it when the server listens; the first `handling` does it, too."""
    global _starting
    if _starting:
        _starting = False
        # What logging says of a log call that is wrong holds the call's values, and is no log record.
        logging.raiseExceptions = _shows_words()
        _set_formats()


@contextmanager
def handling(text: str | None) -> Iterator[None]:
    """While a message is in hand: our own lines cannot hold it either, even by mistake."""
    people_may_write()
    with words.in_hand(text):
        yield


def code_of(line: str) -> str:
    """The code at the beginning of a line of ours; empty if there is none."""
    found = _CODE.match(line)
    return found[0] if found else ""


def told(error: BaseException | None) -> str:
    """An error without its message: its kind, where it happened (innermost first), and what caused it."""
    kinds: list[str] = []
    while error is not None and len(kinds) < _MOST_PLACES:
        kinds.append(f"{type(error).__name__} at {' < '.join(_places(error.__traceback__)) or 'nowhere'}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return " | from ".join(kinds)


def _shows_words() -> bool:
    return os.environ.get(WORDS_SETTING) == "yes"


def _is_ours(name: str) -> bool:
    return name.partition(".")[0] in OURS


def _record(*args: Any, **kwargs: Any) -> logging.LogRecord:
    record = _plain_record(*args, **kwargs)
    if record.name == _DATA:
        return record
    if _starting or _shows_words():
        record.msg, record.args = _PASSWORD.sub(r"\1:***@", _whole(record)), ()
        return record
    error = record.exc_info[1] if record.exc_info else None
    if error is None and record.levelno >= logging.ERROR:
        error = sys.exc_info()[1]  # logged where it was caught
    record.msg, record.args, record.exc_info, record.stack_info = _safe(record), (), None, None
    record.exc_text = f"  {told(error)}" if error else None
    return record


def _whole(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception:  # the call does not fit its text; logging drops such a line, loudly
        return str(record.msg)


def _safe(record: logging.LogRecord) -> str:
    if _is_ours(record.name):
        return words.hide(_whole(record))
    path, line = _call_site(record)
    return literal_at(path, line) or f"(no words of its own) at {_short(path)}:{line}"


def _call_site(record: logging.LogRecord) -> tuple[str, int]:
    """Where it was logged; behind structlog, Python takes structlog for the place."""
    frame: FrameType | None = sys._getframe()
    while frame and frame.f_globals.get("__name__", "").partition(".")[0] in ("logging", "nose_twitch", "structlog"):
        frame = frame.f_back
    if frame and "/structlog/" in record.pathname:
        return frame.f_code.co_filename, frame.f_lineno
    return record.pathname, record.lineno


def _places(trace: TracebackType | None) -> list[str]:
    places: list[str] = []
    while trace is not None:
        code = trace.tb_frame.f_code
        places.insert(0, f"{_short(code.co_filename)}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return places[:_MOST_PLACES]


def _short(path: str) -> str:
    return _LIBRARIES.sub("", path).removeprefix(f"{os.getcwd()}/")


# --- what is written without a log record: errors that nobody caught, and warnings ---


def _process_failed(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if _starting or _shows_words() or not issubclass(kind, Exception):
        _hooks[0](kind, error, trace)
    else:
        logger.critical("PROCESS_FAILED error=%s", kind.__name__, exc_info=error)


def _unraisable(failed: sys.UnraisableHookArgs) -> None:
    if _starting or _shows_words():
        _hooks[1](failed)
    else:
        logger.error("UNRAISABLE error=%s", failed.exc_type.__name__, exc_info=failed.exc_value)


def _thread_failed(failed: threading.ExceptHookArgs) -> None:
    if _starting or _shows_words() or not issubclass(failed.exc_type, Exception):
        _hooks[2](failed)
    else:
        logger.error("THREAD_FAILED error=%s", failed.exc_type.__name__, exc_info=failed.exc_value)


def _warned(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    if _starting or _shows_words() or file is not None:
        _hooks[3](message, category, filename, lineno, file, line)
    else:
        logger.warning("PYTHON_WARNING kind=%s at=%s:%s", category.__name__, _short(filename), lineno)


# --- how lines look ---


class JsonLines(logging.Formatter):
    """One object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON; `code` and `fields` only for lines of ours."""
        message = record.getMessage()
        code = code_of(message) if _is_ours(record.name) else ""
        line: dict[str, Any] = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03d}Z",
            "level": record.levelname,
            "logger": record.name,
            "code": code or None,
            "fields": dict(_FIELD.findall(message)) if code else {},
            "pid": record.process,
            "message": message,
        }
        if record.exc_info and not record.exc_text:
            record.exc_text = self.formatException(record.exc_info)
        if record.exc_text:
            line["error"] = record.exc_text.strip()
        return json.dumps(line, ensure_ascii=False)


def _set_formats() -> None:
    """Rasa's own format is readable; only Python's last resort, which Sanic's errors reach, has none."""
    as_json = os.environ.get(FORMAT_SETTING) == "json"
    if logging.lastResort:
        logging.lastResort.setFormatter(JsonLines() if as_json else logging.Formatter(_TEXT))
    if as_json:
        known = [logging.getLogger(), *(logging.getLogger(name) for name in logging.root.manager.loggerDict)]
        for handler in (handler for each in known if each.name != _DATA for handler in each.handlers):
            handler.setFormatter(JsonLines())
