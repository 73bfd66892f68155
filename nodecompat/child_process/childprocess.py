"""ChildProcess: a running process, its streams, and its channel.

Follows lib/internal/child_process.js of Node 26 by behaviour.
"""

from __future__ import annotations

import errno
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..errors import ERR_IPC_DISCONNECTED, errnoException
from ..events import EventEmitter
from ..net import Socket
from ..net.passing import lend
from ..reactor import choose
from ..reactor.loop.channel import Channel
from ..reactor.loop.children import Child, Start, start
from ..reactor.loop.ticks import nextTick
from . import arguments, messages
from .arguments import Command, signalName, signalNumber
from .stdio import Place, places

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Literal, TypeVar, overload

    from typing_extensions import Self

    from ..events.listeners import Listener, Listener0, Listener1, Listener2
    from ..symbols import Symbol
    from .messages import Control, Conversation

#: What cannot be known before one tries: told by 'error'. Other failures are mistakes of the caller's, and raised.
_TOLD_LATER = {errno.EACCES, errno.EAGAIN, errno.EMFILE, errno.ENFILE, errno.ENOENT}


class ChildProcess(EventEmitter):
    """A process. Made by `spawn`, `fork`, `exec`, `execFile`.

    Emits: spawn(); exit(code, signal), one of which is None; close(code, signal) when its pipes are closed too;
        error(err): it could not be started, killed or sent a message; message(message, sendHandle); disconnect().
    Node: https://nodejs.org/api/child_process.html#class-childprocess
    """

    __events__: dict[str, tuple[str, ...]] = {
        **EventEmitter.__events__,
        "close": ("code: int | None", "signal: str | None"),
        "disconnect": (),
        "error": ("err: BaseException",),
        "exit": ("code: int | None", "signal: str | None"),
        "message": ("message: Any", "sendHandle: Any"),
        "spawn": (),
    }

    # events: written by tools/eventtypes.py
    if TYPE_CHECKING:
        _Event = Literal["newListener", "removeListener", "close", "disconnect", "error", "exit", "message", "spawn"]
        _F0 = TypeVar("_F0", bound=Listener2[Any, Any])
        _F1 = TypeVar("_F1", bound=Listener2[int | None, str | None])
        _F2 = TypeVar("_F2", bound=Listener0)
        _F3 = TypeVar("_F3", bound=Listener1[BaseException])

        @overload  # type: ignore[override, unused-ignore]
        def on(
            self, eventName: Literal["newListener", "removeListener", "message"], listener: Listener2[Any, Any]
        ) -> Self: ...
        @overload
        def on(self, eventName: Literal["close", "exit"], listener: Listener2[int | None, str | None]) -> Self: ...
        @overload
        def on(self, eventName: Literal["disconnect", "spawn"], listener: Listener0) -> Self: ...
        @overload
        def on(self, eventName: Literal["error"], listener: Listener1[BaseException]) -> Self: ...
        @overload
        def on(self, eventName: Symbol, listener: Listener) -> Self: ...
        @overload
        def on(self, eventName: Literal["newListener", "removeListener", "message"]) -> Callable[[_F0], _F0]: ...
        @overload
        def on(self, eventName: Literal["close", "exit"]) -> Callable[[_F1], _F1]: ...
        @overload
        def on(self, eventName: Literal["disconnect", "spawn"]) -> Callable[[_F2], _F2]: ...
        @overload
        def on(self, eventName: Literal["error"]) -> Callable[[_F3], _F3]: ...
        def on(self, eventName: Any, listener: Any = None) -> Any: ...

        addListener = on  # type: ignore[assignment, unused-ignore]
        once = on  # type: ignore[assignment, unused-ignore]
        prependListener = on  # type: ignore[assignment, unused-ignore]
        prependOnceListener = on  # type: ignore[assignment, unused-ignore]

        def removeListener(self, eventName: _Event | Symbol, listener: Listener) -> Self: ...  # type: ignore[override, unused-ignore]

        off = removeListener  # type: ignore[assignment, unused-ignore]
    # end of events

    #: The numbers of the process; None when it could not be started. Node: https://nodejs.org/api/child_process.html#subprocesspid
    pid: int | None
    #: Its exit code once it has ended, None before, and when a signal ended it; negative if it could not be started.
    exitCode: int | None
    #: The name of the signal that ended it. Node: https://nodejs.org/api/child_process.html#subprocesssignalcode
    signalCode: str | None
    #: Whether `kill` has sent a signal. Node: https://nodejs.org/api/child_process.html#subprocesskilled
    killed: bool
    #: What was started, and its arguments. Node: https://nodejs.org/api/child_process.html#subprocessspawnargs
    spawnfile: str | None
    spawnargs: list[str]
    #: The streams at the other ends of its pipes; None for what is no pipe. Node: https://nodejs.org/api/child_process.html#subprocessstdio
    stdin: Socket | None
    stdout: Socket | None
    stderr: Socket | None
    stdio: Sequence[Socket | None]

    def __init__(self) -> None:
        super().__init__()
        self.pid = self.exitCode = self.signalCode = self.spawnfile = None
        self.killed = False
        self.spawnargs = []
        self.stdin = self.stdout = self.stderr = None
        self.stdio = ()
        self._child_: Child | None = None
        self._conversation_: Conversation | None = None
        self._isRefed_ = True
        #: What 'close' waits for: the end of the process, and of each pipe.
        self._awaited_ = 1
        self._lent_: set[Any] = set()

    # -- the start

    def spawn(self, options: Any = None, **keywords: Any) -> int:
        """Start it. For programs that derive a class; others call `spawn` of the module.

        Args: options: `file` and `args`, and those of `spawn`.
        Returns: 0, or a negative errno; 'error' follows.
        Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_IPC_ONE_PIPE; the system's error.
        """
        given = {**(options or {}), **keywords}
        file, args = given.pop("file", None), given.pop("args", None)
        made = arguments.command(file, args, given)
        if args:
            made.args = [str(each) for each in args]  # the first is what it sees as its name
        return self._start_(made)

    def _start_(self, command: Command) -> int:
        made = places(command.options.get("stdio"))
        arguments.checkSerialization(command.options.get("serialization"))
        channel = next((number for number, each in enumerate(made) if each.kind == "ipc"), None)
        if channel is not None:
            command.env.update(NODE_CHANNEL_FD=str(channel), NODE_CHANNEL_SERIALIZATION_MODE="json")
        self.spawnfile, self.spawnargs = command.file, list(command.args)
        process = self._launch_(command, made)
        if isinstance(process, int):
            if -process not in _TOLD_LATER:
                for each in made:
                    each.close()
                raise errnoException(process, "spawn")
            # Its pipes are opened all the same, and end at once: what is attached to them is not left waiting.
            nextTick(self._onEnd_, process, "")
        else:
            self._child_ = Child(process, self._onExit_)
            if not self._isRefed_:
                self._child_.unref()
            self.pid = process.pid
            nextTick(self.emit, "spawn")
        self._openPipes_(made)
        return process if isinstance(process, int) else 0

    def _launch_(self, command: Command, places: list[Place]) -> Any:
        try:
            descriptors = [each.open() for each in places]
            return start(
                Start(
                    file=command.file,
                    args=command.args,
                    descriptors=descriptors,
                    env=command.env,
                    cwd=command.cwd,
                    uid=command.uid,
                    gid=command.gid,
                    detached=command.detached,
                )
            )
        except OSError as error:  # no pipe could be made
            return -(error.errno or errno.EIO)
        finally:
            for each in places:
                each.closeTheirs()

    def _openPipes_(self, places: list[Place]) -> None:
        streams: list[Socket | None] = []
        for number, place in enumerate(places):
            stream = None
            if place.kind == "pipe":
                stream = self._openPipe_(place, number)
            elif place.kind == "ipc" and place.ours is not None:
                self._awaited_ += 1
                self._conversation_ = messages.Conversation(self, Channel(place.ours), self._onPartClosed_)
            elif place.stream is not None:
                lend(place.stream)
                self._lent_.add(place.stream)
            streams.append(stream)
        self.stdio = streams
        self.stdin, self.stdout, self.stderr = streams[:3]

    def _openPipe_(self, place: Place, number: int) -> Socket:
        if place.ours is None:  # out of descriptors
            return Socket(readable=number > 0)
        handle = choose.current().openStream(place.ours.detach())
        assert not isinstance(handle, int), "a socket of our own"
        stream = Socket(handle=handle, readable=number > 0)
        if number > 0:
            self._awaited_ += 1
            stream.on("close", self._onPartClosed_)
        return stream

    # -- the end

    def _onExit_(self, code: int, number: int) -> None:
        self._onEnd_(code, signalName(number) if number else None)

    def _onEnd_(self, code: int, name: str | None) -> None:
        if name:
            self.signalCode = name
        else:
            self.exitCode = code
        if self.stdin is not None:
            self.stdin.destroy()
        self._child_ = None
        if code < 0:
            error = errnoException(code, f"spawn {self.spawnfile}")
            error.path = self.spawnfile
            error.spawnargs = self.spawnargs[1:]  # type: ignore[attr-defined]
            self.emit("error", error)
        else:
            self.emit("exit", self.exitCode, self.signalCode)
        # What nobody reads must not hold 'close' up.
        nextTick(self._flush_)
        self._onPartClosed_()

    def _flush_(self) -> None:
        for stream in self.stdio:
            if stream is not None and stream.readable and stream not in self._lent_:
                stream.resume()

    def _onPartClosed_(self, hadError: Any = None) -> None:
        self._awaited_ -= 1
        if not self._awaited_:
            self.emit("close", self.exitCode, self.signalCode)

    def kill(self, signal: int | str | None = None) -> bool:
        """Send a signal.

        Args: signal: its name or number, "SIGTERM" if left out; 0 only asks whether the process is there.
        Returns: whether it was sent.
        Emits: error, when it may not be sent.
        Raises: ERR_UNKNOWN_SIGNAL; the system's error.
        Node: https://nodejs.org/api/child_process.html#subprocesskillsignal
        """
        number = 0 if signal == 0 else signalNumber("SIGTERM" if signal is None else signal)
        if self._child_ is None:
            return False
        status = self._child_.kill(number)
        if status == 0:
            self.killed = True
            return True
        if status == -errno.EINVAL:
            raise errnoException(status, "kill")
        if status != -errno.ESRCH:
            self.emit("error", errnoException(status, "kill"))
        return False

    def ref(self) -> None:
        """Let the process keep the program alive, which is the default. Node: https://nodejs.org/api/child_process.html#subprocessref"""
        self._isRefed_ = True
        if self._child_ is not None:
            self._child_.ref()

    def unref(self) -> None:
        """Do not wait for the process; its pipes and its channel still count. Node: https://nodejs.org/api/child_process.html#subprocessunref"""
        self._isRefed_ = False
        if self._child_ is not None:
            self._child_.unref()

    # -- the channel

    @property
    def connected(self) -> bool:
        """Whether messages can be sent. Node: https://nodejs.org/api/child_process.html#subprocessconnected"""
        return self._conversation_ is not None and self._conversation_.connected

    @property
    def channel(self) -> Control | None:
        """The channel, None without one. Node: https://nodejs.org/api/child_process.html#subprocesschannel"""
        return None if self._conversation_ is None else self._conversation_.control

    def send(
        self, message: Any = messages.missing, sendHandle: Any = None, options: Any = None, callback: Any = None
    ) -> bool:
        """Send a message; the child's `process` emits 'message'.

        Args: message: what JSON can express. sendHandle: a net.Socket, net.Server or dgram.Socket that goes along; a
            Socket is closed here, unless `options.keepOpen`. options: MessageOptions. callback: `callback(error)` when
            it is sent; any of the three may be left out.
        Returns: False when the channel is closed, or much waits to be sent.
        Emits: error, without a callback.
        Raises: ERR_MISSING_ARGS, ERR_INVALID_ARG_TYPE, ERR_INVALID_HANDLE_TYPE.
        Node: https://nodejs.org/api/child_process.html#subprocesssendmessage-sendhandle-options-callback
        """
        if self._conversation_ is None:
            return messages.refuse(
                self, next((each for each in (callback, options, sendHandle) if callable(each)), None)
            )
        return self._conversation_.send(message, sendHandle, options, callback)

    def disconnect(self) -> None:
        """Close the channel, when what was sent has left. 'disconnect' follows on both sides.

        Emits: error, ERR_IPC_DISCONNECTED when it is closed already.
        Node: https://nodejs.org/api/child_process.html#subprocessdisconnect
        """
        if self._conversation_ is None:
            self.emit("error", ERR_IPC_DISCONNECTED())
        else:
            self._conversation_.disconnect()

    def __enter__(self) -> ChildProcess:
        return self

    def __exit__(self, *exception: object) -> None:
        """Kill it, if it runs. Node: https://nodejs.org/api/child_process.html#subprocesssymboldispose"""
        if self.exitCode is None and self.signalCode is None:
            self.kill()
