"""Finds the language of a brief: simplified or traditional Chinese, or English."""

from __future__ import annotations

import functools
import re

from agent.brief.model import Language
from agent.data import read_yaml
from agent.resources import prompts_dir

_HAN = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[A-Za-zÀ-ɏ]+")
_TAIWAN = re.compile(r"NT\$|台北|臺灣|台灣|台南|高雄|新台幣|脆|粉專|社群企劃")


@functools.cache
def _only() -> tuple[frozenset[str], frozenset[str]]:
    data = read_yaml(prompts_dir() / "locales" / "characters.yaml")
    kept = [frozenset("".join(str(data[key]).split())) for key in ("simplified_only", "traditional_only")]
    return kept[0], kept[1]


def detect(text: str) -> Language:
    """The language most of the text is in. A Chinese character weighs as much as an English word.

    Chinese without a character of either script counts as simplified, unless it speaks of Taiwan.
    """
    sample = text[:200_000]
    han = _HAN.findall(sample)
    if len(han) * 1.5 < len(_WORD.findall(sample)) or not han:
        return "en"
    simplified, traditional = _only()
    plain, full = sum(c in simplified for c in han), sum(c in traditional for c in han)
    if full == plain:
        return "zh-TW" if _TAIWAN.search(sample) else "zh-CN"
    return "zh-TW" if full > plain else "zh-CN"
