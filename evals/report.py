"""What people read of a run: a table with differences, and one HTML file that needs nothing outside itself."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterable, Mapping

from evals.brief import all_briefs
from evals.case import Case
from evals.controls import FLOOR
from evals.gate import Flip, red
from evals.results import Results
from evals.stats import Comparison, compare

SIDES = 3
"""Pairs of plans shown side by side."""


def rows(now: Results, before: Results | None) -> list[tuple[str, float, float | None]]:
    """Scorer, mean now, mean before; the words score and the share of plans that met everything at the end."""
    found: list[tuple[str, float, float | None]] = [
        (name, now.mean(name) or 0.0, before.mean(name) if before else None) for name in now.scorers_used()
    ]
    found.append(("words score", _words(now), _words(before) if before else None))
    found.append(("all met", _all_met(now), _all_met(before) if before else None))
    return found


def _words(results: Results) -> float:
    known = [one for one in results.rows if not one.stale]
    return sum(one.words for one in known) / max(len(known), 1)


def _all_met(results: Results) -> float:
    known = [one for one in results.rows if not one.stale]
    return sum(one.all_met for one in known) / max(len(known), 1)


def table(now: Results, before: Results | None, flips: Iterable[Flip] = ()) -> str:
    """Plain text for a terminal."""
    lines = [
        f"{now.model}: {len(now.rows)} briefs{', held out' if now.held_out else ''}",
        f"{'':16}{'now':>8}{'before':>8}{'':>9}",
    ]
    for name, value, old in rows(now, before):
        change = f"{value - old:+.3f}" if old is not None and abs(value - old) >= 0.0005 else ""
        lines.append(f"{name:16}{value:8.3f}{'' if old is None else f'{old:8.3f}':>8}{change:>9}")
    stale = [one.brief for one in now.rows if one.stale]
    if stale:
        lines.append(f"stale, neither met nor failed: {', '.join(stale)}")
    for name, scores in now.controls.items():
        lines.append(f"control {name}: at most {max(scores.values(), default=0):.3f} (floor {FLOOR})")
    if now.defects:
        planted, found = (
            sum(one["planted"] for one in now.defects.values()),
            sum(one["found"] for one in now.defects.values()),
        )
        lines.append(f"planted defects: {found} of {planted} found in {len(now.defects)} classes")
        missed = [
            f"{name} {one['found']}/{one['planted']}"
            for name, one in now.defects.items()
            if one["found"] < one["planted"]
        ]
        if missed:
            lines.append(f"missed in: {', '.join(missed)}")
    if now.alarms:
        lines.append("false alarms: " + ", ".join(f"{code} {n}/{now.clean}" for code, n in now.alarms.items()))
    if not now.held_out:
        worst = Counter(name for row in now.rows for name in row.failed)
        lines.append("most failed: " + ", ".join(f"{name} ×{n}" for name, n in worst.most_common(8)))
    told = list(flips)
    for flip in told[:40]:
        lines.append(
            f"{'explained' if flip.why else 'FLIP':9} {flip.brief} {flip.criterion}: {flip.note}{f' ({flip.why})' if flip.why else ''}"
        )
    if before is not None:
        lines.append(f"gate: {'red' if red(told) else 'green'}, {len(red(told))} unexplained of {len(told)} flips")
    return "\n".join(lines)


def differences(a: Results, b: Results) -> list[tuple[str, Comparison]]:
    """Scorer → A against B over the briefs that both have, clustered by brand."""
    brands = {one.brief: one.brand for one in (*a.rows, *b.rows)}
    found = []
    for name in ("words", *sorted(set(a.scorers_used()) & set(b.scorers_used()))):
        one, other = _column(a, name), _column(b, name)
        if set(one) & set(other):
            found.append((name, compare(one, other, brands)))
    return found


def _column(results: Results, scorer: str) -> dict[str, float]:
    known = [one for one in results.rows if not one.stale]
    if scorer == "words":
        return {one.brief: one.words for one in known}
    return {one.brief: one.scores.get(scorer, 0.0) for one in known if scorer in one.scores or one.error}


def diff_table(a: Results, b: Results) -> str:
    """A against B in plain text, with intervals and what could have been seen."""
    lines = [f"A: {a.model}, {len(a.rows)} briefs · B: {b.model}, {len(b.rows)} briefs"]
    if a.scorers != b.scorers:
        lines.append("The scorers differ: score the older plans again before drawing conclusions.")
    lines.append(f"{'':16}{'A-B':>8}  {'95 % interval':20}{'+/-':>7}{'p(worse)':>10}{'power 5/10':>13}")
    for name, one in differences(a, b):
        interval = f"[{one.low:+.3f}, {one.high:+.3f}]"
        lines.append(
            f"{name:16}{one.mean:+8.3f}  {interval:20}{f'{one.wins}/{one.losses}':>7}{one.p_worse:10.3f}{f'{one.power_5:.0%}/{one.power_10:.0%}':>13}"
        )
    for old in b.rows:
        new = a.row(old.brief)
        if new is not None:
            lost, won = sorted(set(old.met) - set(new.met)), sorted(set(new.met) - set(old.met))
            if lost or won:
                lines.append(
                    f"{old.brief}: {' '.join(f'-{one}' for one in lost[:8])} {' '.join(f'+{one}' for one in won[:8])}".rstrip()
                )
    return "\n".join(lines)


_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:1100px;color:#222;padding:0 1rem}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2.2rem;border-bottom:1px solid #ddd}
table{border-collapse:collapse;width:100%;font-size:13px}td,th{padding:3px 8px;text-align:left;border-bottom:1px solid #eee;vertical-align:top}
td.n{text-align:right;font-variant-numeric:tabular-nums}.up{color:#17663a}.down{color:#a32020}
svg text{font:12px system-ui,sans-serif;fill:#333}.pair{display:grid;grid-template-columns:1fr 1fr;gap:1.2rem;font-size:13px}
.pair>div{border-left:3px solid #ccd;padding-left:.8rem;overflow-wrap:anywhere}details{margin:.4rem 0}summary{cursor:pointer}
"""


