"""Which loop turns, and the order of work in a turn. Knows neither a descriptor nor a Twisted transport."""
