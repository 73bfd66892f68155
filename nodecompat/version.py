"""The release of nodecompat."""

__version__ = "0.1.0"
