"""The streams themselves: states, Readable, Writable, Duplex, Transform, and pipe between two of them."""
