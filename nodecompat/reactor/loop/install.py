"""Chooses the Twisted reactor of a program by name, before anything else imports the default one."""

from __future__ import annotations

import asyncio
import importlib
import sys
from typing import Any

#: What `--reactor` takes. All of them serve the same handles; see `poller.py`. The last one is ours.
REACTORS = ("epoll", "poll", "select", "asyncio", "direct")
_DIRECT = "nodecompat.reactor.descriptor.direct"


def installReactor(name: str) -> None:
    """Install the reactor of that name.

    Raises: RuntimeError when another is installed already, or the platform lacks this one.
    """
    if "twisted.internet.reactor" in sys.modules:
        raise RuntimeError("a reactor is installed already")
    try:
        module = _DIRECT if name == "direct" else f"twisted.internet.{name}reactor"
        install = importlib.import_module(module).install
        install(*_arguments(name))
    except (ImportError, AttributeError) as error:
        raise RuntimeError(f"there is no {name} reactor on this platform") from error


def _arguments(name: str) -> tuple[Any, ...]:
    if name != "asyncio":
        return ()
    # Older Twisted uses the current loop, which newer Python no longer creates.
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    return (loop,)
