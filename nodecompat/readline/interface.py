"""`readline.Interface`: lines of a stream, and questions.

Follows Node 26 for a stream that is no terminal. There is no line editor: a terminal edits the line itself and gives it
when it is whole, so `terminal: true` changes nothing in what is read or written. History, completion and the events of
keys that a line editor catches ('history', 'SIGINT', 'SIGTSTP', 'SIGCONT') are not there; `process.on("SIGINT")` is.

Node: https://nodejs.org/api/readline.html#class-interfaceconstructor
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from twisted.internet.defer import Deferred, fail

from ..coercion import optionsOf, toNumber
from ..errors import ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_USE_AFTER_CLOSE, AbortError
from ..events import EventEmitter, addAbortListener, fit, on
from ..events.waiting import EventIterator
from ..inspection import stringWidth, stripVTControlCharacters
from ..optionbags import check
from ..reactor.loop import ticks
from ..reactor.loop.promised import Promised
from ..string_decoder import StringDecoder
from ..util import promisify
from ..validators import (
    isNumber,
    isTruthy,
    validateAbortSignal,
    validateArray,
    validateNumber,
    validateString,
    validateUint32,
)
from .options import CursorPos, FurtherOptions
from .splitting import LineSplitter

if TYPE_CHECKING:
    from typing import Literal, overload

    from typing_extensions import Self, Unpack

    from ..events.listeners import Listener, Listener0, Listener1, Listener2
    from ..symbols import Symbol

__all__ = ["Interface", "createInterface"]

MIN_CRLF_DELAY = 100  # milliseconds
ESCAPE_TIMEOUT = 500  # milliseconds
TAB_SIZE = 8  # columns
HIGH_WATER_MARK = 1024  # lines that wait for an iteration before the input is paused

_Self = TypeVar("_Self", bound="Interface")


class Interface(EventEmitter):
    """Lines of a stream: `for line in` it, 'line' events, or answers to questions. Made by `createInterface`.

    Args: as of `createInterface`: ReadLineOptions, and FurtherOptions as keywords.
    Emits: line(input), close(), pause(), resume(), error(error).
    Differs: there is no line editor, see above.
    Node: https://nodejs.org/api/readline.html#class-readlineinterface
    """

    __events__: dict[str, tuple[str, ...]] = {
        "line": ("input: str",),
        "close": (),
        "pause": (),
        "resume": (),
        "error": ("error: Any",),
    }

    # events: written by tools/eventtypes.py
    if TYPE_CHECKING:
        _Event = Literal["newListener", "removeListener", "line", "close", "pause", "resume", "error"]
        _F0 = TypeVar("_F0", bound=Listener2[Any, Any])
        _F1 = TypeVar("_F1", bound=Listener1[str])
        _F2 = TypeVar("_F2", bound=Listener0)
        _F3 = TypeVar("_F3", bound=Listener1[Any])

        @overload  # type: ignore[override, unused-ignore]
        def on(self, eventName: Literal["newListener", "removeListener"], listener: Listener2[Any, Any]) -> Self: ...
        @overload
        def on(self, eventName: Literal["line"], listener: Listener1[str]) -> Self: ...
        @overload
        def on(self, eventName: Literal["close", "pause", "resume"], listener: Listener0) -> Self: ...
        @overload
        def on(self, eventName: Literal["error"], listener: Listener1[Any]) -> Self: ...
        @overload
        def on(self, eventName: Symbol, listener: Listener) -> Self: ...
        @overload
        def on(self, eventName: Literal["newListener", "removeListener"]) -> Callable[[_F0], _F0]: ...
        @overload
        def on(self, eventName: Literal["line"]) -> Callable[[_F1], _F1]: ...
        @overload
        def on(self, eventName: Literal["close", "pause", "resume"]) -> Callable[[_F2], _F2]: ...
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

    def __init__(
        self,
        input: Any = None,
        output: Any = None,
        completer: Callable[..., object] | None = None,
        terminal: bool | None = None,
        **keywords: Unpack[FurtherOptions],
    ) -> None:
        check(FurtherOptions, None, keywords)
        super().__init__()
        if not hasattr(input, "on"):
            given = optionsOf(input, keywords)
        else:
            given = {"input": input, "output": output, "completer": completer, "terminal": terminal, **keywords}
        _check(given)
        self.input: Any = given.get("input")
        self.output: Any = given.get("output")
        if not all(callable(getattr(self.input, name, None)) for name in ("on", "resume")):
            raise ERR_INVALID_ARG_TYPE("input", "ReadableStream", self.input)
        terminal = given.get("terminal")
        if terminal is None and self.output is not None:
            terminal = getattr(self.output, "isTTY", None)
        #: Whether the other side is a terminal. Node: https://nodejs.org/api/readline.html#rlterminal
        self.terminal: bool = isTruthy(terminal)
        #: What has been typed of the line: always "", a terminal gives whole lines.
        self.line = ""
        #: The place in `line`: always 0.
        self.cursor = 0
        delay: Any = given.get("crlfDelay")
        milliseconds = toNumber(delay) if isTruthy(delay) else MIN_CRLF_DELAY
        self.crlfDelay = MIN_CRLF_DELAY if milliseconds < MIN_CRLF_DELAY else milliseconds
        self.tabSize: int = given.get("tabSize") or TAB_SIZE
        timeout = given.get("escapeCodeTimeout")
        self.escapeCodeTimeout: float = ESCAPE_TIMEOUT if timeout is None else timeout
        self.closed: bool = False
        self.paused: bool = False
        prompt = given.get("prompt")
        self._prompt_: Any = "> " if prompt is None else prompt
        self._decoder_ = StringDecoder("utf8")
        self._splitter_ = LineSplitter(self.crlfDelay)
        self._answer_: Callable[[str], object] | None = None
        self._earlierPrompt_: Any = None
        self._lines_: EventIterator | None = None
        self._listen_(given.get("signal"))

    def _listen_(self, signal: Any) -> None:
        heard = {"error": self._onInputError_, "data": self._onData_, "end": self._onEnd_}
        for name, listener in heard.items():
            self.input.on(name, listener)

        def stop() -> None:
            for name, listener in heard.items():
                self.input.removeListener(name, listener)

        self.once("close", stop)
        if isTruthy(signal):
            if signal.aborted:
                ticks.nextTick(self.close)
            else:
                self.once("close", addAbortListener(signal, self.close).dispose)
        self.input.resume()

    # -- what comes in

    def _onInputError_(self, error: BaseException) -> None:
        self.emit("error", error)

    def _onData_(self, data: Any) -> None:
        for line in self._splitter_.feed(data if isinstance(data, str) else self._decoder_.write(data)):
            self._onLine_(line)

    def _onLine_(self, line: str) -> None:
        answer = self._answer_
        if answer is None:
            self.emit("line", line)
            return
        self._answer_ = None
        self.setPrompt(self._earlierPrompt_)
        answer(line)

    def _onEnd_(self) -> None:
        if self._splitter_.rest:
            self.emit("line", self._splitter_.rest)
        self.close()

    # -- the interface

    def close(self) -> None:
        """Pause the input and give it back: 'close' is emitted. Lines of the piece that is being read still come.

        Node: https://nodejs.org/api/readline.html#rlclose
        """
        if self.closed:
            return
        self.pause()
        self.closed = True
        self.emit("close")

    def _requireOpen_(self) -> None:
        if self.closed:
            raise ERR_USE_AFTER_CLOSE("readline")

    def pause(self: _Self) -> _Self | None:
        """Pause the input; lines of the piece that is being read still come.

        Raises: ERR_USE_AFTER_CLOSE.
        Node: https://nodejs.org/api/readline.html#rlpause
        """
        self._requireOpen_()
        if self.paused:
            return None
        self.input.pause()
        self.paused = True
        self.emit("pause")
        return self

    def resume(self: _Self) -> _Self | None:
        """Resume the input.

        Raises: ERR_USE_AFTER_CLOSE.
        Node: https://nodejs.org/api/readline.html#rlresume
        """
        self._requireOpen_()
        if not self.paused:
            return None
        self.input.resume()
        self.paused = False
        self.emit("resume")
        return self

    def getPrompt(self) -> str:
        """The prompt. Node: https://nodejs.org/api/readline.html#rlgetprompt"""
        found: str = self._prompt_
        return found

    def setPrompt(self, prompt: str) -> None:
        """Set the prompt. Node: https://nodejs.org/api/readline.html#rlsetpromptprompt"""
        self._prompt_ = prompt

    def prompt(self, preserveCursor: bool = False) -> None:
        """Write the prompt, and resume the input if it is paused.

        Args: preserveCursor: of a line editor; it changes nothing.
        Raises: ERR_USE_AFTER_CLOSE.
        Node: https://nodejs.org/api/readline.html#rlpromptpreservecursor
        """
        if self.paused:
            self.resume()
        validateString(self._prompt_, "stringToWrite")
        if self.output is not None:
            self.output.write(self._prompt_)

    def question(self, query: str, options: Any = None, callback: Callable[[str], object] | None = None) -> Any:
        """Write a question; the next line is the answer, and no 'line'. While one waits, others only ask it again.

        Args:
            query: the question.
            options: `signal`, which takes the question back; may be left out.
            callback: called with the answer.
        Raises: ERR_USE_AFTER_CLOSE, ERR_INVALID_ARG_TYPE.
        Example: `rl.question("Name? ", lambda name: print("Hello", name))`
        Node: https://nodejs.org/api/readline.html#rlquestionquery-options-callback
        """
        self._requireOpen_()
        if callable(options):
            options, callback = None, options
        signal = signalOf(options)
        if signal is not None and signal.aborted:
            return
        if not callable(callback):
            return
        answer = fit(callback, 1)
        if signal is not None:
            taken = addAbortListener(signal, self._takeBack_)
            inner = answer

            def answer(line: str) -> None:
                taken.dispose()
                inner(line)

        self._ask_(query, answer)

    def _ask_(self, query: Any, answer: Callable[[str], object]) -> None:
        if self._answer_ is None:
            self._earlierPrompt_ = self._prompt_
            self.setPrompt(query)
            self._answer_ = answer
        self.prompt()

    def _takeBack_(self) -> None:
        """No answer is waited for any more."""
        if self._answer_ is not None:
            self._answer_ = None
            self.setPrompt(self._earlierPrompt_)
            if self.output is not None:
                self.output.write("\r\n")

    def write(self, data: Any, key: Mapping[str, Any] | None = None) -> None:
        """Take text as if it had come from the input, and resume that if it is paused.

        Args:
            data: a text or bytes.
            key: a key of a line editor; it changes nothing.
        Raises: ERR_USE_AFTER_CLOSE, ERR_INVALID_ARG_TYPE.
        Node: https://nodejs.org/api/readline.html#rlwritedata-key
        """
        self._requireOpen_()
        if self.paused:
            self.resume()
        if data is not None:
            self._onData_(data)

    def getCursorPos(self) -> CursorPos:
        """Where the cursor is behind the prompt: `rows` and `cols`, from the place where the prompt begins.

        Node: https://nodejs.org/api/readline.html#rlgetcursorpos
        """
        return cursorBehind(str(self._prompt_), getattr(self.output, "columns", None), self.tabSize)

    def __aiter__(self) -> Lines:
        if self._lines_ is None:
            self._lines_ = on(self, "line", close=["close"], highWaterMark=HIGH_WATER_MARK)
        return Lines(self._lines_)

    def __enter__(self: _Self) -> _Self:
        return self

    def __exit__(self, *reason: object) -> None:
        self.close()


