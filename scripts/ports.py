"""Choosing ports: a default that is taken moves on, one that a person asked for does not."""

import fcntl
import os
import socket
import tempfile
from pathlib import Path
from typing import IO

TRIES = 100

# Open for as long as this process lives: Rasa takes seconds to bind its port, and a second
# launcher must not choose the same one in between.
_claims: list[IO[str]] = []


class PortTakenError(Exception):
    """A port that was asked for by number cannot be had."""


def choose_port(asked: str | None, default: int, what: str, host: str = "127.0.0.1") -> int:
    """Returns a port that is free on `host`.

    Args:
        asked: What the person set, if anything. This very port or none.
        default: Where to begin to look when nothing was set.
        what: Name of the setting, for the error.
        host: The address that will be bound.

    Raises:
        PortTakenError: The port that was asked for is taken or is no port number.
    """
    if asked:
        if not asked.isdecimal() or not 0 < int(asked) < 65536:
            raise PortTakenError(f"{what}={asked} is not a port number (1 to 65535).")
        if not _claim(int(asked), host):
            raise PortTakenError(f"{what}={asked}: something else is using this port. Choose another, or leave it out.")
        return int(asked)
    for port in range(default, min(default + TRIES, 65536)):
        if _claim(port, host):
            return port
    raise PortTakenError(f"No free port from {default} to {default + TRIES - 1}. Set one with {what}=...")


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether nothing answers at this port on this machine and it can be bound."""
    # A listener on ::1 counts: clients that are told "localhost" may try it first.
    for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            with socket.socket(family) as probe:
                probe.settimeout(0.5)
                if probe.connect_ex((address, port)) == 0:
                    return False
        except OSError:
            continue  # no such protocol here
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        # As the servers do it: the rests of a server that has just ended are no obstacle.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _claim(port: int, host: str) -> bool:
    lock_file = Path(tempfile.gettempdir()) / f"nose-twitch-guide-{os.getuid()}-{port}.lock"
    lock = lock_file.open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        return False
    if not is_free(port, host):
        lock.close()
        return False
    _claims.append(lock)
    return True