def page(now: Results, before: Results | None, flips: list[Flip], cases: Mapping[str, Case]) -> str:
    """The whole report as one HTML file. For held-out briefs only what is true of all of them is shown."""
    e = html.escape
    parts = [
        f"<h1>cehua evals: {e(now.model)}</h1>",
        f"<p>{len(now.rows)} briefs of {len({row.brand for row in now.rows})} brands · scorers {e(now.scorers)} · briefs {e(now.briefs)} · version {e(now.commit)}</p>",
    ]
    if before is not None:
        bad = red(flips)
        parts.append(
            f"<p><strong class='{'down' if bad else 'up'}'>Gate: {'red' if bad else 'green'}</strong>, {len(bad)} unexplained of {len(flips)} flips.</p>"
        )
    parts += [
        "<h2>Scores</h2>",
        bars([(name, value, old) for name, value, old in rows(now, before)]),
        _score_table(now, before),
    ]
    if not now.held_out:
        parts += [
            "<h2>Words score by brief, and the controls</h2>",
            bars(
                [(row.brief, row.words, (before.row(row.brief) or row).words if before else None) for row in now.rows],
                mark=FLOOR,
            ),
        ]
    parts.append(
        _list(
            "Controls",
            [
                f"{name}: at most {max(scores.values(), default=0):.3f}, floor {FLOOR}"
                for name, scores in now.controls.items()
            ],
        )
    )
    if now.defects:
        parts += [
            "<h2>Planted defects found</h2>",
            bars(
                [
                    (f"{name} ({now.defects[name]['found']}/{now.defects[name]['planted']})", share, None)
                    for name, share in now.defects_rows.items()
                ]
            ),
        ]
        parts.append(
            _list("False alarms on clean plans", [f"{code}: {n} of {now.clean}" for code, n in now.alarms.items()])
        )
    if before is not None:
        parts.append(
            _list(
                "Flips",
                [f"{flip.brief} {flip.criterion}: {flip.note} {f'({flip.why})' if flip.why else ''}" for flip in flips],
            )
        )
    if not now.held_out:
        parts += ["<h2>What is not met</h2>", *(_failed(row.brief, row.failed) for row in now.rows if row.failed)]
        parts.append(_sides(cases))
    return f"<!doctype html><html lang='en'><meta charset='utf-8'><title>cehua evals</title><style>{_STYLE}</style><body>{''.join(parts)}</body></html>"


