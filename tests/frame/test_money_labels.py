"""Labels of the money half: both languages hold the same keys and placeholders, and no label stands in two locale files."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from agent.data import read_yaml
from agent.resources import prompts_dir


def flat(node: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in node.items():
        name = f"{prefix}.{key}" if prefix else str(key)
        if isinstance(value, dict):
            yield from flat(value, name)
        else:
            yield name, str(value)


def labels(name: str) -> dict[str, str]:
    return dict(flat(read_yaml(prompts_dir() / "locales" / name)))


def test_both_languages_hold_the_same_keys_and_placeholders() -> None:
    zh, en = labels("frame.zh-CN.yaml"), labels("frame.en.yaml")
    assert zh.keys() == en.keys()
    for key, text in zh.items():
        assert set(re.findall(r"{(\w+)}", text)) == set(re.findall(r"{(\w+)}", en[key])), key


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_a_label_stands_in_one_file_only(language: str) -> None:
    files = sorted((prompts_dir() / "locales").glob(f"*.{language}.yaml"))
    found = Counter(key for path in files for key in labels(path.name))
    assert [key for key, times in found.items() if times > 1] == []
