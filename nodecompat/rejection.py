"""The promise of 'unhandledRejection' and 'rejectionHandled': a failed Deferred that reports when it is handled.

Follows lib/internal/process/promises.js of Node 26 by behaviour. Differs: the coroutine's own Deferred has given its
failure away by then, so that Twisted does not log it as well; this one stands for it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred


class Rejection(Deferred[Any]):
    """An unhandled failure, as a Deferred.

    It fires when the first callback or errback is added, or when it is awaited. Until then it may be dropped: the
    failure has already been reported.
    """

    def __init__(self, reason: BaseException, onhandled: Callable[[Rejection], object]) -> None:
        super().__init__()
        self._reason_: BaseException | None = reason
        self._onhandled_ = onhandled

    def addCallbacks(self, *args: Any, **options: Any) -> Any:
        """As Deferred's."""
        super().addCallbacks(*args, **options)
        return self._handled_()

    def addCallback(self, *args: Any, **options: Any) -> Any:
        """As Deferred's."""
        super().addCallback(*args, **options)
        return self._handled_()

    def addErrback(self, *args: Any, **options: Any) -> Any:
        """As Deferred's."""
        super().addErrback(*args, **options)
        return self._handled_()

    def addBoth(self, *args: Any, **options: Any) -> Any:
        """As Deferred's."""
        super().addBoth(*args, **options)
        return self._handled_()

    def _handled_(self) -> Rejection:
        reason, self._reason_ = self._reason_, None
        if reason is not None:
            self._onhandled_(self)
            self.errback(reason)
        return self
