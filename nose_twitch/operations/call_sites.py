"""The words that stand in the code where a line was logged, without the values that were put into it."""

from __future__ import annotations

import ast
from functools import lru_cache
from pathlib import Path

LEFT_OUT = "…"
_METHODS = frozenset({"debug", "info", "warn", "warning", "error", "exception", "critical", "fatal", "log"})


@lru_cache(maxsize=1000)
def literal_at(path: str, line: int) -> str:
    """The constant parts of the first argument of the logging call at this line; empty if there are none."""
    around = [call for call in _logging_calls(path) if call.lineno <= line <= (call.end_lineno or call.lineno)]
    if not around:
        return ""
    innermost = max(around, key=lambda call: call.lineno)
    arguments = [keyword.value for keyword in innermost.keywords if keyword.arg == "msg"] or innermost.args
    is_log = isinstance(innermost.func, ast.Attribute) and innermost.func.attr == "log"
    words = " ".join("".join(_constants(argument) for argument in arguments[is_log : is_log + 1]).split())
    return words if words.strip(f"{LEFT_OUT} .:'") else ""


@lru_cache(maxsize=100)
def _logging_calls(path: str) -> tuple[ast.Call, ...]:
    try:
        tree = ast.parse(Path(path).read_bytes())
    except (OSError, SyntaxError, ValueError):
        return ()  # compiled away, or no Python
    return tuple(
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _METHODS
    )


def _constants(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(_constants(part) for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _constants(node.left) + _constants(node.right)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        return _constants(node.left)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        return _constants(node.func.value)
    return LEFT_OUT
