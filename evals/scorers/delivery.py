"""Delivery: a plan came, and every part of it reaches the files that a client opens."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator

from agent.checks.terms import squeezed
from agent.export import rendered
from agent.plan.model import PART_IDS, MarketingPlan
from evals.scorers.base import Criterion, Subject, at_least, scorer, yes

EVERY = ("md", "html")
"""Formats that hold the whole plan, rendered for every brief."""
HEAVY = ("docx", "xlsx", "pptx")
"""Formats rendered for the briefs that are tagged for it."""
FULL = {"md": 0.9, "html": 0.9, "docx": 0.9, "xlsx": 0.25, "pptx": 0.1}
"""Least share of a part's texts that a format shows; a workbook holds the tables and a deck the essence."""
TABLES = {
    "xlsx": ("calendar", "kpis", "risks", "budget", "team"),
    "pptx": ("market", "strategy", "themes", "kpis", "risks"),
}
"""Parts that these formats are held to."""
_CLOCK = re.compile(r"\d{2}:\d{2}")
_MARK = re.compile(r"\s*[（(](?:假设|假設|assumption)[）)]")
RENDER_HEAVY = frozenset({"beimai-tiny", "shanyu-season", "larkfield-mail", "meridian-trial"})
"""Briefs whose plans are rendered in the heavy formats too: small ones, one of each language and script."""


@scorer("delivery", "Every part of the plan reaches the exported files")
def delivery(subject: Subject) -> Iterator[Criterion]:
    """Share of each part's texts that stand in the file."""
    plan = subject.plan
    for name in (*EVERY, *(HEAVY if subject.brief.id in RENDER_HEAVY else ())):
        content = next(iter(rendered(plan, [name]).values()))
        shown = squeezed(_told(text_of(name, content)))
        for part in PART_IDS:
            if part in TABLES.get(name, PART_IDS):
                lines = (line for one in subject.document.parts.get(part, ()) for line in one.splitlines())
                texts = [key for line in lines if len(key := squeezed(_told(line))) > 5]
                share = sum(one in shown for one in texts) / max(len(texts), 1) if texts else 1.0
                yield at_least(f"{name}.{part}", share, FULL[name])
    text = next(iter(rendered(plan, ["csv"]).values())).decode("utf-8-sig")
    rows = len(list(csv.reader(io.StringIO(text)))) - 1  # a cell may hold several lines
    posts = sum(one.kind != "buffer" for one in plan.calendar.entries)
    yield yes("csv.rows", rows >= posts, f"{rows} rows for {posts} entries")
    yield yes("json.whole", _survives(plan), "the exported JSON is not the plan")
    lacking = unscheduled(plan, next(iter(rendered(plan, ["ics"]).values())).decode("utf-8"))
    yield yes("ics.events", not lacking, f"no event at {', '.join(lacking[:3])}")


def unscheduled(plan: MarketingPlan, text: str) -> list[str]:
    """Times of calendar rows at which the calendar file has fewer events than the plan has rows; other events, deadlines and reviews, do not count."""
    held = Counter(re.findall(r"^DTSTART[^:]*:(\d{8}(?:T\d{6})?)", text, re.M))
    wanted = Counter(
        f"{one.date:%Y%m%d}T{one.time.replace(':', '')}00" if _CLOCK.fullmatch(one.time) else f"{one.date:%Y%m%d}"
        for one in plan.calendar.entries
        if one.kind != "buffer"
    )
    return sorted((wanted - held).elements())


def _told(text: str) -> str:
    """A text without its mark of an assumption: where a whole column is assumed, documents say so once, at its head."""
    return _MARK.sub("", text)


def _survives(plan: MarketingPlan) -> bool:
    return MarketingPlan.model_validate_json(next(iter(rendered(plan, ["json"]).values()))) == plan


def text_of(name: str, content: bytes) -> str:
    """What a reader sees of an exported file."""
    if name in ("md", "html"):
        text = content.decode("utf-8")
        if name == "html":
            import html

            text = re.sub(r"<(script|style)\b.*?</\1>", " ", text, flags=re.S)
            return html.unescape(re.sub(r"<[^>]+>", "", text))
        return re.sub(r"\\([\\`*_{}\[\]()#+.!|<>~-])", r"\1", text)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        pages = [
            one
            for one in archive.namelist()
            if re.search(r"(document|sharedStrings|slides/slide\d+|sheet\d+)\.xml$", one)
        ]
        raw = "\n".join(archive.read(one).decode("utf-8") for one in sorted(pages))
    import html

    return html.unescape(re.sub(r"<[^>]+>", "", raw))
