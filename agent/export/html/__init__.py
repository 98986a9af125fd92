"""The plan as one web page that needs nothing else: fonts, charts, contents and search are inside, no request leaves it.

A content security policy in the page forbids every request and every script but its own, whatever a plan's words say.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable
from html import escape as escaped
from pathlib import Path

from agent import locale
from agent.export import fonts
from agent.export.charts import COLOURS
from agent.export.material import Material
from agent.export.reader import Reader
from agent.export.view import (
    Block,
    Bullets,
    Card,
    Chart,
    Heading,
    KeyValues,
    Note,
    Paragraph,
    Section,
    Span,
    Table,
    Text,
)
from agent.export.widths import shares
from agent.export.words import sound
from agent.plan.model import MarketingPlan

HERE = Path(__file__).parent
DARK = {
    "ink": "#e6ebf0", "muted": "#9aa7b4", "line": "#3a4653", "soft": "#222b35", "paper": "#161c23",
    "good": "#6cc5a1", "warn": "#ec8a68", "accent": "#7fc7bf",
    "s0": "#4fa9a1", "s1": "#8fd0c6", "s2": "#e3b95c", "s3": "#de8460", "s4": "#a592c8", "s5": "#b3cfe6",
    "s6": "#b2c27f", "s7": "#d7afc3", "s8": "#c3beb5", "s9": "#7fa9d8",
    "h0": "#222b35", "h1": "#234644", "h2": "#2f6a65", "h3": "#459089", "h4": "#7fc7bf",
    "r0": "#1f3a31", "r1": "#4a4326", "r2": "#5a4027", "r3": "#6b3428",
}  # fmt: skip
"""The colours of `charts.COLOURS` on a dark page."""
ROOM = 72.0
"""Width of a table on a wide screen, in ems of its type."""
COLUMN = 8.0
"""Ems that a column has on a narrow screen, where its table scrolls; a dozen columns share what a wide screen has."""
_ID = re.compile(r"[A-Z]{1,2}\d[\dA-Z-]{0,4}")
_LINK = re.compile(r"https://[^\s<>\"']+")


def to_html(plan: MarketingPlan, material: Material | None = None) -> str:
    """The whole plan as one HTML file. Raises SetupError when the fonts are not installed."""
    return Page(material or Material(plan)).whole(len(Reader(plan).open_findings()))


class Page:
    """Writes one document."""

    def __init__(self, material: Material) -> None:
        self.material = material
        self.doc = material.doc

    def t(self, key: str, **values: object) -> str:
        """A label, escaped."""
        return self.words(locale.t(self.doc.language, key, **values))

    def words(self, text: str) -> str:
        """Text as HTML that shows it; line ends as line breaks."""
        return escaped(sound(text, self.doc.language), quote=True).replace("\n", "<br>")

    def whole(self, findings: int) -> str:
        """The file."""
        style = self.style(self.material.faces)
        script = (HERE / "page.js").read_text(encoding="utf-8")
        data = json.dumps(
            {key: locale.t(self.doc.language, f"page.{key}") for key in ("search_count", "search_none")},
            ensure_ascii=True,
        )
        script = script.replace("__LABELS__", data.replace("<", "\\u003c"))
        policy = (
            f"default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:; base-uri 'none'; "
            f"form-action 'none'; script-src 'sha256-{_digest(script)}'"
        )
        sections = [self.doc.summary, Section("about", 1, "", self.doc.about_title, self.doc.cover), *self.doc.sections]
        body = "\n".join(self.section(one) for one in sections)
        badge = f'<a class="badge" href="#part-findings">{self.t("page.findings", n=findings)}</a>' if findings else ""
        return f"""<!doctype html>
