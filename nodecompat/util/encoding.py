"""`TextDecoder` and `TextEncoder`: text and bytes as the Encoding standard has them.

The codecs are Python's; what the standard has otherwise is in `_decoderOf`.

Node: https://nodejs.org/api/util.html#class-utiltextdecoder
"""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypedDict

from .. import encodings
from ..errors import (
    ERR_ENCODING_INVALID_ENCODED_DATA,
    ERR_ENCODING_NOT_SUPPORTED,
    ERR_INVALID_ARG_TYPE,
    NodeTypeError,
    toText,
)
from ..optionbags import named
from ..records import Record
from ..validators import validateObject, validateString

__all__ = ["EncodeIntoResult", "TextDecodeOptions", "TextDecoder", "TextDecoderOptions", "TextEncoder"]

#: Per line an encoding and the other labels that it goes by.
_LABELS = (
    "ibm866 866 cp866 csibm866",
    "utf-8 unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf8 x-unicode20utf8",
    "iso-8859-2 csisolatin2 iso-ir-101 iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987 l2 latin2",
    "iso-8859-3 csisolatin3 iso-ir-109 iso8859-3 iso88593 iso_8859-3 iso_8859-3:1988 l3 latin3",
    "iso-8859-4 csisolatin4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 iso_8859-4:1988 l4 latin4",
    "iso-8859-5 csisolatincyrillic cyrillic iso-ir-144 iso8859-5 iso88595 iso_8859-5 iso_8859-5:1988",
    "iso-8859-6 arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 iso-8859-6-e iso-8859-6-i "
    "iso-ir-127 iso8859-6 iso88596 iso_8859-6 iso_8859-6:1987",
    "iso-8859-7 csisolatingreek ecma-118 elot_928 greek greek8 iso-ir-126 iso8859-7 iso88597 iso_8859-7 "
    "iso_8859-7:1987 sun_eu_greek",
    "iso-8859-8 csiso88598e csisolatinhebrew hebrew iso-8859-8-e iso-ir-138 iso8859-8 iso88598 iso_8859-8 "
    "iso_8859-8:1988 visual",
    "iso-8859-8-i csiso88598i logical",
    "iso-8859-10 csisolatin6 iso-ir-157 iso8859-10 iso885910 l6 latin6",
    "iso-8859-13 iso8859-13 iso885913",
    "iso-8859-14 iso8859-14 iso885914",
    "iso-8859-15 csisolatin9 iso8859-15 iso885915 iso_8859-15 l9",
    "iso-8859-16",
    "koi8-r cskoi8r koi koi8 koi8_r",
    "koi8-u koi8-ru",
    "macintosh csmacintosh mac x-mac-roman",
    "windows-874 dos-874 iso-8859-11 iso8859-11 iso885911 tis-620",
    "windows-1250 cp1250 x-cp1250",
    "windows-1251 cp1251 x-cp1251",
    "windows-1252 ansi_x3.4-1968 ascii cp1252 cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso8859-1 "
    "iso88591 iso_8859-1 iso_8859-1:1987 l1 latin1 us-ascii x-cp1252",
    "windows-1253 cp1253 x-cp1253",
    "windows-1254 cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9 iso_8859-9:1989 l5 "
    "latin5 x-cp1254",
    "windows-1255 cp1255 x-cp1255",
    "windows-1256 cp1256 x-cp1256",
    "windows-1257 cp1257 x-cp1257",
    "windows-1258 cp1258 x-cp1258",
    "x-mac-cyrillic x-mac-ukrainian",
    "gbk chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 iso-ir-58 x-gbk",
    "gb18030",
    "big5 big5-hkscs cn-big5 csbig5 x-x-big5",
    "euc-jp cseucpkdfmtjapanese x-euc-jp",
    "iso-2022-jp csiso2022jp",
    "shift_jis csshiftjis ms932 ms_kanji shift-jis sjis windows-31j x-sjis",
    "euc-kr cseuckr csksc56011987 iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 windows-949",
    "utf-16be unicodefffe",
    "utf-16le csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff utf-16",
    "x-user-defined",
)
_NAMES = {label: line.split(" ", 1)[0] for line in _LABELS for label in line.split(" ")}
#: Python's names, where they are others.
_CODECS = {
    "big5": "big5hkscs",
    "euc-kr": "cp949",
    "gbk": "gb18030",
    "iso-8859-8-i": "iso-8859-8",
    "macintosh": "mac_roman",
    "shift_jis": "cp932",
    "windows-874": "cp874",
    "x-mac-cyrillic": "mac_cyrillic",
}
_MULTIBYTE = {"big5", "euc-jp", "euc-kr", "gb18030", "gbk", "iso-2022-jp", "shift_jis"}
_UNICODE = {"utf-8", "utf-16le", "utf-16be"}
_UNDEFINED = "\ufffd"
_BLANKS = "\t\n\f\r "


