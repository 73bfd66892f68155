"""The same questions to the same name server, asked by Node and by us: the answers must be equal."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest_twisted
from nameserver import NameServer
from oracle import evaluate, needsNode
from twisted.internet.threads import deferToThread

from nodecompat import dns

QUESTIONS: list[list[Any]] = [
    ["resolve4", "a.test"],
    ["resolve4", "a.test", {"ttl": True}],
    ["resolve6", "a.test"],
    ["resolve6", "a.test", {"ttl": True}],
    ["resolve4", "alias.test"],
    ["resolve4", "alias.test", {"ttl": True}],
    ["resolve4", "lost.test"],
    ["resolve4", "empty.test"],
    ["resolve4", "other.test"],
    ["resolve4", "big.test"],
    ["resolve4", "bücher.test"],
    ["resolve4", "A.Test."],
    ["resolve4", "a..b"],
    ["resolve4", "x" * 64],
    *[["resolve4", f"{name}.test"] for name in ("formerr", "servfail", "nxdomain", "notimp", "refused")],
    ["resolveCname", "alias.test"],
    ["resolveCname", "chain.test"],
    ["resolveMx", "mx.test"],
    ["resolveMx", "root.test"],
    ["resolveTxt", "txt.test"],
    ["resolveNs", "ns.test"],
    ["resolvePtr", "ptr.test"],
    ["resolveSrv", "srv.test"],
    ["resolveSoa", "soa.test"],
    ["resolveNaptr", "naptr.test"],
    ["resolveCaa", "caa.test"],
    ["resolveTlsa", "tlsa.test"],
    ["resolveAny", "any.test"],
    ["resolve", "mx.test", "MX"],
    ["reverse", "192.0.2.1"],
    ["reverse", "192.0.2.2"],
    ["reverse", "192.0.2.3"],
    ["reverse", "2001:db8::1"],
    ["reverse", "bad"],
]

PROGRAM = """
const { Resolver } = require("dns").promises;
const resolver = new Resolver({ timeout: 5000, tries: 2 });
resolver.setServers([%s]);
const plain = (key, value) => (value instanceof ArrayBuffer ? Buffer.from(value).toString("hex") : value);
(async () => {
  const answers = [];
  for (const [method, ...args] of %s) {
    try { answers.push(await resolver[method](...args)); } catch (e) { answers.push([e.code, e.syscall, e.message]); }
  }
  console.log(JSON.stringify(answers, plain));
})();
"""


def plain(value: Any) -> Any:
    """As JSON shows it in Node: fields that are not set are absent."""
    if dataclasses.is_dataclass(value):
        return {name: plain(value[name]) for name in value if value[name] is not None}  # type: ignore[index,attr-defined]
    if isinstance(value, list):
        return [plain(each) for each in value]
    return value.hex() if isinstance(value, bytes) else value


async def ask(resolver: dns.promises.Resolver, method: str, *args: Any) -> Any:
    try:
        return plain(await getattr(resolver, method)(*args))
    except OSError as error:
        return [error.code, error.syscall, str(error)]  # type: ignore[attr-defined]


@needsNode
@pytest_twisted.ensureDeferred
async def testAnswersAreNodes(nameServer: NameServer) -> None:
    program = PROGRAM % (json.dumps(nameServer.address), json.dumps(QUESTIONS))
    theirs = await deferToThread(evaluate, program)
    resolver = dns.promises.Resolver(timeout=5000, tries=2)
    resolver.setServers([nameServer.address])
    ours = [await ask(resolver, *question) for question in QUESTIONS]
    assert [(*question, answer) for question, answer in zip(QUESTIONS, ours, strict=True)] == [
        (*question, answer) for question, answer in zip(QUESTIONS, theirs, strict=True)
    ]
