"""timingSafeEqual."""

from __future__ import annotations

import pytest

from nodecompat import crypto
from nodecompat.errors import NodeTypeError


def testEqualAndNot() -> None:
    assert crypto.timingSafeEqual(b"secret", memoryview(b"secret"))
    assert not crypto.timingSafeEqual(b"secret", b"Secret")


def testAnErrorDoesNotShowTheSecret() -> None:
    with pytest.raises(NodeTypeError) as caught:
        crypto.timingSafeEqual("my secret", b"x")  # type: ignore[arg-type]
    assert "my secret" not in str(caught.value)
