"""Node 26's `dns`: look-ups by the operating system (`lookup`) and queries to name servers (`resolve*`)."""

from .constants import *
from .lookup import getDefaultResultOrder, lookup, lookupService, setDefaultResultOrder
