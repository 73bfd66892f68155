"""What several modules of this folder use."""

import pytest
from tls.bed import Bed


@pytest.fixture(params=["its socket is seen", "its socket is not seen"])
def bothWays(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests that hold whether somebody listens for 'connection' or not."""
    monkeypatch.setattr(Bed, "seesSockets", request.param == "its socket is seen")
