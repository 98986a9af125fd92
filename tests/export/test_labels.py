"""The labels: the same keys and placeholders in both languages, and every label that an export asks for is there."""

from __future__ import annotations

import datetime as dt
import re
import string
from pathlib import Path
from typing import Any

import pytest
from office import example

from agent import locale
from agent.brief import read_brief
from agent.data import read_yaml
from agent.export import document
from agent.export.markdown import to_markdown
from agent.export.reader import Reader
from agent.frame import build_frame
from agent.knowledge import load
from agent.plan.model import PART_IDS
from agent.resources import prompts_dir
from agent.run.build import build_plan

SOURCES = sorted(Path(document.__file__).parent.rglob("*.py"))
PLATFORMS = (
    "xiaohongshu douyin wechat_channels wechat weibo bilibili zhihu kuaishou "
    "instagram tiktok youtube linkedin x facebook pinterest threads reddit"
).split()


def labels(language: str) -> dict[str, str]:
    data: dict[str, dict[str, Any]] = read_yaml(prompts_dir() / "locales" / f"labels.{language}.yaml")
    return {f"{group}.{key}": str(text) for group, texts in data.items() for key, text in texts.items()}


def holes(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_have_the_same_labels_and_placeholders() -> None:
    chinese, english = labels("zh-CN"), labels("en")
    assert chinese.keys() == english.keys()
    assert {key for key in chinese if holes(chinese[key]) != holes(english[key])} == set()
    assert [key for key, text in {**chinese, **english}.items() if not text.strip()] == []


def test_english_labels_hold_no_chinese() -> None:
    assert {key: text for key, text in labels("en").items() if re.search(r"[\u3400-\u9fff]", text)} == {}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_every_label_that_an_export_names_exists(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    ours = {"book": "sheets.", "deck": "deck."}
    ours["self"] = ours.get(path.stem, "") if path.parent.name in ("xlsx", "pptx") else ""
    named = re.findall(r'\b(\w+)\.t\("([a-z_]+(?:\.\w+)*)"', source)
    asked = {ours.get(holder, "") + key for holder, key in named}
    asked |= {f"head.{key}" for key in re.findall(r'v\.head\("(\w+)"', source)}
    for call in re.findall(r"v\.cols\(([^()]*)\)", source):
        asked |= {f"col.{spec.lstrip('>^').split('*')[0]}" for spec in re.findall(r'"([^"]+)"', call)}
    assert {key for key in asked if not locale.has("en", key)} == set()


def test_every_platform_and_part_has_a_name() -> None:
    asked = [f"platform.{one}" for one in PLATFORMS] + [f"part.{one}" for one in PART_IDS]
    assert [key for key in asked if not locale.has("zh-CN", key)] == []


@pytest.mark.parametrize(
    ("stem", "told"),
    [
        ("b2b-en", "US Central time (UTC−6 / UTC−5)"),
        ("shop-zh-tw", "台北時間（UTC+8）"),
        ("solo-en", "UK time (UTC+0 / UTC+1)"),
    ],
)
def test_time_zones_are_told_in_words(stem: str, told: str) -> None:
    reader = Reader(example(stem))
    assert reader.zones() == told
    assert reader.zone("America/Sao_Paulo") == f"Sao Paulo{reader.t('misc.aside', text='UTC−3')}"
    assert reader.zone("nowhere") == "nowhere"


@pytest.mark.parametrize(
    ("name", "told"), [("b2b-en.md", "Nano creators"), ("tea-zh.yaml", "KOC · "), ("shop-zh-tw.md", "KOC · ")]
)
def test_creators_are_called_as_the_trade_of_the_language_calls_them(name: str, told: str) -> None:
    """KOL and KOC are words of the Chinese trade; in English they are creators by size."""
    taken = read_brief(Path(__file__).parents[2] / "examples" / "briefs" / name, as_of=dt.date(2026, 11, 23))
    knowledge = load()
    frame = build_frame(taken.filled, as_of=dt.date(2026, 11, 23), knowledge=knowledge)
    plan = build_plan(taken, knowledge, frame, model="playbook", checked=False)
    text = to_markdown(plan)
    assert told in text
    assert taken.filled.language != "en" or not re.search(r"\bKO[LC]\b", text)
