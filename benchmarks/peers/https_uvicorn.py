import socket
import sys

import uvicorn


async def app(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": b"hello world\n"})


key, cert = sys.argv[1:]
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
settings = {"loop": "uvloop", "lifespan": "off", "log_level": "warning", "access_log": False}
config = uvicorn.Config(app, http="httptools", ssl_keyfile=key, ssl_certfile=cert, **settings)
uvicorn.Server(config).run(sockets=[listener])
