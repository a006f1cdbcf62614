"""Runs Rasa or its action server so that it never outlives the launcher.

Usage: python -m scripts.child LIFELINE AWAITED MODULE ARGUMENTS...

LIFELINE is the read end of a pipe whose other end only the launcher holds: when the launcher is
gone, however it ended, the pipe closes and this process ends too. AWAITED is an address that must
answer before MODULE starts its work, or "-". MODULE is run as `python -m` does it, except that its `main` is called.
"""

import importlib
import importlib.util
import os
import signal
import sys
import threading
import time
import traceback
from typing import Any

from scripts.processes import answers

PATIENCE_SECONDS = 30


def main() -> None:
    """Imports the module, waits for what it needs, and runs its `main`."""
    lifeline, awaited, module, *arguments = sys.argv[1:]
    threading.Thread(target=_end_with, args=(int(lifeline),), daemon=True).start()
    started = time.monotonic()
    if module == "rasa":
        # Nearly all of Rasa's start is this import; the action server comes up meanwhile.
        importlib.import_module("rasa.core.run")
    program = importlib.import_module(f"{module}.__main__" if _is_package(module) else module)
    print(f"{module} imported in {time.monotonic() - started:.1f} s", file=sys.stderr, flush=True)
    if arguments[:1] == ["shell"]:
        _end_when_the_shell_breaks()
    if awaited != "-":
        _wait_for(awaited)
    sys.argv = [module, *arguments]
    sys.exit(program.main())


def _is_package(module: str) -> bool:
    spec = importlib.util.find_spec(module)
    return bool(spec and spec.submodule_search_locations)


def _end_with(lifeline: int) -> None:
    os.read(lifeline, 1)  # nothing is ever written: this returns when the launcher is gone
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(3)
    os._exit(1)


def _end_when_the_shell_breaks() -> None:
    """Rasa's shell asks nothing more, for ever, after a Ctrl-C in one of its menus or any error."""
    console: Any = importlib.import_module("rasa.core.channels.console")
    record_messages = console.record_messages

    async def guarded(*args: Any, **kwargs: Any) -> int:
        try:
            return int(await record_messages(*args, **kwargs))
        except AttributeError:
            return 0  # Ctrl-C: the menu gave no answer, and Rasa looked inside it
        except Exception:
            traceback.print_exc()
            sys.stderr.flush()
            os._exit(1)

    console.record_messages = guarded


def _wait_for(address: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not answers(address):
        if time.monotonic() > deadline:
            # Better to talk without the action server than not at all: emergencies do not need it.
            print(f"{address} does not answer; going on without it", file=sys.stderr, flush=True)
            return
        time.sleep(0.1)


if __name__ == "__main__":
    main()
