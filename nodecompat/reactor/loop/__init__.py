"""The loop and the order of work in a turn. Knows nothing of descriptors or Twisted transports."""
