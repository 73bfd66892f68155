"""The Referer that a referrer and its policy make; with a target on this machine, as Node's fetch sends it."""

from __future__ import annotations

import pytest

from nodecompat.url import URL
from nodecompat.web.referring import isTrustworthy, referrerFor

SELF = "http://127.0.0.1:81"
#: Policy: what is told of a page of the same site, and of pages of another one.
POLICIES = {
    "": (f"{SELF}/a?b", "http://a.test/", "https://a.test/"),
    "no-referrer": (None, None, None),
    "no-referrer-when-downgrade": (f"{SELF}/a?b", "http://a.test/x?y", "https://a.test/x?y"),
    "same-origin": (None, None, None),
    "origin": (f"{SELF}/", "http://a.test/", "https://a.test/"),
    "strict-origin": (f"{SELF}/", "http://a.test/", "https://a.test/"),
    "origin-when-cross-origin": (f"{SELF}/", "http://a.test/", "https://a.test/"),
    "strict-origin-when-cross-origin": (f"{SELF}/a?b", "http://a.test/", "https://a.test/"),
    "unsafe-url": (f"{SELF}/a?b", "http://a.test/x?y", "https://a.test/x?y"),
}


@pytest.mark.parametrize("policy", POLICIES)
def testPolicies(policy: str) -> None:
    referrers = (f"{SELF}/a?b#c", "http://u:p@a.test/x?y#z", "https://a.test/x?y#z")
    assert tuple(referrerFor(each, policy, URL(f"{SELF}/t")) for each in referrers) == POLICIES[policy]


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("referrer", ["", "about:client", "data:text/plain,x"])
def testNoReferrer(referrer: str, policy: str) -> None:
    assert referrerFor(referrer, policy, URL(SELF)) is None


def testOtherSchemes() -> None:
    assert referrerFor("ftp://a/b", "", URL(SELF)) == "ftp://a/"


@pytest.mark.parametrize(
    "policy, told",
    [
        ("", None),
        ("strict-origin", None),
        ("no-referrer-when-downgrade", None),
        ("origin", "https://a.test/"),
        ("unsafe-url", "https://a.test/x"),
    ],
)
def testADowngrade(policy: str, told: str | None) -> None:
    assert referrerFor("https://a.test/x", policy, URL("http://b.test/")) == told


@pytest.mark.parametrize(
    "url, isSafe",
    [
        ("https://a.test/", True),
        ("http://a.test/", False),
        ("http://0.0.0.0/", False),
        ("http://127.9.9.9/", True),
        ("http://127.0.0.1.a.test/", False),
        ("http://[::1]/", True),
        ("http://[::2]/", False),
        ("http://localhost/", True),
        ("http://a.localhost./", True),
        ("http://notlocalhost/", False),
    ],
)
def testWhatNobodyElseCanRead(url: str, isSafe: bool) -> None:
    parsed = URL(url)
    assert isTrustworthy(parsed.protocol, parsed.hostname) is isSafe
