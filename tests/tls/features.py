"""Cases of tls' rarer features, played here on the network in memory; features.cjs plays them in Node.

python tests/tls/features.py    records Node's side anew, in tests/data/tls-features.json
"""

from __future__ import annotations

import base64
import datetime
import functools
import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
RECORD = HERE.parent / "data" / "tls-features.json"
KEY = bytes(range(1, 17))
NO_TICKET = 1 << 14  # SSL_OP_NO_TICKET
#: Signature algorithms that a newer OpenSSL than Node's offers.
NEWER = ("SM2+SM3",)
VERSIONS = ("TLSv1.2", "TLSv1.3")


def fn(name: str) -> dict[str, str]:
    return {"fn": name}


@functools.cache
def pems() -> dict[str, str]:
    """Certificates, and an OCSP response for the first in base64."""
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.x509 import ocsp
    from tls import certificates

    first, rsa = certificates.make(names=("first.test",)), certificates.make(names=("rsa.test",), key="rsa")
    second, chain = certificates.make(names=("second.test",)), certificates.make("chain", names=("chain.test",))
    now = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)
    assert first.issuer is not None
    response = (
        ocsp.OCSPResponseBuilder()
        .add_response(
            *(first.certificate, first.issuer.certificate, hashes.SHA1(), ocsp.OCSPCertStatus.GOOD),
            *(now, now + datetime.timedelta(1), None, None),
        )
        .responder_id(ocsp.OCSPResponderEncoding.HASH, first.issuer.certificate)
        .sign(first.issuer.privateKey, hashes.SHA256())
    )
    middle = chain.cert[chain.cert.index("-----BEGIN", 10) :]
    return {
        "cert": first.cert,
        "key": first.key,
        "ca": first.ca,
        "withIssuer": first.cert + first.ca,
        "rsaCert": rsa.cert,
        "rsaKey": rsa.key,
        "secondCert": second.cert,
        "secondKey": second.key,
        "chainCert": chain.cert,
        "chainKey": chain.key,
        "middle": middle,
        "lockedKey": first.encryptedKey("secret"),
        "pfx": base64.b64encode(first.pfx("secret")).decode(),
        "status": base64.b64encode(response.public_bytes(serialization.Encoding.DER)).decode(),
    }


