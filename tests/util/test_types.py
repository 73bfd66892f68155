"""util.types."""

from __future__ import annotations

import array
import asyncio
import types as pythonTypes
import weakref

import utilcases
from twisted.internet.defer import Deferred

from nodecompat.util import types


def testRecordedCases() -> None:
    utilcases.check("types")


def testKindsThatOnlyPythonHas() -> None:
    loop = asyncio.new_event_loop()
    future = loop.create_future()
    loop.close()
    assert types.isPromise(future) and types.isPromise(Deferred()) and not types.isPromise(5)
    assert types.isUint8Array(memoryview(b"")) and types.isUint8Array(bytearray())
    assert types.isBigInt64Array(array.array("q")) and types.isBigUint64Array(array.array("Q"))
    assert types.isFloat32Array(array.array("f")) and not types.isTypedArray(array.array("u"))
    assert types.isMapIterator(iter({}.items())) and types.isSetIterator(iter(set())) and not types.isSetIterator([])
    assert types.isModuleNamespaceObject(pythonTypes) and types.isGeneratorObject(each for each in ())
    assert types.isWeakMap(weakref.WeakKeyDictionary()) and not types.isMap(weakref.WeakKeyDictionary())
    assert types.isWeakSet(weakref.WeakSet()) and not types.isSet(weakref.WeakSet())
