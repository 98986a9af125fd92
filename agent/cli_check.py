"""`cehua check --text …`: reads a text against advertising law and platform rules, and prints what it found."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.errors import BriefError
from agent.terminal import put, tell

if TYPE_CHECKING:
    from agent.compliance import Reading


def read_text(
    text: str,
    file: Path | None,
    *,
    region: str,
    facts: Mapping[str, Any],
    language: str,
    as_json: bool,
) -> int:
    """Prints the findings and questions; `facts` are the facts of `agent.compliance.read`, empty ones unknown. The exit code: 1 with an unlawful passage or an open question, else 0. Raises CehuaError."""
    from agent.compliance import read

    if facts.get("author") not in (None, "", "brand", "creator", "employee", "customer"):
        hint = "Give brand, creator, employee or customer."
        raise BriefError(f"{facts['author']!r} is nobody's account.", hint=hint, where="--author")
    if not region:
        raise BriefError("A text is read for a region.", hint="Give --region CN, US, GB, EU or IN.", where="--region")
    reading = read(
        _source(text, file),
        region=region,
        **{"category": None, **{name: value for name, value in facts.items() if value != ""}},
        language=language,
    )
    if as_json:
        put(json.dumps(reading.record(), ensure_ascii=False, indent=1) + "\n")
    else:
        _print(reading, language)
    return 0 if not any(one.severity == "ban" for one in reading.findings) and not reading.questions else 1


def _source(text: str, file: Path | None) -> str:
    if file is None:
        return text
    try:
        return sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BriefError(
            f"{file} cannot be read: {error}", hint="Give a UTF-8 text file, or '-'.", where="-f"
        ) from None


def _print(reading: Reading, language: str) -> None:

    from agent.locale import t

    for one in reading.findings:
        facts = {name: getattr(one, name) for name in ("words", "start", "end", "law", "effective", "why")}
        severity = "compliance.learned.severity" if one.learned else f"compliance.severity.{one.severity}"
        put(t(language, "compliance.line", severity=t(language, severity), **facts) + "\n")
        put(f"  → {t(language, 'compliance.suggest', instead=t(language, 'compliance.or').join(one.suggestions))}\n")
        source = t(language, "compliance.source", source=one.source, checked=one.checked, rule=one.rule)
        note = f" ({t(language, 'compliance.unchecked')})" if one.unchecked else ""
        score = t(language, "compliance.scored", score=f"{one.score:.2f}") if one.score is not None else ""
        put(f"  {score}{source}{note}\n")
    for question in reading.questions:
        put(f"? {t(language, 'compliance.question', text=question.text)}\n")
    if reading.clear:
        put(t(language, "compliance.clear") + "\n")
    counts = {"findings": len(reading.findings), "questions": len(reading.questions), "rules": reading.rules_read}
    tell(f"{t(language, 'compliance.counts', **counts)}\n{reading.disclaimer}\n")
