"""Tracing of what happens below the API."""