def cases() -> list[dict[str, Any]]:
    server = {"cert": "@cert", "key": "@key"}
    client = {"ca": "@ca", "servername": "first.test"}
    rsa = {"cert": "@rsaCert", "key": "@rsaKey", "ciphers": "DHE-RSA-AES128-GCM-SHA256", "maxVersion": "TLSv1.2"}
    toRSA = {"ca": "@ca", "servername": "rsa.test"}
    found: list[dict[str, Any]] = []

    def case(name: str, onServer: dict[str, Any], onClient: dict[str, Any], **rest: Any) -> None:
        found.append({"name": name, "server": onServer, "client": onClient, **rest})

    told = [["getTLSTicket"], ["getSharedSigalgs"], ["getFinished"], ["getPeerFinished"], ["getProtocol"]]
    for version in VERSIONS:
        only = {"maxVersion": version}
        case(f"told {version}", {**server, **only}, client, askClient=told, askServer=told)
        case(f"keylog {version}", {**server, **only}, client, keylog=True, on={"keylog": ""})
        case(f"keylog of the server {version}", {**server, **only}, client, on={"keylog": ""})
        case(f"keylog of the client {version}", {**server, **only}, client, keylog=True)
        case(f"trace {version}", {**server, **only, "enableTrace": True}, {**client, "enableTrace": True})
        sizes = [["setMaxSendFragment", each] for each in (0, 511, 512, 1024, 16384, 16385, -1, 1.5, "x")]
        case(f"fragments {version}", {**server, **only}, client, askClient=sizes, askServer=sizes)
        names = {"sigalgs": "ECDSA+SHA256:RSA-PSS+SHA256:ECDSA+SHA384"}
        reverse = {"sigalgs": "RSA-PSS+SHA256:ECDSA+SHA384:ECDSA+SHA256:RSA+SHA256"}
        asked = [["getSharedSigalgs"]]
        case(f"sigalgs {version}", {**server, **only, **names}, {**client, **reverse}, askServer=asked)
        for order in (True, False):
            given = {**server, **only, **names, "honorCipherOrder": order}
            case(f"sigalgs in order {order} {version}", given, {**client, **reverse}, askServer=asked)
        case(f"sigalgs with a client {version}", {**server, **only, "requestCert": True, "ca": "@ca"},
             {**client, "cert": "@secondCert", "key": "@secondKey"}, askServer=asked,
             askClient=asked if version == "TLSv1.2" else [])  # fmt: skip
        case(f"sigalgs of a resumed session {version}", {**server, **only}, client, times=2, askServer=asked)
        for options in (0, NO_TICKET):
            both = {**only, "secureOptions": options}
            label = f"{version} {'without' if options else 'with'} tickets"
            case(f"sessions {label}", {**server, **both}, {**client, **both}, times=2)
            for mode in ("now", "late"):
                case(f"newSession {mode} {label}", {**server, **both}, {**client, **both}, on={"newSession": mode})
        if version == "TLSv1.2":  # in TLS 1.3 Node keeps the connection for ever
            given = {**server, **only, "secureOptions": NO_TICKET}
            case(f"newSession never {version}", given, client, on={"newSession": "never"})

        for mode in ("good", "none", "bad", "late good", "late none", "late bad"):
            asks = {**client, "requestOCSP": True}
            case(f"OCSP {mode} {version}", {**server, **only}, asks, on={"OCSPRequest": mode})
        case(f"OCSP with issuer {version}", {**server, **only, "cert": "@withIssuer"}, {**client, "requestOCSP": True},
             on={"OCSPRequest": "good"})  # fmt: skip
        case(f"OCSP with ca {version}", {**server, **only, "ca": "@ca"}, {**client, "requestOCSP": True},
             on={"OCSPRequest": "good"})  # fmt: skip
        case(f"OCSP nobody asks {version}", {**server, **only}, client, on={"OCSPRequest": "good"})
        case(f"OCSP nobody answers {version}", {**server, **only}, {**client, "requestOCSP": True})

        ciphers = {"ciphers": "ECDHE-PSK-AES128-CBC-SHA256:TLS_AES_128_GCM_SHA256", **only}
        known = {**ciphers, "pskCallback": fn("serverKey")}
        mine = {**ciphers, "pskCallback": fn("clientKey"), "checkServerIdentity": fn("anyName")}
        cipher = [["getCipher"], ["getPeerCertificate"]]
        case(f"PSK {version}", known, mine, askClient=cipher, askServer=cipher)
        case(f"PSK hint {version}", {**known, "pskIdentityHint": "hint"}, mine)
        case(f"PSK by object {version}", {**known, "pskCallback": fn("serverKeyObject")}, mine)
        case(f"PSK twice {version}", known, mine, times=2)
        case(f"PSK names {version}", known, {**mine, "checkServerIdentity": fn("nameLog")})
        case(f"PSK names by default {version}", known, {**ciphers, "pskCallback": fn("clientKey")})
        case(f"PSK of another alphabet {version}", known, {**mine, "pskCallback": fn("unicodeKey")})
        for name in ("noKey", "undefinedKey", "textKeyObject", "noIdentity", "longKey", "longIdentity"):
            case(f"PSK client {name} {version}", known, {**mine, "pskCallback": fn(name)})
        for name in ("noKey", "undefinedKey", "otherKey"):
            case(f"PSK server {name} {version}", {**known, "pskCallback": fn(name)}, mine)
        case(f"PSK client only {version}", {**server, **only}, {**client, "pskCallback": fn("clientKey")})
        case(f"PSK server only {version}", {**server, **known, "ciphers": None}, client)

        case(f"SNI refused {version}", {**server, **only, "SNICallback": fn("refuse")}, client)
        offered = {**client, "ALPNProtocols": ["a", "b"]}
        for name in ("chooseB", "chooseNone", "chooseOther"):
            case(f"ALPN {name} {version}", {**server, **only, "ALPNCallback": fn(name)}, offered)
        chain = {"cert": "@chainCert", "key": "@chainKey", **only}
        toChain = {"ca": "@middle", "servername": "chain.test"}
        case(f"a partial chain {version}", chain, toChain)
        for allowed in (True, False):
            case(
                f"a partial chain, allowed {allowed}, {version}", chain, {**toChain, "allowPartialTrustChain": allowed}
            )
    auto = {**rsa, "dhparam": "auto"}
    asked = [["getEphemeralKeyInfo"]]
    case("DHE", auto, toRSA, askClient=asked, askServer=asked)
    for least in (1, 2048, 2049, 4096):
        case(f"DHE of at least {least}", auto, {**toRSA, "minDHSize": least})
    case("DHE of at least 4096, tolerated", auto, {**toRSA, "minDHSize": 4096, "rejectUnauthorized": False})
    case("DHE in TLS 1.3", {**server, "ecdhCurve": "ffdhe2048"}, {**client, "ecdhCurve": "ffdhe2048"}, askClient=asked)
    for group in ("X25519", "P-256", "P-384", "X448"):
        for version in VERSIONS:
            given = {"ecdhCurve": group, "maxVersion": version}
            case(f"{group} {version}", {**server, **given}, client if group != "X448" else {**client, **given},
                 askClient=asked)  # fmt: skip
    case("a hybrid group", {**server, "ecdhCurve": "X25519MLKEM768"}, client, askClient=asked)
    case("a group after a second hello", {**server, "ecdhCurve": "P-521"}, client, askClient=asked)

    for name, key in {
        "pem and passphrase": [{"pem": "@lockedKey", "passphrase": "secret"}],
        "pem without a passphrase": [{"pem": "@lockedKey"}],
    }.items():
        case(f"key of {name}", {**server, "key": key}, client)
        case(f"key of {name}, and one for all", {**server, "key": key, "passphrase": "secret"}, client)
    for name, pfx in {"bytes": {"base64": "pfx"}, "list": [{"buf": {"base64": "pfx"}, "passphrase": "secret"}]}.items():
        case(f"pfx as {name}", {"pfx": pfx, "passphrase": "secret"}, client)
    case("pfx and no passphrase", {"pfx": {"base64": "pfx"}}, client)
    case("lookup", server, {**client, "host": "first.test", "lookup": fn("lookup")})
    for asks in (True, False):
        for rejects in (True, False):
            given = {**server, "ca": "@ca", "requestCert": asks, "rejectUnauthorized": rejects, "maxVersion": "TLSv1.2"}
            case(f"requestCert {asks}, rejectUnauthorized {rejects}", given, client)
            with_ = {**client, "cert": "@secondCert", "key": "@secondKey"}
            case(f"requestCert {asks}, rejectUnauthorized {rejects}, and there is one", given, with_)
    case("a server that is not trusted", server, {"servername": "first.test"})
    case("one that is tolerated", server, {"servername": "first.test", "rejectUnauthorized": False})
    case("another name", server, {**client, "servername": "other.test"})
    case("another name that is tolerated", server, {**client, "servername": "other.test", "rejectUnauthorized": False})
    case("a name that the program refuses", server, {**client, "checkServerIdentity": fn("refuseName")})

    web = {"https": True}
    case("https", server, client, **web)
    case("https twice", server, client, times=2, **web)
    case("https, and connections are kept", server, client, agent={"keepAlive": True}, times=2, **web)
    for most in (0, 1):
        case(f"https, maxCachedSessions {most}", server, client, agent={"maxCachedSessions": most}, times=2, **web)
    for version in VERSIONS:
        case(f"https, the keys of an agent {version}", {**server, "maxVersion": version}, client, keylog=True, **web)
    case("https, not trusted", server, {"servername": "first.test"}, **web)
    case("https, tolerated", server, {"rejectUnauthorized": False}, **web)
    case("https, an agent that tolerates", server, {}, agent={"rejectUnauthorized": False}, **web)
    case("https, another name", server, {**client, "servername": "other.test"}, **web)
    case("https, another host", server, {"ca": "@ca", "headers": {"host": "first.test"}}, **web)
    case("https, a name that the program refuses", server, {**client, "checkServerIdentity": fn("refuseName")}, **web)

    for option, values in {
        "pskCallback": (5, "x"),
        "pskIdentityHint": (5,),
        "minDHSize": ("x", True),
        "handshakeTimeout": ("x",),
        "SNICallback": (5,),
        "sessionTimeout": ("x", -1, 1.5),
        "sessionIdContext": (5,),
    }.items():
        for value in values:
            if option in ("minDHSize", "pskCallback"):
                case(f"client's {option} {value!r}", server, {**client, option: value})
            if option != "minDHSize":
                case(f"server's {option} {value!r}", {**server, option: value}, client)
    return found


