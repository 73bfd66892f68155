"""tls.convertALPNProtocols, compared with Node."""

from __future__ import annotations

import json
from typing import Any

import oracle
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodecompat import tls
from nodecompat.errors import NodeError
from nodecompat.tls.alpn import convertALPNProtocols, givenProtocols, protocolNames, wireProtocols

LISTS: list[Any] = [
    ["h2", "http/1.1"],
    [],
    [""],
    ["a", ""],
    ["x" * 255],
    ["x" * 256],
    ["é"],
    [1],
    [None],
    [{}],
    "h2",
    7,
]
BYTES = [b"\2h2", b"\2h2\1a", b"", b"\0", b"\1a\0", b"\5a", b"\2h2\2a"]


def converted(protocols: Any) -> Any:
    out: dict[str, Any] = {}
    try:
        convertALPNProtocols(protocols, out)
    except NodeError as error:
        return [error.code, error.message]
    return {name: value.hex() for name, value in out.items()}


@oracle.needsNode
def testConversionsAreAsInNode() -> None:
    program = f"""const all = [...{json.dumps(LISTS)}, ...{json.dumps([each.hex() for each in BYTES])}.map(
        (text) => Buffer.from(text, 'hex'))];
      console.log(JSON.stringify(all.map((protocols) => {{ const out = {{}};
        try {{ tls.convertALPNProtocols(protocols, out) }} catch (e) {{ return [e.code, e.message] }}
        return Object.fromEntries(Object.entries(out).map(([k, v]) => [k, v.toString('hex')])) }})))"""
    program = program.replace("[null]", "[undefined]")
    assert [converted(each) for each in [*LISTS, *BYTES]] == oracle.evaluate(program)


def testANameMayBeBytes() -> None:
    assert wireProtocols([b"h2", "a"]) == b"\2h2\1a"


@given(st.lists(st.binary(min_size=1, max_size=255), max_size=5))
def testNamesComeBack(names: list[bytes]) -> None:
    data = wireProtocols(names)
    assert data is not None
    assert protocolNames(data) == names


@pytest.mark.parametrize("protocols", [None, "h2", 1, {}])
def testAnythingElseIsIgnored(protocols: Any) -> None:
    assert converted(protocols) == {}


@pytest.mark.parametrize(
    "given, names", [(None, []), (["a", b"bc"], [b"a", b"bc"]), (b"\1a\2bc", [b"a", b"bc"]), ([], [])]
)
def testTheOption(given: Any, names: list[bytes]) -> None:
    assert givenProtocols(given) == names


@oracle.needsNode
@pytest.mark.parametrize("protocols", ["h2", [1], [""], ["x" * 256], {}])
def testWhoeverGetsABadOptionRaises(protocols: Any) -> None:
    """A server of Node's does not mind a text."""
    program = f"""try {{ new tls.TLSSocket(null, {{ALPNProtocols: {json.dumps(protocols)}}}) }} catch (e) {{
      console.log(JSON.stringify([e.code ?? null, e.message])) }}"""
    theirs = oracle.evaluate(program)
    for make in (tls.createServer, lambda **options: tls.TLSSocket(None, options)):
        with pytest.raises(NodeError) as caught:
            make(ALPNProtocols=protocols)
        assert [caught.value.code, caught.value.message] == theirs
