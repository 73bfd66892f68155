"""Node-style servers as Twisted services: for `.tac` files, Applications, and `twistd nodecompat`."""

from .serving.service import GRACE, ScriptService, ServerService, SignalService

__all__ = ["GRACE", "ScriptService", "ServerService", "SignalService"]
