"""Everything that knows Twisted: the handles, the poller, the order of work, the running reactor."""
