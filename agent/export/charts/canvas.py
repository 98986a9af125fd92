"""A small SVG canvas: shapes and text with escaped words, and how wide text will be.

Every shape has its colour as an attribute, for print, and a class by which a web page recolours it.
"""

from __future__ import annotations

from html import escape as escaped

from agent.export.escape import clean

WIDTH = 720
"""Width of every chart in SVG units; a page sets it to the width of its text."""
SIZE, SMALL = 12.0, 10.5
COLOURS = {
    "ink": "#1d2733", "muted": "#5f6b7a", "line": "#d5dbe3", "soft": "#eef2f5", "paper": "#ffffff",
    "good": "#1f7a5c", "warn": "#c2502e", "accent": "#0f5c63",
    "s0": "#0f5c63", "s1": "#4f9f97", "s2": "#d8a13a", "s3": "#c2603a", "s4": "#6d5a8d", "s5": "#93b8d6",
    "s6": "#8a9a5b", "s7": "#b98aa0", "s8": "#a8a39a", "s9": "#3f6fa3",
    "h0": "#eef2f5", "h1": "#cfe3e0", "h2": "#9fc9c3", "h3": "#5ba39b", "h4": "#0f5c63",
    "r0": "#e7f1ec", "r1": "#f6efd9", "r2": "#f5ddc6", "r3": "#f0c3b3",
}  # fmt: skip
"""Class → colour on paper: ink and lines, series, steps of heat, steps of risk."""
SERIES = 10
"""How many series colours there are; more series start over."""
_WIDE = (
    (0x1100, 0x115F), (0x2E80, 0xA4CF), (0xAC00, 0xD7A3), (0xF900, 0xFAFF), (0xFE30, 0xFE4F),
    (0xFF00, 0xFF60), (0xFFE0, 0xFFE6), (0x1F300, 0x1FAFF), (0x20000, 0x3FFFD),
)  # fmt: skip
_NARROW = frozenset("iljtfrI.,:;'’‘|!()[] \u00a0")


def width(words: str, size: float = SIZE, *, bold: bool = False) -> float:
    """How wide text will be, a little on the safe side."""
    return sum(map(_EMS.__getitem__, words)) * size * (1.06 if bold else 1.0)


class _Ems(dict[str, float]):
    """Character → its width in ems, looked up the first time it is met."""

    def __missing__(self, one: str) -> float:
        if any(low <= ord(one) <= high for low, high in _WIDE) or one in "“”…—·":
            wide = 1.0
        elif one in _NARROW:
            wide = 0.32
        else:
            wide = 0.93 if one in "mwMW%@" else 0.72 if one.isupper() else 0.59
        self[one] = wide
        return wide


_EMS = _Ems()


def fit(words: str, space: float, size: float = SIZE) -> str:
    """Text on one line, cut with an ellipsis where it is longer than `space`."""
    words = " ".join(words.split())
    if width(words, size) <= space:
        return words
    while words and width(f"{words}…", size) > space:
        words = words[:-1]
    return f"{words.rstrip()}…"


def wrap(words: str, space: float, size: float = SIZE, *, most: int = 2) -> list[str]:
    """Text on at most `most` lines; the last is cut with an ellipsis where it must be."""
    rest = " ".join(words.split())
    lines: list[str] = []
    while rest and len(lines) < most - 1 and width(rest, size) > space:
        at = len(rest)
        while at > 1 and width(rest[:at], size) > space:
            at -= 1
        at = _seam(rest, at)
        lines.append(rest[:at].rstrip())
        rest = rest[at:].lstrip()
    return [*lines, fit(rest, space, size)]


def _seam(words: str, most: int) -> int:
    """Where a line of at most so many characters ends: after a space, before a bracket, and not inside a word or number, where one of
    these comes in its second half.
    """
    ends = range(most, most // 2, -1)
    for good in (
        lambda at: " " in words[at - 1 : at + 1] or words[at : at + 1] == "（",
        lambda at: not _joined(words[at - 1 : at + 1]),
    ):
        if found := next(filter(good, ends), 0):
            return found
    return most


def _joined(pair: str) -> bool:
    """Whether two characters belong to one Latin word or number, or the second closes what stands before it."""
    return len(pair) == 2 and ((pair.isascii() and pair.isalnum()) or pair[0] in ",.（" or pair[1] in ",.，。；：、）%")


class Canvas:
    """Collects shapes; `svg` puts them together."""

    def __init__(self) -> None:
        self._shapes: list[str] = []

    def rect(
        self, x: float, y: float, w: float, h: float, tone: str, *, tip: str = "", mark: str = "", round_: float = 0
    ) -> None:
        """A filled rectangle. `tip` is shown when one points at it; `mark` names its series for the page's script."""
        inner = f"<title>{_safe(tip)}</title>" if tip else ""
        data = f' data-series="{_safe(mark)}"' if mark else ""
        corner = f' rx="{round_:g}"' if round_ else ""
        self._shapes.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(w, 0):.1f}" height="{h:.1f}"{corner} '
            f'fill="{COLOURS[tone]}" class="f-{tone}"{data}>{inner}</rect>'
        )

    def line(self, x1: float, y1: float, x2: float, y2: float, tone: str = "line", thick: float = 1) -> None:
        """A straight line."""
        self._shapes.append(
            f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" '
            f'stroke="{COLOURS[tone]}" stroke-width="{thick:g}" class="k-{tone}"/>'
        )

    def dot(self, x: float, y: float, r: float, tone: str, *, hollow: bool = False, tip: str = "") -> None:
        """A dot, or a ring."""
        inner = f"<title>{_safe(tip)}</title>" if tip else ""
        paint = (
            f'fill="{COLOURS["paper"]}" stroke="{COLOURS[tone]}" stroke-width="2" class="f-paper k-{tone}"'
            if hollow
            else f'fill="{COLOURS[tone]}" class="f-{tone}"'
        )
        self._shapes.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:g}" {paint}>{inner}</circle>')

    def diamond(self, x: float, y: float, r: float, tone: str) -> None:
        """A diamond around a point."""
        points = f"{x:.1f},{y - r:.1f} {x + r:.1f},{y:.1f} {x:.1f},{y + r:.1f} {x - r:.1f},{y:.1f}"
        self._shapes.append(f'<polygon points="{points}" fill="{COLOURS[tone]}" class="f-{tone}"/>')

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: float = SIZE,
        tone: str = "ink",
        anchor: str = "start",
        bold: bool = False,
        turned: bool = False,
    ) -> None:
        """A line of text, `y` at its baseline; `turned` runs upward."""
        weight = ' font-weight="700"' if bold else ""
        turn = f' transform="rotate(-90 {x:.1f} {y:.1f})"' if turned else ""
        self._shapes.append(
            f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" text-anchor="{anchor}"{weight}{turn} '
            f'fill="{COLOURS[tone]}" class="f-{tone}">{_safe(words)}</text>'
        )

    def svg(self, height: float, title: str, families: tuple[str, ...]) -> str:
        """The whole picture, with its title for those who do not see it."""
        fonts = _safe(", ".join(f"'{one}'" for one in families))
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" width="{WIDTH}" '
            f'height="{height:.0f}" font-family="{fonts}" role="img" aria-label="{_safe(title)}">{"".join(self._shapes)}</svg>'
        )


def _safe(words: str) -> str:
    """Text as XML data: escaped, without control characters."""
    return escaped(clean(words).replace("\n", " "), quote=True)
