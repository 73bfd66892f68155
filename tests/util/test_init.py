"""util as a whole: the inventory of Node's page, and the functions that need no file of their own."""

from __future__ import annotations

import pytest
import utilcases

from nodecompat import util
from nodecompat.errors import ERR_INVALID_ARG_TYPE

#: The values of Node's page (@types/node 26), each compared with Node in the test of the file that has it.
INVENTORY = (
    "MIMEParams MIMEType TextDecoder TextEncoder aborted callbackify convertProcessSignalToExitCode debuglog "
    "deprecate diff format formatWithOptions getCallSites getSystemErrorMap getSystemErrorMessage "
    "getSystemErrorName inherits inspect isArray isDeepStrictEqual parseArgs parseEnv promisify "
    "stripVTControlCharacters styleText toUSVString types"
)
TYPES = (
    "isAnyArrayBuffer isArgumentsObject isArrayBuffer isArrayBufferView isAsyncFunction isBigInt64Array isBigIntObject "
    "isBigUint64Array isBooleanObject isBoxedPrimitive isDataView isDate isExternal isFloat16Array isFloat32Array "
    "isFloat64Array isGeneratorFunction isGeneratorObject isInt16Array isInt32Array isInt8Array isMap isMapIterator "
    "isModuleNamespaceObject isNativeError isNumberObject isPromise isProxy isRegExp isSet isSetIterator "
    "isSharedArrayBuffer isStringObject isSymbolObject isTypedArray isUint16Array isUint32Array isUint8Array "
    "isUint8ClampedArray isWeakMap isWeakSet"
)
#: What is left out, and why.
LEFT_OUT = {
    "setTraceSigInt": "Python's KeyboardInterrupt has its traceback",
    "transferableAbortController": "no message ports",
    "transferableAbortSignal": "no message ports",
    "types.isCryptoKey": "comes with crypto",
    "types.isKeyObject": "comes with crypto",
}


@pytest.mark.parametrize("name", INVENTORY.split())
def testInventory(name: str) -> None:
    assert name in util.__all__
    assert hasattr(util, name)


def testInventoryOfTypes() -> None:
    assert sorted(util.types.__all__) == sorted(TYPES.split())
    assert all(callable(getattr(util.types, name)) for name in TYPES.split())


def testWhatIsLeftOutIsSaid() -> None:
    text = " ".join((util.__doc__ or "").split())
    for name in LEFT_OUT:
        assert f"`{name}`" in text
        assert not hasattr(util, name) and not hasattr(util.types, name.rpartition(".")[2])


@pytest.mark.parametrize("name", ["stripVTControlCharacters", "toUSVString"])
def testRecordedCases(name: str) -> None:
    utilcases.check(name)


def testIsArray() -> None:
    assert util.isArray([]) and util.isArray(())
    assert not util.isArray({}) and not util.isArray("text") and not util.isArray(None)


def testTexts() -> None:
    assert [util.toUSVString(5), util.toUSVString(None)] == ["5", "undefined"]
    with pytest.raises(ERR_INVALID_ARG_TYPE, match='The "str" argument must be of type string'):
        util.stripVTControlCharacters(5)  # type: ignore[arg-type]
