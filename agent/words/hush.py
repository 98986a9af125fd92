"""What no model is shown of a brief: passages that speak to a machine, and what stands close to them.

The plan still holds the client's words where the playbook quotes them; people may read them. See agent/orders.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from agent.brief.model import BrandBrief, Conflict, Intake
from agent.brief.phrases import say
from agent.brief.readers import Raw
from agent.orders import Orders, addressed, quoted

AFTER = 3
"""Lines or entries behind such a passage that belong to it: an order seldom stops at its first sentence."""
CODE = "BRF-C24"


def noticed(intake: Intake, raw: Raw) -> Intake:
    """The intake with such passages of its source noted, and told as a point of the brief to look at; as it is when there are none."""
    filed = [fact for rival in intake.brief.competitors for fact in rival.facts]
    if not addressed("\n".join([raw.all_text(), *filed])):  # quick: once through all that was said
        return intake
    found = [*in_lines(raw), *_in_values(raw.data), *(text for _, text in _flagged(intake.brief))]
    if not found:
        return intake
    language = intake.brief.language
    told = {"count": len(found), "text": quoted(next(filter(addressed, found), found[0]))}
    fields = [path for path, _ in _flagged(intake.brief)] or ["constraints"]
    conflict = Conflict(
        code=CODE,
        fields=fields,
        message=say(f"conflicts.{CODE}.message", language, **told),
        resolution=say(f"conflicts.{CODE}.resolution", language, **told),
    )
    return intake.model_copy(
        update={"addressed": list(dict.fromkeys(found)), "conflicts": [*intake.conflicts, conflict]}
    )


def orders_of(intake: Intake) -> Orders:
    """The passages of a brief by which their words are known again."""
    return Orders.of([*intake.addressed, *(text for _, text in _flagged(intake.brief))])


def hushed(brief: BrandBrief, orders: Orders) -> BrandBrief:
    """A copy without such passages: empty where a value was one, gone where an entry was."""
    plain = brief.model_dump(exclude={"spans"})
    return BrandBrief.model_validate({name: _without(value, orders) for name, value in plain.items()})


def _without(value: Any, orders: Orders) -> Any:
    if isinstance(value, str):
        return "" if orders.hold(value) else value
    if isinstance(value, dict):
        return {key: _without(one, orders) for key, one in value.items()}
    if isinstance(value, list):
        kept = [(one, _without(one, orders)) for one in value]
        return [new for old, new in kept if new != "" or old == ""]
    return value


def _flagged(brief: BrandBrief) -> Iterator[tuple[str, str]]:
    """(path, text) of every value that speaks to a machine."""
    for name, value in brief:
        if name != "spans":
            yield from _texts(name, value)


def _texts(path: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        if addressed(value):
            yield path, value
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from _texts(f"{path}[{number}]", one)
    elif hasattr(value, "model_fields_set"):
        for name, one in value:
            yield from _texts(f"{path}.{name}", one)


def in_lines(raw: Raw) -> Iterator[str]:
    """Lines of a text that speak to a machine, alone or with the next, and those around them up to an empty one."""
    lines = [one.text for one in raw.lines]
    for at, line in enumerate(lines):
        pair = " ".join(lines[at : at + 2])
        if not line.strip() or not (addressed(line) or addressed(pair)):
            continue
        yield pair if not addressed(line) else line
        if at and lines[at - 1].strip():
            yield lines[at - 1]
        for one in lines[at + 1 : at + 1 + AFTER]:
            if not one.strip():
                break
            yield one


def _in_values(value: Any) -> Iterator[str]:
    """The same of a mapping's values; an entry takes the next of its list with it."""
    if isinstance(value, dict):
        for key, one in value.items():
            if isinstance(one, str) and addressed(f"{key}: {one}"):
                yield one
            else:
                yield from _in_values(one)
    elif isinstance(value, list):
        for at, one in enumerate(value):
            if isinstance(one, str) and addressed(one):
                yield from (near for near in value[at : at + 1 + AFTER] if isinstance(near, str))
            else:
                yield from _in_values(one)
    elif isinstance(value, str) and addressed(value):
        yield value
