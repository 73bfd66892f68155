"""zlib as a whole: the inventory of Node's page."""

from __future__ import annotations

from typing import Any

import oracle
import pytest

from nodecompat import zlib

KINDS = ("Deflate", "DeflateRaw", "Gunzip", "Gzip", "Inflate", "InflateRaw", "Unzip")
FUNCTIONS = [kind[0].lower() + kind[1:] for kind in KINDS]
INVENTORY = [*KINDS, *(f"create{kind}" for kind in KINDS), *FUNCTIONS, *(f"{name}Sync" for name in FUNCTIONS)]
INVENTORY += ["crc32", "constants", "codes"]
#: What is left out (@types/node 26), and why.
LEFT_OUT = {
    "Brotli": "BrotliCompress BrotliDecompress brotliCompress brotliCompressSync brotliDecompress brotliDecompressSync "
    "createBrotliCompress createBrotliDecompress",
    "Zstandard": "ZstdCompress ZstdDecompress zstdCompress zstdCompressSync zstdDecompress zstdDecompressSync "
    "createZstdCompress createZstdDecompress",
    "archives": "ZipBuffer ZipEntry ZipFile createZipArchive createZipArchiveSync getMaxZipContentSize "
    "setMaxZipContentSize zipFiles",
}


@pytest.mark.parametrize("name", INVENTORY)
def testInventory(name: str) -> None:
    assert name in zlib.__all__
    assert hasattr(zlib, name)


def testWhatIsLeftOutIsSaid() -> None:
    for what, names in LEFT_OUT.items():
        assert what in (zlib.__doc__ or "")
        assert not any(hasattr(zlib, name) for name in names.split())


@oracle.needsNode
def testEveryNameOfTheModuleIsHereOrLeftOut() -> None:
    names = oracle.evaluate("console.log(JSON.stringify(Object.keys(require('zlib'))))")
    assert sorted(names) == sorted([*INVENTORY, *" ".join(LEFT_OUT.values()).split()])


@oracle.needsNode
def testNumbersAreNodes() -> None:
    constants, codes = oracle.evaluate("console.log(JSON.stringify([zlib.constants, zlib.codes]))")
    ours: dict[str, Any] = {name: value for name, value in vars(zlib.constants).items() if name[0].isupper()}
    theirs = {name: value for name, value in constants.items() if not name.startswith(("BROTLI", "ZSTD"))}
    for name in ("ZLIB_VERNUM", "Z_MAX_CHUNK"):  # of Node's own zlib; Infinity, which is no JSON
        theirs.pop(name)
        ours.pop(name, None)
    theirs = {name: value for name, value in theirs.items() if "BROTLI" not in name and "ZSTD" not in name}
    assert ours == theirs
    assert zlib.codes == codes
