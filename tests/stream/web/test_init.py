"""Names of `stream/web` that stand on other modules."""

from __future__ import annotations

import pytest

from nodecompat.stream import web
from nodecompat.util.textstreams import TextDecoderStream


def testNamesThatComeLater() -> None:
    assert web.TextDecoderStream is TextDecoderStream
    assert {"CompressionStream", "DecompressionStream", "TextEncoderStream"} <= set(web.__all__)
    assert all(hasattr(web, name) for name in web.__all__)


def testANameThatIsNone() -> None:
    with pytest.raises(AttributeError, match="nothing"):
        web.nothing  # noqa: B018
