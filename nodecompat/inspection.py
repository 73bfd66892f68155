"""How Node's `util.inspect` (26) shows a value: `{ a: [ 1, 2 ], b: 'x' }`. Messages of errors and `util` print by it.

What Python's values are in JavaScript's terms: None is undefined, a dict is an Object (a Map when one of its keys
cannot be a property's name), a list or tuple an Array, a set a Set, bytes are a Buffer, `array.array` is a typed
array, datetime a Date, `re.Pattern` a RegExp, a Deferred a Promise. Any other object is shown by its class and its
attributes, without those that begin with "_"; one without attributes by its own `repr`.

An object may say itself how it is shown, by a method `__inspect__(depth, options, inspect)` (Node's
`[util.inspect.custom]`), a dict by a value under that key.

Node: https://nodejs.org/api/util.html#utilinspectobject-options
"""

from __future__ import annotations

import array
import datetime
import functools
import math
import re
import types
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal, TypedDict

from .records import BareRecord, OpenRecord, Record
from .symbols import Symbol
from .texts import escaped, firstUnits, functionName, numberText, quoted, units

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .optionbags import Bag

__all__ = [
    "InspectOptions",
    "attributes",
    "colorAliases",
    "inspect",
    "isMap",
    "isoText",
    "parts",
    "stringWidth",
    "stripVTControlCharacters",
    "typedArrayName",
]

MIN_LINE = 16  # UTF-16 units: a shorter string is never split by lines
SHOWN_BYTES = 50  # bytes of a Buffer that are shown
COLUMNS_FROM = 7  # entries from which an array is set in columns
MAX_COLUMNS = 15


class InspectOptions(TypedDict, total=False):
    """Options of `inspect`.

    Options:
        showHidden: Also lengths of arrays, names of functions, attributes that begin with "_"; False by default.
        depth: Levels that are opened, None for all; 2 by default.
        colors: With ANSI escapes; False by default.
        customInspect: `__inspect__` is called; True by default.
        showProxy: Of no effect: Python has no proxies. False by default.
        maxArrayLength: Items shown, None for all; 100 by default.
        maxStringLength: UTF-16 units of a string that are shown, None for all; 10,000 by default.
        breakLength: Characters of a line; 80 by default.
        compact: How many inner levels may share a line, or a bool; 3 by default.
        sorted: True, or a key function on the text of the entries; False by default.
        getters: Of no effect: Python has no getters of objects. False by default.
        numericSeparator: `1_000`; False by default.
    """

    showHidden: bool
    depth: float | None
    colors: bool
    customInspect: bool
    showProxy: bool
    maxArrayLength: float | None
    maxStringLength: float | None
    breakLength: float
    compact: bool | int
    sorted: bool | Callable[[str, str], float]
    getters: bool | Literal["get", "set"]
    numericSeparator: bool


_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_ANSI = re.compile(
    "[\x1b\x9b][\\[\\]()#;?]*"
    "(?:(?:(?:(?:;[-a-zA-Z\\d\\/\\#&.:=?%@~_]+)*|[a-zA-Z\\d]+(?:;[-a-zA-Z\\d\\/\\#&.:=?%@~_]*)*)?(?:\x07|\x1b\\\\|\x9c))"
    "|(?:(?:\\d{1,4}(?:;\\d{0,4})*)?[\\dA-PR-TZcf-ntqry=><~]))"
)
_FUNCTIONS = (types.FunctionType, types.BuiltinFunctionType, types.MethodType)


# -- Parts that others use as well.


def stripVTControlCharacters(text: str) -> str:
    """The text without ANSI escapes."""
    return _ANSI.sub("", text) if "\x1b" in text or "\x9b" in text else text


def stringWidth(text: str, isStyled: bool = True) -> int:
    """Columns that a text takes on a terminal; `isStyled`: ANSI escapes in it take none."""
    if isStyled:
        text = stripVTControlCharacters(text)
    if text.isascii():
        return sum(" " <= character != "\x7f" for character in text)
    import unicodedata  # here: most texts are ASCII

    return sum(_width(character, unicodedata) for character in unicodedata.normalize("NFC", text))


