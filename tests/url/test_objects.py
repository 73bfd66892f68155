"""URLs of Blobs."""

from __future__ import annotations

import pytest

from nodecompat.blob import Blob
from nodecompat.buffer import resolveObjectURL
from nodecompat.errors import ERR_INVALID_ARG_TYPE
from nodecompat.url import URL


def testABlobIsFoundByItsUrlUntilItIsRevoked() -> None:
    blob = Blob(["x"])
    id = URL.createObjectURL(blob)
    assert id.startswith("blob:nodedata:") and len(id) == len("blob:nodedata:") + 36
    assert resolveObjectURL(id) is blob
    assert resolveObjectURL(id + "x") is resolveObjectURL("x") is resolveObjectURL(5) is None
    URL.revokeObjectURL("x")
    URL.revokeObjectURL(id)
    assert resolveObjectURL(id) is None


def testWhatIsNoBlobHasNoUrl() -> None:
    with pytest.raises(ERR_INVALID_ARG_TYPE, match='The "obj" argument must be an instance of Blob'):
        URL.createObjectURL(5)  # type: ignore[arg-type]