def _questionPromise(rl: Interface, query: str, options: Any = None) -> Deferred[str]:
    """What `promisify(rl.question)` calls."""
    signal = signalOf(options)
    if signal is not None and signal.aborted:
        return fail(AbortError.by(signal))
    answer: Deferred[str] = Promised()
    rl.question(query, options, answer.callback)
    if signal is not None:
        heard = addAbortListener(signal, lambda: answer.errback(AbortError.by(signal)))
        answer.addBoth(_behind, heard.dispose)
    return answer


def _behind(outcome: Any, undo: Callable[[], object]) -> Any:
    undo()
    return outcome


setattr(Interface.question, promisify.custom, _questionPromise)


class Lines:
    """The lines of an interface, for `async for`. Lines that came before it began are not among them."""

    __slots__ = ("_events_", "_step_")

    def __init__(self, events: EventIterator) -> None:
        self._events_ = events
        self._step_: Deferred[str] | None = None

    def __aiter__(self) -> Lines:
        return self

    def __anext__(self) -> Deferred[str]:
        self._step_ = self._events_.__anext__().addCallback(_first)
        return self._step_

    def return_(self) -> None:
        """Take no more lines; JavaScript calls it when a loop is left."""
        self._events_.return_()

    async def aclose(self) -> None:
        """As `return_`, under the name Python's asynchronous generators have."""
        self.return_()

    def __del__(self) -> None:
        # `break` drops the iterator; JavaScript calls its return(). A loop that waits is itself being collected.
        if self._step_ is None or self._step_.called:
            self.return_()


