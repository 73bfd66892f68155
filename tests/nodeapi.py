"""Node's networking API (`tests/data/node-api.json`), and which of it is here: by the class or module that has it.

A name stands here under its own spelling, a keyword of Python's with an underscore behind it, a symbol as the protocol
of Python's that it is. `fetch` and the globals are names of the package; their types are in `nodecompat.web`.
"""

from __future__ import annotations

import importlib
import json
from dataclasses import dataclass
from functools import cache
from typing import Any

import inventory
from comparing import HERE

#: Where what is global in Node may be.
_HOSTS = {"fetch": ("", "web"), "globals": ("", "timers", "web")}
#: Symbols that `tests/inventory.py` does not know.
_SYMBOLS = {
    "@@toPrimitive": "__int__",
    "@@toStringTag": "__repr__",
    "@@captureRejectionSymbol": "captureRejection",
}
_UNDICI = "fetch goes over the http client: its channels `http.client.…` tell of each request"
#: What is not here, and why or what to use.
LEFT_OUT = {
    ("http", "WebSocket"): "`from nodecompat import WebSocket`: the same class",
    ("http", "CloseEvent"): "`from nodecompat import CloseEvent`: the same class",
    ("http", "MessageEvent"): "`from nodecompat import MessageEvent`: the same class",
    ("tls", "Server 'resumeSession'"): "pyOpenSSL has no such callback: sessions are resumed by tickets",
    ("diagnostics_channel", "undici:request:create"): _UNDICI,
    ("diagnostics_channel", "undici:request:bodySent"): _UNDICI,
    ("diagnostics_channel", "undici:request:headers"): _UNDICI,
    ("diagnostics_channel", "undici:request:trailers"): _UNDICI,
    ("diagnostics_channel", "undici:request:error"): _UNDICI,
    ("diagnostics_channel", "undici:client:sendHeaders"): _UNDICI,
    ("diagnostics_channel", "undici:client:beforeConnect"): _UNDICI,
    ("diagnostics_channel", "undici:client:connected"): _UNDICI,
    ("diagnostics_channel", "undici:client:connectError"): _UNDICI,
}


@dataclass(frozen=True)
class Entry:
    """A name of Node's API, of a module or of a class (`owner`)."""

    module: str
    owner: str
    kind: str
    name: str
    since: str | None
    deprecated: bool
    tier: int

    @property
    def title(self) -> str:
        """As the inventories write it: `Socket.connect`, `Socket 'connect'`."""
        if not self.owner:
            return self.name
        return f"{self.owner} '{self.name}'" if self.kind == "event" else f"{self.owner}.{self.name}"

    @property
    def reason(self) -> str | None:
        """Why it is not here, or what to use."""
        return LEFT_OUT.get((self.module, self.title))

    @property
    def isThere(self) -> bool:
        """Whether the package has it."""
        if self.kind == "channel":
            return self.name in next(_found(self.module, "CHANNELS"), ())
        if not self.owner:
            return any(_found(self.module, self.name.rpartition(".")[2]))
        for owner in _found(self.module, self.owner):
            if self.kind == "event":
                return self.name in getattr(owner, "__events__", ())
            return any(inventory._has(owner, each) for each in _spellings(self.name))
        return False


@cache
def entries() -> tuple[Entry, ...]:
    """All of them, in the order of Node's pages."""
    rows = json.loads((HERE / "data/node-api.json").read_text("utf-8"))["entries"]
    return tuple(Entry(**{key: row[key] for key in Entry.__dataclass_fields__}) for row in rows)


def _spellings(name: str) -> tuple[str, ...]:
    return (_SYMBOLS[name],) if name in _SYMBOLS else inventory._spellings(name)


class _Truth:
    """What is there, though it may be false."""


def _found(module: str, name: str) -> Any:
    """What the package has under a name, at each place where it may be."""
    for part in _HOSTS.get(module, (module,)):
        host = importlib.import_module(f"nodecompat.{part}".rstrip("."))
        for each in _spellings(name):
            if hasattr(host, each):
                yield getattr(host, each) or _Truth()


# -- modules that neither this list nor an inventory has

#: What of a module that is here is not, and why or what to use.
NOT_IN_MODULES = {
    "async_hooks": {
        "createHook": "Python does not tell when a task begins or ends; `contextvars` carry what belongs to one",
        "executionAsyncId": "as `createHook`",
        "triggerAsyncId": "as `createHook`",
        "executionAsyncResource": "`AsyncLocalStorage.getStore()`",
        "asyncWrapProviders": "the numbers of Node's own handles",
    },
    "process": {
        **dict.fromkeys(
            (
                *("getuid", "geteuid", "getgid", "getegid", "getgroups", "setuid", "seteuid", "setgid", "setegid"),
                *("setgroups", "initgroups", "umask", "abort"),
            ),
            "the function of that name in `os`",
        ),
        **dict.fromkeys(
            ("config", "features", "release", "moduleLoadList", "binding", "dlopen", "reallyExit", "debugPort"),
            "of Node's own build",
        ),
        **dict.fromkeys(("sourceMapsEnabled", "setSourceMapsEnabled"), "Python has no source maps"),
        **dict.fromkeys(("mainModule", "getBuiltinModule"), "`sys.modules`, `importlib`"),
        **dict.fromkeys(("constrainedMemory", "availableMemory"), "the files of /sys/fs/cgroup and /proc/meminfo"),
        **dict.fromkeys(("ref", "unref"), "each timer, socket and server has its own"),
        "allowedNodeEnvironmentFlags": "Python's own options stand in `python --help-env`",
        "domain": "deprecated in Node",
        "execArgv": "`sys.orig_argv`",
        "execve": "`os.execve`",
        "finalization": "`weakref.finalize`, `atexit`",
        "loadEnvFile": "`util.parseEnv`",
        "noProcessWarnings": "`python -W ignore`",
        "openStdin": "`process.stdin`",
        "report": "`faulthandler`",
        "title": "the package `setproctitle`",
    },
    "stream/web": {"ReadableStreamTee": "`ReadableStream.tee()`"},
}


@cache
def others() -> dict[str, list[str]]:
    """What modules without an inventory export; `sys` is another name of `util`."""
    found: dict[str, list[str]] = json.loads((HERE / "data/node-modules.json").read_text("utf-8"))["names"]
    told = {"sys", *(path.stem for path in (HERE / "data/inventory").glob("*.json"))}
    return {module: names for module, names in found.items() if module not in told}


def isExported(module: str, name: str) -> bool:
    """Whether a name of such a module is here."""
    found: Any = importlib.import_module("nodecompat")
    try:
        for part in (*module.split("/"), *name.split(".")):
            found = getattr(found, part)
    except AttributeError:
        return False
    return True
