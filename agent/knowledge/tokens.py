"""Words for the keyword side of search: Chinese cut by a dictionary, Latin words folded, exact terms kept whole."""

from __future__ import annotations

import functools
import logging
import re
import threading
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Any

_RUNS = re.compile(r"[\u3400-\u9fff]+|[a-z0-9]+(?:[-/.][a-z0-9]+)*")
_HAN = re.compile(r"[\u3400-\u9fff]")
_STOP = frozenset(
    "的 了 是 在 和 与 或 要 能 吗 呢 吧 怎么 什么 如何 哪 哪些 多少 几 有 一个 个 些 我们 可以 不是 需要 应该 大概 "
    "a an the of to in on at is are be do does for and or with what which who how when where why can we our it its that this by as "
    "from should would may".split()
)


class Tokens:
    """Cuts text into words. One instance a process: the dictionary takes about a second to load, less from its cache."""

    def __init__(self, cache: Path, words: Iterable[str] = ()) -> None:
        """`cache` holds the parsed dictionary; `words` are names that the dictionary may not know (小红书, 蒲公英)."""
        self._cache = cache
        self._names = tuple(sorted({word for word in words if 2 <= len(word) <= 12 and _HAN.fullmatch(word[0])}))
        self._lock = threading.Lock()
        self._cutter: Any = None

    def of(self, text: str) -> list[str]:
        """Words of a text or a query, in order, with repeats; stop words dropped unless nothing else is left."""
        folded = simplified(unicodedata.normalize("NFKC", text).lower())
        words: list[str] = []
        for run in _RUNS.findall(folded):
            words.extend(self._chinese(run) if _HAN.match(run) else _latin(run))
        kept = [word for word in words if word not in _STOP]
        return kept or words

    def _chinese(self, run: str) -> list[str]:
        """Words by the dictionary, long ones with their parts; pairs of characters catch what it cuts otherwise elsewhere."""
        words = [word for word in self._jieba().cut_for_search(run) if word.strip()]
        pairs = [run[i : i + 2] for i in range(len(run) - 1)]
        return [*words, *(pair for pair in pairs if pair not in set(words))]

    def _jieba(self) -> Any:
        with self._lock:
            if self._cutter is None:
                self._cutter = _loaded.get(self._names) or _dictionary(self._cache, self._names)
                _loaded[self._names] = self._cutter
        return self._cutter


_loaded: dict[tuple[str, ...], Any] = {}
"""Dictionaries of this process by the names that were added: loading one takes a second or two."""


def _dictionary(cache: Path, names: tuple[str, ...]) -> Any:
    import jieba

    jieba.setLogLevel(logging.WARNING)
    cutter = jieba.Tokenizer()
    try:
        cache.mkdir(parents=True, exist_ok=True)
        cutter.tmp_dir = str(cache)
    except OSError:
        pass
    cutter.initialize()
    for name in names:
        cutter.add_word(name, freq=2000)
    return cutter


def _latin(run: str) -> list[str]:
    """A word without its plural; "c-330/23" also in parts."""
    parts = re.split(r"[-/.]", run)
    whole = [run] if len(parts) > 1 else []
    return whole + [stem(part) for part in parts if part]


def stem(word: str) -> str:
    """An English word without plural, -ing and -ed: enough to bring "ads" to "ad" and "labelling" to "label"."""
    if len(word) <= 3 or not word.isalpha():
        return (
            word[:-1]
            if len(word) == 3 and word.endswith("s") and word not in ("ads", "gas", "bus")
            else "ad"
            if word == "ads"
            else word
        )
    for ending, put in (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""), ("es", "e"), ("s", "")):
        if (
            word.endswith(ending)
            and len(word) - len(ending) >= 3
            and not (ending == "s" and word.endswith(("ss", "us", "is")))
        ):
            base = word[: len(word) - len(ending)] + put
            doubled = len(base) > 3 and base[-1] == base[-2] and base[-1] not in "aeiouls"
            return (base[:-1] if doubled else base).rstrip("e") if ending in ("ing", "ed", "es") else base
    return word.rstrip("e")


@functools.cache
def _converter() -> Any:
    import opencc

    return opencc.OpenCC("t2s")


@functools.lru_cache(maxsize=4096)
def simplified(text: str) -> str:
    """Traditional characters as simplified ones, so that both spellings meet."""
    return str(_converter().convert(text)) if _HAN.search(text) else text
