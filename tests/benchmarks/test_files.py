"""A file of 64 MiB down and up: flat memory, and a loop that goes on. `python -m benchmarks.files` takes 2 GiB."""

from __future__ import annotations

import pytest

from benchmarks import files

SIZE = 64 * 2**20  # bytes
ALLOWED_MEMORY = 16 * 2**20  # bytes: far below the file, above what buffers and the allocator take


@pytest.mark.timeout(120)
def testALargeFileGoesThroughAtFlatMemoryBesideATimer() -> None:
    idle, *busy = files.measure(SIZE, 0.5, print)
    assert max(each.memoryMost for each in busy) - idle.memoryMost < ALLOWED_MEMORY
    # Of so few samples the 99th percentile is the worst, which a busy machine decides: the half must be in time.
    assert max(each.median for each in busy) <= idle.median + files.ALLOWED
