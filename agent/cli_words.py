"""What the commands read in common: the user's language, a date, a language of plans."""

from __future__ import annotations

import datetime as dt
import os


def users_language(asked: str) -> str:
    """The language that the user reads: asked for, set (CEHUA_LANG), or the shell's; English otherwise."""
    from agent.settings import load_settings

    shell = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return (
        asked
        or load_settings().lang
        or ("zh-TW" if shell.startswith(("zh_TW", "zh_HK")) else "zh-CN" if shell.startswith("zh") else "en")
    )


def as_date(text: str) -> dt.date | None:
    """A date as YYYY-MM-DD; None for "". Raises BriefError."""
    from agent.errors import BriefError

    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        raise BriefError(f"{text!r} is not a date.", hint="Give --as-of as YYYY-MM-DD.", where="--as-of") from None


def as_language(text: str) -> str:
    """A language that plans are written in, or "". Raises BriefError."""
    from agent.errors import BriefError

    if text not in ("", "zh-CN", "zh-TW", "en"):
        raise BriefError(
            f"{text!r} is not a language of a plan.", hint="Give --lang zh-CN, zh-TW or en.", where="--lang"
        )
    return text
