"""anatomy: see what a connection does. Records a running program's steps and events and draws them."""

from __future__ import annotations

from .model import Connection, Entry, Recording, Source

__all__ = ["Connection", "Entry", "Recording", "Source"]
