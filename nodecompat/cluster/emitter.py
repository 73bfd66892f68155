"""What the primary and its workers share: the emitter, Worker, the messages between them.

A message of ours has `cmd` "NODE_CLUSTER", so that a program never sees it; `act` says what it is. A request has `seq`,
and its answer the same number as `ack`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypedDict

from ..coercion import optionsOf, toInt32
from ..errors import ERR_METHOD_NOT_IMPLEMENTED
from ..events import EventEmitter
from ..optionbags import check
from ..records import Record

if TYPE_CHECKING:
    from typing import Literal, TypeVar, overload

    from typing_extensions import Self, Unpack

    from ..events.listeners import Listener, Listener0, Listener1, Listener2, Listener3
    from ..optionbags import Bag
    from ..symbols import Symbol

#: Who accepts: each worker by itself, or the primary, which passes connections on in turn.
SCHED_NONE = 1
SCHED_RR = 2

COMMAND = "NODE_CLUSTER"
#: The `addressType` of what is no address but the description of a Twisted endpoint.
ENDPOINT = "endpoint"


@dataclass(frozen=True, slots=True)
class ListeningAddress(Record):
    """Where a worker listens: what 'listening' tells.

    Attributes: addressType: 4 or 6 for TCP, -1 for a path, "udp4" or "udp6", None for a descriptor; address, port and
        fd: what was asked for; port 0 is told as the one it became, and is -1 for a path.
    Node: https://nodejs.org/api/cluster.html#event-listening-1
    """

    addressType: int | str | None
    address: str | None
    port: int | None
    fd: int | None


class ClusterSettings(TypedDict, total=False):
    """What `setupPrimary` takes, and `cluster.settings` holds.

    Options:
        execArgv: The interpreter's arguments; none by default.
        exec: The program; this one by default.
        args: The program's arguments; ours by default.
        cwd: The working directory of workers; ours by default.
        serialization: The form of messages: "json", the default.
        silent: No output of workers goes to ours; False by default.
        stdio: As of `child_process.fork`; by default as `silent` says.
        uid: The user of workers, by number; ours by default.
        gid: The group of workers, by number; ours by default.
        inspectPort: Of no effect: there is no inspector of Node's. None by default.
        windowsHide: Of no effect but on Windows; False by default.
    Node: https://nodejs.org/api/cluster.html#clustersettings
    """

    execArgv: Sequence[str]
    exec: str
    args: Sequence[str]
    cwd: str
    serialization: str
    silent: bool
    stdio: Any
    uid: int
    gid: int
    inspectPort: Any
    windowsHide: bool


class WorkerOptions(TypedDict, total=False):
    """What a Worker is made of.

    Options:
        id: Its number; 0 by default.
        process: The ChildProcess, or `process`, whose 'error' and 'message' are the worker's too; none by default.
        state: What it has told last: "none" by default.
    """

    id: int
    process: Any
    state: str


class Worker(EventEmitter):
    """A worker, as the primary sees it; in a worker `cluster.worker` is itself. `fork` makes them.

    Args: options: WorkerOptions, as a mapping or as keywords.
    Emits: online(), listening(address), message(message, handle), disconnect(), exit(code, signal), error(err).
    Node: https://nodejs.org/api/cluster.html#class-worker
    """

    __events__: dict[str, tuple[str, ...]] = {
        **EventEmitter.__events__,
        "disconnect": (),
        "error": ("err: BaseException",),
        "exit": ("code: int | None", "signal: str | None"),
        "listening": ("address: ListeningAddress",),
        "message": ("message: Any", "handle: Any"),
        "online": (),
    }

    # events: written by tools/eventtypes.py
    if TYPE_CHECKING:
        _Event = Literal[
            "newListener",
            "removeListener",
            "disconnect",
            "error",
            "exit",
            "listening",
            "message",
            "online",
        ]
        _F0 = TypeVar("_F0", bound=Listener2[Any, Any])
        _F1 = TypeVar("_F1", bound=Listener0)
        _F2 = TypeVar("_F2", bound=Listener1[BaseException])
        _F3 = TypeVar("_F3", bound=Listener2[int | None, str | None])
        _F4 = TypeVar("_F4", bound=Listener1[ListeningAddress])

        @overload  # type: ignore[override, unused-ignore]
        def on(
            self, eventName: Literal["newListener", "removeListener", "message"], listener: Listener2[Any, Any]
        ) -> Self: ...
        @overload
        def on(self, eventName: Literal["disconnect", "online"], listener: Listener0) -> Self: ...
        @overload
        def on(self, eventName: Literal["error"], listener: Listener1[BaseException]) -> Self: ...
        @overload
        def on(self, eventName: Literal["exit"], listener: Listener2[int | None, str | None]) -> Self: ...
        @overload
        def on(self, eventName: Literal["listening"], listener: Listener1[ListeningAddress]) -> Self: ...
        @overload
        def on(self, eventName: Symbol, listener: Listener) -> Self: ...
        @overload
        def on(self, eventName: Literal["newListener", "removeListener", "message"]) -> Callable[[_F0], _F0]: ...
        @overload
        def on(self, eventName: Literal["disconnect", "online"]) -> Callable[[_F1], _F1]: ...
        @overload
        def on(self, eventName: Literal["error"]) -> Callable[[_F2], _F2]: ...
        @overload
        def on(self, eventName: Literal["exit"]) -> Callable[[_F3], _F3]: ...
        @overload
        def on(self, eventName: Literal["listening"]) -> Callable[[_F4], _F4]: ...
        def on(self, eventName: Any, listener: Any = None) -> Any: ...

        addListener = on  # type: ignore[assignment, unused-ignore]
        once = on  # type: ignore[assignment, unused-ignore]
        prependListener = on  # type: ignore[assignment, unused-ignore]
        prependOnceListener = on  # type: ignore[assignment, unused-ignore]

        def removeListener(self, eventName: _Event | Symbol, listener: Listener) -> Self: ...  # type: ignore[override, unused-ignore]

        off = removeListener  # type: ignore[assignment, unused-ignore]
    # end of events

    def __init__(self, options: WorkerOptions | Bag | None = None, /, **keywords: Unpack[WorkerOptions]) -> None:
        check(WorkerOptions, options, keywords)
        given = optionsOf(options, keywords)
        super().__init__()
        #: Its number, from 1 on. Node: https://nodejs.org/api/cluster.html#workerid
        self.id = toInt32(given.get("id"))
        #: Whether it was told to end, or ended by itself otherwise; None while it has not ended.
        #: Node: https://nodejs.org/api/cluster.html#workerexitedafterdisconnect
        self.exitedAfterDisconnect: bool | None = None
        self.state: str = given.get("state") or "none"
        process = given.get("process")
        if process is not None:
            #: The ChildProcess; in a worker `process`. Node: https://nodejs.org/api/cluster.html#workerprocess
            self.process: Any = process
            process.on("error", lambda error: self.emit("error", error))
            process.on("message", lambda message, handle=None: self.emit("message", message, handle))

    def send(self, *message: Any, **options: Any) -> bool:
        """Send a message, as `child.send` does.

        Node: https://nodejs.org/api/cluster.html#workersendmessage-sendhandle-options-callback
        """
        sent: bool = self.process.send(*message, **options)
        return sent

    def isDead(self) -> bool:
        """Whether its process has ended. Node: https://nodejs.org/api/cluster.html#workerisdead"""
        return getattr(self.process, "exitCode", None) is not None or bool(getattr(self.process, "signalCode", None))

    def isConnected(self) -> bool:
        """Whether it has a channel. Node: https://nodejs.org/api/cluster.html#workerisconnected"""
        return bool(self.process.connected)

    def disconnect(self) -> Worker:
        """Let it close its servers and then its channel; it ends when its connections have.

        Node: https://nodejs.org/api/cluster.html#workerdisconnect
        """
        self.exitedAfterDisconnect = True
        Requests(self.process.send).send({"act": "disconnect"})
        return self

    def kill(self, signal: Any = "SIGTERM") -> None:
        """In the primary: send a signal. In a worker: disconnect, and end.

        Node: https://nodejs.org/api/cluster.html#workerkillsignal
        """
        self.process.kill(signal)

    def destroy(self, signal: Any = "SIGTERM") -> None:
        """As `kill`. Node: https://nodejs.org/api/cluster.html#workerkillsignal"""
        self.kill(signal)


