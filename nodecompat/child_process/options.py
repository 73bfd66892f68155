"""The options of child_process, as TypedDicts. Those that only Windows knows are accepted, and do nothing.

Node: https://nodejs.org/api/child_process.html#child_processspawncommand-args-options
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict


class CommonOptions(TypedDict, total=False):
    """What all functions take."""

    #: The working directory: a path, or a `file:` URL.
    cwd: Any
    #: The environment, `process.env` if left out. What is None is left out.
    env: Mapping[str, Any]
    #: Milliseconds after which the child gets `killSignal`; 0: none.
    timeout: float
    #: The user and the group of the child, by number.
    uid: int
    gid: int
    windowsHide: bool


class ProcessEnvOptions(TypedDict, total=False):
    """See CommonOptions."""

    cwd: Any
    env: Mapping[str, Any]
    uid: int
    gid: int


class MessagingOptions(TypedDict, total=False):
    """Of functions whose child may have a channel."""

    #: The form of messages: "json".
    serialization: str
    #: The signal of `timeout` and `signal`: its name or number, "SIGTERM" if left out.
    killSignal: str | int
    #: An AbortSignal that kills the child.
    signal: Any
    timeout: float


class CommonSpawnOptions(CommonOptions, MessagingOptions, total=False):
    """What `spawn` takes as well."""

    #: What the child has as `args[0]`, if not the file.
    argv0: str
    #: "pipe", "ignore", "inherit", "overlapped", or a list with one entry for each descriptor of the child: one of
    #: these, "ipc", a number, or a stream that has a descriptor.
    stdio: str | Sequence[Any]
    #: True: the command is a line for /bin/sh; a text: for this shell.
    shell: bool | str
    windowsVerbatimArguments: bool


class SpawnOptions(CommonSpawnOptions, total=False):
    """Options of `spawn`."""

    #: The child leads a session of its own, and may outlive us.
    detached: bool


class ForkOptions(ProcessEnvOptions, MessagingOptions, total=False):
    """Options of `fork`."""

    #: The interpreter, this Python if left out, and its arguments in front of the program.
    execPath: str
    execArgv: Sequence[str]
    #: Pipes instead of our own input and outputs.
    silent: bool
    #: As of `spawn`; one entry must be "ipc".
    stdio: str | Sequence[Any]
    detached: bool
    timeout: float
    windowsVerbatimArguments: bool


class ExecOptions(CommonOptions, total=False):
    """Options of `exec`."""

    #: Of the outputs; "buffer", or None: they are bytes.
    encoding: str | None
    #: The shell, "/bin/sh" if left out.
    shell: str
    signal: Any
    #: The most bytes of either output.
    maxBuffer: float
    killSignal: str | int


class ExecFileOptions(CommonOptions, total=False):
    """Options of `execFile`."""

    maxBuffer: float
    killSignal: str | int
    windowsVerbatimArguments: bool
    shell: bool | str
    signal: Any
    encoding: str | None


class SpawnSyncOptions(CommonSpawnOptions, total=False):
    """Options of `spawnSync`."""

    #: What the child reads.
    input: Any
    maxBuffer: float
    encoding: str | None


class ExecSyncOptions(CommonOptions, total=False):
    """Options of `execSync`."""

    input: Any
    stdio: str | Sequence[Any]
    shell: str
    killSignal: str | int
    maxBuffer: float
    encoding: str | None


class ExecFileSyncOptions(CommonOptions, total=False):
    """Options of `execFileSync`."""

    input: Any
    stdio: str | Sequence[Any]
    killSignal: str | int
    maxBuffer: float
    encoding: str | None
    shell: bool | str


class MessageOptions(TypedDict, total=False):
    """Options of `send`."""

    #: A Socket that is sent stays open here as well.
    keepOpen: bool
