"""PDF briefs: the text that the child read, by page, with lines that were broken in mid-sentence joined again."""

from __future__ import annotations

from agent.brief import decode
from agent.brief.office import left_out
from agent.brief.readers import Line, Raw
from agent.untrusted.reader import read


def read_pdf(content: bytes, where: str) -> Raw:
    """Lines of every page with the page as their place. Raises BriefError when there is no text to read."""
    found = read(content, where)
    lines = [
        Line(line, f"page {number}")
        for number, page in enumerate(found["pages"], 1)
        for whole in _unwrap(decode.clean(page).text)
        for line in decode.lines(whole)
    ]
    notes = left_out(found["left_out"])
    if found["all"] > len(found["pages"]):
        notes.append(("pdf_cut", {"pages": str(len(found["pages"])), "all": str(found["all"])}))
    return Raw("text", lines=lines, notes=notes)


def _unwrap(text: str) -> list[str]:
    """Lines as they stand, except that a line broken in mid-sentence is joined with the next."""
    joined: list[str] = []
    for line in text.split("\n"):
        line = line.strip()
        if joined and line and joined[-1] and _goes_on(joined[-1], line):
            joined[-1] += ("" if joined[-1][-1] > "\u2e80" else " ") + line
        else:
            joined.append(line)
    return joined


def _goes_on(before: str, line: str) -> bool:
    if len(before) < 50 and not (before[-1] > "\u2e80" and len(before) > 25):
        return False
    if before[-1] in "。！？.!?:：;；" or line[0] in "-•*#0123456789":
        return False
    head = line.split(":")[0].split("：")[0]
    return not (len(head) < 25 and head != line)
