"""Patterns; random ones, ours against Node, are in test_differential.py."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from nodecompat import fs
from nodecompat.fs.operations.globbing import braces, matcher

#: What Node 26 finds in the tree below.
RECORDED = {
    "*": ["a", "ln", "r.js", "x y", "z"],
    "**/*.js": ["r.js", "a/f.js", "a/b/g.js"],
    "a/**": ["a", "a/f.js", "a/b", "a/b/g.js", "a/b/c", "a/b/c/h.ts"],
    "{a,z}/*": ["z/k.txt", "a/b", "a/f.js"],
    "a/**/": ["a", "a/b", "a/b/c"],
    "*/": ["z", "x y", "a"],
    ".": [],
    "": [],
    "./*": ["a", "ln", "r.js", "x y", "z"],
    "../x": [],
    "a/b/../*": ["a/b", "a/f.js"],
    "[ar]*": ["a", "r.js"],
    "?": ["a", "z"],
    "**/c/**": ["a/b/c", "a/b/c/h.ts"],
    "a/.*": ["a/.h"],
    "**/.*": [".dot", "a/.h"],
    "+(a|z)": ["a", "z"],
    "!(a)": ["ln", "r.js", "x y", "z"],
    "@(r).js": ["r.js"],
    "nope/*": [],
    "ln/*": ["ln/b", "ln/f.js"],
    "**/ln/**": [],
    "a//b/*": ["a/b/c", "a/b/g.js"],
    "*(x)*": [".dot", "a", "ln", "r.js", "x y", "z"],
    "a/[!f]*": ["a/b"],
    "**/b/**": ["a/b", "a/b/g.js", "a/b/c", "a/b/c/h.ts"],
    "**/*/*.js": ["a/f.js", "a/b/g.js"],
}


@pytest.mark.parametrize("pattern", RECORDED)
def testPatterns(pattern: str, tmp_path: Path) -> None:
    for name in ("a/b/c/h.ts", "a/b/g.js", "a/f.js", "a/.h/i.js", "x y/", "z/k.txt", "r.js", ".dot"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).mkdir() if name.endswith("/") else (tmp_path / name).write_text("")
    os.symlink("a", tmp_path / "ln")
    assert sorted(fs.globSync(pattern, cwd=tmp_path)) == sorted(RECORDED[pattern])


def testBraces() -> None:
    assert braces("{a,b}{c,d}") == ["ac", "ad", "bc", "bd"]
    assert braces("x{1..3}") == ["x1", "x2", "x3"]
    assert braces("{c..a}") == ["c", "b", "a"]
    assert braces("{01..10..4}") == ["01", "05", "09"]
    assert braces("a{b") == ["a{b"] and braces("a{b}") == ["a{b}"]
    assert braces("{a,{b,c}}") == ["a", "b", "c"]


def testNames() -> None:
    def matches(pattern: str, name: str) -> bool:
        return matcher(pattern).match(name) is not None

    assert matches("[[:digit:]]x", "1x") and not matches("[[:digit:]]x", "ax")
    assert matches("a?(b)c", "ac") and matches("a?(b)c", "abc") and not matches("a?(b)c", "abbc")
    assert matches("*(ab)", "abab") and matches("!(a|b)*", "c") and matches("a!(b)", "ac")
    assert matches("[a", "[a") and matches("+(a", "+(a")
    assert not matches("*", ".a") and matches(".*", ".a")
    assert matches("[*]", "*") and not matches("[*]", "a") and not matches("[z-a]", "z")
    assert matches("[a-]", "-") and matches("[]a]", "]") and not matches("[!a]", "a")


#: What Node 26 finds in a tree with a.txt, x/a.txt and x/y/z.txt.
SLASHES = {
    "x\\a.txt": ["x/a.txt"],
    "x\\*": ["x/a.txt", "x/y"],
    "**\\*.txt": ["a.txt", "x/a.txt", "x/y/z.txt"],
    "{x\\a.txt,a.txt}": ["a.txt", "x/a.txt"],
    "{x\\,a.txt}": ["a.txt", "x"],
    "x\\\\a.txt": ["x/a.txt"],
    "[x\\]": [],
    "**/**/z.txt": ["x/y/z.txt"],
    "**/**": [".", "a.txt", "x", "x/a.txt", "x/y", "x/y/z.txt"],
}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in ("a.txt", "x/a.txt", "x/y/z.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    return tmp_path


@pytest.mark.parametrize("pattern", SLASHES)
def testABackslashIsASlash(pattern: str, tree: Path) -> None:
    assert sorted(fs.globSync(pattern, cwd=tree)) == SLASHES[pattern]


def testWhatIsExcludedHasSlashesToo(tree: Path) -> None:
    assert sorted(fs.globSync("**", cwd=tree, exclude=["x\\y"])) == [".", "a.txt", "x", "x/a.txt"]
    assert sorted(fs.globSync("**", cwd=tree, exclude=["**/z.txt"])) == [".", "a.txt", "x", "x/a.txt", "x/y"]


def testAnAbsolutePatternFindsAbsolutePaths(tree: Path) -> None:
    assert fs.globSync(f"{tree}/x/*.txt") == [f"{tree}/x/a.txt"]


@pytest.mark.parametrize("pattern, name, isFile", [("x/a.txt", "a.txt", True), ("x/y", "y", False)])
def testAPatternThatIsANameIsADirentAsWell(pattern: str, name: str, isFile: bool, tree: Path) -> None:
    (found,) = fs.globSync(pattern, cwd=tree, withFileTypes=True)
    assert (found.name, found.parentPath, found.isFile()) == (name, str(tree / "x"), isFile)
    assert found.isDirectory() is not isFile
