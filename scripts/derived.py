"""Rasa's two settings files with this run's values in them, written to `var/run`.

The files in the repository's root stay as any Rasa user expects: working literals.
"""

import ipaddress
import re
from pathlib import Path

from scripts.settings import ROOT, RUN

_ACTION_URL = re.compile(r"^(action_endpoint:\s*\n(?:[ \t]+.*\n|[ \t]*#.*\n)*?[ \t]+url:[ \t]*)\S+", re.MULTILINE)
_REST = re.compile(r"^rest:.*\n(?:[ \t]+.*\n|[ \t]*\n)*", re.MULTILINE)


def endpoints_for(actions_port: int) -> Path:
    """Writes endpoints.yml with the action server's real address in it."""
    text = _text_of("endpoints.yml")
    derived, found = _ACTION_URL.subn(rf"\g<1>http://127.0.0.1:{actions_port}/webhook", text)
    if found != 1:
        raise ValueError("endpoints.yml: expected one 'url' under 'action_endpoint'.")
    return _write(f"endpoints-{actions_port}.yml", derived)


def credentials_for(host: str, port: int) -> Path:
    """Writes credentials.yml without the REST channel where strangers could reach it.

    REST lets a caller name any conversation and speak in it, so it is for this machine only.
    """
    text = _text_of("credentials.yml")
    return _write(f"credentials-{port}.yml", text if is_loopback(host) else _REST.sub("", text))


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server bound to `host`."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8").rstrip("\n") + "\n"


def _write(name: str, text: str) -> Path:
    RUN.mkdir(parents=True, exist_ok=True)
    path = RUN / name
    path.write_text(text, encoding="utf-8")
    return path