def _first(values: list[Any]) -> Any:
    return values[0]


def signalOf(options: Any) -> Any:
    """The signal of a question's options, if any.

    Raises: ERR_INVALID_ARG_TYPE.
    """
    signal = optionsOf(options).get("signal")
    if not isTruthy(signal):
        return None
    validateAbortSignal(signal, "options.signal")
    return signal


def _check(given: Mapping[str, Any]) -> None:
    """Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE."""
    completer = given.get("completer")
    if completer is not None and not callable(completer):
        raise ERR_INVALID_ARG_VALUE("completer", completer)
    if given.get("history") is not None:
        validateArray(given["history"], "history")
    if given.get("historySize") is not None:
        validateNumber(given["historySize"], "size", 0)
    if given.get("tabSize") is not None:
        validateUint32(given["tabSize"], "tabSize", True)
    timeout = given.get("escapeCodeTimeout")
    if timeout is not None and (not isNumber(timeout) or timeout - timeout != 0):
        raise ERR_INVALID_ARG_VALUE("input.escapeCodeTimeout", ESCAPE_TIMEOUT)  # Node shows this one
    if isTruthy(given.get("signal")):
        validateAbortSignal(given["signal"], "options.signal")


def cursorBehind(text: str, columns: int | None, tabSize: int) -> CursorPos:
    """Where a terminal of so many columns has its cursor when it has shown a text."""
    rows = place = 0
    width = columns or float("inf")
    for character in stripVTControlCharacters(text):
        if character == "\n":
            rows += int(-(-place // width)) or 1 if place else 1
            place = 0
        elif character == "\t":
            place += tabSize - place % tabSize
        else:
            wide = stringWidth(character, False)
            if wide == 2 and (place + 1) % width == 0:
                place += 1
            place += wide
    cols = int(place % width)
    return CursorPos(cols=cols, rows=rows + int((place - cols) // width))


def createInterface(
    input: Any = None,
    output: Any = None,
    completer: Callable[..., object] | None = None,
    terminal: bool | None = None,
    **options: Unpack[FurtherOptions],
) -> Interface:
    """An `Interface` over a stream: `async for line in createInterface(input=stream): …`.

    Args:
        input: a Readable; or ReadLineOptions as a mapping, also as keywords (FurtherOptions are those that are no
            arguments as well).
        output: a Writable, for prompts.
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE.
    Node: https://nodejs.org/api/readline.html#readlinecreateinterfaceoptions
    """
    given: Any = options
    return Interface(input, output, completer, terminal, **given)
