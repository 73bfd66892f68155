"""url as a whole: the inventory of Node's page."""

from __future__ import annotations

import pytest
from program import python

from nodecompat import url

#: The values of Node's page (@types/node 26) that are here; each is compared with Node in the test of its file.
INVENTORY = (
    "URL URLSearchParams Url domainToASCII domainToUnicode fileURLToPath fileURLToPathBuffer format parse "
    "pathToFileURL resolve resolveObject urlToHttpOptions"
)
LEFT_OUT = {"URLPattern": "ada has it, but its binding does not"}


@pytest.mark.parametrize("name", INVENTORY.split())
def testInventory(name: str) -> None:
    assert name in url.__all__
    assert hasattr(url, name)


def testWhatIsLeftOutIsSaid() -> None:
    for name in LEFT_OUT:
        assert f"`{name}`" in (url.__doc__ or "") and not hasattr(url, name)


def testHttpDoesNotLoadWhatItDoesNotNeed() -> None:
    source = (
        "import sys, nodecompat.http; print('nodecompat.url.legacy' in sys.modules, 'nodecompat.util' in sys.modules)"
    )
    assert python("-c", source)[:2] == (0, "False False\n")
