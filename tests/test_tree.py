"""Tests mirror the source tree, one to one.

The rule:

- `nodecompat/a/b.py` is tested in `tests/a/test_b.py`, `nodecompat/a/__init__.py` in `tests/a/test_init.py`,
  `nodecompat/__main__.py` in `tests/test_main.py`.
- A file that runs nothing of its own needs no tests: re-exports, constants, option TypedDicts, protocols and
  enumerations, that is every file without a function that has a body.
- Every other `test_*.py` is a scenario: it tests a whole module, several rooms or something outside the package. It is
  listed in `SCENARIOS` or has one of the names in `SCENARIO_NAMES`, each with what it is for.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent
PACKAGE = TESTS.parent / "nodecompat"

#: Files of these names test their folder's module as a whole.
SCENARIO_NAMES = {
    "test_differential.py": "random programs, ours against Node",
    "test_oracle.py": "fixed programs, ours against Node",
    "test_program.py": "whole programs, each in its own process",
    "test_real.py": "real sockets, where the room's other tests use the fake network",
    "test_transcripts.py": "recorded runs of Node, played again",
}
#: Further scenarios: a file, or a folder with all its files.
SCENARIOS = {
    "anatomy/test_article.py": "the program of the article and its diagrams",
    "anatomy/test_browser.py": "the page in a real browser",
    "anatomy/test_drawings.py": "all drawings of one recording",
    "anatomy/test_secured.py": "TLS and https in a recording",
    "benchmarks/": "the benchmark programs, which are outside the package",
    "conformance/": "the handle contract, on every kind of handle",
    "test_docblocks.py": "the blocks of code in README and docs/",
    "test_docs.py": "the documentation site",
    "test_release.py": "what a release is checked for",
    "test_docstrings.py": "what a caller reads: docstrings of all rooms",
    "test_guests.py": "inside real asyncio programs: uvicorn, pytest-asyncio, IPython, anyio",
    "dgram/test_connected.py": "the connected half of dgram.Socket",
    "dgram/test_errors.py": "dgram's errors",
    "dns/test_errors.py": "dns's errors",
    "faults/": "one file per fault of the world outside",
    "fs/test_arguments.py": "every function with odd arguments, as recorded from Node",
    "web/test_programs.py": "random programs of Headers, Request and Response, outcomes recorded with Node",
    "web/test_aborting.py": "a fetch is aborted at every stage",
    "web/test_answers.py": "fetch reads broken answers, outcomes recorded with Node",
    "http/client/test_failures.py": "requests to servers that fail at random: one close, one error at most",
    "http/client/test_lostsockets.py": "requests whose socket fails before they have it, in every order",
    "http/test_client_cases.py": "the client against answers recorded with Node",
    "http/test_client_real_servers.py": "the client against servers that are not ours",
    "http/test_client_responses.py": "the client against every kind of answer",
    "http/test_hostile_requests.py": "the corpus of hostile requests",
    "http/test_hostile_responses.py": "the corpus of hostile answers",
    "http/test_client_transcripts.py": "recorded clients of Node, played again",
    "http/test_idle.py": "idle connections: time limits and memory",
    "http/test_known_attacks.py": "published attacks on HTTP/1.1 servers",
    "http/test_load_tools.py": "wrk and others against the server",
    "http/test_output_validation.py": "the corpus of values that must not reach the wire",
    "http/test_pausing.py": "backpressure from the socket to the message and back",
    "http/test_server_transcripts.py": "recorded servers of Node, played again",
    "net/test_endpoints.py": "net through Twisted's endpoints",
    "net/test_errors.py": "net's errors",
    "net/test_many.py": "thousands of connections",
    "serving/test_clients.py": "a service and the clients of a program",
    "serving/test_balancers.py": "HAProxy and nginx in front of instances with workers",
    "serving/test_deploy.py": "the files of examples/deploy",
    "serving/test_haproxy.py": "a service behind HAProxy",
    "serving/test_sigterm.py": "a service that is told to stop",
    "stream/test_arguments.py": "arguments that streams refuse, as recorded from Node",
    "stream/test_errors.py": "the errors of streams",
    "stream/test_exhaustion.py": "what runs out: recursion and memory, in every place that catches exceptions",
    "stream/web/test_programs.py": "random programs of streams of bytes, outcomes recorded with Node",
    "stream/test_programs.py": "random programs of streams, ours against Node",
    "stream/test_properties.py": "properties of all streams, by hypothesis",
    "stream/test_sequences.py": "random sequences of calls, ours against Node",
    "test_arguments.py": "every public function with odd arguments, as recorded from Node",
    "test_boundaries.py": "who may import whom",
    "test_examples.py": "the programs in examples/",
    "test_inventory.py": "what Node's modules have, and each name compared with Node",
    "test_modules.py": "docs/modules.md: what to import for each module of Node",
    "test_privatenames.py": "subclasses that own every name Node does not document",
    "test_readme.py": "README's links and the urls of the project",
    "test_soak.py": "load on real sockets for minutes: what counts as growth, and a run of a moment",
    "test_swarm.py": "random programs under random faults, and planted bugs that they find",
    "test_simulated.py": "the simulated network against real Node over loopback",
    "test_limits.py": "the tests' own helpers: the limit of a test that hangs",
    "test_suite.py": "the tests' own helpers: the summary of skips",
    "test_transcript.py": "the tests' own helpers: transcripts",
    "test_tour.py": "the ways that docs/tour.md describes, traced",
    "test_tree.py": "this file",
    "test_typing.py": "a user's typed program under mypy",
    "tls/test_real_servers.py": "nginx, HAProxy and Twisted on the other side",
    "tls/test_mutations.py": "handshakes that are mutated or cut",
    "test_pages.py": "the items of Node's pages, and what tests each",
    "test_portedprograms.py": "programs of Node's documentation, ported line by line, with Node's output",
    "tls/test_hostile_peers.py": "peers that break the rules behind the handshake",
    "tls/test_leaks.py": "what failed handshakes leave behind: nothing",
    "tls/test_known_attacks.py": "published attacks on TLS",
    "tls/test_certificates.py": "the tests' own helpers: certificates",
    "tls/test_calls.py": "random calls on TLSSocket and Server, as recorded from Node",
    "tls/test_features.py": "tls' rarer features, as recorded from Node",
    "timers/test_order.py": "the order of ticks, timers and immediates",
    "timers/test_turns.py": "the turns of the loop",
    "web/test_https.py": "fetch over TLS",
    "websocket/test_autobahn.py": "Autobahn's own suite, where it is installed",
    "websocket/test_cases.py": "every case of Autobahn's sections, in both roles, as recorded from Node",
}


def runsSomething(path: Path) -> bool:
    """Does a source have a function with a body?"""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Lambda):
            return True
        if isinstance(node, functions) and not all(_isText(each) for each in node.body):
            return True
    return False


def _isText(statement: ast.stmt) -> bool:
    """A docstring or `...`."""
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def fileFor(source: Path) -> str:
    """The test file of a source, relative to `tests/`."""
    relative = source.relative_to(PACKAGE)
    name = {"__init__": "init", "__main__": "main"}.get(relative.stem, relative.stem)
    return (relative.parent / f"test_{name}.py").as_posix()


SOURCES = {source.relative_to(PACKAGE).as_posix(): fileFor(source) for source in sorted(PACKAGE.rglob("*.py"))}
TEST_FILES = sorted(path.relative_to(TESTS).as_posix() for path in TESTS.rglob("test_*.py"))


@pytest.mark.parametrize("source", [each for each in SOURCES if runsSomething(PACKAGE / each)])
def testASourceHasATestFile(source: str) -> None:
    assert (TESTS / SOURCES[source]).exists(), f"{source} has no tests/{SOURCES[source]}"


@pytest.mark.parametrize("file", TEST_FILES)
def testATestFileHasItsPlace(file: str) -> None:
    """It belongs to one source, or it is a listed scenario."""
    listed = file in SCENARIOS or file.split("/")[0] + "/" in SCENARIOS
    if file in SOURCES.values():
        assert not listed, f"tests/{file} belongs to a source: it is no scenario"
    else:
        assert listed or Path(file).name in SCENARIO_NAMES, f"tests/{file} belongs to no source: list it in SCENARIOS"


@pytest.mark.parametrize("file", TEST_FILES)
def testATestFileHasTests(file: str) -> None:
    tree = ast.parse((TESTS / file).read_text())
    names = [node.name for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    assert any(name.startswith("test") for name in names), f"tests/{file} has no test"


def testTheListedScenariosExist() -> None:
    missing = [each for each in SCENARIOS if each not in TEST_FILES and not (TESTS / each).is_dir()]
    assert not missing