def _width(character: str, unicodedata: Any) -> int:
    if unicodedata.category(character) in ("Cc", "Cf", "Me", "Mn"):
        return int(character == "\xad")
    return 2 if unicodedata.east_asian_width(character) in ("F", "W") else 1


# -- The function, with what Node hangs on it.


colorAliases: dict[str, str] = {
    "grey": "gray",
    "blackBright": "gray",
    "bgGrey": "bgGray",
    "bgBlackBright": "bgGray",
    "faint": "dim",
    "crossedout": "strikethrough",
    "strikeThrough": "strikethrough",
    "crossedOut": "strikethrough",
    "conceal": "hidden",
    "swapColors": "inverse",
    "swapcolors": "inverse",
    "doubleUnderline": "doubleunderline",
}


class _Colors(dict[str, list[int]]):
    """The codes by name; other names are found but not listed, as in Node."""

    def __missing__(self, name: str) -> list[int]:
        return self[colorAliases[name]]


def _colors() -> _Colors:
    found = _Colors(
        reset=[0, 0],
        bold=[1, 22],
        dim=[2, 22],
        italic=[3, 23],
        underline=[4, 24],
        blink=[5, 25],
        inverse=[7, 27],
        hidden=[8, 28],
        strikethrough=[9, 29],
        doubleunderline=[21, 24],
    )
    names = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
    for prefix, base, end in (("", 30, 39), ("bg", 40, 49)):
        for number, name in enumerate(names):
            found[prefix + name.capitalize() if prefix else name] = [base + number, end]
    found.update(framed=[51, 54], overlined=[53, 55])
    for prefix, base, end in (("", 90, 39), ("bg", 100, 49)):
        found[prefix + "Gray" if prefix else "gray"] = [base, end]  # bright black
        for number, name in enumerate(names[1:], 1):
            found[(prefix + name.capitalize() if prefix else name) + "Bright"] = [base + number, end]
    return found


class _Inspect:
    """`inspect` itself: a function that carries its defaults, colours and styles."""

    #: The name of the method, or the key in a dict, by which an object says how it is shown.
    custom = "__inspect__"
    #: What each kind of value is shown in; a name of `colors`.
    styles: BareRecord[Any] = BareRecord(
        special="cyan",
        number="yellow",
        bigint="yellow",
        boolean="yellow",
        undefined="grey",
        null="bold",
        string="green",
        symbol="green",
        date="magenta",
        regexp="red",
        module="underline",
    )
    #: Codes that begin and end a colour or modifier; other names for them are found as well (`colors["grey"]`).
    colors: _Colors = _colors()

    def __init__(self) -> None:
        self._defaults: dict[str, Any] = {
            "showHidden": False,
            "depth": 2,
            "colors": False,
            "customInspect": True,
            "showProxy": False,
            "maxArrayLength": 100,
            "maxStringLength": 10000,
            "breakLength": 80,
            "compact": 3,
            "sorted": False,
            "getters": False,
            "numericSeparator": False,
        }

    @property
    def defaultOptions(self) -> dict[str, Any]:
        """The options that count where none are given; assign a mapping to change some of them."""
        return self._defaults

    @defaultOptions.setter
    def defaultOptions(self, options: Mapping[str, Any]) -> None:
        self._defaults.update({name: value for name, value in options.items() if name in self._defaults})

    def __call__(
        self,
        object: Any,
        options: InspectOptions | Bag | bool | None = None,
        *legacy: Any,
        **keywords: Unpack[InspectOptions],
    ) -> str:
        """The text of a value, for people: `inspect({"a": [1, "x"]})` is `{ a: [ 1, 'x' ] }`.

        Args:
            object: anything.
            options: InspectOptions, as a mapping or as keywords. Node's old form is there as well: `inspect(object,
                showHidden, depth, colors)`.
        Node: https://nodejs.org/api/util.html#utilinspectobject-options
        """
        check(InspectOptions, options, keywords)
        given: dict[str, Any] = dict(options) if isinstance(options, Mapping) else {}
        if isinstance(options, bool):
            given["showHidden"] = options
        if legacy and legacy[0] is not None:
            given["depth"] = legacy[0]
        if len(legacy) > 1 and legacy[1] is not None:
            given["colors"] = legacy[1]
        given.update(keywords)
        return _Printer({**self._defaults, **given}, given).show(object, 0)


