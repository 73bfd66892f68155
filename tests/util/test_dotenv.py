"""util.parseEnv."""

from __future__ import annotations

import pytest
import utilcases

from nodecompat.errors import ERR_INVALID_ARG_TYPE
from nodecompat.util import parseEnv


def testRecordedCases() -> None:
    utilcases.check("parseEnv")


def testAMissingNameIsNone() -> None:
    assert parseEnv("A=1")["B"] is None


def testWhatIsNoText() -> None:
    with pytest.raises(ERR_INVALID_ARG_TYPE, match='The "content" argument must be of type string'):
        parseEnv(5)  # type: ignore[arg-type]
