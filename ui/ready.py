"""Imported once, by the process that the server's workers are forked from: what a plan needs is loaded there and shared by all of them."""

from __future__ import annotations

import gc

from ui.worker import warm

warm()
gc.collect()
gc.freeze()
