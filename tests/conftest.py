"""For every test: fewer looks for rubbish, which in a process that holds a thousand plans take a tenth of the time; and uvloop, which keeps
the socket class that it finds when it is imported, and must not find pytest-socket's."""

from __future__ import annotations

import contextlib
import gc

with contextlib.suppress(ModuleNotFoundError):
    import uvloop  # noqa: F401

gc.set_threshold(50_000, 20, 100)
