"""Recorded model traffic: real calls, replayed only to the very same request."""
