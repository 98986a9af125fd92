"""What was understood of a brief: every field beside the words it was read from, each open to correction; the questions that matter."""

from __future__ import annotations

from collections.abc import Mapping

from agent import locale
from agent.brief.correct import FIELDS, LISTS, QUESTIONS
from agent.brief.gaps import market_name
from agent.brief.model import BrandBrief, Gap, Intake, Span
from ui.views.words import Words, esc, notice

SHOWN = (
    "brand", "about", "category", "products", "markets", "objectives", "audience", "competitors", "platforms_must", "platforms_may",
    "platforms_avoid", "budget", "start", "end", "team", "tone", "must_say", "never_say",
)  # fmt: skip
"""Fields on the form, in its order."""
ASKED = 3
"""Questions put to the client before the plan; the others wait in the plan."""


def understood(w: Words, intake: Intake | None, answers: Mapping[str, str]) -> str:
    """The form: empty for a brief that is filled in here, else what was read."""
    held = dict(answers)
    rows = "".join(_row(w, key, intake, held.get(key)) for key in SHOWN)
    head = (
        _questions(w, intake, held) + _conflicts(w, intake)
        if intake
        else f'<p class="hint">{w.h("intake.form_hint")}</p>'
    )
    notes = "".join(f"<li>{esc(note)}</li>" for note in intake.notes) if intake else ""
    told = f'<ul class="read-notes">{notes}</ul>' if notes else ""
    title = w.h("intake.understood", n=len(intake.brief.spans)) if intake else w.h("intake.form")
    return f'<form class="brief-form" aria-label="{title}" onsubmit="return false"><h2>{title}</h2>{head}<div class="fields">{rows}</div>{told}</form>'


def _row(w: Words, key: str, intake: Intake | None, answer: str | None) -> str:
    value = "" if intake is None else said(key, intake.brief)
    shown = value if answer is None else answer
    span = None if intake is None else _span(key, intake.brief)
    name, label = f"f-{key}", w.h(f"field.{key}")
    many = key in LISTS or key in ("audience", "about")
    rows = min(max(shown.count("\n") + 1, 2 if many else 1), 6)
    data = f'name="{key}" id="{name}" data-was="{esc(value)}" placeholder="{w.h(f"example.{key}")}"'
    box = (
        f'<textarea {data} rows="{rows}">{esc(shown)}</textarea>'
        if many or "\n" in shown
        else f'<input {data} value="{esc(shown)}">'
    )
    quote = ""
    if span:
        place = f" <cite>{esc(_place(w, span))}</cite>" if span.place else ""
        by = w.h("intake.corrected") if span.reader == "argument" else f"“{esc(_short(span.text))}”{place}"
        quote = f'<span class="span">{by}</span>'
    elif intake is not None:
        quote = f'<span class="span none">{w.h("intake.not_said")}</span>'
    return f'<div class="field"><label for="{name}">{label}</label><div>{box}{quote}</div></div>'


def _place(w: Words, span: Span) -> str:
    """ "line 12" in the reader's language."""
    kind, _, number = span.place.partition(" ")
    return w(f"place.{kind}", n=number) if kind in ("line", "page") and number else span.place


def _short(text: str) -> str:
    return text if len(text) <= 70 else f"{text[:68]}…"


def _span(key: str, brief: BrandBrief) -> Span | None:
    for path in FIELDS[key]:
        found = [name for name in brief.spans if name == path or name.startswith((f"{path}[", f"{path}."))]
        if found:
            return brief.spans[found[0]]
    return None


def said(key: str, brief: BrandBrief) -> str:
    """A field's value in words that the brief's reader takes back."""
    language = brief.language
    match key:
        case "brand" | "about":
            return str(getattr(brief, key))
        case "category":
            return brief.category_text or (
                "" if brief.category == "general" else locale_name(language, "category", brief.category)
            )
        case "products":
            return "\n".join(f"{one.name} {one.price_note}".strip() for one in brief.products)
        case "objectives":
            return "\n".join(one.text for one in brief.objectives)
        case "audience":
            return "\n".join(one.name for one in brief.audience)
        case "competitors":
            return "\n".join(
                f"{one.name}: {'; '.join(one.facts)}" if one.facts else one.name for one in brief.competitors
            )
        case "platforms_must" | "platforms_may" | "platforms_avoid":
            ids = getattr(brief.platforms, key.removeprefix("platforms_"))
            return Words(language).listed([locale_name(language, "platform", one) for one in ids])
        case "budget":
            total = brief.budget.total
            return "" if total is None else f"{brief.budget.currency} {total:,f}".strip()
        case "start" | "end":
            day = getattr(brief.period, key)
            return day.isoformat() if day else ""
        case "team":
            return "\n".join(f"{one.title}{_hours(language, one.hours)}" for one in brief.team)
        case "markets":
            return Words(language).listed([market_name(one, language) for one in brief.markets])
        case _:
            return Words(language).listed(list(getattr(brief, key)))


def _hours(language: str, hours: float | None) -> str:
    return "" if hours is None else Words(language)("intake.hours", n=f"{hours:g}")


def locale_name(language: str, group: str, key: str) -> str:
    """The name of a platform or category, the id where there is none."""
    for name in (f"{group}.{key}", f"values.{group}.{key}"):
        if locale.has(language, name):
            return locale.t(language, name)
    return key


def asked(intake: Intake) -> list[Gap]:
    """The questions that matter most, of those that can be answered with a line."""
    return [gap for gap in intake.gaps if gap.field in QUESTIONS][:ASKED]


def _questions(w: Words, intake: Intake, answers: Mapping[str, str]) -> str:
    items = []
    for gap in asked(intake):
        key = QUESTIONS[gap.field]
        items.append(
            f'<li><label for="q-{key}">{esc(gap.question)}</label>'
            f'<input id="q-{key}" name="{key}" data-was="" value="{esc(answers.get(key, ""))}" placeholder="{w.h("intake.skip")}">'
            f"<small>{w.h('intake.else', text=gap.assumption)}</small></li>"
        )
    rest = len(intake.gaps) - len(items)
    more = f'<p class="hint">{w.h("intake.more_questions", n=rest)}</p>' if rest > 0 else ""
    if not items:
        return f'<p class="hint">{w.h("intake.no_questions")}</p>' if not rest else more
    return f'<section class="questions"><h3>{w.h("intake.questions")}</h3><ol>{"".join(items)}</ol>{more}</section>'


def _conflicts(w: Words, intake: Intake) -> str:
    return "".join(
        notice("error" if one.severity == "error" else "warning", esc(one.message), esc(one.resolution))
        for one in intake.conflicts
    )


def changed(told: Mapping[str, object]) -> dict[str, str]:
    """The corrections that a page sent, of known fields and bounded length."""
    return {key: str(value)[:4000] for key, value in told.items() if key in FIELDS}
