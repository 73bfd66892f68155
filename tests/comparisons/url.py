"""Comparisons of `url`; thousands of random cases stand in data/cases (url, whatwg, domain)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from nodecompat import buffer, url
from nodecompat.errors import NodeError
from nodecompat.url import URL, URLSearchParams

LEFT_OUT = {
    "URLPattern*": "ada has it, its Python package has it not",
    "URLSearchParamsIterator.@@iterator": "what `entries` and the like return is an iterator of Python",
}
#: Types that have no class of their own.
CLASSES = {
    "UrlObject": "Url",
    "UrlWithParsedQuery": "Url",
    "UrlWithStringQuery": "Url",
    "FileUrlToPathOptions": "fileURLToPath",
    "PathToFileUrlOptions": "pathToFileURL",
}
_TEXTS = [
    "https://user:pa%20ss@sub.example.com:8080/p/a/t/h?query=string&a=1#hash",
    *("http://a", "file:///c:/x%20y", "mailto:a@b", "https://日本.example:443/é?ü#ß", "HTTP://A:80/../b/./c"),
    "ws://[::1]:9/",
]
_MEMBERS = (
    *("href", "origin", "protocol", "username", "password", "host", "hostname", "port", "pathname", "search"),
    "hash",
)
_WINDOWS_PATHS = (
    r"C:,C:foo\bar,C:..\..\..\..\..\..\..\..\..\..\..\x,"
    r"C:.,C:\\,C:\..,C:/,C:foo/,D:foo,.,,foo/bar\..\baz,C|\x,1:\x,C: ,CON,\foo,\\,"
    r"\\server,\\server\\,\\server\share\\a\..\b,//server/share/../x,/\server\share,//server,//./,"
    r"//./pipe/x,\\.\COM1,\\?\C:\x,\\?\UNC\server\share\f,//?/UNC/a/b,\\?\UNC\server,\\?\UNC\\x,"
    r"\\?\\x,\\ser ver\x,\\a?b\s,\\a:80\s,\\C:\x,\\[::1]\s,\\a%41\s,\\\share,file:///C:/x"
)
_WINDOWS_URLS = (
    r"file:///C:/x file:///c|/x file:///C: file:///C:foo file:///%43:/x file:///C%3A/x file:///ab:/x "
    r"file:///x file://server/share file://server file:////server/share file:///C:/a%2fb "
    r"file:///C:/a%5cb file:///1:/x file://C:/x file:C:/x "
    r"file://xn--n3h.example/a file:///C:/%2 file:///C:/%FF"
)


def _each(functions: Iterable[Callable[[], Any]]) -> list[Any]:
    found: list[Any] = []
    for run in functions:
        try:
            found.append(run())
        except NodeError as error:
            found.append([error.name, error.code, error.message])
    return found


def members() -> Any:
    found = []
    for text in _TEXTS:
        made = URL(text)
        pairs = [part for pair in made.searchParams for part in pair]
        found.append([*(getattr(made, name) for name in _MEMBERS), made.toJSON(), str(made), *pairs])
    return found


def membersThatAreSet() -> Any:
    def run(name: str, value: str) -> str:
        made = URL(_TEXTS[0])
        setattr(made, name, value)
        return made.href

    return _each(
        lambda name=name, value=value: run(name, value)
        for name in _MEMBERS
        if name != "origin"
        for value in ("https://b/c", "x", "", "8081", "a b", "?q", "#f")
    )


def statics() -> Any:
    made: Any = URL
    return [
        *(URL.canParse("a"), URL.canParse("a", "http://b"), URL.canParse("http://a")),
        *(made.parse("a"), made.parse("a", "http://b").href),
        *_each([lambda: URL("a").href, lambda: URL("a", "http://b/c").href]),
    ]


def objects() -> Any:
    id = URL.createObjectURL(buffer.Blob(["a"]))
    found: Any = buffer.resolveObjectURL(id)
    before = found.size
    URL.revokeObjectURL(id)
    return [id.startswith("blob:nodedata:"), before, buffer.resolveObjectURL(id) is None]


def searchParams() -> Any:
    params = URLSearchParams("a=1&b=2&a=3&c=%20+")
    seen: list[Any] = []
    params.forEach(lambda value, name: seen.append([name, value]))
    before = [
        *(params.size, params.get("a"), params.getAll("a"), params.get("x"), params.has("a"), params.has("a", "3")),
        *(params.has("x"), list(params.keys()), list(params.values()), list(params.entries())),
        list(params),
    ]
    params.append("d", "é &")
    params.set("a", "9")
    params.delete("b")
    params.delete("c", "other")
    changed = str(params)
    params.sort()
    entries = iter(params.entries())
    return [seen, before, changed, str(params), next(entries), list(entries)]


def makingSearchParams() -> Any:
    values: Any = ["?a=b", "a=b&&=c&d", {"a": 1, "b": "x y"}, [["a", "b"], ["a", "c"]], URLSearchParams("q=1")]
    return [str(URLSearchParams(value)) for value in values]


def searchParamsOfAUrl() -> Any:
    made = URL("http://a/?x=1")
    made.searchParams.append("y", "2 3")
    first = made.href
    made.search = "?z=4"
    return [first, made.searchParams.get("z"), made.searchParams.get("x")]


def formatOfAUrl() -> Any:
    made = URL("https://u:p@xn--wgv71a.example/p?q#f")
    bags: Any = [{"auth": False}, {"fragment": False}, {"search": False}, {"unicode": True}, {}]
    return [url.format(made, options) for options in bags]


def paths() -> Any:
    return _each(
        [
            lambda: url.fileURLToPath("file:///a%20b/%E2%82%AC"),
            lambda: url.fileURLToPath(URL("file:///c:/x"), {"windows": True}),
            lambda: url.fileURLToPath("file:///c:/x", windows=False),
            lambda: url.fileURLToPath("http://a"),
            lambda: url.fileURLToPath("file:///a%2Fb"),
            lambda: url.fileURLToPathBuffer("file:///a%FF"),
            lambda: url.pathToFileURL("/a b#?%").href,
            lambda: url.pathToFileURL("C:\\x y", {"windows": True}).href,
            lambda: url.pathToFileURL("/x", windows=False).href,
        ]
    )


def pathsOfWindows() -> Any:
    here = url.pathToFileURL(".", windows=False).pathname
    made = _each(
        [
            lambda path=path: url.pathToFileURL(path, windows=True).href.replace(here, "/HERE")
            for path in _WINDOWS_PATHS.split(",")
        ]
    )
    urls = _WINDOWS_URLS.split(" ")
    texts = _each([lambda text=text: url.fileURLToPath(text, windows=True) for text in urls[:-2]])
    calls = [
        lambda text=text, windows=windows: url.fileURLToPathBuffer(text, windows=windows).decode("latin-1")
        for text in urls
        for windows in (True, False)
    ]
    return [*made, *texts, *_each(calls)]


def httpOptions() -> Any:
    found = url.urlToHttpOptions(URL(_TEXTS[0]))
    return {
        name: found[name]
        for name in ["protocol", "hostname", "port", "path", "pathname", "search", "hash", "href", "auth"]
    }


def legacy() -> Any:
    names = "protocol slashes auth host port hostname hash search query pathname path href"
    return [{name: getattr(url.parse(text), name) for name in names.split()} for text in _TEXTS]


def legacyQueries() -> Any:
    made: Any = url.parse("/a?b=1&b=2&c", True)
    other: Any = url.parse("/a?b=1", True)
    missing = other.query["missing"] is None
    found: list[Any] = [made.query, url.parse("/a?b=1").query, url.parse("//h/p", False, True).host]
    return [*found, isinstance(url.parse("/a"), url.Url), missing]


def formatOfParts() -> Any:
    bags: Any = [
        {"protocol": "http", "host": "a:1", "pathname": "x", "search": "q", "hash": "h"},
        {"hostname": "::1", "port": 5, "query": {"a": [1, 2]}, "slashes": True},
        {"auth": "u:p", "hostname": "h", "protocol": "ftp:"},
        {"href": "ignored", "pathname": "/p?#"},
    ]
    return [url.format(parts) for parts in bags]


def resolving() -> Any:
    made: Any = url.resolveObject("http://a/b", "../c")
    return [url.resolve("/one/two/three", "four"), url.resolve("http://example.com/one", "/two"), made.href]


def domains() -> Any:
    return [
        *(url.domainToASCII("español.com"), url.domainToASCII("xn--iñvalid.com")),
        *(url.domainToUnicode("xn--espaol-zwa.com"), url.domainToUnicode("xn--iñvalid.com")),
    ]
