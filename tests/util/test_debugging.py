"""debuglog, deprecate and getCallSites."""

from __future__ import annotations

import sys
from typing import Any

import oracle
import pytest
from program import python

from nodecompat import process
from nodecompat.errors import ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE
from nodecompat.util import debuglog, deprecate, getCallSites

JAVASCRIPT = """
const one = util.debuglog('foo'), two = util.debuglog('BARbaz'), three = util.debuglog('nope');
one('hello %d', 5, { x: 1 }); two('multi\\nline'); three('no');
util.debuglog('foo', (direct) => direct('first'))('again'); one();
console.log(JSON.stringify([one.enabled, two.enabled, three.enabled]));
const f = util.deprecate(() => 7, 'old', 'DEP9'), g = util.deprecate(() => 8, 'other', 'DEP9');
const h = util.deprecate(() => 9, 'plain');
f(); f(); g(); h(); h();
"""
PYTHON = """
import json
from nodecompat import run, util
def main():
    one, two, three = util.debuglog("foo"), util.debuglog("BARbaz"), util.debuglog("nope")
    one("hello %d", 5, {"x": 1}); two("multi\\nline"); three("no")
    util.debuglog("foo", lambda direct: direct("first"))("again"); one()
    print(json.dumps([one.enabled, two.enabled, three.enabled]))
    f = util.deprecate(lambda: 7, "old", "DEP9"); g = util.deprecate(lambda: 8, "other", "DEP9")
    h = util.deprecate(lambda: 9, "plain")
    assert [f(), f(), g(), h(), h()] == [7, 7, 8, 9, 9]
run(main)
"""
RECORDED = """\
FOO: hello 5 { x: 1 }
BARBAZ: multi
line
FOO: first
FOO: again
FOO:
[DEP9] DeprecationWarning: old
DeprecationWarning: plain
"""


def withoutProcess(text: str) -> str:
    """The lines without the number of the process, and without Node's hints."""
    lines = [line.partition(") ")[2] if line.startswith("(") else line for line in text.splitlines()]
    words = [line.split(" ") for line in lines if line and not line.startswith("to show")]
    return "".join(
        " ".join([parts[0] + ":", *parts[2:]]).rstrip() + "\n"
        if len(parts) > 1 and parts[1].rstrip(":").isdigit()
        else " ".join(parts) + "\n"
        for parts in words
    )


def testWhatIsWrittenToStderr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NODE_DEBUG", "foo,bar*")
    code, out, err = python("-c", PYTHON)
    assert (code, out) == (0, "[true, true, false]\n")
    assert withoutProcess(err) == RECORDED


@oracle.needsNode
def testTheRecordIsNodes(monkeypatch: pytest.MonkeyPatch) -> None:
    import subprocess

    monkeypatch.setenv("NODE_DEBUG", "foo,bar*")
    node = oracle.findNode()
    assert node is not None
    result = subprocess.run([node, "-e", JAVASCRIPT], capture_output=True, text=True, timeout=60)
    shown = [line for line in result.stderr.splitlines(True) if not line.startswith("(Use ")]
    assert (result.stdout, withoutProcess("".join(shown))) == ("[true,true,false]\n", RECORDED)


def testASectionIsLookedForWhenItIsUsed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    log = debuglog("part")
    monkeypatch.setenv("NODE_DEBUG", "")
    log("unseen")
    monkeypatch.setenv("NODE_DEBUG", "PART")
    log("seen")
    assert capsys.readouterr().err.endswith(": seen\n")


def testADeprecatedClassMakesItsObjects() -> None:
    class Point:
        def __init__(self, x: int) -> None:
            self.x = x

    assert deprecate(Point, "old", "DEP_TEST_POINT")(5).x == 5


def testWithoutDeprecationsTheFunctionIsLeftAsItIs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "noDeprecation", True)

    def old() -> None: ...

    assert deprecate(old, "old") is old


@pytest.mark.parametrize("arguments", [(lambda: 1, "x", 5), (5, "x"), (lambda: 1, "x", "D", {"modifyPrototype": 5})])
def testWrongDeprecations(arguments: Any) -> None:
    with pytest.raises(ERR_INVALID_ARG_TYPE):
        deprecate(*arguments)


def testCallSites() -> None:
    def inner() -> Any:
        return getCallSites(2)

    first, second = inner()
    assert (first.functionName, second["functionName"]) == ("inner", "testCallSites")
    assert first.scriptName == __file__
    assert second.lineNumber > first.lineNumber
    assert first.columnNumber == (16 if sys.version_info >= (3, 11) else 1)
    assert len(getCallSites({"sourceMap": True})) == len(getCallSites()) == 10


@pytest.mark.parametrize(
    "arguments, error, message",
    [
        (
            ("x",),
            ERR_INVALID_ARG_TYPE,
            "The \"frameCount\" argument must be of type number. Received type string ('x')",
        ),
        ((0,), ERR_OUT_OF_RANGE, 'The value of "frameCount" is out of range. It must be >= 1 && <= 200. Received 0'),
        (
            (201,),
            ERR_OUT_OF_RANGE,
            'The value of "frameCount" is out of range. It must be >= 1 && <= 200. Received 201',
        ),
        ((1, 5), ERR_INVALID_ARG_TYPE, 'The "options" argument must be of type object. Received type number (5)'),
    ],
)
def testWrongCallSites(arguments: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error) as caught:
        getCallSites(*arguments)
    assert str(caught.value) == message
