"""An https server. SIGHUP lets it read its certificate again: nobody loses a connection.

    python examples/https_hello.py CERT KEY [PORT]

A certificate for trying it, and a client that trusts it:

    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc -days 30 \
        -subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem
    curl --cacert cert.pem https://localhost:8443/
"""

import sys
from pathlib import Path

from nodecompat import https, process, run

if len(sys.argv) < 3:
    raise SystemExit(__doc__)
cert, key = map(Path, sys.argv[1:3])
port = int(sys.argv[3]) if len(sys.argv) > 3 else 8443


def certificate():
    return {"cert": cert.read_bytes(), "key": key.read_bytes()}


def onRequest(request, response):
    cipher = request.socket.getCipher()["standardName"]
    # For a year, browsers will not come without TLS.
    response.writeHead(200, {"Content-Type": "text/plain", "Strict-Transport-Security": "max-age=31536000"})
    response.end(f"hello by {request.socket.getProtocol()}, {cipher}\n")


def onHangup():
    try:
        server.setSecureContext(certificate())
        print("the certificate was read again", flush=True)
    except Exception as error:  # half of a new pair, for example: the old one is still good
        print(f"the old certificate stays: {error}", flush=True)


server = https.createServer(certificate(), onRequest)
process.on("SIGHUP", onHangup)
server.listen(port, "127.0.0.1", lambda: print("listening on", server.address().port, flush=True))
run()
