"""`fs.constants`."""

from __future__ import annotations

import os

import oracle
import pytest

from nodecompat import fs


def testByNameAndAsAttributes() -> None:
    assert (fs.constants.R_OK, fs.constants["R_OK"]) == (os.R_OK, os.R_OK)
    assert fs.promises.constants is fs.constants


def testOneThatThereIsNot() -> None:
    assert fs.constants["O_NOTHING"] is None
    with pytest.raises(AttributeError, match="this system has no O_NOTHING"):
        _ = fs.constants.O_NOTHING


@oracle.needsNode
def testTheyAreNodes() -> None:
    assert fs.constants == oracle.evaluate("console.log(JSON.stringify(require('fs').constants))")
