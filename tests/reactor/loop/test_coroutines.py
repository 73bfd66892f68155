"""Coroutines that await Deferreds and asyncio's awaitables alike."""

from __future__ import annotations

import asyncio
import contextvars
import gc
import sys
import threading
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from twisted.internet.defer import CancelledError, Deferred, succeed

from nodecompat.reactor.loop.coroutines import CoroutineTask, asFuture, drive

needsTimeout = pytest.mark.skipif(sys.version_info < (3, 11), reason="asyncio.timeout came with Python 3.11")


def inLoop(main: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    """Run in an asyncio loop of its own, in a thread: this one may have a loop that runs."""
    outcome: list[Any] = []

    def run() -> None:
        try:
            outcome.append((asyncio.run(main()), None))
        except BaseException as error:
            outcome.append((None, error))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(60)
    result, error = outcome[0]
    if error is not None:
        raise error
    return result


def results(deferred: Deferred[Any]) -> list[Any]:
    """Where the Deferred's result, or failure, goes."""
    found: list[Any] = []
    deferred.addBoth(found.append)
    return found


def testWithoutALoopItIsTwisteds() -> None:
    async def coroutine() -> int:
        return await succeed(1)

    assert results(drive(coroutine())) == [1]


def testItBeginsAtOnce() -> None:
    async def main() -> None:
        log: list[str] = []

        async def coroutine() -> str:
            log.append("begun")
            return "done"

        assert results(drive(coroutine())) == ["done"]
        assert log == ["begun"]

    inLoop(main)


def testItResumesInTheCallbackOfADeferred() -> None:
    async def main() -> None:
        log: list[Any] = []
        waiting: Deferred[str] = Deferred()

        async def coroutine() -> None:
            log.append(await waiting)

        drive(coroutine())
        waiting.addCallback(lambda result: log.append("afterwards"))
        waiting.callback("now")
        assert log == ["now", "afterwards"]

    inLoop(main)


def testManyDeferredsThatHaveFiredCostNoStack() -> None:
    async def main() -> int:
        async def coroutine() -> int:
            return sum([await succeed(1) for _ in range(10_000)])

        return int(await asFuture(coroutine()))

    assert inLoop(main) == 10_000


def testItAwaitsWhatAsyncioHas() -> None:
    async def main() -> list[Any]:
        async def slow(value: int) -> int:
            await asyncio.sleep(0)
            await asyncio.sleep(0.001)
            return value

        async def coroutine() -> list[Any]:
            return [await asyncio.gather(slow(1), slow(2)), await asyncio.create_task(slow(3))]

        return list(await asFuture(coroutine()))

    assert inLoop(main) == [[1, 2], 3]


def testAFailure() -> None:
    async def main() -> None:
        async def coroutine() -> None:
            await asyncio.sleep(0)
            raise ValueError("no")

        deferred = drive(coroutine())
        found = results(deferred)
        while not found:
            await asyncio.sleep(0)
        assert found[0].type is ValueError

    inLoop(main)


def testAFailureOfWhatIsAwaited() -> None:
    async def main() -> list[str]:
        log: list[str] = []
        failing: Deferred[None] = Deferred()
        future = asyncio.get_running_loop().create_future()

        async def coroutine() -> None:
            for each in (failing, future):
                try:
                    await each
                except ValueError as error:
                    log.append(str(error))

        task = asFuture(coroutine())
        failing.errback(ValueError("of a Deferred"))
        future.set_exception(ValueError("of a future"))
        await task
        return log

    assert inLoop(main) == ["of a Deferred", "of a future"]


def testItIsTheCurrentTask() -> None:
    async def main() -> None:
        outer = asyncio.current_task()
        seen: list[Any] = []

        async def inner() -> None:
            seen.append(asyncio.current_task())

        async def coroutine() -> None:
            seen.append(asyncio.current_task())
            drive(inner())
            seen.append(asyncio.current_task())
            await asyncio.sleep(0)
            seen.append(asyncio.current_task())

        task = asFuture(coroutine())
        assert asyncio.current_task() is outer
        await task
        assert asyncio.current_task() is outer
        assert [each is task for each in seen] == [True, False, True, True]
        assert isinstance(seen[1], CoroutineTask) and seen[1].get_name().endswith("inner")

    inLoop(main)


@needsTimeout
@pytest.mark.parametrize("kind", ["a Deferred", "a future", "a sleep"])
def testTimeout(kind: str) -> None:
    async def main() -> None:
        cancelled: list[Any] = []
        endless: dict[str, Any] = {
            "a Deferred": Deferred(cancelled.append),
            "a future": asyncio.get_running_loop().create_future(),
            "a sleep": asyncio.sleep(3600),
        }

        async def coroutine() -> str:
            try:
                async with asyncio.timeout(0.001):
                    await endless[kind]
            except TimeoutError:
                return "timed out"
            return "never"

        assert await asFuture(coroutine()) == "timed out"
        assert len(cancelled) == (kind == "a Deferred")
        endless["a sleep"].close()

    inLoop(main)


def testWaitFor() -> None:
    async def main() -> None:
        async def coroutine() -> None:
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(asyncio.sleep(3600), 0.001)
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(asFuture(Deferred()), 0.001)

        await asFuture(coroutine())

    inLoop(main)


@pytest.mark.parametrize("kind", ["a Deferred", "a future", "asyncio.sleep(0)"])
def testCancel(kind: str) -> None:
    async def main() -> list[Any]:
        log: list[Any] = []

        async def coroutine() -> None:
            try:
                if kind == "a Deferred":
                    await Deferred()
                elif kind == "a future":
                    await asyncio.get_running_loop().create_future()
                else:
                    await asyncio.sleep(0)
            except asyncio.CancelledError:
                log.append("cancelled")
                raise

        task = asFuture(coroutine())
        assert task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert task.cancelled() and not task.cancel()
        return log

    assert inLoop(main) == ["cancelled"]


def testCancellingTheDeferredCancelsTheCoroutine() -> None:
    async def main() -> None:
        async def coroutine() -> None:
            await asyncio.sleep(3600)

        deferred = drive(coroutine())
        found = results(deferred)
        deferred.cancel()
        while not found:
            await asyncio.sleep(0)
        assert found[0].check(asyncio.CancelledError, CancelledError)

    inLoop(main)


def testACancellationThatIsSurvived() -> None:
    async def main() -> str:
        async def coroutine() -> str:
            try:
                await Deferred()
            except asyncio.CancelledError:
                task: Any = asyncio.current_task()
                assert (task.cancelling(), task.uncancel()) == (1, 0)
            await asyncio.sleep(0)
            return "alive"

        task = asFuture(coroutine())
        task.cancel()
        return str(await task)

    assert inLoop(main) == "alive"


def testItsContext() -> None:
    variable = contextvars.ContextVar("variable", default="outside")

    async def main() -> None:
        variable.set("main")

        async def coroutine() -> list[str]:
            seen = [variable.get()]
            variable.set("coroutine")
            await asyncio.sleep(0)
            seen.append(variable.get())
            await succeed(None)
            seen.append(variable.get())
            return seen

        assert await asFuture(coroutine()) == ["main", "coroutine", "coroutine"]
        assert variable.get() == "main"

    inLoop(main)


def testWhatCannotBeAwaited() -> None:
    class Odd:
        def __await__(self) -> Any:
            yield 17

    async def main() -> None:
        async def coroutine() -> None:
            await Odd()

        with pytest.raises(RuntimeError, match="cannot await 17 here"):
            await asFuture(coroutine())

    inLoop(main)


def testAsFutureOfADeferred() -> None:
    async def main() -> list[Any]:
        waiting: Deferred[int] = Deferred()
        future = asFuture(waiting)
        asyncio.get_running_loop().call_soon(waiting.callback, 7)
        cancelled: Deferred[int] = Deferred()
        asFuture(cancelled).cancel()
        await asyncio.sleep(0)
        return [await future, cancelled.called]

    assert inLoop(main) == [7, True]


def testAsFutureNeedsALoop() -> None:
    def attempt() -> None:
        with pytest.raises(RuntimeError):
            asFuture(Deferred())

    thread = threading.Thread(target=attempt)
    thread.start()
    thread.join()


def testAsyncioDoesNotComplainOfAFailureThatADeferredTells() -> None:
    async def main() -> list[Any]:
        complaints: list[Any] = []
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: complaints.append(context))

        async def coroutine() -> None:
            raise ValueError

        drive(coroutine()).addErrback(lambda failure: None)
        gc.collect()
        await asyncio.sleep(0)
        return complaints

    assert inLoop(main) == []


def testAiohttpInAListener() -> None:
    """It refuses to work outside a task."""
    aiohttp = pytest.importorskip("aiohttp")

    async def main() -> str:
        async def answer(reader: Any, writer: Any) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello")
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]

        async def listener() -> str:
            async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/") as response:
                text: str = await response.text()
                return text

        text = await asFuture(listener())
        server.close()
        return str(text)

    assert inLoop(main) == "hello"
