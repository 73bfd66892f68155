"""Node's `util` module (26).

Node: util.html
"""

from __future__ import annotations

from ..inspection import InspectOptions, inspect
from .formatting import format, formatWithOptions

__all__ = ["InspectOptions", "format", "formatWithOptions", "inspect"]