def show(value: Any) -> Any:
    if isinstance(value, (bytes, bytearray)):
        return "bytes"
    if isinstance(value, list):
        return [each for each in value if each not in NEWER]
    if hasattr(value, "__dataclass_fields__"):
        return {name: each for name, each in dict(value).items() if each is not None}
    return value


def failed(error: Any) -> Any:
    return getattr(error, "code", None) or str(error)


def attempt(call: Callable[[], Any]) -> Any:
    try:
        return show(call())
    except Exception as error:
        return [getattr(error, "code", None), getattr(error, "message", str(error))]


def functions(log: Callable[..., None]) -> dict[str, Callable[..., Any]]:
    def clientKey(hint: Any) -> Any:
        log("hint", hint)
        return {"psk": KEY, "identity": "me"}

    def lookup(name: str, options: Any, callback: Callable[..., None]) -> None:
        log("lookup", name)
        if options.get("all"):
            callback(None, [{"address": "127.0.0.1", "family": 4}])
        else:
            callback(None, "127.0.0.1", 4)

    return {
        "lookup": lookup,
        "refuseName": lambda *args: Exception("not you"),
        # A ticket of TLS 1.3 comes as an identity, too; its random bytes may be a text up to their first zero.
        "serverKey": lambda socket, identity: KEY if identity.startswith("m") else None,
        "serverKeyObject": lambda socket, identity: {"psk": KEY},
        "otherKey": lambda socket, identity: bytes(16),
        "clientKey": clientKey,
        "unicodeKey": lambda hint: {"psk": KEY, "identity": "mé€"},
        "noKey": lambda *args: None,
        "undefinedKey": lambda *args: None,
        "textKey": lambda *args: "x",
        "textKeyObject": lambda hint: {"psk": "x", "identity": "me"},
        "noIdentity": lambda hint: {"psk": KEY},
        "longKey": lambda hint: {"psk": bytes(600), "identity": "me"},
        "longIdentity": lambda hint: {"psk": KEY, "identity": "m" * 300},
        "anyName": lambda *args: None,
        "refuse": lambda name, callback: callback(Exception("refused")),
        "chooseB": lambda given: log("ALPN", given["servername"], given["protocols"]) or "b",
        "chooseNone": lambda given: None,
        "chooseOther": lambda given: "c",
        "nameLog": lambda host, cert: log("checkServerIdentity", bool(cert)),
    }


