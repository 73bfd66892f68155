"""The programs of `tools/` as modules, for the tests that play them."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

TOOLS = Path(__file__).resolve().parents[1] / "tools"


def load(name: str) -> Any:
    """The module of that name, loaded anew; it finds its neighbours."""
    spec = importlib.util.spec_from_file_location(name, TOOLS / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    if str(TOOLS) not in sys.path:
        sys.path.insert(0, str(TOOLS))
    spec.loader.exec_module(module)
    return module
