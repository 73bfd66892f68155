"""Everything that touches Twisted: handles, the poller, the order of work, the running reactor."""
