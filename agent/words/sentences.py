"""A field cut into sentences, with the quotations set aside: what a small model never types, it cannot lose or change."""

from __future__ import annotations

import re
from dataclasses import dataclass

_QUOTED = re.compile(r"“[^”]*”|「[^」]*」")
_ZH_END = re.compile(r"(?<=[。！？；])")
_EN_END = re.compile(r"(?<=[.!?;])(?=\s+\S)")
_MARKED = re.compile(r"[“‘「『\"'](\w)[”’」』\"']")
SHORTEST = {"zh": 12, "en": 30}
"""Characters below which a sentence is joined to its neighbour, and below which it is not worth a call."""
LONGEST = {"zh": 48, "en": 190}
"""Characters above which sentences are not joined: a small model loses the end of a long one."""


@dataclass(frozen=True)
class Sentence:
    """One sentence (or a few short ones) of a field."""

    text: str
    """As it stands in the draft."""
    marked: str
    """The same with each quotation's words replaced by a mark, “甲”."""
    quotations: tuple[tuple[str, str], ...]
    """Mark and quotation, with its quotation marks, in order."""
    gap: str
    """White space between it and the next."""
    worth_asking: bool
    """Long enough, and with words of its own beside the quotations."""

    def put_back(self, answer: str) -> str | None:
        """The answer with its quotations; None when one is missing, doubled, or something else is quoted."""
        for mark, _ in self.quotations:
            shown = [match for match in _MARKED.finditer(answer) if match[1] == mark]
            if len(shown) == 1:
                answer = answer[: shown[0].start()] + f"\x00{mark}\x00" + answer[shown[0].end() :]
            else:
                return None
        if _QUOTED.search(answer) or re.search(r"[“”「」『』\"]", answer):
            return None
        for mark, quotation in self.quotations:
            answer = answer.replace(f"\x00{mark}\x00", quotation)
        return answer


def sentences(draft: str, *, marks: str, language: str) -> list[Sentence]:
    """The sentences of a field, in order; joined with their gaps they are the draft again.

    Short sentences are joined to the one before. A draft with more quotations than `marks` is one sentence that is not
    asked for.
    """
    size = "zh" if language.startswith("zh") else "en"
    quoted = _QUOTED.findall(draft)
    if len(quoted) > len(marks):
        return [Sentence(draft, draft, (), "", worth_asking=False)]
    pairs = list(zip(marks, quoted, strict=False))
    held = iter(pairs)
    marked = _QUOTED.sub(lambda found: f"{found[0][0]}{next(held)[0]}{found[0][-1]}", draft)
    cut: list[tuple[str, str]] = []
    for piece in (_ZH_END if size == "zh" else _EN_END).split(marked):
        body = piece.strip()
        if not body:
            continue
        if cut and _joins(cut[-1][1], body, size):
            cut[-1] = (cut[-1][0], cut[-1][1] + piece)
        else:
            cut.append((piece[: len(piece) - len(piece.lstrip())], piece.lstrip()))
    gaps = [lead for lead, _ in cut[1:]] + [""]
    return [_sentence(body, gap, pairs, size) for (_, body), gap in zip(cut, gaps, strict=True)]


def _joins(before: str, after: str, size: str) -> bool:
    short = min(len(before), len(after)) < SHORTEST[size] or before[-1] in ";；:："
    return short and len(before) + len(after) <= LONGEST[size]


def _sentence(marked: str, gap: str, pairs: list[tuple[str, str]], size: str) -> Sentence:
    inside = tuple((mark, quotation) for mark, quotation in pairs if f"{quotation[0]}{mark}{quotation[-1]}" in marked)
    text = marked
    for mark, quotation in inside:
        text = text.replace(f"{quotation[0]}{mark}{quotation[-1]}", quotation, 1)
    own = re.sub(r"[“「]\w[”」]|[\W\d]", "", marked)
    return Sentence(text, marked, inside, gap, worth_asking=len(own) >= SHORTEST[size] * 0.75)
