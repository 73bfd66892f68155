"""The options of child_process, as TypedDicts. Those that only Windows knows are accepted, and do nothing.

Node: https://nodejs.org/api/child_process.html#child_processspawncommand-args-options
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict


class CommonOptions(TypedDict, total=False):
    """What all functions take.

    Options:
        cwd: The working directory: a path, or a `file:` URL; ours by default.
        env: The environment, without what is None in it; `process.env` by default.
        timeout: Milliseconds after which the child gets `killSignal`; 0, the default, for none.
        uid: The user of the child, by number; ours by default.
        gid: The group of the child, by number; ours by default.
        windowsHide: Of no effect but on Windows; False by default.
    """

    cwd: Any
    env: Mapping[str, Any]
    timeout: float
    uid: int
    gid: int
    windowsHide: bool


class ProcessEnvOptions(TypedDict, total=False):
    """See CommonOptions.

    Options:
        cwd: The working directory: a path, or a `file:` URL; ours by default.
        env: The environment, without what is None in it; `process.env` by default.
        uid: The user of the child, by number; ours by default.
        gid: The group of the child, by number; ours by default.
    """

    cwd: Any
    env: Mapping[str, Any]
    uid: int
    gid: int


class MessagingOptions(TypedDict, total=False):
    """Of functions whose child may have a channel.

    Options:
        serialization: The form of messages: "json", the default.
        killSignal: The signal of `timeout` and `signal`, its name or number; "SIGTERM" by default.
        signal: An AbortSignal that kills the child; none by default.
        timeout: Milliseconds after which the child gets `killSignal`; 0, the default, for none.
    """

    serialization: str
    killSignal: str | int
    signal: Any
    timeout: float


class CommonSpawnOptions(CommonOptions, MessagingOptions, total=False):
    """What `spawn` takes as well.

    Also the options of `CommonOptions` and `MessagingOptions`.

    Options:
        argv0: What the child has as `args[0]`; the file by default.
        stdio: "pipe", the default, "ignore", "inherit", "overlapped", or a list with one entry for each descriptor of
            the child: one of these, "ipc", a number, or a stream that has a descriptor.
        shell: True: the command is a line for /bin/sh; a text: for this shell. False by default.
        windowsVerbatimArguments: Of no effect but on Windows; False by default.
    """

    argv0: str
    stdio: str | Sequence[Any]
    shell: bool | str
    windowsVerbatimArguments: bool


class SpawnOptions(CommonSpawnOptions, total=False):
    """Options of `spawn`.

    Also the options of `CommonSpawnOptions`.

    Options:
        detached: The child leads a session of its own, and may outlive us; False by default.
    """

    detached: bool


class ForkOptions(ProcessEnvOptions, MessagingOptions, total=False):
    """Options of `fork`.

    Also the options of `ProcessEnvOptions` and `MessagingOptions`.

    Options:
        execPath: The interpreter; this Python by default.
        execArgv: Arguments of the interpreter, in front of the program; none by default.
        silent: Pipes instead of our own input and outputs; False by default.
        stdio: As of `spawn`; one entry must be "ipc". By default as `silent` says.
        detached: The child leads a session of its own, and may outlive us; False by default.
        timeout: Milliseconds after which the child gets `killSignal`; 0, the default, for none.
        windowsVerbatimArguments: Of no effect but on Windows; False by default.
    """

    execPath: str
    execArgv: Sequence[str]
    silent: bool
    stdio: str | Sequence[Any]
    detached: bool
    timeout: float
    windowsVerbatimArguments: bool


class ExecOptions(CommonOptions, total=False):
    """Options of `exec`.

    Also the options of `CommonOptions`.

    Options:
        encoding: Of the outputs, "utf8" by default; with "buffer", or None, they are bytes.
        shell: The shell; "/bin/sh" by default.
        signal: An AbortSignal that kills the child; none by default.
        maxBuffer: The most bytes of either output, beyond which the child is killed; 1,048,576 by default.
        killSignal: The signal of `timeout` and `signal`, its name or number; "SIGTERM" by default.
    """

    encoding: str | None
    shell: str
    signal: Any
    maxBuffer: float
    killSignal: str | int


class ExecFileOptions(CommonOptions, total=False):
    """Options of `execFile`.

    Also the options of `CommonOptions`.

    Options:
        maxBuffer: The most bytes of either output, beyond which the child is killed; 1,048,576 by default.
        killSignal: The signal of `timeout` and `signal`, its name or number; "SIGTERM" by default.
        windowsVerbatimArguments: Of no effect but on Windows; False by default.
        shell: True: the command is a line for /bin/sh; a text: for this shell. False by default.
        signal: An AbortSignal that kills the child; none by default.
        encoding: Of the outputs, "utf8" by default; with "buffer", or None, they are bytes.
    """

    maxBuffer: float
    killSignal: str | int
    windowsVerbatimArguments: bool
    shell: bool | str
    signal: Any
    encoding: str | None


class SpawnSyncOptions(CommonSpawnOptions, total=False):
    """Options of `spawnSync`.

    Also the options of `CommonSpawnOptions`.

    Options:
        input: What the child reads, where its stdin is a pipe: bytes, or a text in `encoding`; nothing by default.
        maxBuffer: The most bytes of either output, beyond which the child is killed; 1,048,576 by default.
        encoding: Of the outputs; by default, and with "buffer", they are bytes.
    """

    input: Any
    maxBuffer: float
    encoding: str | None


class ExecSyncOptions(CommonOptions, total=False):
    """Options of `execSync`.

    Also the options of `CommonOptions`.

    Options:
        input: What the child reads, where its stdin is a pipe: bytes, or a text in `encoding`; nothing by default.
        stdio: As of `spawn`; "pipe" by default, and what the child writes to stderr is shown.
        shell: The shell; "/bin/sh" by default.
        killSignal: The signal of `timeout`, its name or number; "SIGTERM" by default.
        maxBuffer: The most bytes of either output, beyond which the child is killed; 1,048,576 by default.
        encoding: Of the output; by default, and with "buffer", it is bytes.
    """

    input: Any
    stdio: str | Sequence[Any]
    shell: str
    killSignal: str | int
    maxBuffer: float
    encoding: str | None


class ExecFileSyncOptions(CommonOptions, total=False):
    """Options of `execFileSync`.

    Also the options of `CommonOptions`.

    Options:
        input: What the child reads, where its stdin is a pipe: bytes, or a text in `encoding`; nothing by default.
        stdio: As of `spawn`; "pipe" by default, and what the child writes to stderr is shown.
        killSignal: The signal of `timeout`, its name or number; "SIGTERM" by default.
        maxBuffer: The most bytes of either output, beyond which the child is killed; 1,048,576 by default.
        encoding: Of the output; by default, and with "buffer", it is bytes.
        shell: True: the command is a line for /bin/sh; a text: for this shell. False by default.
    """

    input: Any
    stdio: str | Sequence[Any]
    killSignal: str | int
    maxBuffer: float
    encoding: str | None
    shell: bool | str


class MessageOptions(TypedDict, total=False):
    """Options of `send`.

    Options:
        keepOpen: A Socket that is sent stays open here as well; False by default.
    """

    keepOpen: bool