def _trust(kind: Any, options: Any, keywords: Mapping[str, Any]) -> None:
    pass


#: How the names of options are checked. `util` gives the function of `optionbags`, which needs the errors, which
#: need this module.
check: Callable[[Any, Any, Mapping[str, Any]], None] = _trust

inspect: _Inspect = _Inspect()


# -- The engine.


class _Printer:
    """One call of `inspect`: the options, and where in the value we are."""

    def __init__(self, options: dict[str, Any], given: Mapping[str, Any]) -> None:
        self.options = options
        self.given = given
        self.depth = math.inf if options["depth"] is None else options["depth"]
        self.breakLength = options["breakLength"]
        self.compact = options["compact"]
        self.colors = bool(options["colors"])
        self.showHidden = bool(options["showHidden"])
        self.items = _limit(options["maxArrayLength"])
        self.characters = _limit(options["maxStringLength"])
        self.indent = 0
        self.level = 0  # of the value that was opened last
        self.open: list[Any] = []
        self.circular: dict[int, int] = {}  # id → number of the reference

    def style(self, text: str, kind: str) -> str:
        name = inspect.styles.get(kind)
        if not self.colors or name is None:
            return text
        if callable(name):
            return str(name(text))
        begin, end = inspect.colors[name]
        return f"\x1b[{begin}m{text}\x1b[{end}m"

    def show(self, value: Any, level: int) -> str:
        """The text of a value that is `level` deep."""
        simple = self.primitive(value)
        if simple is not None:
            return simple
        if self.options["customInspect"]:
            text = self.custom(value, level)
            if text is not None:
                return text
        if any(value is each for each in self.open):
            number = self.circular.setdefault(id(value), len(self.circular) + 1)
            return self.style(f"[Circular *{number}]", "special")
        return self.opened(value, level)

    # -- values without parts

    def primitive(self, value: Any) -> str | None:
        if isinstance(value, str):
            return self.string(value)
        if value is None:
            return self.style("undefined", "undefined")
        if isinstance(value, bool):
            return self.style("true" if value else "false", "boolean")
        if isinstance(value, (int, float)):
            return self.style(self.number(value), "number")
        if isinstance(value, Symbol):
            return self.style(repr(value), "symbol")
        return None

    def number(self, value: int | float) -> str:
        text = numberText(value)
        if not self.options["numericSeparator"] or "e" in text or not text.lstrip("-")[0].isdigit():
            return text
        whole, dot, fraction = text.partition(".")
        sign = "-" if whole.startswith("-") else ""
        return f"{sign}{abs(int(whole)):_}{dot}{'_'.join(_cut(fraction, 3))}"

    def string(self, text: str) -> str:
        text = str.__str__(text)
        trailer = ""
        length = units(text)
        if length > self.characters:
            left = length - int(self.characters)
            trailer = f"... {left} more character{'s' if left > 1 else ''}"
            text, length = firstUnits(text, int(self.characters)), int(self.characters)
        if self.compact is not True and length > MIN_LINE and length > self.breakLength - self.indent - 4:
            lines = re.split(r"(?<=\n)", text)
            if not lines[-1]:
                lines.pop()
            between = " +\n" + " " * (self.indent + 2)
            return between.join(self.style(quoted(line), "string") for line in lines) + trailer
        return self.style(quoted(text), "string") + trailer

    # -- values that say themselves what they look like

    def custom(self, value: Any, level: int) -> str | None:
        if isinstance(value, Mapping):
            hook = value.get(inspect.custom)
            arguments: tuple[Any, ...] = ()
        else:
            hook = getattr(type(value), "__inspect__", None)
            arguments = (value,)
        if not callable(hook):
            return None
        options = {**self.options, **self.given, "stylize": self.style}
        depth = self.depth - level
        result = _callWithFew(hook, *arguments, depth, options, inspect)
        if result is value:
            return None
        if not isinstance(result, str):
            return self.show(result, level)
        return result.replace("\n", "\n" + " " * self.indent)

    # -- values with parts

    def opened(self, value: Any, level: int) -> str:
        shape = self.shape(value)
        if not shape.keys and shape.isEmpty:
            return shape.base or shape.opening + shape.closing
        if level > self.depth:
            return self.style(f"[{shape.name}]", "special")
        level += 1
        self.open.append(value)
        self.level, indent = level, self.indent
        try:
            entries = list(shape.entries(self, level)) if shape.entries else []
            own = [self.property(key, item, level, shape.isArray) for key, item in shape.keys]
        except RecursionError:
            self.indent = indent
            return self.style(
                f"[{shape.name}: Inspection interrupted prematurely. Maximum call stack size exceeded.]", "special"
            )
        finally:
            self.open.pop()
        entries = self.ordered(entries, own, shape.isArray)
        base, opening = shape.base, shape.opening
        number = self.circular.get(id(value))
        if number is not None:
            mark = self.style(f"<ref *{number}>", "special")
            if self.compact is True:
                opening = f"{mark} {opening}"
            else:
                base = f"{mark} {base}" if base else mark
        return self.joined(entries, base, opening, shape.closing, shape, level)

    def shape(self, value: Any) -> _Shape:
        for kind, make in _SHAPES:
            if isinstance(value, kind):
                return make(self, value)
        return _shapeOfObject(self, value)

    def ordered(self, entries: list[str], own: list[str], isArray: bool) -> list[str]:
        order = self.options["sorted"]
        if not order:
            return entries + own
        key = functools.cmp_to_key(order) if callable(order) else _byUnits
        return sorted(entries + own, key=key) if not isArray else entries + sorted(own, key=key)

    def property(self, key: Any, value: Any, level: int, isArray: bool) -> str:
        """`key: value`. A `_Hidden` key stands in brackets."""
        wide = self.compact is True and not isArray
        self.indent += 3 if wide else 2
        text = self.show(value, level)
        space = " "
        if wide and self.breakLength < stringWidth(text, self.colors):
            space = "\n" + " " * self.indent
        self.indent -= 3 if wide else 2
        return f"{self.key(key)}:{space}{text}"

    def key(self, key: Any) -> str:
        if isinstance(key, _Hidden):
            return f"[{key.name}]"
        if isinstance(key, Symbol):
            text = escaped(repr(key))
            return self.style(text, "symbol")
        if not isinstance(key, str):
            key = ("true" if key else "false") if isinstance(key, bool) else numberText(key)
        if key == "__proto__":
            return "['__proto__']"
        return str(key) if _NAME.match(key) else self.style(quoted(key), "string")

    # -- lines

    def joined(self, entries: list[str], base: str, opening: str, closing: str, shape: _Shape, level: int) -> str:
        start = f"{base} " if base else ""
        if self.compact is True:
            isBroken = self.breakLength == math.inf and any("\n" in entry for entry in entries)
            if not isBroken and self.fits(entries, 0, base):
                return f"{opening}{' ' + base if base else ''} {', '.join(entries)} {closing}"
            line = "\n" + " " * self.indent
            first = " " if not base and len(opening) == 1 else f"{' ' + base if base else ''}\n{line[1:]}  "
            return f"{opening}{first}{f',{line}  '.join(entries)} {closing}"
        if self.compact:
            before = len(entries)
            if shape.isArray and before >= COLUMNS_FROM:
                entries = self.columns(entries, shape.values)
            if self.level - level < self.compact and before == len(entries):
                used = len(entries) + self.indent + units(opening) + units(base) + 10
                if self.fits(entries, used, base):
                    text = ", ".join(entries)
                    if "\n" not in text:
                        return f"{start}{opening} {text} {closing}"
        line = "\n" + " " * self.indent
        return f"{start}{opening}{line}  {f',{line}  '.join(entries)}{line}{closing}"

    def fits(self, entries: list[str], used: int, base: str) -> bool:
        """Whether the entries fit on one line."""
        total = len(entries) + used
        if total + len(entries) > self.breakLength:
            return False
        for entry in entries:
            total += units(stripVTControlCharacters(entry) if self.colors else entry)
            if total > self.breakLength:
                return False
        return "\n" not in base

    def columns(self, entries: list[str], values: Any) -> list[str]:
        """The items of a long array as rows, each item in its column; as they are where that does not pay."""
        shown = len(entries) - (len(entries) > self.items)  # the last one may tell how many more there are
        widths = [stringWidth(entry, self.colors) for entry in entries[:shown]]
        widest = max(widths) + 2
        total = sum(widths) + 2 * shown
        if widest * 3 + self.indent >= self.breakLength or not (total / widest > 5 or widest <= 8):
            return entries
        # Narrower than the widest, the more the more the widths differ; a character is 2.5 times as high as wide.
        bias = max(widest - 3 - math.sqrt(widest - total / len(entries)), 1)
        count = min(
            math.floor(math.sqrt(2.5 * bias * shown) / bias + 0.5),
            math.floor((self.breakLength - self.indent) / widest) if self.breakLength != math.inf else MAX_COLUMNS,
            self.compact * 4,
            MAX_COLUMNS,
        )
        if count <= 1:
            return entries
        columns = [max(widths[column::count]) + 2 for column in range(count)]
        right = values is not None and all(
            isinstance(each, (int, float)) and not isinstance(each, bool) for each in values[: len(entries)]
        )
        rows = []
        for start in range(0, shown, count):
            end = min(start + count, shown)
            cells = []
            for place in range(start, end):
                last = place == end - 1
                cell = entries[place] + ("" if last else ", ")
                space = " " * (columns[place - start] - widths[place] - 2)
                cells.append(space + cell if right else cell if last else cell + space)
            rows.append("".join(cells))
        return rows + entries[shown:]


