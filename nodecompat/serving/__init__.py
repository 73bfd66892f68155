"""Running servers in production, beside Node's API: stopping without losing a request, access logs, loading programs.

`service.py` has the services, which `nodecompat.service` re-exports; `twistd.py` is `twistd nodecompat`.
"""