<html lang="{self.doc.language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>{self.words(self.doc.title)}</title>
<style>{style}</style>
</head>
<body>
<a class="skip" href="#main">{self.t("page.skip")}</a>
{self.cover(badge)}
<div class="frame">
<nav aria-label="{self.words(self.doc.contents_title)}">
<div class="tools">
<input type="search" id="search" placeholder="{self.t("page.search")}" aria-label="{self.t("page.search")}">
<button type="button" id="theme" title="{self.t("page.theme")}" aria-label="{self.t("page.theme")}">◐</button>
</div>
<p id="found" role="status"></p>
<ol id="hits"></ol>
<h2>{self.words(self.doc.contents_title)}</h2>
{self.contents(sections)}
</nav>
<main id="main">
{body}
</main>
</div>
<a class="top" href="#top" aria-label="{self.t("page.top")}" title="{self.t("page.top")}">↑</a>
<script>{script}</script>
</body>
</html>
"""

    def style(self, faces: Iterable[fonts.Face]) -> str:
        """Fonts, colours for light and dark, layout."""
        embedded = "".join(
            f"@font-face{{font-family:'{one.family}';font-weight:{one.weight};font-display:swap;"
            f"src:url(data:font/woff;base64,{base64.b64encode(fonts.as_woff(one)).decode()}) format('woff')}}"
            for one in faces
        )
        light, dark = (";".join(f"--{key}:{value}" for key, value in tones.items()) for tones in (COLOURS, DARK))
        classes = "".join(f".f-{key}{{fill:var(--{key})}}.k-{key}{{stroke:var(--{key})}}" for key in COLOURS)
        family = ",".join(f"'{name}'" for name in self.material.families)
        return (
            f"{embedded}:root{{{light};--font:{family},system-ui,sans-serif}}"
            f"@media screen and (prefers-color-scheme:dark){{:root:not([data-theme=light]){{{dark};color-scheme:dark}}}}"
            f"@media screen{{:root[data-theme=dark]{{{dark};color-scheme:dark}}}}{classes}"
            + (HERE / "page.css").read_text(encoding="utf-8")
        )

    def cover(self, badge: str) -> str:
        """The first screen."""
        face = self.doc.face
        facts = "".join(
            f"<div><dt>{self.words(label)}</dt><dd>{self.words(value)}</dd></div>" for label, value in face.facts
        )
        return (
            f'<header class="cover" id="top"><p class="kind">{self.words(face.kind)}</p><h1>{self.words(face.brand)}</h1>'
            f'<p class="line">{self.words(face.line)}</p><dl>{facts}</dl>{badge}<p class="foot">{self.words(face.footer)}</p></header>'
        )

    def contents(self, sections: list[Section]) -> str:
        """The contents: chapters with their parts."""
        items = [
            f'<li class="l{one.level}"><a href="#{_anchor(one)}">{self.words(one.heading)}</a></li>' for one in sections
        ]
        return f'<ul class="contents">{"".join(items)}</ul>'

    def section(self, section: Section) -> str:
        """A chapter's opening, or a part."""
        tag = "h2" if section.level == 1 else "h3"
        kind = "chapter" if section.level == 1 and not section.blocks else "part"
        body = "\n".join(self.block(block, section) for block in section.blocks)
        return (
            f'<section id="{_anchor(section)}" class="{kind}" aria-labelledby="{_anchor(section)}-h">'
            f'<{tag} id="{_anchor(section)}-h">{self.words(section.heading)}</{tag}>\n{body}</section>'
        )

    def block(self, block: Block, section: Section) -> str:
        """One block."""
        match block:
            case Heading(level=level, text=words):
                tag = f"h{min(level + 1, 6)}"
                return f"<{tag}>{self.words(words)}</{tag}>"
            case Paragraph(text=inline):
                return f"<p>{self.inline(inline)}</p>"
            case Bullets(items=items, ordered=ordered):
                return self.bullets(items, ordered, section)
            case KeyValues(pairs=pairs):
                return self.pairs(pairs)
            case Note(text=inline):
                return f'<aside class="note">{self.inline(inline)}</aside>'
            case Card():
                return self.card(block)
            case Table():
                return self.table(block)
            case Chart(id=id_, title=title):
                drawn = self.material.drawings[id_]
                return f'<figure class="chart"><figcaption>{self.words(title)}</figcaption><div>{drawn}</div></figure>'

    def bullets(self, items: Iterable[Text], ordered: bool, section: Section) -> str:
        """A list; the items of the sources can be linked to."""
        tag = "ol" if ordered else "ul"
        source = section.id == "sources" and ordered
        opened = ('<li id="source-{at}">' if source else "<li>").format
        inner = "".join(f"{opened(at=at)}{self.inline(item)}</li>" for at, item in enumerate(items, 1))
        return f"<{tag}>{inner}</{tag}>"

    def pairs(self, pairs: Iterable[tuple[str, Text]]) -> str:
        """Labelled statements."""
        inner = "".join(f"<dt>{self.words(label)}</dt><dd>{self.inline(value)}</dd>" for label, value in pairs)
        return f'<dl class="pairs">{inner}</dl>'

    def card(self, card: Card) -> str:
        """A finished piece."""
        title = f"<h6>{self.words(card.title)}</h6>" if card.title else ""
        body = "".join(f"<p>{self.words(piece)}</p>" for piece in card.body)
        pairs = self.pairs(card.pairs) if card.pairs else ""
        return f'<article class="card"><header>{self.inline(card.header)}</header><div>{title}{body}</div>{pairs}</article>'

    def table(self, table: Table) -> str:
        """A table that scrolls by itself where the screen is narrow."""
        parts = shares(table, ROOM)
        columns = "".join(f'<col style="width:{share:.2%}">' for share in parts)
        heads = "".join(f'<th scope="col" class="{one.align}">{self.words(one.title)}</th>' for one in table.columns)
        body = len(table.rows) - table.totals
        rows = "".join(
            f"<tr{' class=total' if at >= body else ''}>"
            + "".join(
                f'<td class="{one.align}{_whole(cell)}">{self.inline(cell)}</td>'
                for one, cell in zip(table.columns, row, strict=True)
            )
            + "</tr>"
            for at, row in enumerate(table.rows)
        )
        caption = f"<caption>{self.words(table.caption)}</caption>" if table.caption else ""
        notes = "".join(f"<li>{self.inline(note)}</li>" for note in table.notes)
        least = max(30, min(len(table.columns) * COLUMN, ROOM), len(table.columns) * 5.2)
        return (
            f'<div class="table" tabindex="0" role="region"><table style="min-width:{least:.0f}em">{caption}<colgroup>{columns}</colgroup>'
            f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
            + (f'<ul class="notes">{notes}</ul>' if notes else "")
        )

    def inline(self, words: Text) -> str:
        """Spans as HTML."""
        return "".join(self.span(span) for span in words)

    def span(self, span: Span) -> str:
        """One span in its style."""
        shown = self.words(span.text)
        match span.style:
            case "strong":
                return f"<strong>{shown}</strong>"
            case "tag":
                return f'<span class="tag">{shown}</span>'
            case "code":
                return f"<code>{shown}</code>"
            case "link" if _LINK.fullmatch(span.target):
                return f'<a href="{escaped(span.target, quote=True)}" rel="noopener noreferrer" target="_blank">{shown}</a>'
            case "cite":
                numbers = re.sub(
                    r"\d+",
                    lambda one: (
                        f'<a href="#source-{one[0]}">{one[0]}</a>' if one[0] in span.target.split(",") else one[0]
                    ),
                    shown,
                )
                return f'<span class="tag">{numbers}</span>'
            case _:
                return shown


def _anchor(section: Section) -> str:
    """A section's place in the page; chapters and parts may share an id."""
    return f"{'chapter' if section.level == 1 and not section.blocks else 'part'}-{section.id}"


def _whole(cell: Text) -> str:
    """The class of a cell that holds nothing but an id, "T1-07", which no line breaks."""
    return " id" if _ID.fullmatch("".join(span.text for span in cell)) else ""


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode()
