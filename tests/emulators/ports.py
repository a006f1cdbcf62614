"""A port that nobody uses."""

import random
import socket

from scripts.ports import is_free


def free_port() -> int:
    """Free at the moment of asking."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def lasting_port() -> int:
    """One for a server that goes away and comes back: meanwhile the system gives it to no outgoing connection."""
    while not is_free(port := random.randrange(10_000, 30_000)):
        pass
    return port
