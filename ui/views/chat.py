"""The conversation beside the reader: instructions, proposals to apply, answers with their sources, what to say next."""

from __future__ import annotations

from collections.abc import Sequence

from agent.revise.model import Citation, Cost, Rerun, Understood
from ui.talk import Turn
from ui.views.words import Words, esc


def chat(w: Words, held: Sequence[Turn], suggested: Sequence[str], *, modelled: bool) -> str:
    """All turns, the last one open; then suggestions. `modelled`: a model can write what becomes stale."""
    hello = f'<p class="hello">{w.h("chat.hello")}</p>' if not held else ""
    said = "".join(_turn(w, one, at, modelled) for at, one in enumerate(held))
    last = held[-1].understood if held else None
    asked = last is not None and any(one.options for one in last.questions)
    chips = (
        ""
        if asked
        else "".join(
            f'<button type="button" class="suggest" data-do="say" data-text="{esc(one)}">{esc(one)}</button>'
            for one in suggested
        )
    )
    more = (
        f'<div class="suggestions" aria-label="{w.h("chat.suggestions")}" role="group">{chips}</div>' if chips else ""
    )
    return f'<div class="chat" role="log" aria-label="{w.h("chat.title")}" tabindex="0">{hello}{said}</div>{more}'


def _turn(w: Words, turn: Turn, at: int, modelled: bool) -> str:
    mine = f'<p class="mine">{esc(turn.said)}</p>'
    told = f'<p class="{"wrong" if turn.wrong else "came"}">{esc(turn.result)}</p>' if turn.result else ""
    if turn.understood is None:
        return f'{mine}<div class="theirs">{told}</div>'
    body = _understood(w, turn.understood, open_=turn.state == "open")
    do = _buttons(w, turn.understood, at, modelled) if turn.state == "open" else ""
    if turn.state == "dropped":
        told = f'<p class="came">{w.h("chat.dropped")}</p>'
    return f'{mine}<div class="theirs" data-turn="{at}">{body}{do}{told}</div>'


def _understood(w: Words, one: Understood, *, open_: bool) -> str:
    bits = []
    if one.answer:
        bits.append(f"<p>{esc(one.answer)}</p>{_citations(w, one.citations)}")
    if one.preview:
        lines = "".join(f"<li>{esc(line)}</li>" for line in one.preview.splitlines())
        bits.append(f'<p><b>{w.h("chat.would")}</b></p><ul class="preview">{lines}</ul>')
    if one.consequences:
        bits.append(
            "<ul>" + "".join(f'<li class="{c.severity}">{esc(c.text)}</li>' for c in one.consequences) + "</ul>"
        )
    if one.clashes and open_:
        rows = "".join(
            f'<li><label><input type="checkbox" name="take" value="{esc(c.path)}"> {w.h("chat.take")}</label>'
            f"<del>{esc(c.yours)}</del><ins>{esc(c.new)}</ins></li>"
            for c in one.clashes
        )
        bits.append(f'<p><b>{w.h("chat.clashes")}</b></p><ul class="clashes">{rows}</ul>')
    if one.parts and one.kind == "edit" and open_:
        bits.append(f"<small>{w.h('chat.parts', parts=w.listed([w.label(f'part.{p}') for p in one.parts]))}</small>")
    for question in one.questions:
        options = "".join(
            f'<button type="button" class="suggest" data-do="say" data-text="{esc(o)}">{esc(o)}</button>'
            for o in question.options
        )
        bits.append(f"<p>{esc(question.text)}</p>{options}")
    if one.kind == "unclear" and not one.questions:
        bits.append(f"<p>{w.h('chat.unclear')}</p>")
    return "".join(bits)


def _citations(w: Words, held: Sequence[Citation]) -> str:
    rows = "".join(f"<li>{esc(' · '.join(filter(None, (c.title, c.publisher, c.date))))}</li>" for c in held)
    return f'<ul class="citations">{rows}</ul>' if rows else ""


def _buttons(w: Words, one: Understood, at: int, modelled: bool) -> str:
    drop = f'<button type="button" data-do="drop" data-turn="{at}">{w.h("chat.drop")}</button>'
    if modelled and any(isinstance(edit, Rerun) for edit in one.edits):
        label = w.h("chat.write_again", cost=cost(w, one.estimate))
        return f'<div class="do"><button type="button" class="main" data-do="apply" data-turn="{at}">{label}</button>{drop}</div>'
    apply_ = f'<button type="button" class="main" data-do="apply" data-turn="{at}" data-form="1">{w.h("chat.apply")}</button>'
    now = ""
    if one.stale and modelled:
        now = f'<button type="button" data-do="apply" data-now="1" data-turn="{at}" data-form="1">{w.h("chat.apply_now", cost=cost(w, one.estimate))}</button>'
    return f'<div class="do">{apply_}{now}{drop}</div>'


def cost(w: Words, one: Cost) -> str:
    """What writing again would take."""
    paid = "" if one.cost is None else f", ${one.cost:.3f}"
    return w("chat.cost", calls=one.calls, tokens=f"{one.tokens:,}") + paid
