"""`make serve`: the guide as a server, for REST on this machine and for the channels of credentials.yml."""

import os
import re
import shlex
import sys
import time
from collections.abc import Callable
from pathlib import Path

from scripts.derived import credentials_for, endpoints_for, is_loopback
from scripts.ports import PortTakenError, choose_port
from scripts.processes import (
    ActionsElsewhere,
    Child,
    Ended,
    RestartingActions,
    answers,
    end_of_log,
    ending_cleanly,
    log_path,
    start_rasa,
)
from scripts.settings import ACTIONS_PORT, ENV_FILE, LOOPBACK, RASA_PORT, SettingError, apply_environment, shown
from scripts.train import TrainingFailed, ensure_model

Actions = RestartingActions | ActionsElsewhere

# Rasa starts even when it could not load its model, and then answers nobody.
NO_MODEL = ("Could not load model", "Agent loaded with no model")
# Seconds before a Rasa that ended by itself is started again; the second time in short order, twice as long.
FIRST_PAUSE = 0.2
LONGEST_PAUSE = 30.0

# How the messaging apps fare (nose_twitch/rasa_parts/channels/messenger.py, `notice`).
CHANNEL_NOTICE = re.compile(r'CHANNEL (\w+): ([^"\n]*)')  # in a line of text, or in one of JSON

# What the guide depends on goes away and comes back (docs/operations.md has the codes).
_PARTS = {
    "STORE": "The database",
    "LOCKS": "Redis",
    "EVENTS": "The event broker",
    "ACTIONS": "The action server",
}
AWAY_OR_BACK = re.compile(r"\b(STORE|LOCKS|EVENTS|ACTIONS)_(AWAY|BACK)\b")


class ServerFailed(Exception):
    """Rasa ended by itself or came up useless; the message says what its log says."""


def main() -> int:
    """Runs `make serve`."""
    try:
        apply_environment(ENV_FILE)
        with ending_cleanly():
            _serve()
    except (TrainingFailed, PortTakenError, SettingError, ServerFailed) as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    except (KeyboardInterrupt, Ended):
        print("\nThe guide has stopped.", flush=True)
    return 0


def _serve() -> None:
    host = os.environ.get("HOST") or LOOPBACK
    # Ports first: an address that cannot be had should not cost a training.
    actions_url = os.environ.get("ACTIONS_URL", "")
    actions_port = 0 if actions_url else choose_port(os.environ.get("ACTIONS_PORT"), ACTIONS_PORT, "ACTIONS_PORT")
    port = choose_port(os.environ.get("PORT"), RASA_PORT, "PORT", host)
    endpoints = endpoints_for(actions_port or port, actions_url)
    model = ensure_model()
    print("The nose twitch guide is starting ...", flush=True)
    # A second guide from this folder has logs of its own.
    name = "serve" if port == RASA_PORT else f"serve-{port}"
    actions = ActionsElsewhere() if actions_url else RestartingActions(actions_port, log_path(f"{name}-actions"))
    try:
        log = log_path(name)
        settings = ["--endpoints", str(endpoints), "--credentials", str(credentials_for(host, port))]
        # The person's own flags come last, where they win.
        extra = shlex.split(os.environ.get("RASA_ARGS", ""))
        arguments = ["run", "--model", str(model), "--interface", host, "--port", str(port), *settings, *extra]
        _keep_serving(arguments, log, actions, host, port)
    finally:
        actions.end()


def _keep_serving(arguments: list[str], log: Path, actions: Actions, host: str, port: int) -> None:
    """Run Rasa until we are told to end. What fails at the first start ends it; later it is started again and again."""
    began = _serve_once(arguments, log, actions, host, port, lambda: _announce(host, port))
    pause = FIRST_PAUSE
    while True:
        print("Starting it again ...", flush=True)
        pause = FIRST_PAUSE if time.monotonic() - began > LONGEST_PAUSE else min(2 * pause, LONGEST_PAUSE)
        time.sleep(pause)
        began = time.monotonic()
        try:
            _serve_once(arguments, log, actions, host, port, lambda: print("The guide answers again.", flush=True))
        except ServerFailed as failed:
            print(failed, flush=True)


def _serve_once(
    arguments: list[str], log: Path, actions: Actions, host: str, port: int, tell: Callable[[], None]
) -> float:
    """Run Rasa until it crashes; when it began to answer."""
    log_starts_at = log.stat().st_size if log.exists() else 0
    rasa = start_rasa(arguments, log, awaited=actions.health)
    try:
        _until_it_answers(rasa, actions, host, port, log_starts_at)
        tell()
        began = time.monotonic()
        _until_the_end(rasa, actions, log_starts_at)
    finally:
        rasa.end()
    if not rasa.exit_code():  # somebody else told it to end
        _check(rasa)
    print(f"Rasa ended by itself (exit code {rasa.exit_code()}).", flush=True)
    return began


def _until_it_answers(rasa: Child, actions: Actions, host: str, port: int, log_starts_at: int) -> None:
    address = _address("127.0.0.1" if host == "0.0.0.0" else "::1" if host == "::" else host, port)
    while not answers(f"{address}/guide/ready"):
        _check(rasa)
        with rasa.log.open(encoding="utf-8", errors="replace") as log:
            log.seek(min(log_starts_at, rasa.log.stat().st_size))
            if any(sign in log.read() for sign in NO_MODEL):
                raise ServerFailed(_trouble("Rasa came up without its model.", rasa))
        actions.keep_alive()
        time.sleep(0.2)


def _announce(host: str, port: int) -> None:
    print(f"The nose twitch guide answers at {_address(host, port)}/guide/ (Ctrl-C ends it).", flush=True)
    if is_loopback(host):
        print(f"REST: POST {_address(host, port)}/webhooks/rest/webhook", flush=True)
    else:
        print("REST is off, because others can reach this address.", flush=True)


def _until_the_end(rasa: Child, actions: Actions, log_starts_at: int) -> None:
    # As bytes: what is being written may end in half a character.
    with rasa.log.open("rb") as log:
        log.seek(min(log_starts_at, rasa.log.stat().st_size))
        half_a_line = b""
        while rasa.wait(0.5) is None:
            actions.keep_alive()
            *lines, half_a_line = (half_a_line + log.read()).split(b"\n")
            for line in lines:
                if told := _told(line.decode(errors="replace")):
                    print(told, flush=True)


def _told(line: str) -> str:
    """What a line of the log tells whoever runs the guide, if it does."""
    if found := CHANNEL_NOTICE.search(line):
        return f"{found[1].capitalize()}: {found[2]}."
    if found := AWAY_OR_BACK.search(line):
        state = "is away; what to do: docs/operations.md" if found[2] == "AWAY" else "is back"
        return f"{_PARTS[found[1]]} {state}."
    return ""


def _check(rasa: Child) -> None:
    if rasa.exit_code() is not None:
        raise ServerFailed(_trouble(f"Rasa ended by itself (exit code {rasa.exit_code()}).", rasa))


def _trouble(what: str, rasa: Child) -> str:
    return f"{what} The end of {shown(rasa.log)}:\n\n{end_of_log(rasa.log)}"


def _address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


if __name__ == "__main__":
    sys.exit(main())
