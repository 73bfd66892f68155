import socket

import pytest

from nodecompat.reactor.descriptor.unread import hasUnread


@pytest.fixture
def pair():
    one, other = socket.socketpair()
    with one, other:
        yield one, other


def testAQuietConnectionHasNothing(pair):
    assert not hasUnread(pair[0].fileno())


def testBytesAreSeenAndStay(pair):
    pair[1].send(b"x")
    assert hasUnread(pair[0].fileno()) and hasUnread(pair[0].fileno())
    assert pair[0].recv(10) == b"x" and not hasUnread(pair[0].fileno())


def testTheEndIsSeen(pair):
    pair[1].close()
    assert hasUnread(pair[0].fileno())


def testWhereThereIsNoDescriptorNothingIsKnown():
    assert not hasUnread(-1)
