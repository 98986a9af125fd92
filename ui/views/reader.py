"""The plan to read and to work in: contents, parts, charts, citations that say their source, findings in place, texts that can be edited."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cached_property, partial

from agent.export.document import APPENDICES, CHAPTERS
from agent.export.html import Page
from agent.export.material import Material
from agent.export.view import Bullets, Section, Span, Table, Text
from agent.plan.model import PART_IDS, Finding, MarketingPlan
from agent.revise import paths
from agent.revise.state import State
from ui.views.board import findings_by_part, findings_part
from ui.views.kept import Kept
from ui.views.month import months
from ui.views.words import Words, esc

FACES = ("system-ui", "Noto Sans CJK SC", "Noto Sans", "sans-serif")
MANY = 160
"""Editable texts of a part from which only whole cells and lines are looked for."""
USUAL = 6
"""Columns that find room beside the contents and the chat."""
LEAST = 6
"""Characters that a text needs to be found inside a longer line."""
DRAWN = Kept(200)
"""The parts of some nine plans: a few megabytes."""


class _OnScreen(Material):
    """A plan for a browser that has typefaces of its own."""

    @cached_property
    def families(self) -> tuple[str, ...]:
        """The browser's own."""
        return FACES


class Sheet(Page):
    """Writes the parts of a document for the desk: as the exported page does, with the places that can be worked on marked."""

    def __init__(self, plan: MarketingPlan, w: Words, state: State) -> None:
        super().__init__(_OnScreen(plan))
        self._plan, self._w, self._state = plan, w, state
        self._places: dict[str, str] = {}
        self.tips = [_plain(item) for item in self._sources()]

    def _sources(self) -> Iterator[Text]:
        for section in self.doc.sections:
            if section.id == "sources":
                for block in section.blocks:
                    if isinstance(block, Bullets) and block.ordered:
                        yield from block.items

    def body(self, section: Section) -> str:
        """The blocks of a part."""
        self._places = {}
        if section.id in PART_IDS:
            for path, text, _ in paths.leaves(getattr(self._plan, section.id), section.id, texts=True):
                if isinstance(text, str) and len(text.strip()) > 1:
                    self._places.setdefault(text, path)
        return "\n".join(self.block(block, section) for block in section.blocks)

    def span(self, span: Span) -> str:
        """A span; citations carry their source, texts that can be edited their place."""
        if span.style == "cite":
            return self._cite(span)
        if span.style in ("plain", "strong") and self._places:
            marked = self._marked(span.text)
            return f"<strong>{marked}</strong>" if span.style == "strong" else marked
        return super().span(span)

    def words(self, text: str) -> str:
        """Text as HTML, with the place where the whole of it can be edited."""
        path = self._places.get(text)
        return self._mark(path, super().words(text)) if path else super().words(text)

    def _marked(self, text: str) -> str:
        if text in self._places or len(self._places) > MANY:
            return self.words(text)
        inside = max((one for one in self._places if len(one) >= LEAST and one in text), key=len, default="")
        if not inside:
            return super().words(text)
        before, _, after = text.partition(inside)
        plain = super().words
        return plain(before) + self._mark(self._places[inside], plain(inside)) + plain(after)

    def _mark(self, path: str, shown: str) -> str:
        """A text with its place; one written by hand or locked says so."""
        kept = (" hand" if path in self._state.hand else "") + (" locked" if self._state.locked(path) else "")
        return f'<span class="can{kept}" data-path="{esc(path)}">{shown}</span>'

    def _cite(self, span: Span) -> str:
        numbers = [one for one in span.target.split(",") if one.isdigit()]
        buttons = "".join(
            f'<button type="button" class="cite" data-open-part="sources" aria-label="{self._w.h("reader.source", n=number)}">{number}</button>'
            for number in numbers
        )
        return f'<span class="cites">{buttons}</span>' if numbers else super().span(span)

    def table(self, table: Table) -> str:
        """A table, wide enough for its columns beside the contents and the chat; it scrolls by itself."""
        drawn = super().table(table)
        if len(table.columns) <= USUAL:
            return drawn
        return re.sub(r"min-width:\d+em", f"min-width:{len(table.columns) * 7.5:.0f}em", drawn, count=1)

    def caption(self, text: str) -> str:
        """Text as HTML that cannot be edited."""
        return super().words(text)


def _plain(text: Text) -> str:
    return "".join(span.text for span in text).replace("\n", " ")


def reader(w: Words, plan: MarketingPlan, state: State) -> str:
    """The whole plan; the page shows one part at a time, the summary first.

    To a browser with scripts what stands in `noscript` is text: a plan has ten thousand elements, and most parts are not open. The page
    makes elements of a part when it is opened.
    """
    sheet = Sheet(plan, w, state)
    doc = sheet.doc
    sections = [doc.summary, *(one for one in doc.sections if one.level == 2)]
    whole = (w.language, plan.meta.model_dump_json())
    articles = "".join(
        DRAWN.drawn(
            one, (*whole, *_made_of(plan, state, one.id)), partial(_article, w, plan, state, sheet, one, at, sections)
        )
        for at, one in enumerate(sections)
    )
    labels = " ".join(
        f'data-{name}="{w.h(key)}"'
        for name, key in (
            ("edit", "reader.edit"),
            ("save", "save"),
            ("cancel", "cancel"),
            ("lock", "reader.lock"),
            ("unlock", "reader.unlock"),
        )
    )
    return (
        f'<div class="reader" lang="{plan.meta.language}"><i class="reader-labels" hidden {labels} data-sources="{esc(json.dumps(sheet.tips, ensure_ascii=False))}"></i>'
        f"{_contents(w, plan, state)}"
        f'<div class="plan-page">{articles}</div></div>'
    )


