from nodecompat import URL, URLSearchParams, url, util


def log(*values):
    print(util.format(*values))


myURL = URL("https://user:pass@sub.example.com:8080/p/a/t/h?query=string#hash")
log(myURL.href, myURL.origin, myURL.host, myURL.pathname, myURL.search, myURL.hash)
myURL.username = "123"
myURL.port = "1234abcd"
myURL.hash = "bar"
myURL.pathname = "/abcdef%zz ü"
log(myURL.href)
myURL.port = 1e10
log(myURL.port)
myURL.port = "443"
log(myURL.port == "")
log(URL("/foo", "https://example.org/").href, URL("http://你好你好").hostname, url.domainToUnicode("xn--fiq228c.com"))
try:
    URL("/foo")
except TypeError as e:
    log(e.code, e.input, str(e))
log(URL.canParse("../foo", "https://a/b/"), URL.canParse("x"), "null" if URL.parse("nope") is None else "?")
params = URLSearchParams("user=abc&query=xyz&query=2")
log(params.get("user"), ",".join(params.getAll("query")), params.has("none"), params.toString(), params.size)
params.append("foo", "b a&r")
params.delete("user")
params.sort()
log(params.toString(), ",".join(params.keys()))
for name, value in params:
    log(name, value)
log(URLSearchParams({"user": "abc", "query": ["first", "second"]}).toString())
parsed = url.parse("https://user:pass@sub.example.com:8080/p/a/t/h?query=string#hash", True)
log(parsed.auth, parsed.query["query"], parsed.path, parsed.slashes, url.format(parsed))
log(url.resolve("/one/two/three", "four"), url.resolve("http://example.com/one", "/two"))
log(url.fileURLToPath("file:///%E4%BD%A0%E5%A5%BD.txt"), url.pathToFileURL("/foo#1 %").href)
options = url.urlToHttpOptions(URL("https://a:b@測試?abc#foo"))
log(options["hostname"], options["auth"], options["path"], options["protocol"])
log(url.format(URL("https://a:b@測試?abc#foo"), {"fragment": False, "unicode": True, "auth": False}))
log(util.inspect(params))
