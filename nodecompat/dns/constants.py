"""Node's constants of `dns`: error codes, and the flags of getaddrinfo."""

from __future__ import annotations

import socket

#: Look up only families that a local address is configured for.
ADDRCONFIG = int(getattr(socket, "AI_ADDRCONFIG", 32))
#: With family 6, map IPv4 addresses when there are no IPv6 addresses.
V4MAPPED = int(getattr(socket, "AI_V4MAPPED", 8))
#: With V4MAPPED, both kinds.
ALL = int(getattr(socket, "AI_ALL", 16))

NODATA = "ENODATA"
FORMERR = "EFORMERR"
SERVFAIL = "ESERVFAIL"
NOTFOUND = "ENOTFOUND"
NOTIMP = "ENOTIMP"
REFUSED = "EREFUSED"
BADQUERY = "EBADQUERY"
BADNAME = "EBADNAME"
BADFAMILY = "EBADFAMILY"
BADRESP = "EBADRESP"
CONNREFUSED = "ECONNREFUSED"
TIMEOUT = "ETIMEOUT"
EOF = "EOF"
FILE = "EFILE"
NOMEM = "ENOMEM"
DESTRUCTION = "EDESTRUCTION"
BADSTR = "EBADSTR"
BADFLAGS = "EBADFLAGS"
NONAME = "ENONAME"
BADHINTS = "EBADHINTS"
NOTINITIALIZED = "ENOTINITIALIZED"
LOADIPHLPAPI = "ELOADIPHLPAPI"
ADDRGETNETWORKPARAMS = "EADDRGETNETWORKPARAMS"
CANCELLED = "ECANCELLED"

#: The error codes, as `dns` and `dns.promises` both have them.
CODES = (
    "NODATA",
    "FORMERR",
    "SERVFAIL",
    "NOTFOUND",
    "NOTIMP",
    "REFUSED",
    "BADQUERY",
    "BADNAME",
    "BADFAMILY",
    "BADRESP",
    "CONNREFUSED",
    "TIMEOUT",
    "EOF",
    "FILE",
    "NOMEM",
    "DESTRUCTION",
    "BADSTR",
    "BADFLAGS",
    "NONAME",
    "BADHINTS",
    "NOTINITIALIZED",
    "LOADIPHLPAPI",
    "ADDRGETNETWORKPARAMS",
    "CANCELLED",
)
