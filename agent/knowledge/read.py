"""From YAML files to plain data: shorthand is spelled out, so that every item is complete before it is validated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from agent.errors import SetupError
from agent.locale import t

Row = dict[str, Any]
SECTIONS = {
    "audience": ("受众", "audience"),
    "ecology": ("内容生态", "content ecology"),
    "distribution": ("分发机制", "distribution"),
    "strength": ("平台所长", "strengths"),
    "link_policy": ("链接规则", "link policy"),
    "disclosure": ("广告与AI标识", "disclosure"),
    "penalties": ("处罚规则", "penalty rules"),
}
SINGLE = {
    "style": ("写作风格", "writing style"),
    "effort": ("单条工时", "hours per piece"),
    "fit": ("平台评分", "platform scores"),
}
LANGUAGES = {"zh": "zh-CN", "en": "en"}
COMMAS = {"zh": "；", "en": "; "}
FIELDS = {
    "title": ("标题字数", "title length"),
    "body": ("正文字数", "text length"),
    "hashtags": ("话题标签数量", "hashtag"),
    "images": ("图片数量", "image"),
    "video_minutes": ("视频时长（分钟）", "video length (minutes)"),
    "alt": ("替代文本字数", "alt text length"),
    "mentions": ("提及数量", "mention"),
    "collection": ("合集名字数", "collection name length"),
    "author": ("作者名字数", "author name length"),
    "digest": ("摘要字数", "digest length"),
    "posts_per_day": ("每日发布次数", "posts a day"),
    "replies_per_day": ("每日回复次数", "replies a day"),
    "tags": ("标签字数", "tags length"),
    "comment": ("评论字数", "comment length"),
    "pages": ("文档页数", "document page"),
    "link": ("链接长度", "link length"),
}
ABOUT = {"business": "search.word", "tier": "tier", "format": "format"}
"""Key of a benchmark row → where the words for its values stand."""
LISTS = {
    "kpis.yaml": "kpis",
    "dates.yaml": "dates",
    "laws.yaml": "laws",
    "risks.yaml": "risks",
    "frameworks.yaml": "frameworks",
    "tools.yaml": "tools",
}


def read(folder: Path) -> Row:
    """Everything under `folder` as one mapping in the shape of `model.Base`, not validated yet.

    Raises SetupError naming the file when one is missing or is not YAML.
    """
    files = {name: read_file(folder / name) for name in files_of(folder)}
    platforms = {name: data for name, data in files.items() if name.startswith("platforms/")}
    sheets = {data["id"]: _sheet(data) for data in platforms.values()}
    tables = [table for name, data in files.items() if name.startswith("benchmarks/") for table in _tables(data)]
    extra = _merged(data for name, data in files.items() if name.startswith("benchmarks/"))
    base: Row = {
        "sources": {key: {"id": key, **row} for key, row in _file(files, "sources.yaml").items()},
        "platforms": sheets,
        "benchmarks": [_benchmark(row, sheets) for row in tables],
        "studies": extra.get("studies", []),
        "tiers": extra.get("tiers", []),
        "rates": extra.get("rates", {}),
        "rates_item": extra.get("rates_item", {}),
    }
    for name, key in LISTS.items():
        base[key] = _dated(_file(files, name), key)
    crisis = _file(files, "crisis.yaml")
    base["crisis"] = {key: _dated(crisis, key) for key in ("levels", "principles", "holding", "roles")}
    workload = _file(files, "workload.yaml")
    base.update({key: _dated(workload, key) for key in ("norms", "teams", "review")})
    base["notes"] = [
        note for name, data in files.items() if name.startswith("notes/") for note in _dated(data, "notes")
    ]
    return base


def files_of(folder: Path) -> list[str]:
    """Names of the files that hold items, relative to `folder`; other files there belong to other modules."""
    single = [name for name in (*LISTS, "sources.yaml", "crisis.yaml", "workload.yaml") if (folder / name).is_file()]
    many = [
        f"{kind}/{path.name}" for kind in ("platforms", "benchmarks", "notes") for path in folder.glob(f"{kind}/*.yaml")
    ]
    return sorted([*single, *many])


def read_file(path: Path) -> Row:
    """One YAML file as a mapping. Raises SetupError naming the file and the line."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        data = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    except YAMLError as error:
        raise SetupError(f"{path.name} is not valid YAML: {error}", hint="Mend the file.", where=str(path)) from error
    if not isinstance(data, dict):
        raise SetupError(f"{path.name} holds no keys.", hint="Mend or remove the file.", where=str(path))
    return data


def _file(files: Mapping[str, Row], name: str) -> Row:
    if name not in files:
        raise SetupError(f"knowledge/{name} is missing.", hint="Install the project again.", where=name)
    return files[name]


