"""What the functions of `fs` do: each checks its arguments and returns the work, which any thread may do."""
