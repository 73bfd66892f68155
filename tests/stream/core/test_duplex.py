"""Duplex and duplexPair: two sides, one life."""

from __future__ import annotations

from typing import Any

from streamlog import READ_EVENTS, WRITE_EVENTS, Log

from nodecompat.stream import Duplex, Readable, Writable, duplexPair
from nodecompat.testing import Network

BOTH = (*READ_EVENTS, "finish")


def echo(**options: Any) -> Duplex:
    return Duplex(options, read=lambda: None, write=lambda chunk, encoding, callback: callback())


def testIsBothAReadableAndAWritable() -> None:
    stream = Duplex()
    assert isinstance(stream, Readable)
    assert isinstance(stream, Writable)


def testClosesWhenBothSidesAreDone(net: Network, log: Log) -> None:
    stream = log.watch(echo(), BOTH)
    stream.end()
    net.run()
    assert log == ["finish"]
    stream.push(None)
    net.run()
    assert log == ["finish", "end", "close"]


def testWithoutHalfOpenTheEndOfReadingEndsWriting(net: Network, log: Log) -> None:
    stream = log.watch(echo(allowHalfOpen=False), BOTH)
    stream.push(None)
    net.run()
    assert log == ["end", "finish", "close"]


def testASideCanBeLeftOut(net: Network) -> None:
    reading, writing = Duplex(writable=False), Duplex(readable=False)
    assert reading.readable and not reading.writable and reading.writableFinished
    assert writing.writable and not writing.readable and writing.readableEnded


def testSidesHaveTheirOwnModesAndMarks() -> None:
    stream = Duplex(readableObjectMode=True, writableHighWaterMark=5)
    assert (stream.readableObjectMode, stream.writableObjectMode) == (True, False)
    assert (stream.readableHighWaterMark, stream.writableHighWaterMark) == (16, 5)
    both = Duplex(highWaterMark=7, readableHighWaterMark=3)
    assert (both.readableHighWaterMark, both.writableHighWaterMark) == (7, 7)


def testErrorIsSaidOnceForBothSides(net: Network, log: Log) -> None:
    stream = log.watch(echo(), ("error", "close"))
    stream.destroy(ValueError("x"))
    stream.destroy(ValueError("y"))
    net.run()
    assert log == ["error x", "close"]


def testUndestroyMakesItAsNew(net: Network, log: Log) -> None:
    stream = echo()
    stream.end()
    stream.push(None)
    stream.resume()
    net.run()
    assert stream.destroyed
    stream._undestroy()
    assert stream.readable and stream.writable and not stream.closed
    log.watch(stream, ("end", "finish", "close"))
    stream.push("again")
    assert stream.read() == b"again"
    stream.end("more")
    stream.push(None)
    net.run()
    assert sorted(log) == ["close", "end", "finish"]


def testPairCarriesDataAndTheEndBothWays(net: Network, log: Log) -> None:
    one, other = duplexPair()
    log.watch(one, BOTH, "one")
    log.watch(other, BOTH, "other")
    one.write("ping")
    other.write("pong")
    net.run()
    assert sorted(log) == ["one data pong", "other data ping"]
    one.end()
    net.run()
    assert "other end" in log and "one finish" in log and "one end" not in log


def testPairCallsBackWhenTheOtherSideHasRead(net: Network, log: Log) -> None:
    one, other = duplexPair(highWaterMark=1)
    one.write("ab", log.note("read"))
    net.run()
    assert log == []
    other.resume()
    net.run()
    assert log == ["read"]


def testTheOtherEndOfADestroyedOneReadsToItsEnd(net: Network, log: Log) -> None:
    one, other = duplexPair()
    log.watch(one, BOTH, "one")
    one.write("last")
    one.destroy()
    net.run()
    log.watch(other, BOTH, "other")
    net.run()
    assert log == ["one close", "other data last", "other end"]
    assert other.writable


def testTheOtherEndOfAFailedOneIsDestroyed(net: Network, log: Log) -> None:
    one, other = duplexPair()
    log.watch(one, BOTH, "one")
    log.watch(other, BOTH, "other")
    one.destroy(ValueError("x"))
    net.run()
    assert log == ["one error x", "one close", "other close"]


def testEventsOfBothSidesAreDeclared() -> None:
    assert set(Duplex.__events__) >= {*READ_EVENTS, *WRITE_EVENTS, "pipe", "unpipe"}
