"""The module `dns`: what is loaded with it, and what when it is first looked up."""

from __future__ import annotations

import pytest
from program import python

from nodecompat import dns


def testConstantsAreTheSameInPromises() -> None:
    codes = [name for name in dns.__all__ if name.isupper() and name not in {"ADDRCONFIG", "ALL", "V4MAPPED"}]
    assert len(codes) == 24
    assert [getattr(dns, name) for name in codes] == [getattr(dns.promises, name) for name in codes]
    assert (dns.NODATA, dns.EOF, dns.ADDRGETNETWORKPARAMS) == ("ENODATA", "EOF", "EADDRGETNETWORKPARAMS")


def testEveryNameIsThere() -> None:
    for name in dns.__all__:
        assert getattr(dns, name) is not None
    assert set(dns.__all__) <= set(dir(dns))


def testAnUnknownNameIsNoAttribute() -> None:
    with pytest.raises(AttributeError, match=r"module 'nodecompat.dns' has no attribute 'resolve5'"):
        dns.resolve5  # noqa: B018


def testLookupAloneLoadsNoNameServerClient() -> None:
    """twisted.names is a fifth of the time in which `net` is imported."""
    source = """
import sys
from nodecompat import dns
dns.lookup, dir(dns)
print("nodecompat.dns.resolver" in sys.modules, "nodecompat.reactor.names.queries" in sys.modules)
dns.Resolver
print("nodecompat.dns.resolver" in sys.modules, "Resolver" in vars(dns))
"""
    assert python("-c", source) == (0, "False False\nTrue True\n", "")
