"""The one exception of the child: a code and the values that its message needs."""

from __future__ import annotations


class Refused(Exception):
    """The file is not read. `code` is a key of `refusal.REFUSALS`, `values` fill its message."""

    def __init__(self, code: str, **values: str) -> None:
        super().__init__(code)
        self.code = code
        self.values = values
