"""`make chat`: a conversation with the guide in this terminal, by Rasa's own shell."""

import contextlib
import signal
import sys
import termios
import time
from collections.abc import Iterator

from scripts.derived import endpoints_for
from scripts.ports import PortTakenError, choose_port
from scripts.processes import (
    Child,
    Ended,
    RestartingActions,
    end_of_log,
    ending_cleanly,
    log_path,
    start_rasa,
)
from scripts.settings import ACTIONS_PORT, LOOPBACK, RASA_PORT, SettingError, apply_environment, shown
from scripts.train import TrainingFailed, ensure_model

CTRL_C_GRACE_SECONDS = 2.0


def main() -> int:
    """Runs `make chat`."""
    apply_environment()
    try:
        with ending_cleanly(), _terminal_restored():
            return _talk()
    except (TrainingFailed, PortTakenError, SettingError) as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    except (KeyboardInterrupt, Ended):
        return 130


def _talk() -> int:
    model = ensure_model()
    print("The nose twitch guide is starting; that takes about 10 seconds.", flush=True)
    actions_port = choose_port(None, ACTIONS_PORT, "ACTIONS_PORT")
    port = choose_port(None, RASA_PORT, "PORT")
    actions = RestartingActions(actions_port, log_path("chat-actions"))
    try:
        where = ["--interface", LOOPBACK, "--port", str(port), "--endpoints", str(endpoints_for(actions_port))]
        rasa = start_rasa(
            ["shell", "--quiet", "--model", str(model), *where],
            log_path("chat"),
            awaited=actions.health,
            foreground=True,
        )
        try:
            return _until_the_end(rasa, actions)
        finally:
            rasa.end()
    finally:
        actions.end()


def _until_the_end(rasa: Child, actions: RestartingActions) -> int:
    interrupted_at: float | None = None

    def note_interrupt(*_: object) -> None:
        nonlocal interrupted_at
        interrupted_at = interrupted_at or time.monotonic()

    # The terminal sends Ctrl-C to Rasa as well, which usually ends by itself. In one of its
    # menus it hangs instead, so after a moment it is ended from here.
    signal.signal(signal.SIGINT, note_interrupt)
    while rasa.wait(0.2) is None:
        actions.keep_alive()
        if interrupted_at and time.monotonic() - interrupted_at > CTRL_C_GRACE_SECONDS:
            return 130
    if rasa.exit_code() == 0 or interrupted_at:
        return 0
    print(f"\nThe guide stopped unexpectedly. The end of {shown(rasa.log)}:\n", file=sys.stderr)
    print(end_of_log(rasa.log), file=sys.stderr)
    return 1


@contextlib.contextmanager
def _terminal_restored() -> Iterator[None]:
    """Leaves the terminal as it was: a shell that had to be ended may have it in raw mode."""
    try:
        before = termios.tcgetattr(sys.stdin)
    except (termios.error, ValueError, OSError):
        yield  # not a terminal
        return
    try:
        yield
    finally:
        with contextlib.suppress(termios.error, OSError):
            termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)


if __name__ == "__main__":
    sys.exit(main())
