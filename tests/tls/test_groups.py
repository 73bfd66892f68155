"""Groups in which keys are exchanged. Those of connections are compared with Node in test_features.py."""

from __future__ import annotations

from nodecompat.tls.groups import keyInfo
from nodecompat.tls.records import EphemeralKeyInfo


def testWhatAGroupIs() -> None:
    assert keyInfo(29) == EphemeralKeyInfo("ECDH", "X25519", 253)
    assert keyInfo(0x0100) == EphemeralKeyInfo("DH", None, 2048)
    assert keyInfo(0x11EC) == EphemeralKeyInfo("TLSGroup", "X25519MLKEM768", None)
    assert keyInfo(0) == keyInfo(0xFFFF) == EphemeralKeyInfo()
