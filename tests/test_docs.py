"""The documentation site (docs/): every page has a place in it, and it builds without a warning."""

from __future__ import annotations

import importlib
import importlib.util
import re
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import nodeapi
import pytest
import suite
from anatomycases import synthetic

import nodecompat
from nodecompat.http.wire import faults

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PAGES = sorted(
    path.relative_to(DOCS).with_suffix("").as_posix() for path in [*DOCS.glob("*.md"), *DOCS.glob("howto/*.md")]
)
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
@pytest.mark.timeout(600)
def testTheSiteBuildsWithoutAWarning(tmp_path: Path) -> None:
    program = "import pathlib, sys, docs.__main__ as site; sys.exit(site.build(pathlib.Path(sys.argv[1])))"
    run = subprocess.run([sys.executable, "-c", program, tmp_path], cwd=ROOT, capture_output=True, text=True)
    assert (run.returncode, run.stdout + run.stderr) == (0, "")
    assert [page for page in PAGES if not (tmp_path / f"{page}.html").exists()] == []
    runs = re.findall(r'href="../(recordings/\w+\.html)"', (tmp_path / "reference/gallery.html").read_text("utf-8"))
    assert len(runs) == len(part("runs").RUNS)
    assert [page for page in runs if '"trouble":""' not in (tmp_path / page).read_text("utf-8")] == []


# -- the reference


@cache
def pages() -> dict[str, str]:
    found: dict[str, str] = part("reference").pages()
    return found


needsTLS = pytest.mark.skipif(bool(suite.whyNoTLS()), reason=suite.whyNoTLS() or "")


@needsTLS
def testEachPublicModuleHasAPage() -> None:
    wanted = {*nodecompat._MODULES} - {"errors"} | {"globals", "process", "fs.promises", "stream.web"}
    assert {*pages()} >= wanted | {"anatomy", "iagent", "service"}


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
    row = "| `pauseOnConnect` | `bool` | – | False | A new socket reads nothing until `resume()`."
    assert row in net
    assert "| `lookup` | `err: Any`, `address: str`, `family: int`, `host: str` |\n" in net
    assert "<https://nodejs.org/api/net.html#class-netserver>" in net
    assert "\nServer.listen(path: int | str | ServerEndpoint | BoundSocket, backlog: int, listeningListener: " in net
    assert "#### Socket.address\n" in net and "**Since:** Node v0.1.90\n\n" in net


@needsTLS
def testOverloadsAreShownButThoseOfEvents() -> None:
    start = pages()["crypto"].index("### randomBytes")
    assert "randomBytes(size: int) -> bytes\nrandomBytes(size: int, callback: " in pages()["crypto"][start:]
    assert "Socket.on(eventName" not in pages()["net"]


@pytest.mark.parametrize(
    ("module", "name", "version"),
    [
        ("net", "Socket.address", "v0.1.90"),
        ("events", "errorMonitor", "v12.17.0"),  # the older one of two
        ("fs.promises", "FileHandle.close", "v10.0.0"),
        ("globals", "process.nextTick", "v0.1.26"),
        ("globals", "queueMicrotask", "v11.0.0"),
        ("globals", "Headers", "v16.15.0"),
        ("globals", "AbortSignal 'abort'", "v14.17.0"),
        ("fetch", "fetch", "v16.15.0"),
        ("stream.web", "ReadableStream.from_", "v20.6.0"),
        ("stream.web", "TransformStream", "v16.5.0"),
        ("net", "fromFactory", None),
    ],
)
def testSinceWhichNodeANameIsThere(module: str, name: str, version: str | None) -> None:
    assert part("since").ofName(module, name) == version


@pytest.mark.parametrize(
    ("text", "kind", "unit", "default", "meaning"),
    [
        ("Keep it; False by default.", "bool", "", "False", "Keep it."),
        ("Milliseconds of silence; 0, the default, for never.", "float", "ms", "0", "Milliseconds of silence; 0, the"),
        ('The order; `f()`, "a", by default.', "str", "", '`f()`, "a"', "The order."),
        ("Bytes at most, 5,000 by default. Not in Node.", "int", "bytes", "5,000", "Bytes at most, 5,000 by default."),
        ("The path; there is no default.", "str", "", "–", "The path."),
        ("What is read; by default the rest.", "str", "", "the rest", "What is read; by default the rest."),
        ("Bytes by default are kept.", "str", "", "Bytes", "Bytes by default are kept."),
    ],
)
def testThePartsOfAnOption(text: str, kind: str, unit: str, default: str, meaning: str) -> None:
    found = part("options").parsed(text, kind)
    assert (found.unit, found.default, found.meaning[: len(meaning)]) == (unit, default, meaning)


@needsTLS
def testEachOptionOfAPageHasItsText() -> None:
    rows = re.findall(
        r"^\| option \| type \| unit \| default \| meaning \|\n\|[ -|]+\n((?:\|.*\n)+)", "".join(pages().values()), re.M
    )
    cells = [re.split(r"(?<!\\)\|", row)[1:-1] for table in rows for row in table.splitlines()]
    assert len(cells) > 400
    assert [row for row in cells if len(row) != 5 or not all(each.strip() for each in row)] == []
    # Only an option with parts has no one default.
    assert [row[0] for row in cells if row[3] == " as it says "] == [" `params` "]


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


@cache
def support() -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = part("support").tables()
    return found