def bars(values: list[tuple[str, float, float | None]], mark: float | None = None) -> str:
    """Horizontal bars from 0 to 1, the value before as a tick, a mark as a line."""
    wide, high, left = 1000, 20, 300
    scale = wide - left - 70
    drawn = []
    for n, (name, value, old) in enumerate(values):
        y = n * high
        drawn.append(f"<text x='{left - 8}' y='{y + 14}' text-anchor='end'>{html.escape(name)}</text>")
        drawn.append(f"<rect x='{left}' y='{y + 3}' width='{max(value, 0) * scale:.1f}' height='14' fill='#5b7db1'/>")
        drawn.append(f"<text x='{left + max(value, 0) * scale + 6:.1f}' y='{y + 14}'>{value:.3f}</text>")
        if old is not None:
            x = left + old * scale
            drawn.append(
                f"<line x1='{x:.1f}' x2='{x:.1f}' y1='{y + 1}' y2='{y + 19}' stroke='#d07a1f' stroke-width='2'/>"
            )
    if mark is not None:
        x = left + mark * scale
        drawn.append(
            f"<line x1='{x:.1f}' x2='{x:.1f}' y1='0' y2='{len(values) * high}' stroke='#a32020' stroke-dasharray='4 3'/>"
        )
    return f"<svg viewBox='0 0 {wide} {len(values) * high + 6}' role='img'>{''.join(drawn)}</svg>"


def _score_table(now: Results, before: Results | None) -> str:
    cells = []
    for name, value, old in rows(now, before):
        change = "" if old is None else f"<span class='{'up' if value >= old else 'down'}'>{value - old:+.3f}</span>"
        cells.append(
            f"<tr><td>{html.escape(name)}<td class=n>{value:.3f}<td class=n>{'' if old is None else f'{old:.3f}'}<td class=n>{change}</tr>"
        )
    return f"<table><tr><th>scorer<th>now<th>baseline<th>difference</tr>{''.join(cells)}</table>"


def _list(title: str, lines: list[str]) -> str:
    body = "".join(f"<li>{html.escape(line)}</li>" for line in lines) or "<li>none</li>"
    return f"<h2>{html.escape(title)}</h2><ul>{body}</ul>"


def _failed(brief: str, failed: Mapping[str, str]) -> str:
    body = "".join(f"<tr><td>{html.escape(name)}<td>{html.escape(note)}</tr>" for name, note in failed.items())
    return f"<details><summary>{html.escape(brief)}: {len(failed)}</summary><table>{body}</table></details>"


def _sides(cases: Mapping[str, Case]) -> str:
    """The same part of two brands' plans side by side: where they read alike, neither is worth much."""
    known = {one.id: one for one in all_briefs()}
    usable = [case for case in cases.values() if case.plan is not None]
    pairs: list[tuple[Case, Case]] = []
    used: set[str] = set()
    for one in usable:
        other = next(
            (
                case
                for case in usable
                if known[case.brief.id].language == one.brief.language
                and case.brief.brand != one.brief.brand
                and case.brief.id not in used
            ),
            None,
        )
        if other is not None and one.brief.id not in used and len(pairs) < SIDES:
            used |= {one.brief.id, other.brief.id}
            pairs.append((one, other))
    shown = []
    for one, other in pairs:
        sides = "".join(
            f"<div><strong>{html.escape(case.brief.id)}</strong>{_essence(case)}</div>" for case in (one, other)
        )
        shown.append(f"<div class=pair>{sides}</div><hr>")
    return f"<h2>Plans side by side</h2>{''.join(shown)}"


def _essence(case: Case) -> str:
    parts = [
        (part, case.document.parts.get(part, ())[:12])
        for part in ("summary", "market", "positioning", "strategy", "themes")
    ]
    return "".join(
        f"<h3>{part}</h3>" + "".join(f"<p>{html.escape(text)}</p>" for text in texts) for part, texts in parts
    )
