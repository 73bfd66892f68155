"""Built on streams: pipeline, finished, compose, from_, the operators, async iteration."""
