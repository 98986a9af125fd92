"""The stage board: seventeen parts, whose words each holds, what is being written, time and cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from agent.board import bare
from agent.plan.model import PART_IDS, Finding, MarketingPlan
from ui.views.words import Words, esc, notice, seconds
from ui.work import TAIL, Progress, Row

LONGEST = 24
"""Letters of a word that is cut off at its beginning; what is longer is a script without spaces."""
ORDER = ("summary", *(part for part in PART_IDS if part != "summary"))
"""The parts as a reader meets them."""


def findings_part(one: Finding) -> str:
    """The part that a finding lies in."""
    return one.where.split(".")[0].split("[")[0]


def findings_by_part(plan: MarketingPlan) -> Counter[str]:
    """Errors and warnings of each part."""
    return Counter(findings_part(one) for one in plan.findings if one.severity != "info")


def board(
    w: Words, progress: Progress | None, plan: MarketingPlan | None, stale: Mapping[str, str], line: int = 0
) -> str:
    """All parts as tiles; `progress` None for a run of an earlier day, then the plan says whose words it holds. `line`: its place among those that wait."""
    found = findings_by_part(plan) if plan else Counter()
    tiles = "".join(_tile(w, part, _row(part, progress, plan), found[part], stale.get(part, "")) for part in ORDER)
    return f'{_line(w, progress, line)}<ol class="tiles" aria-label="{w.h("board.title")}">{tiles}</ol>'


def _row(part: str, progress: Progress | None, plan: MarketingPlan | None) -> Row:
    row = progress.rows[part] if progress else Row()
    words = plan.words.get(part) if plan else None
    if words and (not progress or (row.state != "writing" and not progress.live) or words.source == "hand"):
        return Row(words.source, words.model_share, row.seconds, row.note, "", 0.0, row.back)
    return row


def _tile(w: Words, part: str, row: Row, found: int, stale: str) -> str:
    chips = f'<span class="chip s-{row.state}">{w.h(f"state.{row.state}")}</span>'
    if row.share and row.state in ("mixed", "hand"):
        chips += f'<span class="chip quiet">{row.share:.0%}</span>'
    if stale:
        chips += f'<span class="chip s-stale" title="{esc(stale)}">{w.h("state.stale")}</span>'
    if found:
        chips += f'<span class="chip s-found">{w.h("board.findings", n=found)}</span>'
    if row.back:
        chips += f'<span class="chip quiet">{w.h("board.back", n=row.back)}</span>'
    text = f'<p class="live">{esc(_latest(row.text))}</p>' if row.text else ""
    took = f"<small>{seconds(w, row.seconds)}</small>" if row.seconds >= 0.1 else ""
    note = f'<small class="note" title="{esc(row.note)}">{w.h("board.note")}</small>' if row.note and not text else ""
    busy = ' aria-busy="true"' if row.state == "writing" else ""
    return (
        f'<li class="tile t-{row.state}"{busy}><button type="button" data-open-part="{part}">{w.label(f"part.{part}")}</button>'
        f'<div class="chips">{chips}</div>{text}{took}{note}</li>'
    )


def _latest(text: str) -> str:
    """The end of what is being written, from a word's beginning where there are spaces."""
    said = bare(text).strip(" ,:\n")
    if len(text) < TAIL:
        return said
    first, _, rest = said.partition(" ")
    return f"…{rest if rest and len(first) < LONGEST else said}"


def _line(w: Words, progress: Progress | None, line: int) -> str:
    """One line above the tiles: what is going on."""
    if progress is None:
        return ""
    status = w.h("batch.in_line", n=line) if line else w.h(f"status.{progress.status}")
    bits = [f"<strong>{status}</strong>"]
    if progress.live or progress.ended:
        bits.append(seconds(w, progress.seconds))
    if progress.first:
        bits.append(w.h("board.first", n=f"{progress.first:.1f}"))
    if progress.estimate:
        one = progress.estimate
        cost = (
            w("board.cost_unknown")
            if one.cost is None
            else w("board.cost", n=f"{one.cost:.2f}", most=f"{one.most_cost or 0:.2f}")
        )
        bits.append(w.h("board.estimate", calls=one.calls, cost=cost))
    if progress.spent:
        spent = progress.spent
        cost = "" if spent.cost is None else f" · ${spent.cost:.3f}"
        bits.append(w.h("board.spent", calls=spent.calls, tokens=f"{spent.tokens:,}") + cost)
    told = notice("error", w.told(progress.message), w.told(progress.hint)) if progress.status == "failed" else ""
    if progress.status == "stopped":
        told = notice("info", w.h("board.stopped"), w.h("board.stopped_hint"))
    return f'<p class="status" role="status">{" · ".join(bits)}</p>{told}'
