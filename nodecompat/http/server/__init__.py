"""The server side: the server, one connection, the response, and what the server answers by itself."""
