"""One message: what comes in, what goes out, and the head of what goes out."""
