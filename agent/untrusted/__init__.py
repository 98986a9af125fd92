"""Files that nobody vouches for: looked at, measured and read in a child process with limits. See `reader.read`.

Everything here but `reader` and `refusal` runs in the child and imports nothing of `agent` beyond this package, so that a
child starts in a fraction of a second. Keep this file free of imports.
"""
