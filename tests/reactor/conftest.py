"""The worlds in which handles are tested."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest_twisted
from conformance.worlds import DescriptorWorld, World
from udpbed import WORLDS


async def inWorld(kind: type[World]) -> AsyncIterator[World]:
    made = kind()
    yield made
    await made.close()


@pytest_twisted.async_yield_fixture(params=WORLDS)
async def world(request: Any) -> AsyncIterator[World]:
    async for made in inWorld(WORLDS[request.param]):
        yield made


@pytest_twisted.async_yield_fixture(params=["descriptor", "bridge"])
async def kernel(request: Any) -> AsyncIterator[World]:
    """The worlds with real sockets."""
    async for made in inWorld(WORLDS[request.param]):
        yield made


@pytest_twisted.async_yield_fixture
async def descriptorWorld() -> AsyncIterator[DescriptorWorld]:
    made = DescriptorWorld()
    yield made
    await made.close()
