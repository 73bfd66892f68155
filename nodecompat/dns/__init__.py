"""Node 26's `dns`: look-ups by the operating system (`lookup`) and queries to name servers (`resolve*`)."""

from .constants import ADDRCONFIG, ALL, V4MAPPED
from .lookups import getDefaultResultOrder, lookup, lookupService, setDefaultResultOrder

__all__ = [
    "ADDRCONFIG",
    "ALL",
    "V4MAPPED",
    "getDefaultResultOrder",
    "lookup",
    "lookupService",
    "setDefaultResultOrder",
]
