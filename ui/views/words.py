"""The desk's words in one language, and text made safe for HTML."""

from __future__ import annotations

import re
from html import escape

from agent import locale
from ui.views import errors

LANGUAGES = ("zh-CN", "zh-TW", "en")


class Words:
    """Labels of the desk: `w("intake.title")` is the text, `w.h("intake.title")` the same for HTML."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, key: str, **values: object) -> str:
        """A label of the desk."""
        return locale.t(self.language, f"ui.{key}", **values)

    def h(self, key: str, **values: object) -> str:
        """A label, escaped."""
        return esc(self(key, **values))

    def error(self, text: str) -> str:
        """An error of the program's, or a reason, in the reader's language where it is known there."""
        return errors.translated(text, self.language)

    def told(self, text: str) -> str:
        """The same, escaped."""
        return esc(self.error(text))

    def label(self, key: str) -> str:
        """A label of the whole house ("part.market"), escaped; the key where there is none."""
        return esc(locale.t(self.language, key)) if locale.has(self.language, key) else esc(key.rsplit(".", 1)[-1])

    def model(self, name: str) -> str:
        """Who writes, for a chip; escaped."""
        return self.h("state.playbook") if name == "playbook" else esc(name)

    def listed(self, words: list[str]) -> str:
        """Words in a row."""
        return locale.comma(self.language).join(words)


def esc(text: object) -> str:
    """Text for HTML, attributes too."""
    return escape(str(text), quote=True)


def seconds(w: Words, value: float) -> str:
    """A time for the eye: "3.2 s", "4 min 10 s"."""
    if value < 60:
        return w.h("seconds", n=f"{value:.1f}" if value < 10 else f"{value:.0f}")
    if value < 3600:
        return w.h("minutes", m=int(value // 60), s=int(value % 60))
    return w.h("hours", h=int(value // 3600), m=int(value % 3600 // 60))


_PLACE = re.compile(r"(line|page) (\d+)|(.*) row (\d+)", re.S)


def placed(w: Words, place: str) -> str:
    """A place in a file, "line 12" or "Sheet1 row 5", in the reader's language; escaped."""
    found = _PLACE.fullmatch(place)
    if found is None:
        return esc(place)
    return w.h(f"place.{found[1]}", n=found[2]) if found[1] else w.h("place.row", sheet=found[3], n=found[4])


def notice(kind: str, title: str, text: str = "", action: str = "") -> str:
    """A boxed message; `kind` is error, warning, info or empty. All parts are HTML already."""
    role = ' role="alert"' if kind == "error" else ' role="status"'
    return f'<div class="notice {kind}"{role}><strong>{title}</strong>{f"<p>{text}</p>" if text else ""}{action}</div>'


def loading(w: Words, text: str = "") -> str:
    """What stands in a place until the server has answered."""
    return f'<div class="loading" role="status"><i></i><p>{text or w.h("loading")}</p></div>'
