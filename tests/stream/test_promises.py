"""stream.promises: the same as Deferreds."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any

import pytest
from streamlog import silent, sink, source
from twisted.logger import globalLogPublisher

from nodecompat.abort import AbortController
from nodecompat.errors import AbortError, NodeError
from nodecompat.stream import PassThrough, Writable, promises
from nodecompat.testing import Network

Outcome = Callable[[Any], Any]


def testPipelineFiresAtTheEnd(outcome: Outcome) -> None:
    last = sink()
    assert outcome(promises.pipeline(source("a"), PassThrough(), last)) is None
    assert last.taken == [b"a"]  # type: ignore[attr-defined]


def testPipelineFiresWithTheValueOfTheLastFunction(outcome: Outcome) -> None:
    async def join(chunks: Any) -> bytes:
        return b"".join([chunk async for chunk in chunks])

    assert outcome(promises.pipeline([b"a", b"b"], join)) == b"ab"


def testPipelineFailsWithTheError(outcome: Outcome) -> None:
    origin = silent()
    waiting = promises.pipeline(origin, sink())
    origin.destroy(ValueError("x"))
    with pytest.raises(ValueError, match=r"x"):
        outcome(waiting)


def testPipelineGivesUpOnASignal(outcome: Outcome) -> None:
    controller, origin = AbortController(), silent()
    waiting = promises.pipeline(origin, sink(), {"signal": controller.signal})
    controller.abort()
    with pytest.raises(AbortError):
        outcome(waiting)
    assert origin.destroyed


def testPipelineCanLeaveTheLastStreamOpen(outcome: Outcome) -> None:
    last = sink()
    outcome(promises.pipeline(source("a"), last, end=False))
    assert last.writable


def testCancellingAPipelineDestroysItsStreams(net: Network) -> None:
    origin = silent()
    waiting = promises.pipeline(origin, sink())
    waiting.addErrback(lambda failure: None)
    waiting.cancel()
    net.run()
    assert origin.destroyed


@pytest.mark.parametrize("options", [{"signal": 5}, {"signal": "x"}])
def testWrongOptionsFail(outcome: Outcome, options: Any) -> None:
    with pytest.raises(NodeError, match=r"AbortSignal"):
        outcome(promises.pipeline(source("a"), sink(), options))


def testFinishedFiresOrFails(net: Network, outcome: Outcome) -> None:
    stream = sink()
    waiting = promises.finished(stream)
    stream.end()
    assert outcome(waiting) is None
    broken = silent()
    waiting = promises.finished(broken)
    broken.destroy()
    with pytest.raises(NodeError, match=r"Premature close"):
        outcome(waiting)


def testFinishedTakesItsListenersOffIfAsked(net: Network, outcome: Outcome) -> None:
    kept, cleaned = sink(), sink()
    waiting = [promises.finished(kept), promises.finished(cleaned, cleanup=True)]
    kept.end()
    cleaned.end()
    for each in waiting:
        outcome(each)
    assert (kept.listenerCount("error"), cleaned.listenerCount("error")) == (1, 0)


def testCancellingFinishedTakesTheListenersOff(net: Network) -> None:
    stream = silent()
    waiting = promises.finished(stream)
    waiting.addErrback(lambda failure: None)
    waiting.cancel()
    assert stream.listenerCount("close") == 0


def testFinishedOfNoStreamFails(outcome: Outcome) -> None:
    with pytest.raises(NodeError) as caught:
        outcome(promises.finished({}))
    assert caught.value.code == "ERR_INVALID_ARG_TYPE"


def testMistakesAreToldByTheDeferredExceptOne(net: Network, outcome: Outcome) -> None:
    with pytest.raises(NodeError, match=r'^The "cleanup" argument must be of type boolean'):
        promises.finished(silent(), cleanup=5)
    waiting = promises.finished(silent(), signal=5)
    assert not waiting.called
    with pytest.raises(NodeError, match=r'^The "options.signal" property'):
        outcome(waiting)


def testAPipelineThatIsRefusedHalfwayFailsOnce(net: Network, request: pytest.FixtureRequest) -> None:
    codes: list[Any] = []
    logged: list[Any] = []
    globalLogPublisher.addObserver(logged.append)
    request.addfinalizer(lambda: globalLogPublisher.removeObserver(logged.append))
    first = Writable(write=lambda chunk, encoding, callback: callback(ValueError("later")))
    promises.pipeline(source("a"), first, sink()).addErrback(lambda failure: codes.append(failure.value.code))
    net.run()
    assert codes == ["ERR_INVALID_ARG_TYPE"]
    del first
    gc.collect()
    assert logged == []
