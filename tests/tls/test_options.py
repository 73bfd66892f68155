"""Versions and application protocols, as options give them."""

from __future__ import annotations

from typing import Any

import pytest
from OpenSSL import SSL

from nodecompat.tls.options import versionLimits


@pytest.mark.parametrize(
    "options, limits",
    [
        ({}, (SSL.TLS1_2_VERSION, SSL.TLS1_3_VERSION)),
        ({"minVersion": "TLSv1", "maxVersion": "TLSv1.1"}, (SSL.TLS1_VERSION, SSL.TLS1_1_VERSION)),
        ({"secureProtocol": "TLSv1_2_server_method"}, (SSL.TLS1_2_VERSION, SSL.TLS1_2_VERSION)),
        ({"secureProtocol": "TLS_method"}, (0, 0)),
        ({"secureProtocol": "SSLv23_client_method"}, (0, SSL.TLS1_2_VERSION)),
    ],
)
def testVersionLimits(options: dict[str, Any], limits: tuple[int, int]) -> None:
    assert versionLimits(options) == limits
