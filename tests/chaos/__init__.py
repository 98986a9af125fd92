"""Runs that are killed, starved and tampered with, and go on."""
