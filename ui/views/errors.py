"""The program's errors in the words of whoever reads them in the browser."""

from __future__ import annotations

import functools
import re

from agent.data import read_yaml
from agent.locale import localise
from agent.resources import prompts_dir


@functools.cache
def phrases() -> list[tuple[re.Pattern[str], str, str]]:
    """Pattern of a sentence of the program's, in Chinese, in English ("" where it stays); the longest first."""
    found: dict[str, str | dict[str, str]] = read_yaml(prompts_dir() / "locales" / "errors.yaml")
    made = []
    for key in sorted(found, key=len, reverse=True):
        said = found[key]
        zh, en = (said, "") if isinstance(said, str) else (said["zh"], said.get("en", ""))
        made.append((_pattern(key), zh, en))
    return made


def _pattern(key: str) -> re.Pattern[str]:
    return re.compile("(.+?)".join(re.escape(piece) for piece in key.split("{}")), re.S)


@functools.lru_cache(maxsize=2000)
def translated(text: str, language: str) -> str:
    """An error in a language; what is not known stays as it is."""
    chinese = language.startswith("zh")
    for pattern, zh, en in phrases():
        said = zh if chinese else en
        if said:
            text = pattern.sub(functools.partial(_filled, said), text)
    return localise(text.replace("。 ", "。"), language)


def _filled(said: str, found: re.Match[str]) -> str:
    """The translation with what the sentence held; {0} names a place, {} the next one."""
    held = list(found.groups())
    rest = iter(held)
    return re.sub(r"\{(\d?)\}", lambda one: held[int(one[1])] if one[1] else next(rest), said)
