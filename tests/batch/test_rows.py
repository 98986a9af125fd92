"""Every kind of input as rows: where each stands, what is a bad one, what is the same brief."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from openpyxl import Workbook

from agent.batch.rows import BadRow, Row, read_rows
from agent.batch.template import columns_of, write_template
from agent.brief import names
from agent.errors import BriefError
from tests.batch.conftest import ROW, jsonl


def read(path: Path) -> list[Row | BadRow]:
    return list(read_rows(path, {}))


def test_a_bad_line_says_where_and_why_and_ends_nothing(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    lines = [
        json.dumps(ROW).encode(),
        b'{"brand": ',
        b"",
        b'{"brand": "\xff\xfe"}',
        b"[1, 2]",
        b'{"budget": NaN}',
        b'"A bakery in Leeds"',
    ]
    path.write_bytes(b"\n".join(lines))
    good, torn, bytes_, listed, number, text = read(path)
    assert isinstance(good, Row)
    assert good.place == "line 1"
    assert good.name == "岫里茶"
    for row, place, word in ((torn, 2, "no JSON"), (bytes_, 4, "not UTF-8"), (listed, 5, "object"), (number, 6, "NaN")):
        assert isinstance(row, BadRow)
        assert row.place == f"line {place}"
        assert word in row.reason
    assert isinstance(text, Row)
    assert text.source == "A bakery in Leeds"
    assert text.place == "line 7"


def test_an_endless_line_is_one_bad_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.batch.rows.LONGEST_LINE", 200)
    found = read(jsonl(tmp_path / "in.jsonl", ROW, '{"brand": "' + "x" * 900 + '"}', ROW))
    assert [type(one) for one in found] == [Row, BadRow, Row]
    assert [one.place for one in found] == ["line 1", "line 2", "line 3"]


def test_the_key_is_the_brief_and_not_how_it_is_written(tmp_path: Path) -> None:
    one, same, other = read(
        jsonl(tmp_path / "in.jsonl", '{"brand": "A", "budget": "£5"}', '{"budget":"£5 ","brand":"A"}', '{"brand": "B"}')
    )
    assert isinstance(one, Row)
    assert isinstance(same, Row)
    assert isinstance(other, Row)
    assert one.key == same.key != other.key
    salted = next(iter(read_rows(tmp_path / "in.jsonl", {"language": "en"})))
    assert isinstance(salted, Row)
    assert salted.key != one.key


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_as_spreadsheets_save_it(tmp_path: Path, encoding: str, separator: str) -> None:
    lines = [["品牌", "目标", "budget"], ["岫里茶", '"涨粉\n卖茶"', "3万元"], ["", "", ""], ["半山", "涨粉", "1万元"]]
    path = tmp_path / "in.csv"
    path.write_bytes("\r\n".join(separator.join(cells) for cells in lines).encode(encoding))
    first, second = read(path)
    assert isinstance(first, Row)
    assert isinstance(second, Row)
    assert first.source == {"品牌": "岫里茶", "目标": ["涨粉", "卖茶"], "budget": "3万元"}
    assert (first.place, second.place, second.name) == ("line 2", "line 5", "半山")


def test_a_ragged_csv_row_fails_alone(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text('brand,budget\nA,£5\nB,£1,000\nC,"£6"x\nD,£7\n', encoding="utf-8")
    found = read(path)
    assert [type(one) for one in found] == [Row, BadRow, BadRow, Row]
    assert isinstance(found[1], BadRow)
    assert "3 cells under 2" in found[1].reason


def test_a_table_without_known_headings_is_refused_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text("x,y\n1,2\n", encoding="utf-8")
    with pytest.raises(BriefError, match="No heading"):
        read(path)
    with pytest.raises(BriefError, match="ending"):
        read(jsonl(tmp_path / "in", ROW))


def test_a_workbook_gives_its_sheet_and_rows(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "briefs"
    for cells in (["品牌 (brand)", "预算 (budget)"], ["岫里茶", "3万元"], [None, None], ["半山", 20000]):
        sheet.append(cells)
    book.save(tmp_path / "in.xlsx")
    first, second = read(tmp_path / "in.xlsx")
    assert isinstance(first, Row)
    assert first.source == {"品牌 (brand)": "岫里茶", "预算 (budget)": "3万元"}
    assert second.place == "briefs row 4"


def test_a_folder_gives_its_files_and_follows_no_link(tmp_path: Path) -> None:
    folder = tmp_path / "briefs"
    folder.mkdir()
    (tmp_path / "secret.txt").write_text("brand: Secret", encoding="utf-8")
    for name in ("b.yaml", "a.txt", ".hidden.txt", "notes.exe"):
        (folder / name).write_text("brand: Tern & Tide", encoding="utf-8")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    assert [one.place for one in read(folder)] == ["a.txt", "b.yaml"]


@pytest.mark.parametrize("ending", [".xlsx", ".csv", ".jsonl"])
def test_the_template_is_read_as_a_batch(tmp_path: Path, ending: str) -> None:
    (row,) = read(write_template(tmp_path / f"briefs{ending}"))
    assert isinstance(row, Row)
    assert isinstance(row.source, dict)
    assert row.name == "岫里茶"
    assert len(row.source) == len(columns_of())
    assert None not in {names.field_of(heading) for heading in row.source}
    with pytest.raises(BriefError, match="already"):
        write_template(tmp_path / f"briefs{ending}")
