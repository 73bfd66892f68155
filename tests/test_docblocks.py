"""Every block of code in README and docs/ is run, or says why not; what it prints is what the page says."""

from __future__ import annotations

import dataclasses
import importlib.util
import json
import os
import re
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import chain, pairwise
from pathlib import Path

import docblocks
import oracle
import pytest
from docblocks import ROOT, Block
from program import HANGS, start

BLOCKS = list(chain.from_iterable(map(docblocks.blocksOf, docblocks.PAGES)))
PROGRAMS = [block for block in BLOCKS if block.isRun and block.language == "python"]
ORIGINALS = [block for block in BLOCKS if block.isRun and block.language == "js"]
NEEDS = sorted({block.needs for block in PROGRAMS})
#: What must be seen: a program that fails, a check, a test.
WRONG = [
    Block("wrong.md", 1, "python", "print(1)\nprint(undefined)\n"),
    Block("wrong.md", 9, "python", "x = 2\n", after="assert x == 3"),
    Block("wrong.md", 12, "python", "# test_x.py\ndef testX(network):\n    assert network.seed == 7\n"),
]
#: How a program ended: exit code, output, error output.
Outcome = tuple[int, str, str]


def missing(needs: tuple[str, ...]) -> list[str]:
    return [name for name in needs if not isThere(name)]


def isThere(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:  # of the package around it
        return False


def play(blocks: list[Block], folder: Path) -> dict[str, Outcome]:
    """How each ended, by its place. The files of its page are there."""
    given = []
    for block in blocks:
        home = folder / block.page
        files = {each.file: each.text for each in BLOCKS if each.page == block.page and each.file}
        program = block.file or f"line{block.line}.py"
        for name, text in {**files, program: block.text}.items():
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            (home / name).write_text(text, "utf-8")
        given.append({**dataclasses.asdict(block), "folder": str(home), "path": str(home / program)})
    (folder / "blocks.json").write_text(json.dumps(given), "utf-8")
    with (folder / "blocks.json").open() as file:
        player = start(str(ROOT / "tests" / "docplayer.py"), stdin=file)
    out, err = player.communicate()  # it bounds the time of each
    assert player.returncode == 0, err
    return {block.place: tuple(each) for block, each in zip(blocks, json.loads(out), strict=True)}


@cache
def outcomes() -> dict[str, Outcome]:
    """Of all programs that can run here: to load the package takes longer than most of them."""
    with tempfile.TemporaryDirectory() as folder:
        return play([block for block in [*PROGRAMS, *WRONG] if not missing(block.needs)], Path(folder))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the programs run in forks")
@pytest.mark.parametrize("needs", NEEDS, ids=lambda needs: " ".join(needs) or "nothing")
def testProgramsPrintWhatThePageSays(needs: tuple[str, ...]) -> None:
    if lacking := missing(needs):
        pytest.skip(f"needs {' and '.join(lacking)}: pip install {' '.join(lacking)}")
    blocks = [block for block in PROGRAMS if block.needs == needs]
    assert {block.place: outcomes()[block.place] for block in blocks} == {
        block.place: (0, block.output, "") for block in blocks
    }


@oracle.needsNode
def testNodePrintsTheSame(tmp_path: Path) -> None:
    def run(block: Block) -> Outcome:
        path = tmp_path / f"line{block.line}.js"  # a file, which a cluster runs anew
        path.write_text(block.text, "utf-8")
        command = [str(oracle.findNode()), str(path)]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=HANGS)
        return ended.returncode, ended.stdout, ended.stderr

    with ThreadPoolExecutor(2) as pool:
        printed = dict(zip((block.place for block in ORIGINALS), pool.map(run, ORIGINALS), strict=True))
    assert printed == {block.place: (0, block.output, "") for block in ORIGINALS}


def testEachBlockIsRunOrSaysWhyNot() -> None:
    silent = [block.place for block in BLOCKS if not (block.isRun or block.isOutput or block.reason)]
    assert not silent, "neither run nor marked: docblocks.py says how"
    tests = {name for block in BLOCKS for name in re.findall(r"tests/[\w/]+\.\w+", block.reason or "")}
    assert [name for name in sorted(tests) if not (ROOT / name).exists()] == []


def testCommandsThatAreNotRunAreThere() -> None:
    """Modules and files that they name, and the options of our own commands."""
    sources = {
        "nodecompat": "".join(each.read_text("utf-8") for each in (ROOT / "nodecompat/commands").glob("*.py")),
        "twistd": (ROOT / "nodecompat/serving/twistd.py").read_text("utf-8"),
    }
    missing = []
    for block in BLOCKS:
        for line in (block.text if block.reason else "").splitlines():
            command = line.partition("#")[0]
            files = re.findall(r"\b(?:examples|tools|docs)/\w+\.py\b", command)
            files += [name.replace(".", "/") for name in re.findall(r"python -m ((?:benchmarks|tools)[\w.]*)", command)]
            missing += [name for name in files if not (ROOT / name).exists() and not (ROOT / f"{name}.py").exists()]
            ours = re.search(r"\b(twistd) .*nodecompat (.*)|\b(nodecompat) (?:run|anatomy|demo) (.*)", command)
            for option in re.findall(r"--([\w-]+)", (ours[2] or ours[4]) if ours else ""):
                missing += [f"{block.place}: --{option}"] if f'{option}"' not in sources[ours[1] or ours[3]] else []
    assert missing == []


def testEachProgramOfNodeHasItsPort() -> None:
    assert len(ORIGINALS) >= 20
    assert [one.place for one, next_ in pairwise(BLOCKS) if one in ORIGINALS and next_.language != "python"] == []


# -- the walker itself


def testABlockThatNobodyRunsIsFound(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# T\n\n```sh\nls\n```\n\n    ls\n\n<!-- not run: a reason -->\n\n    ls\n\n```\nls\n```\n")
    found = docblocks.blocksOf(page)
    assert [(block.line, block.language, block.isRun, block.reason) for block in found] == [
        (3, "sh", False, None),
        (7, "indented", False, None),
        (11, "indented", False, "a reason"),
        (13, "", False, None),
    ]


def testCommentsGoWithTheBlockBelow(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("<!-- after\nx = 1\n-->\n\n```python\n# a.py\n1\n```\n\n```text\n2\n```\n\n```text\n3\n```\n")
    first, second, third = docblocks.blocksOf(page)
    assert (first.after, first.file, first.text, first.output) == ("x = 1", "a.py", "# a.py\n1\n", "2\n")
    assert (second.isOutput, third.isOutput) == (True, False)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the programs run in forks")
def testAProgramThatFailsIsSeen() -> None:
    played = [outcomes()[block.place] for block in WRONG]
    assert [code for code, _, _ in played] == [1, 1, 1]
    assert played[0][1] == "1\n"
    assert "NameError" in played[0][2]
