"""glob in its three forms."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import pytest_twisted
from twisted.internet.defer import Deferred

from nodecompat import fs
from nodecompat.errors import ERR_INVALID_ARG_TYPE

check = pytest_twisted.ensureDeferred


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in ("a/x.js", "a/b/y.js", "z.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    return tmp_path


@check
async def testTheForms(tree: Path) -> None:
    expected = ["a/b/y.js", "a/x.js"]
    assert sorted(fs.globSync("**/*.js", cwd=tree)) == expected
    answer: Deferred[Any] = Deferred()
    fs.glob("**/*.js", {"cwd": tree}, lambda error, found: answer.callback((error, sorted(found))))
    assert await answer == (None, expected)
    assert sorted([each async for each in fs.promises.glob("**/*.js", cwd=tree)]) == expected


@check
async def testWhatIsExcluded(tree: Path) -> None:
    assert fs.globSync("**/*.js", cwd=tree, exclude=["a/b"]) == ["a/x.js"]
    seen: list[str] = []

    def exclude(name: str) -> bool:
        seen.append(name)
        return name == "b"

    answer: Deferred[Any] = Deferred()
    fs.glob("**/*.js", lambda error, found: answer.callback((error, found)), cwd=tree, exclude=exclude)
    assert await answer == (None, ["a/x.js"]) and "b" in seen
    assert [each async for each in fs.promises.glob("**/*.js", cwd=tree, exclude=exclude)] == ["a/x.js"]


@check
async def testAFunctionThatRaises(tree: Path) -> None:
    def exclude(name: str) -> bool:
        raise ValueError(name)

    answer: Deferred[Any] = Deferred()
    fs.glob("*", answer.callback, cwd=tree, exclude=exclude)
    assert isinstance(await answer, ValueError)


def testDirents(tree: Path) -> None:
    found = fs.globSync("a/*", cwd=tree, withFileTypes=True)
    assert [(each.name, each.parentPath, each.isFile()) for each in found] == [
        ("b", str(tree / "a"), False),
        ("x.js", str(tree / "a"), True),
    ]


def testWrongArguments(tree: Path) -> None:
    with pytest.raises(ERR_INVALID_ARG_TYPE, match=r'"patterns" argument must be of type string'):
        fs.globSync(5)  # type: ignore[arg-type]
    with pytest.raises(ERR_INVALID_ARG_TYPE, match=r'"options.exclude"'):
        fs.globSync("*", exclude=5)