class _Hidden:
    """The name of a property that JavaScript does not enumerate."""

    def __init__(self, name: str) -> None:
        self.name = name


class _Shape:
    """What one value is made of.

    name: what stands for it below the last level. opening, closing: its brackets. base: what stands before them.
    entries: makes the texts of its items. keys: its properties. values: the items themselves, for the columns.
    """

    __slots__ = ("base", "closing", "entries", "isArray", "isEmpty", "keys", "name", "opening", "values")

    def __init__(
        self,
        name: str,
        prefix: str = "",
        brackets: str = "{}",
        *,
        base: str = "",
        isArray: bool = False,
        keys: Iterable[tuple[Any, Any]] = (),
        entries: Callable[[_Printer, int], Iterator[str]] | None = None,
        isEmpty: bool = True,
        values: Any = None,
    ) -> None:
        self.name = name
        self.opening, self.closing = prefix + brackets[0], brackets[1]
        self.base = base
        self.isArray = isArray
        self.keys = list(keys)
        self.entries = entries
        self.isEmpty = isEmpty
        self.values = values


def _more(left: int, what: str) -> str:
    return f"... {left} more {what}{'s' if left > 1 else ''}"


def _itemsOf(values: Any) -> Callable[[_Printer, int], Iterator[str]]:
    def entries(printer: _Printer, level: int) -> Iterator[str]:
        shown = _clamped(printer.items, len(values))
        printer.indent += 2
        for value in values[:shown]:
            yield printer.show(value, level)
        printer.indent -= 2
        if len(values) > shown:
            yield _more(len(values) - shown, "item")

    return entries


