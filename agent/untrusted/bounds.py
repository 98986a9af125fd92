"""What a file may hold and a reader may use: one place, so that a refusal can name the number."""

from __future__ import annotations

MB = 1 << 20

MAX_BYTES = 30 * MB
"""Of a file as it is handed in."""
MAX_UNPACKED = 50 * MB
"""Of an archive's members together, unpacked."""
MAX_RATIO = 200
"""Unpacked to packed size of an archive beyond 10 MB: text packs to about a tenth, a bomb to a thousandth."""
MAX_ENTRIES = 2_000
"""Members of an archive."""
MAX_NAME = 255
"""Characters of a member's name."""
MAX_CELLS = 200_000
"""Cells of a workbook."""
MAX_ROWS = 20_000
"""Rows of a sheet that are read."""
MAX_COLUMNS = 200
"""Columns of a sheet that are read."""
MAX_PAGES = 400
"""Pages of a PDF that are read."""
MAX_CHARACTERS = 3_000_000
"""Characters of text that are read out of one file."""

CHILD_MEMORY = 1024 * MB
"""Address space of the child."""
CHILD_SECONDS = 25
"""Processor seconds of the child; the parent waits a little longer by the clock."""
CHILD_OUTPUT = 64 * MB
"""What the child may write."""
CHILD_FILES = 64
"""Files that the child may hold open."""
