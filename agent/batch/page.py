"""index.html: every row with its state, findings, likeness and links, in one file that asks for nothing else."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator
from html import escape
from pathlib import PurePosixPath
from typing import IO, TYPE_CHECKING
from urllib.parse import quote

from agent import locale
from agent.export import inert

if TYPE_CHECKING:
    from agent.batch.indexes import Entry
    from agent.batch.place import Place

ALIKE = 0.6
"""From this share of common wording on, two plans are marked as alike."""
SHOWN_CODES = 6
STYLE = """
:root{color-scheme:light dark;--ink:#1b2530;--soft:#f3f5f7;--line:#d6dce2;--bad:#a8341b;--good:#1f6f54;--warn:#8a5a00;--muted:#5a6875}
@media(prefers-color-scheme:dark){:root{--ink:#e6ebf0;--soft:#222b35;--line:#3a4653;--bad:#ec8a68;--good:#6cc5a1;--warn:#e3b95c;--muted:#9aa7b4}}
body{font:15px/1.5 system-ui,"Noto Sans SC","PingFang SC","Microsoft YaHei",sans-serif;margin:2rem;color:var(--ink)}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.4rem .6rem;border-bottom:1px solid var(--line);vertical-align:top}
th{position:sticky;top:0;background:var(--soft)}td.n{text-align:right;font-variant-numeric:tabular-nums}
.done{color:var(--good)}.failed,.bad{color:var(--bad)}.stopped,.todo{color:var(--warn)}.duplicate,small{color:var(--muted)}
input{font:inherit;padding:.3rem .5rem;width:min(26rem,100%)}.alike{color:var(--bad);font-weight:600}
"""
SCRIPT = """
const box=document.getElementById("filter");
box.addEventListener("input",()=>{const wanted=box.value.toLowerCase();
for(const row of document.querySelectorAll("tbody tr"))row.hidden=!row.textContent.toLowerCase().includes(wanted)});
"""


def write_page(file: IO[bytes], place: Place, entries: Callable[[], Iterator[Entry]], language: str) -> None:
    """Writes the page row by row."""

    def t(key: str, **values: object) -> str:
        return escape(locale.t(language, f"batch.page.{key}", **values))

    counts: dict[str, int] = {}
    for entry in entries():
        counts[entry.row.state] = counts.get(entry.row.state, 0) + 1
    told = " · ".join(f"{t(f'state_{state}')} {number}" for state, number in counts.items())
    head = "".join(f"<th>{t(name)}</th>" for name in ("row", "brand", "state", "idea", "findings", "near", "files"))
    digest = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    beginning = (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n<meta name="referrer" content="no-referrer">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{t("title")}</title>\n'
        f"<style>{STYLE}</style></head>\n<body><h1>{t('title')}</h1>\n<p>{told}</p>\n"
        f'<p><input id="filter" type="search" placeholder="{t("filter")}" aria-label="{t("filter")}"></p>\n'
        f"<table><thead><tr>{head}</tr></thead>\n<tbody>\n"
    )
    file.write(beginning.encode())
    for entry in entries():
        file.write(f"{_row(entry, t)}\n".encode("utf-8", "replace"))
    file.write(f"</tbody></table>\n<script>{SCRIPT}</script>\n</body></html>\n".encode())


def _row(entry: Entry, t: Callable[..., str]) -> str:
    row, made = entry.row, entry.row.made
    state = f'<span class="{row.state}">{t(f"state_{row.state}")}</span>'
    if row.first is not None:
        state += f'<br><small><a href="#r{row.first}">{t("same_as", row=row.first)}</a></small>'
    elif row.reason:
        state += f"<br><small>{_plain(row.reason)}</small>"
    links = [
        f'<a href="{_address(row.folder, "exports", name)}">{_plain(PurePosixPath(name).suffix.lstrip("."))}</a>'
        for name in (made.get("exports", ()) if row.state in ("done", "duplicate") else ())
    ]
    cells = (
        f'<td class="n">{row.number}<br><small>{_plain(row.place)}</small></td>',
        f"<td>{_plain(row.name or made.get('brand', ''))}</td>",
        f"<td>{state}</td>",
        f"<td>{_plain(made.get('title', ''))}</td>",
        f"<td>{_findings(made, t) if row.state == 'done' else ''}</td>",
        f"<td>{_likeness(entry)}</td>",
        f"<td>{' '.join(links)}</td>",
    )
    return f'<tr id="r{row.number}">{"".join(cells)}</tr>'


def _findings(made: dict[str, object], t: Callable[..., str]) -> str:
    codes = made.get("codes")
    shown = sorted(codes.items(), key=lambda one: -one[1])[:SHOWN_CODES] if isinstance(codes, dict) else []
    more = " ".join(f"{_plain(str(code))}×{number}" for code, number in shown)
    return f"{t('counts', errors=made.get('errors', 0), warnings=made.get('warnings', 0))}<br><small>{more}</small>"


def _likeness(entry: Entry) -> str:
    if entry.likeness is None:
        return ""
    mark = ' class="alike"' if entry.likeness >= ALIKE else ""
    return f"<span{mark}>{entry.likeness:.0%}</span><br><small>{_plain(entry.near)}</small>"


def _plain(words: str) -> str:
    """Any text as HTML that shows it on one line."""
    return escape(inert.line(words))


def _address(*parts: str) -> str:
    """A relative link below the index."""
    return escape("/".join(quote(part, safe="") for part in parts))