def _shapeOfArray(printer: _Printer, value: Any) -> _Shape:
    plain = type(value) in (list, tuple)
    name = "Array" if plain else type(value).__name__
    keys: list[tuple[Any, Any]] = [(_Hidden("length"), len(value))] if printer.showHidden else []
    return _Shape(
        name,
        "" if plain else f"{name}({len(value)}) ",
        "[]",
        isArray=True,
        keys=keys + _attributes(printer, value),
        entries=_itemsOf(value),
        isEmpty=not value,
        values=value,
    )


def typedArrayName(value: array.array[Any]) -> str:
    """The name of the typed array that an `array.array` stands for; empty when its items are characters."""
    if value.typecode in "uw":
        return ""
    if value.typecode in "fd":
        kind = "Float"
    else:
        kind = ("Big" if value.itemsize == 8 else "") + ("Int" if value.typecode.islower() else "Uint")
    return f"{kind}{8 * value.itemsize}Array"


def _shapeOfTypedArray(printer: _Printer, value: array.array[Any]) -> _Shape:
    name = typedArrayName(value)
    if not name:
        return _shapeOfObject(printer, value)
    return _Shape(
        name,
        f"{name}({len(value)}) ",
        "[]",
        isArray=True,
        entries=_itemsOf(value.tolist()),
        isEmpty=not value,
        values=value,
    )


