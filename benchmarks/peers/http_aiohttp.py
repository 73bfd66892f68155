import socket

from aiohttp import web


async def hello(request):
    return web.Response(text="hello world\n")


app = web.Application()
app.router.add_get("/{target:.*}", hello)
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
web.run_app(app, sock=listener, print=None, access_log=None)