class TextDecoderOptions(TypedDict, total=False):
    """Options of TextDecoder.

    Options:
        fatal: Raise for what is not valid; False by default.
        ignoreBOM: Keep a byte order mark; False by default.
    """

    fatal: bool
    ignoreBOM: bool


class TextDecodeOptions(TypedDict, total=False):
    """Options of `decode`.

    Options:
        stream: More will follow; False by default.
    """

    stream: bool


class TextDecoder:
    """Bytes to text: `TextDecoder("utf-16le").decode(data)`.

    Args:
        encoding: any label of the Encoding standard, "utf-8" if left out.
        options: TextDecoderOptions, as a mapping or as keywords.
    Raises: ERR_ENCODING_NOT_SUPPORTED, ERR_INVALID_ARG_TYPE.
    Node: https://nodejs.org/api/util.html#class-utiltextdecoder
    """

    @named
    def __init__(
        self,
        encoding: str | None = None,
        options: TextDecoderOptions | None = None,
        *,
        fatal: bool | None = None,
        ignoreBOM: bool | None = None,
    ) -> None:
        label = toText("utf-8" if encoding is None else encoding)
        if options is not None:
            validateObject(options, "options", 7)
        given: Mapping[str, Any] = options or {}
        name = _NAMES.get(label.strip(_BLANKS).lower())
        if name is None:
            raise ERR_ENCODING_NOT_SUPPORTED(label)
        self._encoding_ = name
        self._fatal_ = bool(given.get("fatal") if fatal is None else fatal)
        self._ignoreBOM_ = bool(given.get("ignoreBOM") if ignoreBOM is None else ignoreBOM)
        self._decoder_: codecs.IncrementalDecoder | None = None
        self._atStart_ = True

    @property
    def encoding(self) -> str:
        """The name of the encoding, in lower case."""
        return self._encoding_

    @property
    def fatal(self) -> bool:
        """Whether bytes that are not valid are an error; else U+FFFD stands for them."""
        return self._fatal_

    @property
    def ignoreBOM(self) -> bool:
        """Whether a byte order mark is kept in the text."""
        return self._ignoreBOM_

    @named
    def decode(self, input: Any = None, options: TextDecodeOptions | None = None, *, stream: bool | None = None) -> str:
        """The text of some bytes.

        Args:
            input: anything bytes-like; none if left out.
            options: `stream`: more will follow, so what may be the begin of a character is kept for the next call.
        Raises: ERR_ENCODING_INVALID_ENCODED_DATA, if `fatal`; ERR_INVALID_ARG_TYPE.
        Node: https://nodejs.org/api/util.html#textdecoderdecodeinput-options
        """
        data = b"" if input is None else encodings.toBytes(input)
        if data is None:
            raise NodeTypeError(
                'The "list" argument must be an instance of SharedArrayBuffer, ArrayBuffer or ArrayBufferView.',
                code="ERR_INVALID_ARG_TYPE",
            )
        if options is not None:
            validateObject(options, "options", 7)
        more = bool((options or {}).get("stream") if stream is None else stream)
        if self._decoder_ is None:
            self._decoder_ = _decoderOf(self._encoding_, "strict" if self._fatal_ else "replace")
            self._atStart_ = True
        try:
            text = self._decoder_.decode(data, not more)
        except UnicodeError:
            self._decoder_ = None
            raise ERR_ENCODING_INVALID_ENCODED_DATA(self._encoding_) from None
        if text and self._atStart_:
            self._atStart_ = False
            if not self._ignoreBOM_ and self._encoding_ in _UNICODE:
                text = text.removeprefix("\ufeff")
        if not more:
            self._decoder_ = None
        return text

    def __inspect__(self, depth: float, options: Any, inspect: Any) -> str:
        shown = {"encoding": self._encoding_, "fatal": self._fatal_, "ignoreBOM": self._ignoreBOM_}
        return f"TextDecoder {inspect(shown, options)}"