def _shapeOfSet(printer: _Printer, value: Any) -> _Shape:
    name = type(value).__name__
    plain = type(value) in (set, frozenset)
    return _Shape(
        "Set" if plain else name,
        f"Set({len(value)}) " if plain else f"{name}({len(value)}) [Set] ",
        keys=_attributes(printer, value),
        entries=_itemsOf(list(value)),
        isEmpty=not value,
    )


def isMap(object: Any) -> bool:
    """Whether a value is a dict one of whose keys cannot be the name of a property: it is no str, number or Symbol."""
    return isinstance(object, dict) and not _hasOnlyNames(object)


def _hasOnlyNames(value: Mapping[Any, Any]) -> bool:
    return all(isinstance(key, (str, int, float, Symbol)) for key in value)


def _shapeOfMapping(printer: _Printer, value: Any) -> _Shape:
    plain = type(value) is dict or isinstance(value, OpenRecord)
    name = "Object" if plain else type(value).__name__
    if isinstance(value, BareRecord):
        name = "Object: null prototype"
        return _Shape(name, f"[{name}] ", keys=value.items())
    if _hasOnlyNames(value):
        return _Shape(name, "" if plain else f"{name} ", keys=value.items())
    prefix = f"Map({len(value)}) " if plain else f"{name}({len(value)}) [Map] "
    return _Shape("Map" if plain else name, prefix, entries=_pairsOf(value), isEmpty=False)


def _pairsOf(value: Any) -> Callable[[_Printer, int], Iterator[str]]:
    def entries(printer: _Printer, level: int) -> Iterator[str]:
        shown = _clamped(printer.items, len(value))
        printer.indent += 2
        for place, (key, item) in enumerate(value.items()):
            if place == shown:
                break
            yield f"{printer.show(key, level)} => {printer.show(item, level)}"
        printer.indent -= 2
        if len(value) > shown:
            yield _more(len(value) - shown, "item")

    return entries


def _shapeOfBytes(printer: _Printer, value: Any) -> _Shape:
    data = bytes(value)
    shown = " ".join(f"{byte:02x}" for byte in data[:SHOWN_BYTES])
    if len(data) > SHOWN_BYTES:
        shown += " " + _more(len(data) - SHOWN_BYTES, "byte")
    keys = _attributes(printer, value)
    if keys:
        own = [printer.property(*key, 0, False) for key in keys]
        shown += ", " + ", ".join(own)
    return _Shape("Buffer", base=f"<Buffer {shown}>" if shown else "<Buffer >")


