"""Where a model's words go: paths, bounds, schemas."""

from __future__ import annotations

import pytest

from agent.plan.base import Line, Part, Sentence
from agent.words.items import Rewrite, groups, limit_of, room, schema_for


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


class Wood(Part):
    trees: list[Tree]
    """Trees."""


def places(part: Part, rewrite: Rewrite) -> list[list[str]]:
    return [[ask.item.place for ask in group] for group in groups(part, part, rewrite)]


def test_items_walk_lists_and_stop_at_most() -> None:
    assert places(tree(), Rewrite("leaves[*]", ("text",), each=2, most=3)) == [
        ["leaves[0]", "leaves[1]"],
        ["leaves[2]"],
    ]


def test_a_call_holds_items_of_one_parent_and_most_counts_for_each() -> None:
    found = places(Wood(trees=[tree(), tree()]), Rewrite("trees[*].leaves[*]", ("text",), each=4, most=3))
    assert found == [[f"trees[{t}].leaves[{n}]" for n in range(3)] for t in range(2)]


def test_drafts_are_the_playbooks_words_whatever_stands_in_the_part() -> None:
    part, drafts = tree(), tree()
    part.leaves[0].text = "模型写的话。"
    (ask,) = groups(part, drafts, Rewrite("leaves[*]", ("text",), most=1))[0]
    assert ask.item.drafts == {"text": "第0句话。"}
    assert ask.item.target is part.leaves[0]


def test_an_item_without_words_is_left_out() -> None:
    part = tree()
    part.leaves[0].text = ""
    assert places(part, Rewrite("leaves[*]", ("text",), each=9)) == [["leaves[1]", "leaves[2]", "leaves[3]"]]


def test_the_schema_bounds_every_string_and_carries_the_docstrings() -> None:
    part = tree()
    (group, _) = groups(part, part, Rewrite("leaves[*]", ("title", "text"), each=2))
    shape = schema_for(group, "zh-CN").model_json_schema()
    leaf = next(iter(shape["$defs"].values()))
    assert set(shape["required"]) == {"item1", "item2"}
    assert leaf["properties"]["text"] == {
        "description": "A sentence.",
        "maxLength": 105,
        "minLength": 2,
        "title": "Text",
        "type": "string",
    }
    assert room(group, "zh-CN") > 2 * (105 + 36)


def test_a_field_that_is_no_prose_cannot_be_rewritten() -> None:
    with pytest.raises(KeyError):
        limit_of(Leaf, "code")
