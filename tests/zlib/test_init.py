"""zlib as a whole; its names are compared with Node's page in tests/comparisons/zlib.py."""

from __future__ import annotations

from typing import Any

import oracle
import pytest

from nodecompat import zlib


@pytest.mark.parametrize("name", zlib.__all__)
def testEveryNameIsThere(name: str) -> None:
    assert hasattr(zlib, name)


@oracle.needsNode
def testNumbersAreNodes() -> None:
    constants, codes = oracle.evaluate("console.log(JSON.stringify([zlib.constants, zlib.codes]))")
    ours: dict[str, Any] = {name: value for name, value in vars(zlib.constants).items() if name[0].isupper()}
    theirs = dict(constants)
    for name in ("ZLIB_VERNUM", "Z_MAX_CHUNK"):  # of Node's own zlib; Infinity, which is no JSON
        theirs.pop(name)
        ours.pop(name, None)
    assert ours == theirs
    assert zlib.codes == codes
