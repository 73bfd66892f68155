"""util.inherits."""

from __future__ import annotations

from typing import Any

import pytest

from nodecompat.errors import ERR_INVALID_ARG_TYPE
from nodecompat.events import EventEmitter
from nodecompat.util import inherits


class Base:
    def name(self) -> str:
        return "base"


class Old(Base): ...


class Super:
    def name(self) -> str:
        return "super"

    def more(self) -> str:
        return "more"


def testAClassThatHasABaseGetsAnother() -> None:
    inherits(Old, Super)
    assert issubclass(Old, Super)
    assert Old.super_ is Super  # type: ignore[attr-defined]
    assert (Old().name(), Old().more()) == ("base", "more")  # type: ignore[attr-defined]


def testAClassWithoutABaseMustSayIt() -> None:
    class Stream: ...

    with pytest.raises(TypeError, match=r"write class Stream\(EventEmitter\)"):
        inherits(Stream, EventEmitter)
    assert not hasattr(Stream, "super_")


def testAClassThatInheritsAlreadyIsOnlyMarked() -> None:
    class Child(Super): ...

    inherits(Child, Super)
    assert Child.__bases__ == (Super,)
    assert Child.super_ is Super  # type: ignore[attr-defined]


@pytest.mark.parametrize("arguments, name", [((5, Super), "ctor"), ((Old, 5), "superCtor"), ((Old, None), "superCtor")])
def testWhatIsNoClass(arguments: Any, name: str) -> None:
    with pytest.raises(ERR_INVALID_ARG_TYPE, match=f'The "{name}" argument must be of type function'):
        inherits(*arguments)
