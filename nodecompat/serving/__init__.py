"""Running servers for real, beside Node's API: stopping without losing a request, access logs, loading programs.

`nodecompat/service.py` and `twistd nodecompat` (`twistd.py` here) are made of these.
"""