#: Under another name, for Cluster has an attribute of this one.
_Worker = Worker


class Cluster(EventEmitter):
    """The module.

    Emits, in the primary: fork(worker), online(worker), listening(worker, address), message(worker, message, handle),
        disconnect(worker), exit(worker, code, signal), setup(settings).
    Node: https://nodejs.org/api/cluster.html
    """

    __events__: dict[str, tuple[str, ...]] = {
        **EventEmitter.__events__,
        "disconnect": ("worker: Any",),
        "exit": ("worker: Any", "code: int | None", "signal: str | None"),
        "fork": ("worker: Any",),
        "listening": ("worker: Any", "address: ListeningAddress"),
        "message": ("worker: Any", "message: Any", "handle: Any"),
        "online": ("worker: Any",),
        "setup": ("settings: Any",),
    }

    # events: written by tools/eventtypes.py
    if TYPE_CHECKING:
        _Event = Literal[
            "newListener",
            "removeListener",
            "disconnect",
            "exit",
            "fork",
            "listening",
            "message",
            "online",
            "setup",
        ]
        _F0 = TypeVar("_F0", bound=Listener2[Any, Any])
        _F1 = TypeVar("_F1", bound=Listener1[Any])
        _F2 = TypeVar("_F2", bound=Listener3[Any, int | None, str | None])
        _F3 = TypeVar("_F3", bound=Listener2[Any, ListeningAddress])
        _F4 = TypeVar("_F4", bound=Listener3[Any, Any, Any])

        @overload  # type: ignore[override, unused-ignore]
        def on(self, eventName: Literal["newListener", "removeListener"], listener: Listener2[Any, Any]) -> Self: ...
        @overload
        def on(self, eventName: Literal["disconnect", "fork", "online", "setup"], listener: Listener1[Any]) -> Self: ...
        @overload
        def on(self, eventName: Literal["exit"], listener: Listener3[Any, int | None, str | None]) -> Self: ...
        @overload
        def on(self, eventName: Literal["listening"], listener: Listener2[Any, ListeningAddress]) -> Self: ...
        @overload
        def on(self, eventName: Literal["message"], listener: Listener3[Any, Any, Any]) -> Self: ...
        @overload
        def on(self, eventName: Symbol, listener: Listener) -> Self: ...
        @overload
        def on(self, eventName: Literal["newListener", "removeListener"]) -> Callable[[_F0], _F0]: ...
        @overload
        def on(self, eventName: Literal["disconnect", "fork", "online", "setup"]) -> Callable[[_F1], _F1]: ...
        @overload
        def on(self, eventName: Literal["exit"]) -> Callable[[_F2], _F2]: ...
        @overload
        def on(self, eventName: Literal["listening"]) -> Callable[[_F3], _F3]: ...
        @overload
        def on(self, eventName: Literal["message"]) -> Callable[[_F4], _F4]: ...
        def on(self, eventName: Any, listener: Any = None) -> Any: ...

        addListener = on  # type: ignore[assignment, unused-ignore]
        once = on  # type: ignore[assignment, unused-ignore]
        prependListener = on  # type: ignore[assignment, unused-ignore]
        prependOnceListener = on  # type: ignore[assignment, unused-ignore]

        def removeListener(self, eventName: _Event | Symbol, listener: Listener) -> Self: ...  # type: ignore[override, unused-ignore]

        off = removeListener  # type: ignore[assignment, unused-ignore]
    # end of events

    SCHED_NONE = SCHED_NONE
    SCHED_RR = SCHED_RR
    Worker = _Worker

    #: Whether this process was not started by `fork`, or was. Node: https://nodejs.org/api/cluster.html#clusterisprimary
    isPrimary: bool
    isMaster: bool
    isWorker: bool

    def __init__(self, isPrimary: bool) -> None:
        super().__init__()
        self.isPrimary = self.isMaster = isPrimary
        self.isWorker = not isPrimary
        #: In a worker: itself. Node: https://nodejs.org/api/cluster.html#clusterworker
        self.worker: Any = None
        #: In the primary: its workers, by their id. Node: https://nodejs.org/api/cluster.html#clusterworkers
        self.workers: dict[int, Worker] = {}
        #: What `setupPrimary` has set. Node: https://nodejs.org/api/cluster.html#clustersettings
        self.settings: ClusterSettings = {}
        #: SCHED_RR or SCHED_NONE; set it before the first worker is forked.
        #: Node: https://nodejs.org/api/cluster.html#clusterschedulingpolicy
        self.schedulingPolicy = SCHED_RR

    def setupPrimary(self, settings: ClusterSettings | None = None, /, **keywords: Any) -> None:
        """Set how workers are forked from now on. Only in the primary.

        Args: settings: ClusterSettings, as a mapping or as keywords.
        Emits: setup.
        Node: https://nodejs.org/api/cluster.html#clustersetupprimarysettings
        """
        raise ERR_METHOD_NOT_IMPLEMENTED("setupPrimary() in a worker")

    def setupMaster(self, settings: ClusterSettings | None = None, /, **keywords: Any) -> None:
        """Deprecated: `setupPrimary`. Node: https://nodejs.org/api/cluster.html#clustersetupmastersettings"""
        self.setupPrimary(settings, **keywords)

    def fork(self, env: Mapping[str, Any] | None = None) -> _Worker:
        """Start a worker. Only in the primary.

        Args: env: variables that it has beside ours.
        Emits: fork, then online.
        Node: https://nodejs.org/api/cluster.html#clusterforkenv
        """
        raise ERR_METHOD_NOT_IMPLEMENTED("fork() in a worker")

    def disconnect(self, callback: Callable[[], object] | None = None) -> None:
        """Disconnect all workers. Only in the primary.

        Args: callback: called when all are.
        Node: https://nodejs.org/api/cluster.html#clusterdisconnectcallback
        """
        raise ERR_METHOD_NOT_IMPLEMENTED("disconnect() in a worker")


class Requests:
    """Sends messages of ours, and finds the answers.

    Args: send: how a message leaves.
    """

    def __init__(self, send: Callable[..., object]) -> None:
        self._send = send
        self._number = 0
        self._waiting: dict[int, Callable[[Mapping[str, Any], Any], object]] = {}

    def send(self, message: Mapping[str, Any], handle: Any = None, answer: Any = None) -> None:
        """Send; `answer(message, handle)` follows, if it is given and the other end lives."""
        whole = {"cmd": COMMAND, **message}
        if answer is not None:
            self._number += 1
            self._waiting[self._number] = answer
            whole["seq"] = self._number
        if handle is None:
            self._send(whole, None, None, _ignore)
        else:
            self._send(whole, handle, None, _ignore)

    def take(self, message: Mapping[str, Any], handle: Any) -> bool:
        """Whether a message was an answer."""
        answer = self._waiting.pop(message["ack"], None) if message.get("ack") is not None else None
        if answer is None:
            return False
        answer(message, handle)
        return True


def _ignore(error: BaseException | None) -> None:
    """A worker that is gone is told of by its 'exit'."""
