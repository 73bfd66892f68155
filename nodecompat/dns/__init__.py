"""Node 26's `dns`: look-ups by the operating system (`lookup`) and queries to name servers (`resolve*`).

`lookups` has the former, `resolver` the latter, `promises` both with Deferreds; `records`, `options`, `codes` and
`constants` are what they take and return. Whatever connects needs `lookup`. The rest, with twisted.names below it, is
a fifth of the time in which `http` and `net` are imported, so it is loaded when it is first looked up.

Node: https://nodejs.org/api/dns.html
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from . import codes
from .addresses import LookupAddress, LookupServiceResult
from .codes import *  # noqa: F403
from .constants import ADDRCONFIG, ALL, V4MAPPED
from .lookups import getDefaultResultOrder, lookup, lookupService, setDefaultResultOrder
from .options import (
    LookupAllOptions,
    LookupOneOptions,
    LookupOptions,
    ResolveOptions,
    ResolverOptions,
    ResolveWithTtlOptions,
)

if TYPE_CHECKING:
    from . import promises
    from .default import (
        getServers,
        resolve,
        resolve4,
        resolve6,
        resolveAny,
        resolveCaa,
        resolveCname,
        resolveMx,
        resolveNaptr,
        resolveNs,
        resolvePtr,
        resolveSoa,
        resolveSrv,
        resolveTlsa,
        resolveTxt,
        reverse,
        setServers,
    )
    from .records import (
        AnyAaaaRecord,
        AnyARecord,
        AnyCaaRecord,
        AnyCnameRecord,
        AnyMxRecord,
        AnyNaptrRecord,
        AnyNsRecord,
        AnyPtrRecord,
        AnyRecord,
        AnySoaRecord,
        AnySrvRecord,
        AnyTlsaRecord,
        AnyTxtRecord,
        CaaRecord,
        MxRecord,
        NaptrRecord,
        RecordWithTtl,
        SoaRecord,
        SrvRecord,
        TlsaRecord,
    )
    from .resolver import Resolver

#: The module that has each name which is loaded late.
_LATE = {
    "AnyARecord": "records",
    "AnyAaaaRecord": "records",
    "AnyCaaRecord": "records",
    "AnyCnameRecord": "records",
    "AnyMxRecord": "records",
    "AnyNaptrRecord": "records",
    "AnyNsRecord": "records",
    "AnyPtrRecord": "records",
    "AnyRecord": "records",
    "AnySoaRecord": "records",
    "AnySrvRecord": "records",
    "AnyTlsaRecord": "records",
    "AnyTxtRecord": "records",
    "CaaRecord": "records",
    "MxRecord": "records",
    "NaptrRecord": "records",
    "RecordWithTtl": "records",
    "Resolver": "resolver",
    "SoaRecord": "records",
    "SrvRecord": "records",
    "TlsaRecord": "records",
    "getServers": "default",
    "resolve": "default",
    "resolve4": "default",
    "resolve6": "default",
    "resolveAny": "default",
    "resolveCaa": "default",
    "resolveCname": "default",
    "resolveMx": "default",
    "resolveNaptr": "default",
    "resolveNs": "default",
    "resolvePtr": "default",
    "resolveSoa": "default",
    "resolveSrv": "default",
    "resolveTlsa": "default",
    "resolveTxt": "default",
    "reverse": "default",
    "setServers": "default",
}

__all__ = [
    "ADDRCONFIG",
    "ALL",
    "V4MAPPED",
    "AnyARecord",
    "AnyAaaaRecord",
    "AnyCaaRecord",
    "AnyCnameRecord",
    "AnyMxRecord",
    "AnyNaptrRecord",
    "AnyNsRecord",
    "AnyPtrRecord",
    "AnyRecord",
    "AnySoaRecord",
    "AnySrvRecord",
    "AnyTlsaRecord",
    "AnyTxtRecord",
    "CaaRecord",
    "LookupAddress",
    "LookupAllOptions",
    "LookupOneOptions",
    "LookupOptions",
    "LookupServiceResult",
    "MxRecord",
    "NaptrRecord",
    "RecordWithTtl",
    "ResolveOptions",
    "ResolveWithTtlOptions",
    "Resolver",
    "ResolverOptions",
    "SoaRecord",
    "SrvRecord",
    "TlsaRecord",
    "getDefaultResultOrder",
    "getServers",
    "lookup",
    "lookupService",
    "promises",
    "resolve",
    "resolve4",
    "resolve6",
    "resolveAny",
    "resolveCaa",
    "resolveCname",
    "resolveMx",
    "resolveNaptr",
    "resolveNs",
    "resolvePtr",
    "resolveSoa",
    "resolveSrv",
    "resolveTlsa",
    "resolveTxt",
    "reverse",
    "setDefaultResultOrder",
    "setServers",
]
__all__ += codes.__all__


def __getattr__(name: str) -> Any:
    if name == "promises":
        value: Any = importlib.import_module(".promises", __name__)
    elif name in _LATE:
        value = getattr(importlib.import_module("." + _LATE[name], __name__), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def _promised(name: str) -> Any:
    """The function of that name in `promises`, which is loaded when it is called."""

    def call(*args: Any, **keywords: Any) -> Any:
        return getattr(importlib.import_module(".promises", __name__), name)(*args, **keywords)

    return call


# What `util.promisify` makes of them: they call back with more than one value.
setattr(lookup, "__promisify__", _promised("lookup"))
setattr(lookupService, "__promisify__", _promised("lookupService"))
