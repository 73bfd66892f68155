"""URLs as http.request reads them: the WHATWG rules, checked against Node's `new URL`."""

import json

import cases
import pytest
import urlcases
import whatwgcases
from oracle import evaluate, needsNode

from nodecompat.errors import ERR_INVALID_ARG_TYPE, ERR_INVALID_URL
from nodecompat.url import URL, domainToASCII, domainToUnicode, urlToHttpOptions
from nodecompat.util import inspect

TEXTS = [
    "http://h/", "http:/x", "http:x", "http:///h/p", "  http://h/  ", "http://h/a\tb\nc", "http://h\\p\\q",
    "HTTP://EXAMPLE.com:080/%7e/./a/%2e%2e/b?q#f", "http://h?x", "https://h:443/", "https://h:80/", "ws://h:80/",
    "http://h:/", "http://h:80/", "http://h:0/", "http://h:00080/", "http://h:99999/", "http://h:8 0/", "http://h:x/",
    "http://", "//x", "/x", "not a url", "", "http://h /", "http://a b/", "http://a%2fb/", "http://a|b/", "http://a^b/",
    "http://[::1]:80/x", "http://[::1/", "http://[1::2:0:0:0]/", "http://[::ffff:1.2.3.4]/", "http://[::]/",
    "http://[1:0:0:2:0:0:0:3]/", "http://[1:2:3:4:5:6:7::]", "http://[1:2:3:4:5:6:0:8]", "http://[fe80::1%25eth0]/",
    "http://1.2.3/", "http://0x7f.1/", "http://256/", "http://4294967296/", "http://1.2.3.4.5/", "http://08.1/",
    "http://a.08/", "http://0.0.0.0x100/", "http://1./", "http://.", "http://h./a", "http://a..b/", "http://xn--/",
    "http://1.0x/", "http://\uff11\uff12\uff17.0.0.1/", "http://ex%41mple/", "http://m\xfcnchen.de/\xfc",
    "http://\u65e5\u672c.jp/", "http://%E4%BD%A0.com/", "http://\xdf.de", "http://-a_b-/",
    "http://u:p@h", "http://u@h/", "http://:p@h/", "http://@h/", "http://a@b@c/", "http://u:p:q@h/",
    "http://user%3A:pa%40ss@h/", "http://u;=[]|^@h/",
    "http://h/a/../../b", "http://h/..", "http://h/.", "http://h/a/.", "http://h/a/..", "http://h/a//../b",
    "http://h/;a=b/..;/c", "http://h/%2E%2e/x", "http://h/a%2fb", "http://h/%zz", "http://h/^|~[]\\x",
    "http://h/'\"<>`{}?'\"<>`#x", "http://h/?a=b|c^d", "http://h?\x7f`{}^|\\[]", "http://h#`{}^|\\[]\" <>",
    "http://h/\x7f\x01", "http://h/\U0001f600?\U0001f600", "http://h/\ud800",
    "file:///a b/../c", "file:a", "file:", "file://H/x", "file://localhost/x", "file:///C:/../x", "file:///c|/x", "file://C:/x",
    "file:\\\\h\\x", "file:///C:", "file:///x?q#f", "file://h:80/", "file:////h/x", "file:///%zz\xe9", "file:/../..",
    "foo:bar", "foo://h/p", "mailto:x@y",
]  # fmt: skip


def ours(text):
    try:
        return urlToHttpOptions(URL(text))
    except ERR_INVALID_URL as error:
        return error.code


@needsNode
def testEveryReadingIsNodes():
    program = """
    const options = (text) => ({...require("url").urlToHttpOptions(new URL(text))});
    const read = (text) => { try { return options(text) } catch (e) { return e.code } };
    console.log(JSON.stringify(TEXTS.map(read)))"""
    theirs = evaluate(program.replace("TEXTS", json.dumps(TEXTS)))
    assert dict(zip(TEXTS, map(ours, TEXTS), strict=True)) == dict(zip(TEXTS, theirs, strict=True))


def testOptions():
    assert urlToHttpOptions(URL("http://u%20s:p@[::1]:8080/a/../b c?x=é#f")) == {
        "protocol": "http:",
        "hostname": "::1",
        "hash": "#f",
        "search": "?x=%C3%A9",
        "pathname": "/b%20c",
        "path": "/b%20c?x=%C3%A9",
        "href": "http://u%20s:p@[::1]:8080/b%20c?x=%C3%A9#f",
        "port": 8080,
        "auth": "u s:p",
    }


