"""The delay of the loop on a clock moved by hand."""

from __future__ import annotations

from nodecompat import process, setTimeout
from nodecompat.perf_hooks import monitorEventLoopDelay
from nodecompat.testing import Network


def testEachSampleIsTheTimeBetweenTwoCalls() -> None:
    with Network() as network:
        delay = monitorEventLoopDelay(resolution=20)
        delay.enable()
        network.advance(1000)
        assert (delay.count, delay.exceeds) == (49, 0)  # the first call only begins
        assert abs(delay.mean - 20e6) < 20e3
        assert delay.min <= 20e6 <= delay.max
        delay.disable()
        network.advance(1000)
        assert delay.count == 49
        delay.enable()
        network.advance(40)
        assert delay.count == 50, "the time while it was disabled is no sample"
        delay.reset()
        assert delay.count == 0
        delay.disable()


def testALoopThatIsHeldUpShows() -> None:
    with Network() as network:
        delay = monitorEventLoopDelay()
        delay.enable()
        network.advance(20)
        setTimeout(lambda: network.clock.advance(300), 5)  # a callback that takes 300 ms
        network.advance(400)
        delay.disable()
        assert delay.max > 290e6


def testItKeepsNoProgramAlive() -> None:
    with Network():
        before = process.getActiveResourcesInfo()
        with monitorEventLoopDelay() as delay:
            delay.enable()
            assert process.getActiveResourcesInfo() == before
