"""A port that nobody uses."""

import socket


def free_port() -> int:
    """Free at the moment of asking."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])
