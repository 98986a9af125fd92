"""The exported files: written in one step or not at all, JSON that comes back as the same plan, a schema that is current."""

from __future__ import annotations

import io
import json
import os
import zipfile
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from plan_filler import filled

from agent.errors import CehuaError
from agent.export import FORMATS, Format, FormatError, export, export_zip, rendered
from agent.export.escape import clean
from agent.export.json_ import from_json, schema, schema_text
from agent.files import write_atomically
from agent.plan.model import to_json


def test_json_comes_back_as_the_same_plan() -> None:
    plan = filled(lambda path: f"第“一”行\n\u202e<b> {path}")
    assert from_json(to_json(plan)) == plan


def test_json_is_stable_readable_and_in_the_order_of_the_models() -> None:
    plan = filled(lambda path: "品牌")
    written = to_json(plan)
    assert written == to_json(from_json(written))
    assert "品牌" in written
    assert list(json.loads(written)) == list(type(plan).model_fields)


def test_json_keeps_to_the_published_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    validator = jsonschema.Draft202012Validator(schema())
    data: dict[str, Any] = json.loads(to_json(filled()))
    validator.validate(data)
    del data["summary"]["headline"]
    with pytest.raises(jsonschema.ValidationError, match="headline"):
        validator.validate(data)


def test_the_published_schema_is_current() -> None:
    published = Path(__file__).parents[2] / "docs" / "plan.schema.json"
    assert published.read_text(encoding="utf-8") == schema_text(), (
        "run: python -m agent.export.json_ docs/plan.schema.json"
    )


def test_every_field_of_the_schema_says_what_it_is() -> None:
    nameless = [
        f"{name}.{field}"
        for name, model in schema()["$defs"].items()
        for field, about in model.get("properties", {}).items()
        if "description" not in about and "$ref" not in about
    ]
    assert nameless == []


def test_export_writes_each_format_once_in_the_order_asked(tmp_path: Path) -> None:
    paths = export(filled(), tmp_path / "new" / "exports", ["json", "md", "json"])
    assert [path.name for path in paths] == ["plan.json", "plan.md"]
    assert all(path.stat().st_size > 1000 for path in paths)
    assert sorted(one.name for one in (tmp_path / "new" / "exports").iterdir()) == ["plan.json", "plan.md"]


def test_an_unknown_format_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(CehuaError, match=r"docm.*md, json") as caught:
        export(filled(), tmp_path / "out", ["md", "docm"])
    assert caught.value.exit_code == 2
    assert not (tmp_path / "out").exists()


def test_a_zip_holds_every_format_and_is_the_same_each_time(tmp_path: Path) -> None:
    plan = filled()
    first = export_zip(plan, tmp_path, ["md", "json"])
    content = first.read_bytes()
    with zipfile.ZipFile(first) as archive:
        assert archive.namelist() == ["plan.md", "plan.json"]
        assert from_json(archive.read("plan.json")) == plan
    assert [one.name for one in tmp_path.iterdir()] == ["plan.zip"]
    assert export_zip(plan, tmp_path, ["md", "json"]).read_bytes() == content


def test_49_files_have_names_of_their_own_and_no_link_is_written_through(tmp_path: Path) -> None:
    plan = filled(lambda path: "../../x\0\\" + "n" * 500)
    kept, out = tmp_path / "kept.txt", tmp_path / "exports"
    kept.write_text("kept", encoding="utf-8")
    out.mkdir()
    (out / "plan.md").symlink_to(kept)
    export(plan, out, ["md", "json"])
    with zipfile.ZipFile(export_zip(plan, out, ["md", "json"])) as archive:
        assert archive.namelist() == ["plan.md", "plan.json"]
    assert kept.read_text(encoding="utf-8") == "kept"
    assert sorted(one.name for one in out.iterdir()) == ["plan.json", "plan.md", "plan.zip"]
    assert not any(one.is_symlink() for one in out.iterdir())
    assert sorted(one.name for one in tmp_path.iterdir()) == ["exports", "kept.txt"]


def test_a_template_that_no_format_takes_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"house\.docx") as caught:
        export(filled(), tmp_path / "out", ["md"], tmp_path / "house.docx")
    assert caught.value.exit_code == 2
    assert not (tmp_path / "out").exists()


def test_a_format_that_fails_leaves_the_folder_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(plan: object) -> bytes:
        raise ValueError("broken")

    (tmp_path / "plan.md").write_text("old", encoding="utf-8")
    monkeypatch.setitem(FORMATS, "bad", Format(".bad", fail))
    with pytest.raises(ValueError, match="broken"):
        export(filled(), tmp_path, ["md", "bad"])
    assert (tmp_path / "plan.md").read_text(encoding="utf-8") == "old"


def test_a_write_that_breaks_off_leaves_the_old_file_and_no_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "plan.md"
    path.write_text("old", encoding="utf-8")

    def fail(handle: int) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="disk full"):
        write_atomically(path, b"new")
    assert path.read_text(encoding="utf-8") == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["plan.md"]


def test_all_formats_together_are_what_each_is_alone() -> None:
    plan = filled()
    together = rendered(plan, list(FORMATS))
    assert list(together) == [f"plan{one.suffix}" for one in FORMATS.values()]
    for one in ("pdf", "html", "md", "ics"):
        assert [together[f"plan.{one}"]] == list(rendered(plan, [one]).values()), one
    beside, alone = (
        zipfile.ZipFile(io.BytesIO(one)) for one in (together["plan.docx"], *rendered(plan, ["docx"]).values())
    )
    assert {name: beside.read(name) for name in beside.namelist()} == {
        name: alone.read(name) for name in alone.namelist()
    }


def test_a_format_made_beside_the_others_fails_as_loudly(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(made: object) -> bytes:
        raise ValueError("broken")

    monkeypatch.setitem(FORMATS, "bad", Format(".bad", fail, aside=True))
    with pytest.raises(ValueError, match="broken"):
        rendered(filled(), ["bad", "md"])


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("讲的是“为什么“冷泡”不涩”", "讲的是“为什么‘冷泡’不涩”"),
        ("“一”和“二”", "“一”和“二”"),
        ("「甲「乙」」", "「甲『乙』」"),
        ("“没有“合上”", "“没有“合上”"),
        ("”反着“写的”“", "”反着“写的”“"),
        ("“a “b “c” d” e”", "“a ‘b “c” d’ e”"),
    ],
)
def test_a_quotation_in_a_quotation_has_the_other_marks(words: str, shown: str) -> None:
    assert clean(words) == shown


def test_a_plan_that_stands_as_json_is_not_turned_into_it_again(tmp_path: Path) -> None:
    plan = filled(lambda path: "品牌")
    kept = tmp_path / "kept.json"
    kept.write_text("as it stands", encoding="utf-8")
    written = export(plan, tmp_path / "out", ("json", "md"), kept=kept)
    assert [one.name for one in written] == ["plan.json", "plan.md"]
    assert written[0].read_text(encoding="utf-8") == "as it stands"
    (alone,) = export(plan, tmp_path / "out", ("json",), kept=kept)
    assert alone.read_text(encoding="utf-8") == "as it stands"
    with pytest.raises(FormatError):
        export(plan, tmp_path / "out", ("json",), Path("house.docx"), kept=kept)
