"""The errors, grouped by who acts on them; each names the next step."""

from __future__ import annotations

import errno

FULL = (errno.ENOSPC, errno.EDQUOT)
"""What the system says of a disk that takes nothing more."""


class CehuaError(Exception):
    """Base of every error that a user is meant to read.

    `exit_code` follows the CLI: 2 bad input, 3 set-up or endpoint, 4 stopped by a cap.
    """

    exit_code = 3

    def __init__(self, message: str, *, hint: str = "", where: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.where = where

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        return f"{place}{self.message}" + (f" {self.hint}" if self.hint else "")


class BriefError(CehuaError):
    """The brief cannot be read; the marketer acts. `where` names the field or line."""

    exit_code = 2


class EditError(CehuaError):
    """A change of a plan that cannot be made as asked; the marketer acts. `where` names the place in the plan."""

    exit_code = 2


class SetupError(CehuaError):
    """Something is missing on this machine (key, model file, folder); the operator acts."""

    exit_code = 3


class DiskFull(SetupError):
    """The disk takes nothing more: nothing that is begun now could be kept, so nothing more is begun."""


class Locked(SetupError):
    """Somebody else is writing this run; asked again later, it may be free."""


class ModelError(CehuaError):
    """The endpoint failed or contributed nothing; what is finished stays valid."""

    exit_code = 3


class Refused(ModelError):
    """The model declined to answer; asking the same again does not help."""


class CutOff(ModelError):
    """The answer did not fit into the tokens allowed, even after the model went on once; the caller asks for less."""

    def __init__(self, message: str, *, raw: str = "", hint: str = "", where: str = "") -> None:
        super().__init__(message, hint=hint, where=where)
        self.raw = raw
        """The text up to the cut, thinking removed; json-repair can close it."""


class WrongFormat(ModelError):
    """No usable answer in the required form, twice: a misfit, nothing, a web page, text without end."""


class EndpointLost(ModelError):
    """No further call makes sense in this run: no quota left, unreachable, failing steadily, or asking for a long pause."""


class CapReached(CehuaError):
    """A limit on money, tokens or time was reached; what is finished stays valid."""

    exit_code = 4
