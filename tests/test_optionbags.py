"""What is said about options that nobody knows."""

from __future__ import annotations

from typing import Any, TypedDict

import pytest

from nodecompat import http, net, optionbags
from nodecompat.errors import ERR_INVALID_ARG_VALUE
from nodecompat.optionbags import OptionWarning, check


class Base(TypedDict, total=False):
    keepAlive: bool


@pytest.fixture
def warned(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts of the warnings."""
    texts: list[str] = []
    monkeypatch.setattr(optionbags, "emitWarning", lambda warning: texts.append(str(warning)))
    return texts


@pytest.fixture
def kind() -> Any:
    """Options that no other test has seen."""
    return TypedDict("kind", {"port": int, "host": str, "fd": int, "keepAlive": bool}, total=False)


def refusal(kind: Any, **keywords: Any) -> str:
    with pytest.raises(ERR_INVALID_ARG_VALUE) as caught:
        check(kind, None, keywords)
    assert caught.value.code == "ERR_INVALID_ARG_VALUE"
    assert isinstance(caught.value, TypeError)
    return str(caught.value)


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("keepalive", "keepAlive"),
        ("prot", "port"),
        ("pport", "port"),
        ("por", "port"),
        ("part", "port"),
        ("hostt", "host"),
        ("keepAlived", "keepAlive"),
        ("keepsAlives", "keepAlive"),
    ],
)
def testAKeywordThatIsUnknownIsRefusedWithTheOneThatWasMeant(kind: Any, given: str, meant: str) -> None:
    assert refusal(kind, **{given: 1}) == f"unknown option '{given}'; did you mean '{meant}'?"


def testAKeywordLikeNoOtherIsRefusedWithoutAGuess(kind: Any) -> None:
    assert refusal(kind, colour="red") == "unknown option 'colour'"


def testKnownKeywordsAndNodesInternalOnesPass(kind: Any) -> None:
    check(kind, None, {"port": 80, "_defaultAgent": None})


def testInheritedOptionsAreKnown() -> None:
    class More(Base, total=False):
        port: int

    check(More, None, {"keepAlive": True, "port": 1})


def testAMappingMayHaveOtherKeys(kind: Any, warned: list[str]) -> None:
    check(kind, {"port": 1, "whatever": 1, "a": 2, 7: 8, None: 9})
    assert warned == []


def testAKeyOneSlipAwayWarnsOnce(kind: Any, warned: list[str]) -> None:
    for _ in range(3):
        check(kind, {"keepAlife": True, "hots": "x"})
    assert sorted(warned) == [
        "unknown option 'hots'; did you mean 'host'?",
        "unknown option 'keepAlife'; did you mean 'keepAlive'?",
    ]


def testAShortKeyIsNoSlip(kind: Any, warned: list[str]) -> None:
    check(kind, {"id": 1, "prt": 2})
    assert warned == []


def testASlipIsOneWhateverOtherFunctionsWereGiven(kind: Any, warned: list[str]) -> None:
    check(TypedDict("other", {"keepalive": bool}), {"keepalive": True}, {"keepalive": True})
    check(kind, {"keepalive": True})
    assert warned == ["unknown option 'keepalive'; did you mean 'keepAlive'?"]


def testForeignKeysDoNotPileUp(kind: Any, warned: list[str]) -> None:
    for number in range(2000):
        check(kind, {f"header{number}": 1})
    assert len(optionbags._judged[kind]) < 500


def testAWarningIsOneOfTheProcess() -> None:
    from nodecompat import process

    seen: list[Warning] = []
    process.emitWarning, before = seen.append, process.emitWarning  # type: ignore[method-assign, assignment]
    try:
        net.createServer({"noDelya": True})
    finally:
        process.emitWarning = before  # type: ignore[method-assign]
    assert [(type(each), str(each)) for each in seen] == [
        (OptionWarning, "unknown option 'noDelya'; did you mean 'noDelay'?")
    ]


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: http.Agent(keepalive=True), "unknown option 'keepalive'; did you mean 'keepAlive'?"),
        (lambda: net.createServer().listen(prot=80), "unknown option 'prot'; did you mean 'port'?"),
        (
            lambda: net.createServer(allowHalfOpened=1),
            "unknown option 'allowHalfOpened'; did you mean 'allowHalfOpen'?",
        ),
        (lambda: net.connect(hosst="x", port=1), "unknown option 'hosst'; did you mean 'host'?"),
        (lambda: net.Socket().connect(timeout=3), "unknown option 'timeout'"),
        (lambda: http.request("http://localhost/", timeot=3), "unknown option 'timeot'; did you mean 'timeout'?"),
    ],
)
def testThePublicFunctionsCheck(call: Any, text: str) -> None:
    with pytest.raises(ERR_INVALID_ARG_VALUE) as caught:
        call()
    assert str(caught.value) == text
