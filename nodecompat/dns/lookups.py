"""`dns.lookup()` and `dns.lookupService()` of Node 26: names as the operating system resolves them.

A numeric address needs no lookup and is answered on the next tick. Everything else goes through
`reactor/names/resolver.py`. The functions of `dns.promises` are `lookupPromise` and `lookupServicePromise`.

Differs: what `lookup()` and `lookupService()` return can be cancelled.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred

from ..errors import ERR_INVALID_ARG_VALUE, ERR_MISSING_ARGS, dnsException
from ..events import fit
from ..ip import isIP
from ..optionbags import check
from ..reactor.loop import ticks
from ..reactor.loop.promised import Promised
from ..reactor.names import resolver
from ..validators import isTruthy, validateFunction, validateOneOf, validatePort, validateString
from .addresses import LookupAddress, LookupServiceResult
from .options import ORDERS, LookupOptions, LookupQuestion, validateHostname

if TYPE_CHECKING:
    from typing import overload

    from typing_extensions import Unpack

    from ..events.listeners import Listener3
    from ..optionbags import Bag

_MISSING: Any = object()
_defaultOrder = "verbatim"

#: Called with an error and nothing, or with None and what was found.
_Done = Callable[[Any, list[LookupAddress]], object]


def setDefaultResultOrder(order: str) -> None:
    """Set the default order of addresses.

    Args: order: "verbatim" (as the resolver gave them), "ipv4first" or "ipv6first".
    Raises: ERR_INVALID_ARG_VALUE.
    Node: https://nodejs.org/api/dns.html#dnssetdefaultresultorderorder
    """
    global _defaultOrder
    validateOneOf(order, "dnsOrder", ORDERS)
    _defaultOrder = order


def getDefaultResultOrder() -> str:
    """The current default order. Node: https://nodejs.org/api/dns.html#dnsgetdefaultresultorder"""
    return _defaultOrder


if TYPE_CHECKING:

    @overload
    def lookup(
        hostname: str, callback: Listener3[Any, Any, int], /, **bag: Unpack[LookupOptions]
    ) -> resolver.Request | None: ...
    @overload
    def lookup(
        hostname: str,
        options: int | LookupOptions | Bag | None,
        callback: Listener3[Any, Any, int],
        /,
        **bag: Unpack[LookupOptions],
    ) -> resolver.Request | None: ...


def lookup(hostname: str, options: Any = None, callback: Any = None, **bag: Any) -> resolver.Request | None:
    """Find the first address of a name, or all of them.

    Args: options: a family (0, 4 or 6) or LookupOptions; callback: `(error, address, family)`, or
    `(error, addresses)` with `all`.
    Returns: the request, which has `cancel()`; None if the answer is already known.
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE.
    Example:
        >>> dns.lookup("127.0.0.1", print)
        >>> (await dns.promises.lookup("localhost", family=4)).address
        None 127.0.0.1 4
        '127.0.0.1'

    Node: https://nodejs.org/api/dns.html#dnslookuphostname-options-callback
    """
    check(LookupOptions, options, bag)
    if callable(options):
        options, callback = None, options
    if isTruthy(hostname):
        validateString(hostname, "hostname")
    validateFunction(callback, "callback")
    assert callback is not None
    question = LookupQuestion(options, bag, _defaultOrder)
    answer = _answerAll(callback) if question.all else _answerOne(callback)
    return _start(hostname, question, answer)


def lookupPromise(hostname: str, options: Any = None, **bag: Unpack[LookupOptions]) -> Deferred[Any]:
    """`dns.promises.lookup`: fires with a LookupAddress, or with a list of them if `all` is set.

    Args: options: a family (0, 4 or 6) or LookupOptions, also as keywords.
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE.
    Node: https://nodejs.org/api/dns.html#dnspromiseslookuphostname-options
    """
    check(LookupOptions, options, bag)
    if isTruthy(hostname):
        validateString(hostname, "hostname")
    question = LookupQuestion(options, bag, _defaultOrder)
    request: resolver.Request | None = None
    promise: Deferred[Any] = Promised(lambda _: _cancel(request))

    def done(error: Any, found: list[LookupAddress]) -> None:
        settle(promise, error, found if question.all else found and found[0])

    try:
        request = _start(hostname, question, done)
    except ERR_INVALID_ARG_VALUE as error:
        if isTruthy(hostname):
            raise
        # Node rejects here, where the callback form throws.
        done(error, [])
    return promise


