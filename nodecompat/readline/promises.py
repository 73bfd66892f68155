"""`readline/promises`: answers as Deferreds, and a terminal's cursor in one write.

Node: https://nodejs.org/api/readline.html#promises-api
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar

from twisted.internet.defer import Deferred, fail

from ..coercion import optionsOf
from ..errors import ERR_INVALID_ARG_TYPE, AbortError
from ..events import addAbortListener
from ..optionbags import check, named
from ..reactor.loop import ticks
from ..reactor.loop.promised import Promised
from ..validators import validateBoolean, validateInteger
from .cursor import CLEAR_DOWN, eraseOf, moveOf, moveTo
from .interface import Interface as _CallbackInterface
from .interface import signalOf
from .options import FurtherOptions, ReadLineOptions

if TYPE_CHECKING:
    from typing_extensions import Unpack

__all__ = ["Interface", "ReadLineOptions", "Readline", "ReadlineOptions", "createInterface"]

_Self = TypeVar("_Self", bound="Readline")


class ReadlineOptions(TypedDict, total=False):
    """Options of `Readline`.

    Options:
        autoCommit: Write each change in the next tick, without `commit`; False by default.
    """

    autoCommit: bool


class Interface(_CallbackInterface):
    """As `readline.Interface`, but `question` returns a Deferred.

    Node: https://nodejs.org/api/readline.html#class-readlinepromisesinterface
    """

    __events__: dict[str, tuple[str, ...]] = _CallbackInterface.__events__

    @named
    def question(self, query: str, options: Any = None, callback: Any = None, *, signal: Any = None) -> Deferred[str]:
        """Write a question; the next line is the answer, and no 'line'.

        Args:
            query: the question.
            options: `signal`, which takes the question back; also as a keyword.
        Returns: a Deferred of the answer. It fails with ERR_USE_AFTER_CLOSE, or AbortError; it never ends when the
            interface is closed meanwhile.
        Example: `name = await rl.question("Name? ")`
        Node: https://nodejs.org/api/readline.html#rlquestionquery-options
        """
        try:
            self._requireOpen_()
            signal = signalOf(options if signal is None else {"signal": signal})
            if signal is not None and signal.aborted:
                raise AbortError.by(signal)
            return self._asked_(query, signal)
        except Exception as error:
            return fail(error)

    def _asked_(self, query: str, signal: Any) -> Deferred[str]:
        found: Deferred[str] = Promised()
        if signal is None:
            self._ask_(query, found.callback)
            return found

        def aborted() -> None:
            self._takeBack_()
            found.errback(AbortError.by(signal))

        heard = addAbortListener(signal, aborted)

        def answered(line: str) -> None:
            heard.dispose()
            found.callback(line)

        self._ask_(query, answered)
        return found


class Readline:
    """Moves a terminal's cursor and clears what it shows; `commit` writes all of it at once.

    Args:
        stream: a Writable.
        options: ReadlineOptions, as a mapping or as keywords: `autoCommit` (False) writes each change in the next tick.
    Raises: ERR_INVALID_ARG_TYPE.
    Example: `await Readline(process.stdout).cursorTo(0).clearLine(0).commit()`
    Node: https://nodejs.org/api/readline.html#class-readlinepromisesreadline
    """

    def __init__(
        self,
        stream: Any,
        options: ReadlineOptions | Mapping[str, Any] | None = None,
        /,
        **keywords: Unpack[ReadlineOptions],
    ) -> None:
        check(ReadlineOptions, options, keywords)
        if not callable(getattr(stream, "write", None)) or not hasattr(stream, "on"):
            raise ERR_INVALID_ARG_TYPE("stream", "Writable", stream)
        given = optionsOf(options, {**keywords})
        automatic = given.get("autoCommit")
        if automatic is not None:
            validateBoolean(automatic, "options.autoCommit")
        self._stream_ = stream
        self._isAutomatic_ = bool(automatic)
        self._todo_: list[str] = []

    def cursorTo(self: _Self, x: int, y: int | None = None) -> _Self:
        """Move the cursor to a column, and to a row if that is given; both count from 0.

        Raises: ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE.
        Node: https://nodejs.org/api/readline.html#rlcursortox-y
        """
        validateInteger(x, "x")
        if y is not None:
            validateInteger(y, "y")
        return self._add_(moveTo(x, y))

    def moveCursor(self: _Self, dx: int, dy: int) -> _Self:
        """Move the cursor by columns and rows.

        Raises: ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE.
        Node: https://nodejs.org/api/readline.html#rlmovecursordx-dy
        """
        validateInteger(dx, "dx")
        validateInteger(dy, "dy")
        return self._add_(moveOf(dx, dy))

    def clearLine(self: _Self, dir: int) -> _Self:
        """Clear the line of the cursor: -1 to its left, 1 to its right, 0 all of it.

        Raises: ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE.
        Node: https://nodejs.org/api/readline.html#rlclearlinedir
        """
        validateInteger(dir, "dir", -1, 1)
        return self._add_(eraseOf(dir))

    def clearScreenDown(self: _Self) -> _Self:
        """Clear everything from the cursor down. Node: https://nodejs.org/api/readline.html#rlclearscreendown"""
        return self._add_(CLEAR_DOWN)

    def _add_(self: _Self, text: str) -> _Self:
        if not text:
            return self
        if self._isAutomatic_:
            ticks.nextTick(self._stream_.write, text)
        else:
            self._todo_.append(text)
        return self

    def commit(self) -> Deferred[None]:
        """Write what has been asked for; ends when it is written. Node: https://nodejs.org/api/readline.html#rlcommit"""
        text, self._todo_ = "".join(self._todo_), []
        written: Deferred[None] = Promised()
        done: Callable[..., object] = lambda *reason: written.callback(None)  # noqa: E731
        self._stream_.write(text, done)
        return written

    def rollback(self: _Self) -> _Self:
        """Forget what has been asked for. Node: https://nodejs.org/api/readline.html#rlrollback"""
        self._todo_ = []
        return self


def createInterface(
    input: Any = None,
    output: Any = None,
    completer: Callable[..., object] | None = None,
    terminal: bool | None = None,
    **options: Unpack[FurtherOptions],
) -> Interface:
    """An `Interface` whose `question` returns a Deferred. Arguments are those of `readline.createInterface`,
    FurtherOptions among them.

    Node: https://nodejs.org/api/readline.html#readlinepromisescreateinterfaceoptions
    """
    given: Any = options
    return Interface(input, output, completer, terminal, **given)
