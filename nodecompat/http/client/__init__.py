"""The client side: the request, one connection, the agent, proxies and options."""
