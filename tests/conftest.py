"""For every test: fewer looks for rubbish, which in a process that holds a thousand plans take a tenth of the time."""

from __future__ import annotations

import gc

gc.set_threshold(50_000, 20, 100)
