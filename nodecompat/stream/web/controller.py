"""What both controllers of a ReadableStream share: when the source is asked for more, and when it is over."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ...errors import ERR_ILLEGAL_CONSTRUCTOR, ERR_INVALID_STATE_TYPE
from .common import afterwards, following, hook

if TYPE_CHECKING:
    from typing_extensions import Self


class ReadableController:
    """A controller and the hooks of its source."""

    _stream_: Any
    _mark_: float
    _pull_: Callable[..., Any] | None
    _cancel_: Callable[..., Any] | None
    _closeRequested_ = False
    _started_ = False
    _isPulling_ = False
    _pullAgain_ = False

    def __init__(self) -> None:
        raise ERR_ILLEGAL_CONSTRUCTOR()

    @classmethod
    def _of_(cls, stream: Any, source: Any, mark: float) -> Self:
        controller = cls.__new__(cls)
        controller._stream_, controller._mark_ = stream, mark
        controller._pull_, controller._cancel_ = hook(source, "pull", 1), hook(source, "cancel", 1)
        return controller

    def _start_(self, source: Any) -> None:
        start = hook(source, "start", 1)
        following(None if start is None else start(self), self._begin_, self._stream_._fail_)

    @property
    def _held_(self) -> float:
        """The size of what is queued."""
        raise NotImplementedError

    # -- asking for more

    def _begin_(self, value: Any = None) -> None:
        self._started_ = True
        self._pullIfNeeded_()

    def _desiredSize_(self) -> float | None:
        state = self._stream_._state_
        if state == "readable":
            return self._mark_ - self._held_
        return None if state == "errored" else 0

    def _isOpen_(self) -> bool:
        return self._stream_._state_ == "readable" and not self._closeRequested_

    def _requireOpen_(self) -> None:
        if not self._isOpen_():
            raise ERR_INVALID_STATE_TYPE("Controller is already closed")

    def _wantsMore_(self) -> bool:
        return self._isOpen_() and self._started_ and (self._stream_._waits_() or (self._desiredSize_() or 0) > 0)

    def _pullIfNeeded_(self) -> None:
        if not self._wantsMore_():
            return
        if self._isPulling_:
            self._pullAgain_ = True
            return
        self._isPulling_ = True
        afterwards(self._pull_, (self,), self._pulled_, self._stream_._fail_)

    def _pulled_(self, value: Any) -> None:
        self._isPulling_ = False
        if self._pullAgain_:
            self._pullAgain_ = False
            self._pullIfNeeded_()

    # -- the end

    def _end_(self) -> None:
        """Nothing more will come, and nothing is queued."""
        self._forget_()
        self._stream_._finish_()

    def _forget_(self) -> None:
        """Drop the hooks: they are not called any more."""
        self._pull_ = self._cancel_ = None
