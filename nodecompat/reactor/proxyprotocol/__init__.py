"""The PROXY protocol, in front of descriptor handles and of Twisted transports."""