def _made_of(plan: MarketingPlan, state: State, part: str) -> tuple[str, ...]:
    """What a part is drawn from besides its section: places of its texts, whose words they are, what was found in it."""
    if part not in PART_IDS:
        return ()
    found = (one.model_dump_json() for one in plan.findings if findings_part(one) == part)
    words = plan.words[part].model_dump_json() if part in plan.words else ""
    kept = (path for held in (state.hand, state.locks) for path in held if paths.part_of(path) == part)
    return (getattr(plan, part).model_dump_json(), words, state.stale.get(part, ""), *kept, "", *found)


def _contents(w: Words, plan: MarketingPlan, state: State) -> str:
    found = findings_by_part(plan)

    def entry(part: str, label: str) -> str:
        marks = (
            f'<i class="n" title="{w.h("board.findings", n=found[part])}">{found[part]}</i>' if found[part] else ""
        ) + (f'<i class="stale" title="{w.h("state.stale")}">↻</i>' if part in state.stale else "")
        return f'<li><button type="button" data-open-part="{part}">{label}{marks}</button></li>'

    groups = [f"<ul>{entry('summary', w.label('part.summary'))}</ul>"]
    for chapter, parts in CHAPTERS:
        inner = "".join(entry(part, w.label(f"part.{part}")) for part, _ in parts)
        groups.append(f"<h3>{w.label(f'chapter.{chapter}')}</h3><ul>{inner}</ul>")
    inner = "".join(entry(name, w.label(f"appendix.{name}")) for name, _ in APPENDICES)
    groups.append(f"<h3>{w.label('chapter.appendix')}</h3><ul>{inner}</ul>")
    search = (
        f'<input type="search" class="find" placeholder="{w.h("reader.search")}" aria-label="{w.h("reader.search")}" '
        f'data-none="{w.h("reader.search_none")}"><ol class="hits" aria-live="polite"></ol>'
    )
    return (
        f'<nav class="contents" aria-label="{w.h("reader.contents")}"><details open><summary>{w.h("reader.contents")}</summary>'
        f"{search}{''.join(groups)}</details></nav>"
    )


def _article(
    w: Words, plan: MarketingPlan, state: State, sheet: Sheet, section: Section, at: int, order: list[Section]
) -> str:
    hidden = "" if not at else " hidden"
    name = section.id
    months_ = f'<div class="as-month">{months(w, plan)}</div>' if name == "calendar" else ""
    turn = "".join(
        f'<button type="button" class="turn {way}" data-open-part="{order[to].id}">{arrow} {sheet.caption(order[to].title)}</button>'
        for way, to, arrow in (("before", at - 1, "←"), ("after", at + 1, "→"))
        if 0 <= to < len(order)
    )
    heading = sheet.caption(section.heading)
    return (
        f'<article id="part-{name}" data-part="{name}" aria-labelledby="h-{name}"{hidden}><noscript>'
        f'<header><h2 id="h-{name}" tabindex="-1">{heading}</h2>{_tools(w, plan, state, name)}</header>'
        f"{_findings(w, plan, name)}{months_}{sheet.body(section)}<footer>{turn}</footer></noscript></article>"
    )


def _tools(w: Words, plan: MarketingPlan, state: State, part: str) -> str:
    """Whose words the part holds, and what can be done with it as a whole."""
    words = plan.words.get(part)
    if words is None:
        return ""
    chips = f'<span class="chip s-{words.source}">{w.h(f"words.{words.source}")}</span>'
    if part in state.stale:
        chips += f'<span class="chip s-stale" title="{esc(state.stale[part])}">{w.h("state.stale")}</span>'
    locked = part in state.locks
    lock = f'<button type="button" data-do="{"unlock" if locked else "lock"}" data-place="{part}">{w.h("reader.unlock" if locked else "reader.lock")}</button>'
    again = (
        f'<button type="button" data-do="ask-again" data-part="{part}">{w.h("reader.again")}</button>'
        if plan.meta.model != "playbook"
        else ""
    )
    return f'<div class="tools">{chips}<button type="button" data-mode="edit" aria-pressed="false">{w.h("reader.edit")}</button>{lock}{again}</div>'


def _findings(w: Words, plan: MarketingPlan, part: str) -> str:
    found = [one for one in plan.findings if findings_part(one) == part]
    if not found:
        return ""
    counts: Mapping[str, int] = {
        kind: sum(one.severity == kind for one in found) for kind in ("error", "warning", "info")
    }
    title = w.listed([w(f"reader.n_{kind}", n=n) for kind, n in counts.items() if n])
    opened = " open" if counts["error"] else ""
    return f'<details class="findings"{opened}><summary>{esc(title)}</summary><ul>{"".join(_finding(w, one) for one in found)}</ul></details>'


def _finding(w: Words, one: Finding) -> str:
    fix = f"<p>{esc(one.fix)}</p>" if one.fix else ""
    mend = f'<button type="button" data-do="mend" data-code="{esc(one.code)}" data-where="{esc(one.where)}">{w.h("reader.mend")}</button>'
    return (
        f'<li class="{one.severity}"><p><b>{w.h(f"severity.{one.severity}")}</b> {esc(one.message)} <code>{esc(one.code)}</code></p>'
        f'{fix}<div class="do"><button type="button" data-goto="{esc(one.where)}">{w.h("reader.show")}</button>{mend}</div></li>'
    )
