"""An echo server that knows its clients by their certificates, and such a client.

    python examples/tls_echo.py serve [PORT]
    echo hello | python examples/tls_echo.py connect [PORT]

Both find their files in the working directory. An authority, and a certificate of its for each side:

    new="-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc -days 30"
    openssl req -x509 $new -subj /CN=authority -keyout ca-key.pem -out ca.pem
    openssl req -x509 $new -CA ca.pem -CAkey ca-key.pem -subj /CN=localhost -addext subjectAltName=DNS:localhost \
        -addext basicConstraints=CA:false -keyout server-key.pem -out server.pem
    openssl req -x509 $new -CA ca.pem -CAkey ca-key.pem -subj /CN=Alice \
        -addext basicConstraints=CA:false -keyout client-key.pem -out client.pem
"""

import sys
from pathlib import Path

from nodecompat import process, run, tls


def files(side):
    return {
        "key": Path(f"{side}-key.pem").read_bytes(),
        "cert": Path(f"{side}.pem").read_bytes(),
        "ca": Path("ca.pem").read_bytes(),
    }


def serve(port):
    def onSecureConnection(socket):
        name = socket.getPeerCertificate()["subject"]["CN"]
        print(f"{name} is here, by {socket.getProtocol()}", flush=True)
        socket.on("error", lambda error: print(f"{name}: {error}", flush=True))
        socket.on("close", lambda: print(f"{name} has gone", flush=True))
        socket.pipe(socket)

    # Whoever has no certificate of the authority gets no further than the handshake.
    server = tls.createServer({**files("server"), "requestCert": True}, onSecureConnection)
    server.on("tlsClientError", lambda error, socket: print(f"refused: {error}", flush=True))
    server.listen(port, "127.0.0.1", lambda: print("listening on", server.address().port, flush=True))


def connect(port):
    def fail(why):
        print(why, file=sys.stderr)
        process.exit(1)

    socket = tls.connect({"port": port, "host": "localhost", **files("client")})
    socket.on("error", fail)
    # The server cuts off whom it does not know: such an end is not the end of an answer.
    socket.on("end", lambda: fail("the connection was cut off") if socket.wasCut else None)
    process.stdin.pipe(socket).pipe(process.stdout)


if __name__ == "__main__":
    command = {"serve": serve, "connect": connect}.get(sys.argv[1] if len(sys.argv) > 1 else "")
    if command is None:
        raise SystemExit(__doc__)
    run(lambda: command(int(sys.argv[2]) if len(sys.argv) > 2 else 8443))