def lookupService(
    address: str | None = None, port: int | None = None, callback: Callable[..., object] = _MISSING
) -> resolver.Request:
    """Find the host name of an address and the service name of a port.

    Args: address: numeric; callback: `(error, hostname, service)`.
    Returns: the request, which has `cancel()`.
    Raises: ERR_INVALID_ARG_VALUE, ERR_SOCKET_BAD_PORT, ERR_INVALID_ARG_TYPE.
    Node: https://nodejs.org/api/dns.html#dnslookupserviceaddress-port-callback
    """
    if callback is _MISSING:
        raise ERR_MISSING_ARGS("address", "port", "callback")
    question = _checkedService(address, port)
    validateFunction(callback, "callback")
    return _startService(question, callback)


def lookupServicePromise(address: str = _MISSING, port: int = _MISSING) -> Deferred[LookupServiceResult]:
    """`dns.promises.lookupService`: fires with hostname and service.

    Raises: ERR_INVALID_ARG_VALUE, ERR_SOCKET_BAD_PORT, ERR_INVALID_ARG_TYPE.
    Node: https://nodejs.org/api/dns.html#dnspromiseslookupserviceaddress-port
    """
    if address is _MISSING or port is _MISSING:
        raise ERR_MISSING_ARGS("address", "port")
    question = _checkedService(address, port)
    promise: Deferred[LookupServiceResult] = Promised(lambda _: request.cancel())

    def done(error: Any, hostname: str, service: str) -> None:
        settle(promise, error, LookupServiceResult(hostname, service))

    request = _startService(question, done)
    return promise


def settle(promise: Deferred[Any], error: BaseException | None, result: Any) -> None:
    """Fire a Deferred as Node settles a promise: in the microtasks. A cancelled one is left alone."""
    ticks.queueMicrotask(_fire, promise, error, result)


def _start(hostname: str, question: LookupQuestion, done: _Done) -> resolver.Request | None:
    validateHostname(hostname)
    family = isIP(hostname)
    if family:
        ticks.nextTick(done, None, [LookupAddress(hostname, family)])
        return None

    def answered(result: resolver.Addresses) -> None:
        if isinstance(result, int):
            done(dnsException(result, "getaddrinfo", hostname), [])
        else:
            done(None, _ordered(result, question.order))

    request = resolver.getaddrinfo(hostname, question.family, question.hints, answered)
    if isinstance(request, int):
        ticks.nextTick(answered, request)
        return None
    return request


def _ordered(addresses: list[str], order: str) -> list[LookupAddress]:
    found = [LookupAddress(address, 6 if ":" in address else 4) for address in addresses]
    if order != "verbatim":
        first = 4 if order == "ipv4first" else 6
        found.sort(key=lambda entry: entry.family != first)  # stable: the order within a family stays
    return found


def _answerOne(callback: Callable[..., object]) -> _Done:
    fitted = fit(callback, 3)

    def answer(error: Any, found: list[LookupAddress]) -> None:
        if error is not None:
            fitted(error, None, None)
        else:
            fitted(None, found[0].address, found[0].family)

    return answer


def _answerAll(callback: Callable[..., object]) -> _Done:
    fitted = fit(callback, 2)
    return lambda error, found: fitted(error, None if error is not None else found)


def _cancel(request: resolver.Request | None) -> None:
    if request is not None:
        request.cancel()


def _checkedService(address: Any, port: Any) -> tuple[str, int]:
    validateString(address, "address")
    if not isIP(address):
        raise ERR_INVALID_ARG_VALUE("address", address)
    return address, int(validatePort(port))


def _startService(question: tuple[str, int], callback: Callable[..., object]) -> resolver.Request:
    address, port = question
    fitted = fit(callback, 3)

    def answered(result: resolver.Names) -> None:
        if isinstance(result, int):
            fitted(dnsException(result, "getnameinfo", address), None, None)
        else:
            fitted(None, *result)

    return resolver.getnameinfo(address, port, answered)


def _fire(promise: Deferred[Any], error: BaseException | None, result: Any) -> None:
    if promise.called:
        return
    if error is not None:
        promise.errback(error)
    else:
        promise.callback(result)
