"""Names and addresses: the system's resolver, and queries to name servers."""
