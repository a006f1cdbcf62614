"""Rasa's two settings files with this run's values in them, written to `var/run`.

The files in the repository's root stay as any Rasa user expects: working literals.
"""

import ipaddress
import os
import re
from pathlib import Path

from scripts.settings import LOOPBACK, ROOT, RUN, SettingError

_ACTION_URL = re.compile(r"^(action_endpoint:\s*\n(?:[ \t]+.*\n|[ \t]*#.*\n)*?[ \t]+url:[ \t]*)\S+", re.MULTILINE)
_WEBHOOK = re.compile(r"https?://[^\s\"'#]+/webhook")
_SECRET = re.compile(r"[!-~]{32,}")
_REST = re.compile(r"^rest:.*\n(?:[ \t]+.*\n|[ \t]*\n)*", re.MULTILINE)


def endpoints_for(port: int, actions_url: str = "") -> Path:
    """Writes endpoints.yml with the action server of this run in it, and how Rasa shows that it may call it.

    Args:
        port: Of the action server on this machine. Also names the file.
        actions_url: Where the action servers are instead (ACTIONS_URL).

    Raises:
        SettingError: ACTIONS_URL is no such address, or ACTIONS_SECRET is too short.
    """
    if actions_url and not _WEBHOOK.fullmatch(actions_url):
        raise SettingError(f"ACTIONS_URL={actions_url} is no address such as http://actions.internal:5055/webhook.")
    secret = os.environ.get("ACTIONS_SECRET")
    # The action server checks it, too (actions/server.py); here it is said before anything is started.
    if secret and not _SECRET.fullmatch(secret):
        raise SettingError("ACTIONS_SECRET must have at least 32 characters, without spaces.")
    # By its name: Rasa puts the value in when it reads the file, and it is never written down.
    header = "\n  headers:\n    Authorization: Bearer ${ACTIONS_SECRET}" if secret else ""
    address = actions_url or f"http://{LOOPBACK}:{port}/webhook"
    derived, found = _ACTION_URL.subn(lambda match: f"{match[1]}{address}{header}", _text_of("endpoints.yml"))
    if found != 1:
        raise ValueError("endpoints.yml: expected one 'url' under 'action_endpoint'.")
    return _write(f"endpoints-{port}.yml", derived)


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