def _shapeOfClass(printer: _Printer, value: type) -> _Shape:
    bases = [base.__name__ for base in value.__bases__ if base is not object]
    text = f"class {value.__name__}" + (f" extends {bases[0]}" if bases else "")
    return _Shape("Function", base=printer.style(f"[{text}]", "special"))


def _shapeOfFunction(printer: _Printer, value: Any) -> _Shape:
    name = functionName(value)
    keys: list[tuple[Any, Any]] = []
    if printer.showHidden:
        keys += [(_Hidden("length"), _arity(value)), (_Hidden("name"), name)]
    if isinstance(value, types.FunctionType):
        keys += [each for each in vars(value).items() if not each[0].startswith("_")]
    text = f"{_kindOfFunction(value)}{f': {name}' if name else ' (anonymous)'}"
    return _Shape("Function", base=printer.style(f"[{text}]", "special"), keys=keys)


def _kindOfFunction(value: Any) -> str:
    flags = getattr(getattr(value, "__code__", None), "co_flags", 0)
    if flags & 0x200:
        return "AsyncGeneratorFunction"
    return "AsyncFunction" if flags & 0x80 else "GeneratorFunction" if flags & 0x20 else "Function"


def _arity(function: Any) -> int:
    code = getattr(function, "__code__", None)
    return code.co_argcount - len(getattr(function, "__defaults__", None) or ()) if code else 0


def _shapeOfDate(printer: _Printer, value: datetime.datetime) -> _Shape:
    return _Shape("Date", base=printer.style(isoText(value), "date"), keys=_attributes(printer, value))


def isoText(value: datetime.datetime) -> str:
    """The time of a datetime as JavaScript's toISOString writes it."""
    return value.astimezone(datetime.timezone.utc).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def _shapeOfPattern(printer: _Printer, value: re.Pattern[Any]) -> _Shape:
    pattern = value.pattern if isinstance(value.pattern, str) else value.pattern.decode("latin-1")
    flags = "".join(letter for letter, flag in (("i", re.I), ("m", re.M), ("s", re.S)) if value.flags & flag)
    return _Shape("RegExp", base=printer.style(f"/{pattern}/{flags}", "regexp"))


def _shapeOfError(printer: _Printer, value: BaseException) -> _Shape:
    name = kind = str(getattr(value, "name", None) or type(value).__name__)
    code = getattr(value, "code", None)
    own = {key: item for key, item in vars(value).items() if printer.showHidden or not key.startswith("_")}
    for key in ("name", "message", "stack", "cause", "errors"):
        own.pop(key, None)
    keys: list[tuple[Any, Any]] = list(own.items())
    if isinstance(code, str) and "code" not in own:
        keys.insert(0, ("code", code))
    if code == type(value).__name__:
        name = f"{name} [{code}]"
    cause = vars(value).get("cause", value.__cause__)
    if cause is not None:
        keys.append((_Hidden("cause"), cause))
    errors = getattr(value, "errors", None) or getattr(value, "exceptions", None)
    if isinstance(errors, (list, tuple)):
        keys.append((_Hidden("errors"), errors))
    message = _ownText(value)
    text = f"{name}: {message}" if message else name
    frames = _frames(value)
    text = text + frames if frames else f"[{text}]"
    return _Shape(kind, base=text.replace("\n", "\n" + " " * printer.indent), keys=keys)


def _ownText(error: BaseException) -> str:
    message = getattr(error, "message", None)
    return message if isinstance(message, str) else str(error)


def _frames(error: BaseException) -> str:
    """The lines of the traceback, the innermost first; none for an error that was not raised."""
    lines = []
    traceback = error.__traceback__
    while traceback is not None:
        code = traceback.tb_frame.f_code
        lines.append(f"\n    at {code.co_name} ({code.co_filename}:{traceback.tb_lineno})")
        traceback = traceback.tb_next
    return "".join(reversed(lines[-10:]))


