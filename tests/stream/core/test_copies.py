"""Each class of streams has hot methods of its own, which are those it would inherit."""

from __future__ import annotations

import functools
from itertools import combinations
from typing import Any

import pytest

from nodecompat import stream
from nodecompat.stream.core.copies import HOT, isOriginally, ownCopies
from nodecompat.stream.core.readable import Readable

CLASSES = (stream.Readable, stream.Writable, stream.Duplex, stream.Transform, stream.PassThrough)


@pytest.mark.parametrize("name", HOT)
def testNoTwoClassesShareTheCodeOfAHotMethod(name: str) -> None:
    """What CPython remembers of look-ups lies in the code object; a method with its own text per class has its own."""
    found = [vars(cls)[name].__code__ for cls in CLASSES if name in vars(cls)]
    assert found
    assert all(one is not other for one, other in combinations(found, 2))


def testACopyIsTheSameFunctionToALooker() -> None:
    copied, original = stream.Transform.push, stream.Readable.push
    for attribute in ("__name__", "__qualname__", "__doc__", "__module__", "__defaults__", "__annotations__"):
        assert getattr(copied, attribute) == getattr(original, attribute)


def testWhatAClassDefinesItselfIsLeftAlone() -> None:
    def push(self: Any, chunk: Any) -> bool:
        return False

    cls = ownCopies(type("Own", (stream.Transform,), {"push": push}))
    assert vars(cls)["push"] is push
    assert vars(cls)["read"] is not stream.Transform.read


def testACopyIsKnownByItsOriginal() -> None:
    transform: Any = stream.Transform()
    assert isOriginally(transform.push, Readable.push)
    transform.push = transform.push.__func__.__get__(transform)
    assert isOriginally(transform.push, Readable.push)
    transform.push = functools.wraps(transform.push)(lambda chunk: False)
    assert not isOriginally(transform.push, Readable.push)


def testAMethodThatNeedsItsClassIsInherited() -> None:
    """`super()` without arguments is bound to the class that the text stands in."""

    class Base(stream.Readable):
        def pause(self) -> Any:
            return super().pause()

    cls = ownCopies(type("Derived", (Base,), {}))
    assert "pause" not in vars(cls)
