"""Bytes only: the parser, its limits and errors, names and values of headers, status lines. No socket, no stream."""