@needsTLS
def testTheSupportTableIsWhatIsThere() -> None:
    """Of Node's networking API: what `nodeapi` finds in the package, and the table, say the same of each name."""
    told = {(module, row.name): row.reason is None for module, rows in support().items() for row in rows}
    there = {(each.module.replace(".", "/"), each.title): each.isThere for each in nodeapi.entries()}
    assert {name: told[name] for name in there} == there
    assert (sum(there.values()), len(there)) == (1267, 1280)


@needsTLS
def testTheSupportTableIsWhatOtherModulesExport() -> None:
    told = {(module, row.name): row.reason is None for module, rows in support().items() for row in rows}
    for module, names in nodeapi.others().items():
        there = {name: nodeapi.isExported(module, name) for name in names}
        if module in support():
            assert {name: told[module, name] for name in names} == there
        else:
            assert not any(there.values()) and part("support").absent()[module][1]


@needsTLS
def testTheSupportTableHasEachNameOfTheInventories() -> None:
    page = part("support").pages()["support"]
    rows = re.findall(r"^\| `(\S.*?)` \| (\w+) \| (\S+) \| (works|partly: .+|not here: .+) \|$", page, re.MULTILINE)
    assert len(rows) == sum(map(len, support().values()))
    assert ("URL.href", "property", "–", "works") in rows
    assert ("URLPattern.exec", "method", "–", "not here: ada has it, its Python package has it not") in rows
    less = {name: status for name, _, _, status in rows if status.startswith("partly")}
    assert less["InspectOptions.showProxy"] == "partly: of no effect: Python has no proxies"
    assert less["TLSSocket.getSharedSigalgs"].startswith("partly: differs, see the [departures](../departures.md)")
    assert less["SecureContextOptions.ticketKeys"] == "partly: refused, see the [departures](../departures.md)"


@needsTLS
def testWhatIsNotHereHasAReason() -> None:
    page = part("support").pages()["not-here"]
    assert "| `worker_threads` | 51 | `concurrent.futures`; " in page
    assert "`BlobPropertyBag.endings` | line ends of Windows: convert them before |" in page
    assert "`URL.href`" not in page


@cache
def errorRows() -> dict[str, list[str]]:
    """The cells behind each code that has a class, and of the system's."""
    found = re.findall(r"^\| `(E\w+|UNKNOWN)` \| (.+) \|$", part("errors").pages()["errors"], re.MULTILINE)
    rows = {name: re.split(r"(?<!\\) \| ", rest) for name, rest in found}
    return {name: row for name, row in rows.items() if len(row) == 4}


@needsTLS
def testEachCodeHasARow() -> None:
    assert {*errorRows()} >= {*part("errors").codes(), "ECONNRESET", "EADDRINUSE"}
    assert {name: row for name, row in errorRows().items() if not all(row)} == {}


@needsTLS
def testEachCodeOfTheParserSaysWhatToDo() -> None:
    page = part("errors").pages()["errors"]
    codes = {*faults._REASONS, "HPE_STRICT", "HPE_HEADER_OVERFLOW", "HPE_CHUNK_EXTENSIONS_OVERFLOW"}
    assert {*re.findall(r"^\| `(HPE_\w+)` \| `Exception` \| [^|]+ \| [^|]+ \|$", page, re.MULTILINE)} >= codes


@needsTLS
@pytest.mark.parametrize(
    ("name", "kind", "message", "raisedBy"),
    [
        ("ECONNRESET", "`ConnectionResetError`", "connection reset by peer", ""),
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
    assert row[3].endswith(".")


# -- the examples, and the pictures of their runs


def testThePageOfTheExamplesHasAllOfThem() -> None:
    page = part("drawings").pages()["examples"]
    names = [path.name for path in (ROOT / "examples").iterdir() if path.suffix in (".py", ".tac")]
    headings = re.findall(r"^## (\S+)\n\n(?:<a .+\n\n)?````python\n", page, re.MULTILINE)
    assert sorted(headings) == sorted(names)
    assert "| [`echo.py`](#echopy) | " in page and "|  |" not in page


def testEachExampleHasARunOrAReason() -> None:
    names = {path.name for path in (ROOT / "examples").iterdir() if path.is_file()}
    runs, without = part("runs").RUNS, part("runs").WITHOUT
    assert {*runs} - {""} | {"anatomy_of_a_connection.py"} == names - {*without}
    page = part("drawings").pages()["gallery"]
    assert [name for name in names if f"<code>{name}</code>" not in page and f"`{name}`" not in page] == []


def testARunIsRecorded() -> None:
    """Of a server, which ends by Ctrl-C, and what is around it."""
    recording = part("runs").record("reverse_proxy.py")
    assert recording.trouble == ""
    served = [each.label for each in recording.entries if each.kind == "event" and each.name == "request"]
    assert served == ["'request' GET /image"] * 3
    assert {each.error for each in recording.connections.values()} == {"", "ECONNREFUSED"}


def testEachPictureOfThePagesIsDrawn() -> None:
    pictures = {
        name for page in DOCS.glob("*.md") for name in re.findall(r"pictures/(\w+)\.svg", page.read_text("utf-8"))
    }
    recordings = {
        name for page in DOCS.glob("*.md") for name in re.findall(r"recordings/(\w+)\.html", page.read_text("utf-8"))
    }
    assert pictures == recordings == {*part("drawings").DRAWN}


def testAPictureLeavesOutWhatRepeats() -> None:
    recording = synthetic(300)
    drawn = part("drawings").brief(recording)
    most = Counter((each.connection, each.name) for each in drawn.entries)
    assert {*most.values()} == {4} and len(drawn.entries) == 4 * len(most) == 80
