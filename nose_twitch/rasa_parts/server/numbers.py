"""Numbers from the environment."""

from __future__ import annotations

import math
import os


def positive(setting: str, default: float, what: str) -> float:
    """The setting's value, or the default where it is not set.

    Raises:
        ValueError: It is no positive number; the message is for whoever set it.
    """
    value = os.environ.get(setting) or str(default)
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not 0 < number < math.inf:
        raise ValueError(f"{setting}: {value!r} is no number of {what}; write {default:g}, for example")
    return number
