"""Where a model's words go: paths, bounds, schemas."""

from __future__ import annotations

import pytest

from agent.plan.base import Line, Part, Sentence
from agent.words.items import Rewrite, items, limit_of, schema_for


class Leaf(Part):
    title: Line
    """A title."""
    text: Sentence
    """A sentence."""
    code: str = "x"
    """Not prose."""


class Tree(Part):
    leaves: list[Leaf]
    """Leaves."""


def tree() -> Tree:
    return Tree(leaves=[Leaf(title=f"第{i}个", text=f"第{i}句话。") for i in range(4)])


def test_items_walk_lists_and_stop_at_most() -> None:
    found = items(tree(), Rewrite("leaves[*]", ("text",), most=3))
    assert [item.place for item in found] == ["leaves[0]", "leaves[1]", "leaves[2]"]
    assert found[1].draft() == {"text": "第1句话。"}


def test_an_item_without_words_is_left_out() -> None:
    part = tree()
    part.leaves[0].text = ""
    assert [i.place for i in items(part, Rewrite("leaves[*]", ("text",)))] == ["leaves[1]", "leaves[2]", "leaves[3]"]


def test_the_schema_bounds_every_string_and_carries_the_docstrings() -> None:
    shape = schema_for(items(tree(), Rewrite("leaves[*]", ("title", "text")))[:2], "zh-CN").model_json_schema()
    leaf = next(iter(shape["$defs"].values()))
    assert set(shape["required"]) == {"item1", "item2"}
    assert leaf["properties"]["text"] == {
        "description": "A sentence.",
        "maxLength": 105,
        "minLength": 2,
        "title": "Text",
        "type": "string",
    }


def test_a_field_that_is_no_prose_cannot_be_rewritten() -> None:
    with pytest.raises(KeyError):
        limit_of(Leaf, "code")
