"""readline as a whole."""

from __future__ import annotations

import pytest

from nodecompat import readline


@pytest.mark.parametrize("name", readline.__all__)
def testEveryNameIsThere(name: str) -> None:
    assert hasattr(readline, name)


def testThereIsNoOtherName() -> None:
    with pytest.raises(AttributeError, match="emitKeypressEvents"):
        readline.emitKeypressEvents  # type: ignore[attr-defined]  # noqa: B018