def testParts():
    url = URL("http://h:81/p")
    assert (url.host, url.origin, str(url)) == ("h:81", "http://h:81", "http://h:81/p")
    assert URL("foo:bar").origin == "null"


def testRecordedCases():
    """Odd URLs with and without a base, every setter, canParse and parse, domains."""
    whatwgcases.check("url", "canParse", "set", "domain")


def testSearchParamsAreTheUrls():
    whatwgcases.check("linked")
    url = URL("http://h/?a=1")
    assert url.searchParams is url.searchParams


@needsNode
def testFreshCases():
    assert whatwgcases.wrong(cases.fresh("whatwg", 1200)) == []


def testTheErrorSaysWhatWasGiven():
    with pytest.raises(ERR_INVALID_URL) as caught:
        URL("/a", "nope")
    assert (caught.value.code, caught.value.input, caught.value.base) == ("ERR_INVALID_URL", "/a", "nope")
    with pytest.raises(ERR_INVALID_URL) as caught:
        URL("http://h/").href = "nope"
    assert caught.value.input == "nope"


@pytest.mark.parametrize("name", ["origin", "searchParams"])
def testWhatCannotBeSet(name):
    with pytest.raises(AttributeError):
        setattr(URL("http://h/"), name, "x")


def testAsText():
    url = URL("http://h/?a=1&b=2")
    assert url.toString() == url.toJSON() == str(url) == f"{url}" == "http://h/?a=1&b=2"
    assert inspect(url) == (
        "URL {\n  href: 'http://h/?a=1&b=2',\n  origin: 'http://h',\n  protocol: 'http:',\n  username: '',\n"
        "  password: '',\n  host: 'h',\n  hostname: 'h',\n  port: '',\n  pathname: '/',\n  search: '?a=1&b=2',"
        "\n  searchParams: URLSearchParams { 'a' => '1', 'b' => '2' },\n  hash: ''\n}"
    )
    assert inspect({"url": url}, depth=0) == "{ url: URL {} }"


def testAReprHasNoPassword():
    assert "secret" not in repr(URL("http://u:secret@h/"))


@pytest.mark.parametrize("text", ["http://h:99999/", "http://a b/", "x", "http://0x7f.1.2.3.4/", "http://a\0b/"])
def testWhatIsNoUrl(text):
    with pytest.raises(ERR_INVALID_URL, match=r"^Invalid URL$"):
        URL(text)


@pytest.mark.parametrize("text", ["0x7f.1", "127.1", "0177.0.0.1", "2130706433", "127.0.0.1."])
def testOddSpellingsOfAnAddressAreTheAddress(text):
    """What is checked is what is connected to."""
    assert URL(f"http://{text}/").hostname == "127.0.0.1"


def wrongDomains(found):
    return [(domain, domainToASCII(domain), result) for domain, result in found if domainToASCII(domain) != result]


def testRecordedDomains():
    """Their ASCII forms, and which are none: joiners, marks, directions, punycode that is none, addresses."""
    found = cases.recorded("domain")
    assert len(found) == 2500
    assert wrongDomains(found) == []


@needsNode
def testFreshDomains():
    assert wrongDomains(cases.fresh("domain", 500)) == []


@pytest.mark.parametrize("name", ["\u0301a.example", "a\u200db.example", "xn--a.b\u3002c", "\u05d0a.example"])
def testAHostThatIsNoDomainIsNoUrl(name):
    with pytest.raises(ERR_INVALID_URL):
        URL(f"http://{name}/")


def testDomainsInUnicode():
    urlcases.check("domainToUnicode")
    assert (domainToUnicode("xn--e1afmkfd.com"), domainToUnicode("xn--i\xf1valid.com")) == ("пример.com", "")
    assert (domainToASCII(5), domainToUnicode("0x7f.1")) == ("0.0.0.5", "127.0.0.1")


def testOptionsOfWhatIsNoUrl():
    with pytest.raises(ERR_INVALID_ARG_TYPE, match="of type object"):
        urlToHttpOptions(5)
