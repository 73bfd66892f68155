"""The listener bridge: handles over Twisted's transports, ports, endpoints and clients."""
