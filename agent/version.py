"""The version of cehua, once."""

__version__ = "0.1.0"