def _shapeOfGenerator(printer: _Printer, value: Any) -> _Shape:
    kind = "AsyncGenerator" if isinstance(value, types.AsyncGeneratorType) else "Generator"
    return _Shape("Object", f"Object [{kind}] ")


def _shapeOfObject(printer: _Printer, value: Any) -> _Shape:
    name = type(value).__name__
    if hasattr(type(value), "addCallbacks"):
        return _Shape("Promise", "Promise ", entries=_stateOf(value), isEmpty=False)
    keys = _attributes(printer, value)
    if isinstance(value, Record):
        return _Shape("Object", keys=keys)
    if not keys and any("__repr__" in vars(each) for each in type(value).__mro__[:-1]):
        return _Shape(name, base=repr(value))
    return _Shape(name, f"{name} ", keys=keys)


def _stateOf(deferred: Any) -> Callable[[_Printer, int], Iterator[str]]:
    def entries(printer: _Printer, level: int) -> Iterator[str]:
        if not deferred.called or deferred.paused:
            yield printer.style("<pending>", "special")
            return
        result = deferred.result
        failed = isinstance(getattr(result, "value", None), BaseException) and hasattr(result, "getTraceback")
        printer.indent += 2
        text = printer.show(result.value if failed else result, level)
        printer.indent -= 2
        yield f"{printer.style('<rejected>', 'special')} {text}" if failed else text

    return entries


def parts(value: Any) -> dict[Any, Any]:
    """The properties of an object in JavaScript's terms: items of a mapping, public attributes of anything else."""
    if isinstance(value, Mapping):
        return dict(value)
    return {key: item for key, item in attributes(value).items() if not key.startswith("_")}


def _attributes(printer: _Printer, value: Any) -> list[tuple[Any, Any]]:
    return list((attributes(value) if printer.showHidden else parts(value)).items())


def attributes(value: Any) -> dict[str, Any]:
    """The attributes of an object, in the order in which they were set."""
    found: dict[str, Any] = {}
    for kind in reversed(type(value).__mro__):
        slots = vars(kind).get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            if name not in ("__dict__", "__weakref__") and hasattr(value, name):
                found[name] = getattr(value, name)
    found.update(getattr(value, "__dict__", {}))
    return found


_SHAPES: list[tuple[Any, Callable[[_Printer, Any], _Shape]]] = [
    ((bytes, bytearray, memoryview), _shapeOfBytes),
    ((list, tuple), _shapeOfArray),
    ((set, frozenset), _shapeOfSet),
    (Mapping, _shapeOfMapping),
    (type, _shapeOfClass),
    (_FUNCTIONS, _shapeOfFunction),
    (BaseException, _shapeOfError),
    (re.Pattern, _shapeOfPattern),
    ((types.GeneratorType, types.AsyncGeneratorType), _shapeOfGenerator),
    (array.array, _shapeOfTypedArray),
    (datetime.datetime, _shapeOfDate),
]


def _limit(value: Any) -> float:
    return math.inf if value is None else max(0, value)


def _clamped(limit: float, length: int) -> int:
    return int(min(limit, length))


def _cut(text: str, size: int) -> list[str]:
    return [text[start : start + size] for start in range(0, len(text), size)]


def _byUnits(text: str) -> bytes:
    """Order of JavaScript: by UTF-16 units."""
    return text.encode("utf-16-be", "surrogatepass")


def _callWithFew(function: Any, *arguments: Any) -> Any:
    """Call with as many of the arguments as the function takes."""
    import inspect as signatures

    try:
        parameters = signatures.signature(function).parameters.values()
    except ValueError:
        return function(*arguments)
    if any(each.kind is each.VAR_POSITIONAL for each in parameters):
        return function(*arguments)
    places = [each for each in parameters if each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD)]
    return function(*arguments[: len(places)])
