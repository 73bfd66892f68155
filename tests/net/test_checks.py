"""Checks of the options of Socket and Server, and what a handle is."""

from __future__ import annotations

import os
import socket
from types import SimpleNamespace
from typing import Any

import pytest

from nodecompat.net import BlockList
from nodecompat.net.checks import checkBlockList, isPipe, openDescriptor, refuseObjectMode
from nodecompat.reactor import choose
from nodecompat.reactor.handle import Address


@pytest.mark.parametrize("name", ["objectMode", "readableObjectMode", "writableObjectMode"])
def testASocketCarriesBytes(name: str) -> None:
    refuseObjectMode({name: False, "other": True})
    with pytest.raises(TypeError, match=rf"The property 'options.{name}' is not supported. Received (True|true)"):
        refuseObjectMode({name: True})


def testABlockListIsOne() -> None:
    blockList = BlockList()
    assert checkBlockList(blockList) is blockList
    with pytest.raises(TypeError) as caught:
        checkBlockList({})
    assert caught.value.code == "ERR_INVALID_ARG_TYPE"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("descriptor", "code"),
    [
        ("3", "ERR_INVALID_ARG_TYPE"),
        (-1, "ERR_OUT_OF_RANGE"),
        (1.5, "ERR_OUT_OF_RANGE"),
        (99_999, "ERR_INVALID_FD_TYPE"),
    ],
)
def testWhatIsNoDescriptor(descriptor: Any, code: str) -> None:
    with pytest.raises((TypeError, ValueError)) as caught:
        openDescriptor(descriptor)
    assert caught.value.code == code  # type: ignore[attr-defined]


def testAFileIsNoSocket() -> None:
    with open(os.devnull) as file, pytest.raises(TypeError, match="Unsupported fd type: FILE"):
        openDescriptor(file.fileno())


@pytest.mark.skipif(not choose.usePoller(), reason="Twisted's transports write a turn later")
def testASocketIsAHandle() -> None:
    ours, plain = socket.socketpair()
    handle = openDescriptor(ours.detach())
    assert isPipe(handle)
    assert handle.write(b"hello") == 0
    assert plain.recv(10) == b"hello"
    handle.close()
    plain.close()


@pytest.mark.parametrize(
    ("name", "resourceName", "expected"),
    [
        (Address("/tmp/x", 0, "pipe"), "?", True),
        (Address("::1", 5, "IPv6"), "PipeWrap", False),
        (-9, "PipeWrap", True),
        (-9, "TCPSocketWrap", False),
    ],
)
def testItsAddressSaysWhatItIsElseItsName(name: Any, resourceName: str, expected: bool) -> None:
    assert isPipe(SimpleNamespace(getsockname=lambda: name, resourceName=resourceName)) is expected