def filled(value: Any) -> Any:
    """PEMs by name, also inside of lists and mappings."""
    if isinstance(value, list):
        return [filled(each) for each in value]
    if isinstance(value, str) and value[:1] == "@":
        return pems()[value[1:]]
    if isinstance(value, dict):
        if "base64" in value:
            return base64.b64decode(pems()[value["base64"]])
        return {name: filled(each) for name, each in value.items()}
    return value


def prepared(options: dict[str, Any], log: Callable[..., None]) -> dict[str, Any]:
    return {
        name: functions(log)[value["fn"]] if isinstance(value, dict) and "fn" in value else filled(value)
        for name, value in options.items()
    }


class Play:
    """One case, on a network in memory."""

    def __init__(self, net: Any, case: Mapping[str, Any]) -> None:
        self.net, self.case = net, case
        self.logs: dict[str, list[list[Any]]] = {"client": [], "server": []}
        self.session: bytes | None = None

    def onServer(self, *what: Any) -> None:
        self.logs["server"].append(list(what))

    def onClient(self, *what: Any) -> None:
        self.logs["client"].append(list(what))

    def run(self) -> dict[str, list[list[Any]]]:
        from nodecompat import tls

        try:
            server = tls.createServer(prepared(self.case["server"], self.onServer))
        except Exception as error:
            self.onServer("throws", getattr(error, "code", None), str(error))
            return self.logs
        self._watch(server)
        server.listen(443)
        self.net.run()
        for _ in range(self.case.get("times", 1)):
            if not self._connect(tls):
                break
        server.close()
        self.net.run()
        return self.logs

    def _watch(self, server: Any) -> None:
        import nodecompat

        answers: dict[str, tuple[Any, Any]] = {
            "bad": (Exception("refused"), None),
            "good": (None, base64.b64decode(pems()["status"])),
            "none": (None, None),
        }
        modes = self.case.get("on", {})

        def onOCSPRequest(certificate: Any, issuer: Any, callback: Callable[..., None]) -> None:
            self.onServer("OCSPRequest", show(certificate), show(issuer))
            mode = modes["OCSPRequest"]
            answer = answers[mode.replace("late ", "")]
            if mode.startswith("late "):
                nodecompat.setTimeout(callback, 5, *answer)
            else:
                callback(*answer)

        def onNewSession(identity: bytes, data: bytes, callback: Callable[..., None]) -> None:
            self.onServer("newSession", len(identity), show(data))
            if modes["newSession"] == "late":
                nodecompat.setTimeout(lambda: (self.onServer("stored"), callback()), 5)
            elif modes["newSession"] == "now":
                callback()

        def onKeyLog(line: bytes, socket: Any) -> None:
            self.onServer("keylog", line.split()[0].decode(), line[-1], type(socket).__name__ == "TLSSocket")

        listeners = {"OCSPRequest": onOCSPRequest, "newSession": onNewSession, "keylog": onKeyLog}
        for event in modes:
            server.on(event, listeners[event])
        server.on("tlsClientError", lambda error: self.onServer("tlsClientError", failed(error)))
        server.on("secureConnection", self._onSecureConnection)

    def _onSecureConnection(self, socket: Any) -> None:
        self.onServer("secureConnection", socket.authorized, socket.isSessionReused())
        self._ask(self.onServer, socket, "askServer")
        socket.on("error", lambda error: self.onServer("error", failed(error)))

        def onData(data: bytes) -> None:
            self.onServer("data", data.decode())
            socket.end("hi")

        socket.on("data", onData)

    def _ask(self, log: Callable[..., None], socket: Any, which: str) -> None:
        for name, *args in self.case.get(which, ()):
            log(name, attempt(functools.partial(getattr(socket, name), *args)))

    def _connect(self, tls: Any) -> bool:
        log = self.onClient
        options = {"port": 443, "host": "127.0.0.1", "session": self.session}
        try:
            client = tls.connect({**options, **prepared(self.case["client"], log)})
        except Exception as error:
            log("throws", getattr(error, "code", None), str(error))
            return False

        def onSecureConnect() -> None:
            log("secureConnect", client.authorized, client.authorizationError, client.isSessionReused())
            if not client.isSessionReused():  # Node does not know the certificate then
                subject = client.getPeerCertificate().get("subject")
                log("peer", subject["CN"] if subject else None)
            self._ask(log, client, "askClient")
            client.write("x")

        def onSession(data: bytes) -> None:
            self.session = data
            # OpenSSL renews a ticket of TLS 1.3 that is used; Node's servers keep it.
            if not client.isSessionReused() or client.getProtocol() == "TLSv1.2":
                log("session", show(data))

        if self.case.get("keylog"):
            client.on("keylog", lambda line: log("keylog", line.split()[0].decode(), line[-1]))
        client.on("OCSPResponse", lambda response: log("OCSPResponse", show(response)))
        client.on("session", onSession)
        for event in ("secure", "end"):
            client.on(event, functools.partial(log, event))
        client.on("secureConnect", onSecureConnect)
        client.on("data", lambda data: log("data", data.decode()))
        client.on("error", lambda error: log("error", failed(error)))
        client.on("close", lambda hadError: log("close", hadError))
        self.net.run()
        if not client.destroyed:
            self.net.advance(400)
        if not client.destroyed:
            log("gave up")
            client.destroy()
        self.net.run()
        return True


