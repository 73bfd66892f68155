"""A coroutine that nobody runs."""

from __future__ import annotations

import warnings
from typing import Any

import pytest
from program import program

from nodecompat.reactor.loop.unawaited import forgottenCoroutine, warn


def namesOf(source: str) -> dict[str, Any]:
    """The names of a module with this source, whose warnings go nowhere."""
    names: dict[str, Any] = {"__name__": "module"}
    with warnings.catch_warnings(record=True):
        warnings.simplefilter("default")
        exec(source, names)
    return names


@pytest.mark.parametrize("call", ["main()", "kept = main()"])
def testItIsFound(call: str) -> None:
    names = namesOf(f"async def main():\n    pass\n{call}")
    assert forgottenCoroutine(names) == "main"
    if "kept" in names:
        names["kept"].close()


def testAMethodIsCalledByItsName() -> None:
    assert (
        forgottenCoroutine({"__warningregistry__": {("coroutine 'A.begin' was never awaited", None, 1): True}})
        == "begin"
    )


@pytest.mark.parametrize(
    "names",
    [
        {},
        {"__warningregistry__": {"version": 1, ("something else", DeprecationWarning, 1): True}},
        {"main": testItIsFound, "number": 1},
    ],
)
def testThereIsNone(names: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    assert not warn(names)
    assert capsys.readouterr().err == ""


def testOneThatHasBegunIsSomebodysBusiness() -> None:
    names = namesOf(
        "import types\nasync def main():\n    await types.coroutine(lambda: (yield))()\nc = main()\nc.send(None)"
    )
    assert forgottenCoroutine(names) is None
    names["c"].close()


@pytest.mark.parametrize(
    "end", ["run()", "from nodecompat import net\nserver = net.createServer().listen(0, lambda: server.close())\nrun()"]
)
def testRunSaysWhatToWrite(end: str) -> None:
    code, out, err = program(f"async def main():\n    print('never')\nmain()\n{end}")
    assert (code, out) == (0, "")
    assert "nodecompat: main() was called, but a coroutine does not run by itself: write run(main)\n" in err


def testRunWithItIsRight() -> None:
    assert program("async def main():\n    print('runs')\nrun(main())") == (0, "runs\n", "")
