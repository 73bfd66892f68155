"""The documentation site (docs/): every page has a place in it, and it builds without a warning."""

from __future__ import annotations

import importlib
import importlib.util
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

import oracle
import pytest
import suite

import nodecompat

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PAGES = sorted(path.relative_to(DOCS).with_suffix("").as_posix() for path in DOCS.glob("*.md"))
needsSphinx = pytest.mark.skipif(
    any(importlib.util.find_spec(name) is None for name in ("sphinx", "myst_parser", "furo")),
    reason="the site's tools are not installed: pip install 'nodecompat[docs,tls]'",
)


@cache
def part(name: str) -> ModuleType:
    """A file of the site's extension. `docs` may be the name of a package that is installed."""
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    return importlib.import_module(f"docs._ext.{name}")


def testEachPageStandsOnceInTheContents() -> None:
    text = (DOCS / "index.md").read_text("utf-8")
    trees = re.findall(r"^```\{toctree\}\n(?::[^\n]*\n)+\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert sorted([*"".join(trees).split(), "index"]) == sorted([*PAGES, "reference/*"])


@needsSphinx
@pytest.mark.slow
def testTheSiteBuildsWithoutAWarning(tmp_path: Path) -> None:
    program = "import pathlib, sys, docs.__main__ as site; sys.exit(site.build(pathlib.Path(sys.argv[1])))"
    run = subprocess.run([sys.executable, "-c", program, tmp_path], cwd=ROOT, capture_output=True, text=True)
    assert (run.returncode, run.stdout + run.stderr) == (0, "")
    built = {path.stem for path in tmp_path.glob("*.html")}
    assert built >= set(PAGES)


# -- the reference


@cache
def pages() -> dict[str, str]:
    found: dict[str, str] = part("reference").pages()
    return found


needsTLS = pytest.mark.skipif(bool(suite.whyNoTLS()), reason=suite.whyNoTLS() or "")


@needsTLS
def testEachPublicModuleHasAPage() -> None:
    assert {*pages()} >= {*nodecompat._MODULES} - {"errors"} | {"globals", "process", "fs.promises", "stream.web"}


@needsTLS
def testAPageExplainsEachPublicName() -> None:
    missing = []
    for name in part("reference").MODULES:
        lines = {line.replace("\\", "") for line in pages()[name].splitlines()}
        values = {line.split(" | ")[0] for line in lines}
        for each in part("reference").namesOf(importlib.import_module(f"nodecompat.{name}")):
            missing += [f"{name}.{each}"] if f"### {each}" not in lines and f"| `{each}`" not in values else []
    assert missing == []


@needsTLS
def testAPageShowsOptionsEventsAndNodesPage() -> None:
    net = pages()["net"]
    assert "| `pauseOnConnect` | `bool` | A new socket reads nothing until `resume()`; False by default. |\n" in net
    assert "| `lookup` | `err: Any`, `address: str`, `family: int`, `host: str` |\n" in net
    assert "<https://nodejs.org/api/net.html#class-netserver>" in net
    assert "Server.listen(*args, **keywords) -> Self\n" in net


@needsTLS
def testEachOptionOfAPageHasItsText() -> None:
    rows = re.findall(
        r"^\| option \| type \| \|\n\| --- \| --- \| --- \|\n((?:\|.*\n)+)", "".join(pages().values()), re.M
    )
    cells = [re.split(r"(?<!\\)\|", row)[1:-1] for table in rows for row in table.splitlines()]
    assert len(cells) > 400
    assert [row for row in cells if len(row) != 3 or not all(each.strip() for each in row)] == []


@pytest.mark.parametrize(
    ("docstring", "expected"),
    [
        ("It is `a_b`, not a_b.", "It is `a_b`, not a\\_b."),
        ("See https://a.example/b_c.html#d.", "See <https://a.example/b_c.html#d>."),
        (
            "Do it.\n\nArgs:\n    first: one\n        thing.\n    b: two",
            "Do it.\n\n**Args**\n\n- `first`: one thing.\n- `b`: two",
        ),
        (
            "Do it.\n\nArgs: first: one;\n    b: two.\nReturns: it.",
            "Do it.\n\n**Args:** first: one; b: two.\n\n**Returns:** it.",
        ),
        ("Example:\n    >>> f()\n    1", "**Example**\n\n```pycon\n>>> f()\n1\n```"),
        ("So:\n\n    f(*a)\n\nThen.", "So:\n\n```text\nf(*a)\n```\n\nThen."),
        ("* a\n* b", "* a\n* b"),
    ],
)
def testADocstringAsMarkdown(docstring: str, expected: str) -> None:
    assert part("docstrings").markdown(docstring) == expected


# -- the tables


def testTheSupportTableHasEachNameOfTheInventories() -> None:
    rows = re.findall(r"^\| `(\S.*?)` \| (\w+) \| (yes|no: .+) \|$", part("support").pages()["support"], re.MULTILINE)
    inventories = [part("support").entriesOf(path.stem) for path in (ROOT / "tests/data/inventory").glob("*.json")]
    assert len(rows) == sum(map(len, inventories))
    assert ("URL.href", "property", "yes") in rows
    assert ("URLPattern.exec", "method", "no: ada has it, its Python package has it not") in rows


def testWhatIsNotHereHasAReason() -> None:
    page = part("support").pages()["not-here"]
    assert "`BlobPropertyBag.endings` | line ends of Windows: convert them before |" in page
    assert "`URL.href`" not in page


@cache
def errorRows() -> dict[str, list[str]]:
    """The cells behind each code."""
    rows = re.findall(r"^\| `(E\w+|UNKNOWN)` \| (.+) \|$", part("errors").pages()["errors"], re.MULTILINE)
    return {name: re.split(r"(?<!\\) \| ", rest) for name, rest in rows}


@needsTLS
def testEachCodeHasARow() -> None:
    assert {*errorRows()} >= {*part("errors").codes(), "ECONNREFUSED", "ECONNRESET", "EADDRINUSE"}
    assert {name: row for name, row in errorRows().items() if len(row) != 3 or not all(row)} == {}


@needsTLS
@pytest.mark.parametrize(
    ("name", "kind", "message", "raisedBy"),
    [
        ("ECONNREFUSED", "`ConnectionRefusedError`", "connection refused", ""),
        (
            "ERR_SERVER_ALREADY_LISTEN",
            "`Exception`",
            "Listen method has been called more than once",
            "`net.Server.listen`",
        ),
        ("ERR_INVALID_ARG_TYPE", "`TypeError`", "An argument of the wrong type.", " more"),
        ("ERR_BUFFER_OUT_OF_BOUNDS", "`ValueError`", '"…" is outside of buffer bounds', "`buffer.Buffer.read"),
        ("ERR_PROXY_TUNNEL", "`Exception`", "…", "in `https`"),
        ("ERR_HTTP_REQUEST_TIMEOUT", "`Exception`", "Request timeout", "headers not complete within headersTimeout"),
    ],
)
def testARowSaysMessageAndWhatRaisesIt(name: str, kind: str, message: str, raisedBy: str) -> None:
    row = errorRows()[name]
    assert row[0] == kind
    assert row[1].startswith(message)
    assert raisedBy in row[2]


# -- programs in the pages: what one prints stands in the next block of text


def programs(page: str, language: str) -> list[tuple[str, str]]:
    """Each program of a page in a language, and what it must print."""
    blocks = re.findall(r"^```(\w+)\n(.*?)^```$", (DOCS / f"{page}.md").read_text("utf-8"), re.MULTILINE | re.DOTALL)
    texts = [next(text for kind, text in blocks[place:] if kind == "text") for place in range(len(blocks))]
    return [(block, text) for (kind, block), text in zip(blocks, texts, strict=True) if kind == language]


def printed(command: list[str]) -> tuple[str, str]:
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    return run.stdout, run.stderr


@pytest.mark.parametrize(("program", "output"), programs("start", "python") + programs("porting", "python"))
def testAProgramOfThePagesPrintsWhatTheySay(program: str, output: str) -> None:
    assert printed([sys.executable, "-c", program]) == (output, "")


@oracle.needsNode
@pytest.mark.parametrize(("program", "output"), programs("porting", "js"))
def testNodePrintsTheSame(program: str, output: str) -> None:
    assert printed([str(oracle.findNode()), "-e", program]) == (output, "")


def testEachIdiomHasBothColumns() -> None:
    pairs = zip(programs("porting", "js"), programs("porting", "python"), strict=True)
    assert [theirs for (_, theirs), (_, ours) in pairs if theirs != ours] == []