class PlayHTTPS(Play):
    """One case with an http server over TLS."""

    def run(self) -> dict[str, list[list[Any]]]:
        from nodecompat import https

        def onRequest(req: Any, res: Any) -> None:
            self.onServer("request", req.socket.isSessionReused(), req.socket.servername, req.socket.alpnProtocol)
            res.end("hi")

        def onClientError(error: Any, socket: Any) -> None:
            self.onServer("clientError", failed(error))
            socket.destroy()

        def onKeyLog(line: bytes, socket: Any) -> None:
            self.onClient("keylog", line.split()[0].decode(), line[-1], type(socket).__name__ == "TLSSocket")

        server = https.createServer(prepared(self.case["server"], self.onServer), onRequest)
        server.on("clientError", onClientError)
        agent = https.Agent(prepared(self.case.get("agent", {}), self.onClient))
        if self.case.get("keylog"):
            agent.on("keylog", onKeyLog)
        server.listen(443)
        self.net.run()
        for _ in range(self.case.get("times", 1)):
            self._get(https, agent)
        agent.destroy()
        server.close()
        self.net.run()
        return self.logs

    def _get(self, https: Any, agent: Any) -> None:
        log = self.onClient

        def onResponse(response: Any) -> None:
            log("response", response.statusCode, response.socket.isSessionReused(), response.socket.authorized)
            response.resume()
            response.on("end", lambda: log("end"))

        options = {"port": 443, "host": "127.0.0.1", "agent": agent}
        request = https.get({**options, **prepared(self.case["client"], log)}, onResponse)
        request.on("error", lambda error: log("error", failed(error)))
        self.net.run()


def play(net: Any, case: Mapping[str, Any]) -> dict[str, list[list[Any]]]:
    return (PlayHTTPS if case.get("https") else Play)(net, case).run()


def inNode(node: str, which: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What Node does in these cases."""
    given = json.dumps({"pems": pems(), "cases": which})
    told = subprocess.run([node, HERE / "features.cjs"], input=given, capture_output=True, text=True, check=True)
    found: list[dict[str, Any]] = json.loads(told.stdout)
    return found


if __name__ == "__main__":
    sys.path[:0] = [str(HERE.parent), str(HERE.parent.parent)]
    import oracle

    path = oracle.findNode()
    assert path is not None, "Node 26 is not installed"
    told = {case["name"]: result for case, result in zip(cases(), inNode(str(path), cases()), strict=True)}
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(result)}" for name, result in told.items())
    RECORD.write_text(f"{{\n{lines}\n}}\n")
