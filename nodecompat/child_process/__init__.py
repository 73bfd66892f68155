"""child_process: other programs, started and talked to.

Follows Node 26; `spawning.py` and `synchronous.py` have the functions, `messages.py` the channel of `fork`.

Node: https://nodejs.org/api/child_process.html
"""

from __future__ import annotations

from .childprocess import ChildProcess
from .options import (
    CommonOptions,
    CommonSpawnOptions,
    ExecFileOptions,
    ExecFileSyncOptions,
    ExecOptions,
    ExecSyncOptions,
    ForkOptions,
    MessageOptions,
    MessagingOptions,
    ProcessEnvOptions,
    SpawnOptions,
    SpawnSyncOptions,
)
from .spawning import exec, execFile, fork, spawn
from .synchronous import execFileSync, execSync, spawnSync

__all__ = [
    "ChildProcess",
    "CommonOptions",
    "CommonSpawnOptions",
    "ExecFileOptions",
    "ExecFileSyncOptions",
    "ExecOptions",
    "ExecSyncOptions",
    "ForkOptions",
    "MessageOptions",
    "MessagingOptions",
    "ProcessEnvOptions",
    "SpawnOptions",
    "SpawnSyncOptions",
    "exec",
    "execFile",
    "execFileSync",
    "execSync",
    "fork",
    "spawn",
    "spawnSync",
]