class _Table(codecs.IncrementalDecoder):
    """One character per byte."""

    def __init__(self, table: str, errors: str) -> None:
        super().__init__(errors)
        self._table = table

    def decode(self, input: Any, final: bool = False) -> str:
        return codecs.charmap_decode(bytes(input), self.errors, self._table)[0]


def _decoderOf(name: str, errors: str) -> codecs.IncrementalDecoder:
    codec = _CODECS.get(name, name)
    if name in _UNICODE or name in _MULTIBYTE:
        return codecs.getincrementaldecoder(codec)(errors)
    return _Table(_tableOf(name, codec), errors)


def _tableOf(name: str, codec: str) -> str:
    if name == "x-user-defined":
        return "".join(chr(byte if byte < 0x80 else 0xF700 + byte) for byte in range(256))
    table = [bytes([byte]).decode(codec, "replace") for byte in range(256)]
    if name.startswith("windows-"):
        # Bytes that Windows leaves open are control characters.
        table[0x80:0xA0] = [chr(0x80 + n) if each == _UNDEFINED else each for n, each in enumerate(table[0x80:0xA0])]
    if name == "windows-1255":
        table[0xCA] = "\u05ba"
    elif name == "koi8-u":
        table[0xAE], table[0xBE] = "ў", "Ў"
    return "".join("\ufffe" if each == _UNDEFINED else each for each in table)


@dataclass(frozen=True)
class EncodeIntoResult(Record):
    """What `encodeInto` returns: how many UTF-16 units were read, and bytes written."""

    read: int
    written: int


class TextEncoder:
    """Text to UTF-8: `TextEncoder().encode("é")` is `b"\\xc3\\xa9"`.

    Node: https://nodejs.org/api/util.html#class-utiltextencoder
    """

    @property
    def encoding(self) -> str:
        """Always "utf-8"."""
        return "utf-8"

    def encode(self, input: Any = "") -> bytes:
        """The bytes of a text; a lone surrogate becomes U+FFFD.

        Node: https://nodejs.org/api/util.html#textencoderencodeinput
        """
        return encodings.encode("" if input is None else toText(input))

    def encodeInto(self, src: str, dest: Any) -> EncodeIntoResult:
        """Write as many characters of a text as fit into a buffer.

        Args:
            src: the text.
            dest: a bytearray, or anything else whose bytes can be written.
        Returns: a record with `read`, UTF-16 units, and `written`, bytes.
        Raises: ERR_INVALID_ARG_TYPE.
        Node: https://nodejs.org/api/util.html#textencoderencodeintosrc-dest
        """
        validateString(src, "src")
        try:
            room = memoryview(dest).cast("B")
        except TypeError:
            room = None
        if room is None or room.readonly:
            raise ERR_INVALID_ARG_TYPE("dest", "Uint8Array", dest)
        data = encodings.encode(src)
        end = len(data)
        if end > len(room):
            end = len(room)
            while end and data[end] & 0xC0 == 0x80:  # not within a character
                end -= 1
        room[:end] = data[:end]
        read = len(data[:end].decode().encode("utf-16-le")) // 2
        return EncodeIntoResult(read, end)

    def __inspect__(self, depth: float, options: Any, inspect: Any) -> str:
        return str(inspect({"encoding": "utf-8"}, options))
