"""`make audit`: asks for known vulnerabilities of what is locked, and compares them with the reviewed list.

Needs the network, so it is no part of the tests. A new finding fails; so does a service that could not be asked, because
pip-audit itself then says that nothing was found.
"""

import json
import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from scripts.settings import ROOT

REVIEWED = ROOT / "docs" / "dependency-audit.yml"
LOCKS = ("requirements.lock", "requirements-tools.lock", "requirements-dev.lock")
NPM_LOCKS = ("widget", "tests/emulators/telegram")

# Package, version, and all names of one advisory.
Finding = tuple[str, str, frozenset[str]]


class NotAskedError(Exception):
    """The service did not answer for everything; the message says for what."""


def main() -> int:
    """Runs `make audit`."""
    try:
        found = [*_python_findings(), *_npm_findings()]
    except NotAskedError as problem:
        print(f"The audit is not complete: {problem}", file=sys.stderr)
        return 1
    new, gone = compare(found, yaml.safe_load(REVIEWED.read_text(encoding="utf-8"))["reviewed"])
    for line in gone:
        print(f"No longer found, take it out of {REVIEWED.name}: {line}")
    for line in new:
        print(f"NEW: {line}", file=sys.stderr)
    print(f"{len(found)} findings, {len(new)} of them not reviewed.")
    return 1 if new else 0


def compare(found: list[Finding], reviewed: list[dict[str, Any]]) -> tuple[list[str], list[str]]:
    """What was found and is not reviewed, and what was reviewed and is not found any more."""
    known = {(each["package"], str(each["version"]), name) for each in reviewed for name in each["advisories"]}
    seen = {(package, version, name) for package, version, names in found for name in names}
    new = [
        f"{package} {version}: {', '.join(sorted(names))}"
        for package, version, names in found
        if not any((package, version, name) in known for name in names)
    ]
    return sorted(set(new)), [" ".join(each) for each in sorted(known - seen)]


def _python_findings() -> Iterator[Finding]:
    for lock in LOCKS:
        answer = _ask(
            [*shlex.split(os.environ["PIP_AUDIT"]), *_PIP_AUDIT_FLAGS, str(_without_local_packages(lock))], ROOT
        )
        yield from python_findings(answer, lock)


def python_findings(answer: dict[str, Any], lock: str) -> Iterator[Finding]:
    """From pip-audit's answer.

    Raises:
        NotAskedError: A package was passed over.
    """
    passed_over = [each["name"] for each in answer["dependencies"] if "skip_reason" in each]
    if passed_over:
        raise NotAskedError(f"nothing is known of {len(passed_over)} packages of {lock}, such as {passed_over[0]}.")
    for package in answer["dependencies"]:
        for each in package["vulns"]:
            yield package["name"], package["version"], frozenset([each["id"], *each["aliases"]])


def _npm_findings() -> Iterator[Finding]:
    for folder in NPM_LOCKS:
        lock = json.loads((ROOT / folder / "package-lock.json").read_text(encoding="utf-8"))
        answer = _ask([*shlex.split(os.environ["NPM"]), "audit", "--json"], ROOT / folder)
        yield from npm_findings(answer, lock, folder)


def npm_findings(answer: dict[str, Any], lock: dict[str, Any], folder: str) -> Iterator[Finding]:
    """From the answer of `npm audit`.

    Raises:
        NotAskedError: The registry did not answer the question.
    """
    if "vulnerabilities" not in answer:
        raise NotAskedError(f"npm's registry says nothing of {folder} ({answer.get('message', 'no answer')}).")
    for package in answer["vulnerabilities"].values():
        versions = sorted({lock["packages"][node]["version"] for node in package["nodes"]})
        for each in package["via"]:
            if isinstance(each, dict):  # else the name of the package below that has it
                yield package["name"], versions[0], frozenset([each["url"].rsplit("/", 1)[-1]])


_PIP_AUDIT_FLAGS = ("--disable-pip", "--no-deps", "--format", "json", "--progress-spinner", "off", "--requirement")


def _without_local_packages(lock: str) -> Path:
    """The lock's packages by version alone; ours, which lie in a folder, are known to nobody."""
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    pinned = [line.split("\\")[0].rstrip() for line in lines if line[:1].isalnum() and "==" in line]
    path = Path(tempfile.mkdtemp(prefix="audit-")) / lock
    path.write_text("\n".join(pinned), encoding="utf-8")
    return path


def _ask(command: list[str], folder: Path) -> dict[str, Any]:
    # Both tools end with 1 when they find something, so the exit code says nothing.
    told = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    try:
        answer = json.loads(told.stdout)
    except ValueError:
        raise NotAskedError(f"`{command[0]}` says: {told.stderr.strip()[-500:]}") from None
    return dict(answer)


if __name__ == "__main__":
    sys.exit(main())