def _item(row: Row, defaults: Mapping[str, Any]) -> Row:
    """One item with the file's defaults; zh/en become the body, a single source a list."""
    out = {**defaults, **row}
    if "zh" in out and "en" in out:
        out["body"] = {"zh": out.pop("zh"), "en": out.pop("en")}
    if isinstance(out.get("source"), str):
        out["source"] = [out["source"]]
    return out


def _dated(data: Row, key: str) -> list[Row]:
    """A list of items; the keys under `defaults` of the file hold for each of them."""
    defaults = data.get("defaults", {})
    return [_item(row, defaults) for row in data.get(key, [])]


def _sheet(data: Row) -> Row:
    """One platform file: ids and titles of its items follow from the platform and the section."""
    platform, names = data["id"], data["names"]
    defaults = {"region": data["region"], "platforms": [platform], **data.get("defaults", {})}
    out = {key: value for key, value in data.items() if key != "defaults"}

    def named(row: Row, suffix: str, zh: str, en: str) -> Row:
        title = {"zh": f"{names['zh']}：{zh}", "en": f"{names['en']}: {en}"}
        return _item({"id": f"platform.{platform}.{suffix}", "title": title, **row}, defaults)

    for key, (zh, en) in SECTIONS.items():
        out[key] = [named(row, f"{key}.{n}", zh, en) for n, row in enumerate(data[key], 1)]
    for key, (zh, en) in SINGLE.items():
        out[key] = named(data[key], key, zh, en)
    said = {lang: comma.join(row[lang] for row in data["metrics"]) for lang, comma in COMMAS.items()}
    used = {lang: comma.join(row[lang] for row in data["tools"]) for lang, comma in COMMAS.items()}
    rests = out.pop("backend_source", {"source": "assumption", "confidence": "low"})
    text = {"zh": f"后台指标：{said['zh']}。工具：{used['zh']}。", "en": f"Metrics: {said['en']}. Tools: {used['en']}."}
    out["backend"] = named({**text, **rests}, "backend", "后台指标与广告、达人工具", "metrics, ad and creator tools")
    kinds = {
        lang: COMMAS[lang].join(t(code, f"format.{one}") for one in data["formats"]) for lang, code in LANGUAGES.items()
    }
    text = {"zh": f"原生支持的内容形式：{kinds['zh']}。", "en": f"Native formats: {kinds['en']}."}
    out["native"] = named(
        {**text, "source": "assumption", "confidence": "low"}, "native", "支持的内容形式", "native formats"
    )
    windows = enumerate(data["windows"], 1)
    out["windows"] = [named(row, f"windows.{n}", "发布时段", "posting window") for n, row in windows]
    out["limits"] = []
    for row in data["limits"]:
        suffix = ".".join(str(part) for part in ("limits", row["field"], row.get("format"), row.get("surface")) if part)
        zh, en = FIELDS.get(row["field"], (row["field"], row["field"]))
        out["limits"].append(named(row, suffix, f"{zh}上限", f"{en} limit"))
    return out


def _merged(parts: Iterator[Row]) -> Row:
    """What benchmark files hold beside tables: studies, tiers, rates."""
    out: Row = {}
    for data in parts:
        for key in ("studies", "tiers"):
            if key in data:
                out.setdefault(key, []).extend(_dated(data, key))
        if "rates" in data:
            out["rates"] = data["rates"]
            out["rates_item"] = _item(data["rates_item"], data.get("defaults", {}))
    return out


def _tables(data: Row) -> Iterator[Row]:
    """Rows of all tables in a file: every row inherits the table's other keys, and the file's defaults."""
    for table in data.get("tables", []):
        shared = {key: value for key, value in table.items() if key != "rows"}
        for row in table["rows"]:
            yield _item({**shared, **row}, data.get("defaults", {}))


def _benchmark(row: Row, sheets: Mapping[str, Row]) -> Row:
    """Id and title of a benchmark row follow from what it is about."""
    place = [] if row.get("platform") else [row.get("region", "GLOBAL")]
    about = [str(row[key]) for key in ("platform", *ABOUT) if row.get(key)]
    title = {}
    for key, code in LANGUAGES.items():
        names = [sheets[row["platform"]]["names"][key]] if row.get("platform") else [t(code, f"market.{place[0]}")]
        names += [t(code, f"{group}.{row[part]}") for part, group in ABOUT.items() if row.get(part)]
        title[key] = " · ".join([row["title"][key], *names])
    region = sheets[row["platform"]]["region"] if row.get("platform") else row.get("region", "GLOBAL")
    item_id = row.get("id") or ".".join(["bench", row["metric"], *place, *about])
    platforms = [row["platform"]] if row.get("platform") else []
    if row["source"] == ["assumption"]:
        row = {key: value for key, value in row.items() if key not in ("sample", "period")}
    return {**row, "id": item_id, "title": title, "region": region, "platforms": platforms}
