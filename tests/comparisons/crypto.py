"""Comparisons of `crypto`."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from typing import Any

import suite
from twisted.internet.defer import Deferred

from nodecompat import crypto
from nodecompat.buffer import Buffer
from nodecompat.crypto.derivation import _requireScrypt as requireScrypt
from nodecompat.errors import NodeError
from nodecompat.stream import Transform

_KEYS = "keys and signatures: the package `cryptography` has them, and TLS takes keys as PEM and DER"
_CIPHERS = "encryption: the package `cryptography` has it, with better means against mistakes"
LEFT_OUT = {
    "Argon2*": "hashlib has no Argon2: the package `argon2-cffi`",
    "argon2*": "hashlib has no Argon2: the package `argon2-cffi`",
    "createMac": "hashlib has no MACs beside HMAC: the package `cryptography`",
    "getMacs": "hashlib has no MACs beside HMAC: the package `cryptography`",
    "Certificate*": "SPKAC is obsolete",
    "*Cipher*": _CIPHERS,
    "*Decipher*": _CIPHERS,
    "DiffieHellman*": _KEYS,
    "*iffieHellman*": _KEYS,
    "DHKeyPair*": _KEYS,
    "*ECDH*": _KEYS,
    "DSA*": _KEYS,
    "ECKey*": _KEYS,
    "RSA*": _KEYS,
    "Rsa*": _KEYS,
    "Asymmetric*": _KEYS,
    "JsonWebKey*": _KEYS,
    "Jwk*": _KEYS,
    "Key*": _KEYS,
    "Private*": _KEYS,
    "Public*": _KEYS,
    "Raw*": _KEYS,
    "SecretKey*": _KEYS,
    "SymmetricKey*": _KEYS,
    "Sign*": _KEYS,
    "Verify*": _KEYS,
    "create*Key": _KEYS,
    "createSign": _KEYS,
    "createVerify": _KEYS,
    "decapsulate": _KEYS,
    "encapsulate": _KEYS,
    "generateKey*": _KEYS,
    "getCurves": _KEYS,
    "parsePKCS12": _KEYS,
    "private*": _KEYS,
    "public*": _KEYS,
    "sign": _KEYS,
    "verify": _KEYS,
    "CheckPrime*": "prime numbers: the package `cryptography` makes keys of them",
    "GeneratePrime*": "prime numbers: the package `cryptography` makes keys of them",
    "checkPrime*": "prime numbers: the package `cryptography` makes keys of them",
    "generatePrime*": "prime numbers: the package `cryptography` makes keys of them",
    "SecureHeap*": "Python's OpenSSL has no secure heap",
    "secureHeapUsed": "Python's OpenSSL has no secure heap",
    "fips": "up to the system's OpenSSL",
    "*Fips": "up to the system's OpenSSL",
    "setEngine": "OpenSSL's engines are obsolete",
    "constants": "of ciphers, keys and TLS options",
    "constants.*": "of ciphers, keys and TLS options",
    "webcrypto": "another interface to all of the above",
    "subtle": "another interface to all of the above",
    "getRandomValues": "of webcrypto: `randomFillSync`",
}
#: Types that have no class of their own.
CLASSES = {
    "OneShotDigestOptionsWithBufferEncoding": "OneShotDigestOptions",
    "OneShotDigestOptionsWithStringEncoding": "OneShotDigestOptions",
}

_LISTED = [
    *("md5", "SHA1", "sha-1", "sha224", "sha256", "RSA-SHA256", "sha2-384", "sha512", "sha512-256", "RSA-SHA512/224"),
    *("sha3-256", "sha256WithRSAEncryption", "id-rsassa-pkcs1-v1_5-with-sha3-512", "shake128", "shake-256"),
    *("blake2b512", "blake2s-256", "ssl3-md5", "RSA-SHA1-2"),
]
_TEXTS = ["", "a", "Grüße", "x" * 1000]
_NAN = float("nan")


def compared() -> set[str]:
    # tests/tls/test_x509certificate.py compares certificates with what Node says, recorded by certificatecases.cjs.
    members = (
        "ca checkEmail checkHost checkIP checkIssued checkPrivateKey fingerprint fingerprint256 fingerprint512 "
        "infoAccess issuer issuerCertificate keyUsage publicKey raw serialNumber signatureAlgorithm "
        "signatureAlgorithmOid subject subjectAltName toJSON toLegacyObject toString validFrom validFromDate "
        "validTo validToDate verify"
    )
    options = "multiLabelWildcards partialWildcards singleLabelSubdomains subject wildcards"
    names = {f"X509Certificate.{name}" for name in members.split()}
    return {"X509Certificate", *names, *(f"X509CheckOptions.{name}" for name in options.split())}


def skipped() -> str:
    """Names that cannot be looked for here."""
    return "X509Certificate*" if suite.whyNoTLS() else ""


def _each(functions: Iterable[Callable[[], Any]]) -> list[Any]:
    """What functions return or raise."""
    found: list[Any] = []
    for run in functions:
        try:
            found.append(run())
        except NodeError as error:
            found.append([error.name, error.code, error.message])
    return found


def _eventsOf(stream: Any, *names: str) -> Any:
    """What events of a stream bring, until it closes."""
    seen: list[Any] = []
    closed: Deferred[Any] = Deferred()
    for name in names:
        stream.on(name, lambda *values, name=name: seen.append([name, *(getattr(one, "code", one) for one in values)]))
    stream.on("close", lambda: closed.callback(seen))
    return closed


def _called(run: Callable[[Any], Any]) -> Any:
    answer: Deferred[Any] = Deferred()

    def callback(error: Any, value: Any) -> None:
        answer.callback([error and [error.name, error.code, error.message], value])

    run(callback)
    return answer


def createHash() -> Any:
    return [crypto.createHash(name).update(text).digest("hex") for name in _LISTED for text in _TEXTS]


def createHmac() -> Any:
    names = [name for name in _LISTED if not name.startswith("shake")]
    return [crypto.createHmac(name, text + "key").update(text).digest("hex") for name in names for text in _TEXTS]


def hash() -> Any:
    return [crypto.hash(name, text) for name in _LISTED for text in _TEXTS]


def getHashes() -> Any:
    names = "sha256 RSA-SHA512 sha3-384 shake128 md5 sha-256 sha512-256 nowhere SHA256"
    return [name in crypto.getHashes() for name in names.split()]


def encodingsOfADigest() -> Any:
    names: Any = ["hex", "HEX", "base64", "base64url", "latin1", "binary", None, None, "buffer", "nowhere", 5]
    return [crypto.createHash("sha1").update("a").digest(encoding) for encoding in names]


def encodingsOfInput() -> Any:
    return _each(
        lambda text=text, encoding=encoding: crypto.createHash("md5").update(text, encoding).digest("hex")
        for text in ("6162", "abc", "YWJj", "é")
        for encoding in ("hex", "base64", "latin1", "utf8", "utf16le", "nowhere")
    )


def theClasses() -> Any:
    one, two = crypto.createHash("md5"), crypto.createHmac("md5", "k")
    kinds = [isinstance(one, crypto.Hash), isinstance(two, crypto.Hmac), isinstance(one, Transform)]
    return [*kinds, crypto.Hash("md5").digest("hex")]


def copy() -> Any:
    one = crypto.createHash("md5").update("a")
    two = one.copy()
    one.update("b")
    short = crypto.createHash("shake128", {"outputLength": 3}).copy()
    longer = crypto.createHash("shake128").copy(outputLength=5)
    return [one.digest("hex"), two.digest("hex"), short.digest("hex"), longer.digest("hex")]


def aDigestIsGivenOnce() -> Any:
    one, two = crypto.createHash("md5"), crypto.createHmac("md5", "k")
    one.digest()
    two.digest()
    return _each(
        [
            lambda: one.digest(),
            lambda: one.update("a"),
            lambda: one.copy(),
            lambda: two.digest(),
            lambda: two.digest("hex"),
            lambda: two.update("a"),
        ]
    )


def outputLength() -> Any:
    lengths: Any = [0, 1, 16, 20, 100, 1.5, -1, "5", 2**32, _NAN]
    found = []
    for length in lengths:
        for name in ("shake128", "shake256", "sha1"):
            found += _each(
                [lambda: crypto.createHash(name, outputLength=length).update("a").digest("hex")]  # noqa: B023
            )
        found += _each([lambda: crypto.hash("shake128", "a", {"outputLength": length})])  # noqa: B023
    return found


def wrongHashes() -> Any:
    made: Any = crypto
    return _each(
        [
            lambda: made.createHash("nowhere"),
            lambda: made.createHash(5),
            lambda: made.createHash(None),
            lambda: made.createHash("md5").update(5),
            lambda: made.createHash("md5").update(None),
            lambda: made.createHmac("nowhere", "k"),
            lambda: made.createHmac(5, "k"),
            lambda: made.createHmac("md5", None),
            lambda: made.createHmac("md5", 5),
            lambda: made.createHmac("md5", "k").update({}),
            lambda: made.hash("nowhere", "a"),
            lambda: made.hash(5, "a"),
            lambda: made.hash("md5", 5),
            lambda: made.hash("md5", None),
            lambda: made.hash("md5", "a", 5),
            lambda: made.hash("md5", "a", "nowhere"),
            lambda: made.hash("md5", "a", {"outputEncoding": 5}),
            lambda: made.hash("sha1", "a", {"outputLength": 4}),
            lambda: made.hash("sha1", "a", {"outputLength": 20}),
        ]
    )


def hashTakesAnEncoding() -> Any:
    found = []
    for name in ("hex", "BASE64", "latin1", "buffer"):
        found += [crypto.hash("sha1", "abc", name), crypto.hash("sha1", "abc", outputEncoding=name)]
    return [*found, crypto.hash("md5", Buffer.from_("a"), {})]


def theKeyOfAnHmac() -> Any:
    made = [
        crypto.createHmac("md5", "6161", {"encoding": "hex"}),
        crypto.createHmac("md5", Buffer.from_("aa")),
        crypto.createHmac("md5", ""),
        crypto.createHmac("md5", "é", encoding="latin1"),
    ]
    return [each.digest("hex") for each in made]


def aHashIsAStream() -> Any:
    stream = crypto.createHash("sha256")
    stream.write("a")
    stream.write("62", "hex")
    stream.end(b"c")
    return _eventsOf(stream, "data", "end", "finish", "error")


def anHmacIsAStream() -> Any:
    stream = crypto.createHmac("sha256", "k")
    stream.setEncoding("hex")
    stream.end("abc")
    return _eventsOf(stream, "data", "end", "finish", "error")


async def optionsOfTheStream() -> Any:
    one = _eventsOf(crypto.createHash("md5", encoding="base64", highWaterMark=5).end("a"), "data")
    other: Any = {"outputLength": 4, "defaultEncoding": "hex"}
    two = _eventsOf(crypto.createHash("shake128", other).end("61"), "data")
    return [await one, await two]


async def aStreamIsDigestedByHand() -> Any:
    stream = crypto.createHash("md5")
    stream.update("a")
    stream.end("b")
    seen = await _eventsOf(stream, "data", "end")
    return [seen, *_each([lambda: stream.digest("hex"), lambda: stream.update("c"), lambda: stream.digest()])]


def writingToWhatHasBeenDigested() -> Any:
    stream = crypto.createHash("md5")
    stream.digest()
    stream.write("a")
    return _eventsOf(stream, "data", "end", "error")


def timingSafeEqual() -> Any:
    return _each(
        [
            lambda: crypto.timingSafeEqual(b"ab", bytearray(b"ab")),
            lambda: crypto.timingSafeEqual(b"ab", b"ac"),
            lambda: crypto.timingSafeEqual(b"a", b"ab"),
            lambda: crypto.timingSafeEqual("a", "a"),
            lambda: crypto.timingSafeEqual(b"a", "a"),
            lambda: crypto.timingSafeEqual(None, None),
        ]
    )


async def randomBytes() -> Any:
    made: Any = crypto
    lengths = [len(made.randomBytes(size)) for size in (0, 33)] + [len(made.pseudoRandomBytes(7))]
    return [
        *lengths,
        len(made.randomBytes(1.5)),
        made.randomBytes(16) == made.randomBytes(16),
        await _called(lambda back: made.randomBytes(5, lambda error, data: back(error, len(data)))),
        *_each(lambda size=size: made.randomBytes(size) for size in (-1, "5", 2**31, _NAN)),
        *_each([lambda: made.randomBytes(None)] * 1),
        ["TypeError", "ERR_INVALID_ARG_TYPE", 'The "size" argument must be of type number. Received null'],
        *_each([lambda: made.randomBytes(5, 5)]),
    ]


async def randomFill() -> Any:
    made: Any = crypto
    one, part = Buffer.alloc(40), Buffer.alloc(10)
    results: list[Any] = [made.randomFillSync(one) is one, one.equals(Buffer.alloc(40))]
    results += [made.randomFillSync(part, 5).subarray(0, 5), made.randomFillSync(Buffer.alloc(4), 1, 0)]
    three = Buffer.alloc(30)

    def shown(found: Any) -> Any:
        return [found is three, found.subarray(0, 10), found.subarray(20), found.equals(Buffer.alloc(30))]

    results += [
        await _called(lambda back: made.randomFill(three, 10, 10, lambda error, found: back(error, shown(found)))),
        await _called(lambda back: made.randomFill(Buffer.alloc(3), lambda error, found: back(error, len(found)))),
        await _called(lambda back: made.randomFill(Buffer.alloc(3), 3, lambda error, found: back(error, found))),
    ]
    nothing = lambda: 0  # noqa: E731
    wrong = [
        lambda: made.randomFillSync("a"),
        lambda: made.randomFillSync(Buffer.alloc(3), 4),
        lambda: made.randomFillSync(Buffer.alloc(3), -1),
        lambda: made.randomFillSync(Buffer.alloc(3), 1, 3),
        lambda: made.randomFillSync(Buffer.alloc(3), "1"),
        lambda: made.randomFillSync(Buffer.alloc(3), 0, "1"),
        lambda: made.randomFill(Buffer.alloc(3)),
        lambda: made.randomFill(Buffer.alloc(3), 5, nothing),
        lambda: made.randomFill(Buffer.alloc(3), 1, 2, 3),
        lambda: made.randomFill(5, nothing),
    ]
    return [*results, *_each(wrong)]


async def randomInt() -> Any:
    made: Any = crypto
    return [
        *(made.randomInt(1), made.randomInt(5, 6), made.randomInt(-3, -2), made.randomInt(2**48 - 1) < 2**48),
        len({made.randomInt(3) for _ in range(300)}),
        await _called(lambda back: made.randomInt(1, back)),
        await _called(lambda back: made.randomInt(7, 8, back)),
        *_each(
            lambda values=values: made.randomInt(*values)
            for values in (
                *((), (0,), (5, 5), (1.5,), (2**48,), (-5, 2**48 - 1), ("5",), (3, "x"), (3, 4, 5), ("1", 5)),
                *((2**53,), (_NAN,), (-1,)),
            )
        ),
        ["TypeError", "ERR_INVALID_ARG_TYPE", 'The "max" argument must be a safe integer. Received null'],
    ]


def randomUUID() -> Any:
    made: Any = crypto
    form = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-([47])[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
    ids = [made.randomUUID(), made.randomUUID(disableEntropyCache=True), made.randomUUIDv7()]
    ids.append(made.randomUUIDv7({"disableEntropyCache": False}))
    age = time.time_ns() // 10**6 - int(ids[2].replace("-", "")[:12], 16)
    versions = [found and found[1] for found in map(form.fullmatch, ids)]
    wrong = [
        lambda: made.randomUUID(5),
        lambda: made.randomUUID({"disableEntropyCache": 5}),
        lambda: made.randomUUIDv7("a"),
    ]
    return [*versions, len(set(ids)), 0 <= age < 60000, *_each(wrong)]


async def pbkdf2() -> Any:
    made: Any = crypto
    found = []
    for digest in ("sha1", "SHA512", "RSA-SHA256"):
        found.append(made.pbkdf2Sync("password", "salt", 3, 40, digest))
        found.append(made.pbkdf2Sync("é".encode(), "", 1, 7, digest))
    wrong = [
        *(("p", "s", 1, 20, None), ("p", "s", 0, 20, "sha1"), ("p", "s", 1, -1, "sha1"), ("p", "s", 1, 0, "sha1")),
        *(("p", "s", 1, 20, "nowhere"), (5, "s", 1, 20, "sha1"), ("p", 5, 1, 20, "sha1"), ("p", "s", 1.5, 20, "sha1")),
        *(("p", "s", "1", 20, "sha1"), ("p", "s", 1, 2**31, "sha1")),
    ]
    late = [("sha1",), (lambda: 0,), ("nowhere", lambda: 0), ("sha1", 5)]
    return [
        *found,
        await _called(lambda back: made.pbkdf2("p", "s", 2, 9, "sha256", back)),
        await _called(lambda back: made.pbkdf2("p", "s", 1, 0, "sha1", back)),
        *_each(lambda each=each: made.pbkdf2Sync(*each) for each in wrong),
        *_each(lambda each=each: made.pbkdf2(*("p", "s", 1, 20), *each) for each in late),
    ]


async def scrypt() -> Any:
    made: Any = crypto
    found = [
        made.scryptSync("password", "salt", 30),
        made.scryptSync("p", "é".encode(), 7, {"N": 16, "r": 1, "p": 1}),
        made.scryptSync("p", "s", 7, cost=32, blockSize=2, parallelization=3),
        made.scryptSync("p", "s", 0),
        made.scryptSync("p", "s", 5, {"N": 0, "r": 0, "p": 0}),
        made.scryptSync("p", "s", 5, N=2**15, maxmem=64 * 1024 * 1024),
        await _called(lambda back: made.scrypt("p", "s", 6, back)),
        await _called(lambda back: made.scrypt("p", "s", 6, {"N": 64}, back)),
    ]
    first: Any = [{"N": 3}, {"N": 1}, {"cost": 16, "N": 16}, {"r": 8, "blockSize": 8}, {"p": 1, "parallelization": 1}]
    first += [{"N": 2**20}, {"maxmem": 5}, {"maxmem": "x"}, {"maxmem": -1}]
    second: Any = [{"N": "a"}, {"cost": "a"}, {"N": -1}, {"r": 2**32}, {"N": 16, "r": 2**30, "p": 32}]
    second += [{"N": 2**14, "r": 16}]
    return [
        *found,
        *_each(lambda options=options: made.scryptSync("p", "s", 20, options) for options in first),
        *_each(
            lambda each=each: made.scryptSync(*each)
            for each in (("p", "s", -1), ("p", "s", "4"), (5, "s", 20), ("p", 5, 20))
        ),
        *_each(lambda options=options: made.scryptSync("p", "s", 20, options) for options in second),
        *_each(
            [
                lambda: made.scrypt("p", "s", 20),
                lambda: made.scrypt("p", "s", 20, {}),
            ]
        ),
    ]


def whereTheMemoryOfScryptEnds() -> Any:
    def fits(cost: int, r: int, p: int, maxmem: int) -> bool:
        return not _each([lambda: requireScrypt(cost, r, p, maxmem)])[0]

    found = []
    for r in (1, 3, 8):
        for p in (1, 2, 5):
            for cost in (16, 1024):
                low, high = 0, 4 * 1024 * 1024
                while low + 1 < high:
                    middle = (low + high) >> 1
                    low, high = (low, middle) if fits(cost, r, p, middle) else (middle, high)
                assert len(crypto.scryptSync("p", "s", 4, N=cost, r=r, p=p, maxmem=high)) == 4
                found.append(high)
    return found


async def hkdf() -> Any:
    made: Any = crypto
    found = [
        made.hkdfSync(digest, "key", "salt", "info", length)
        for digest in ("sha1", "SHA512", "sha3-256")
        for length in (1, 20, 33, 300)
    ]
    found += [made.hkdfSync("sha256", "", b"", "", 5), made.hkdfSync("sha1", "k", "s", "i", 255 * 20)[-5:]]
    found.append(await _called(lambda back: made.hkdf("sha256", "k", "s", "i", 9, back)))
    found.append(await _called(lambda back: made.hkdf("sha256", "k", "s", "i", 0, back)))
    wrong: Any = [
        *(("nowhere", "k", "s", "i", 20), ("sha256", "k", "s", "i", 0), ("sha256", "k", "s", "i", 255 * 32 + 1)),
        ("sha256", "k", "s", "i" * 1025, 5),
    ]
    more: Any = [
        *(("sha256", 5, "s", "i", 5), ("sha256", "k", 5, "i", 5), ("sha256", "k", "s", 5, 5)),
        *(("sha256", "k", "s", "i", -1), ("sha256", "k", "s", "i", "4"), ("sha256", "k", "s", "i", None)),
        (5, "k", "s", "i", 5),
    ]
    return [
        *found,
        *_each(lambda each=each: made.hkdfSync(*each) for each in wrong),
        len(made.hkdfSync("sha256", "k", "s", "i" * 1024, 5)),
        *_each(lambda each=each: made.hkdfSync(*each) for each in more),
        *_each(
            [
                lambda: made.hkdf("sha256", "k", "s", "i", 5),
                lambda: made.hkdf("nowhere", "k", "s", "i", 5, lambda: 0),
            ]
        ),
    ]
