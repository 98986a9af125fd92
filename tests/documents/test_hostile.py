"""Cases 40-49 and 51: every hostile file is refused by name, with the next step, by the code that the child runs."""

from __future__ import annotations

import io
import pickle
import sys
from pathlib import Path

import docx
import pytest
from hostile import ALL, Hostile, excel, pdfs, word, zipped

from agent.documents import add, listed
from agent.settings import Settings
from agent.untrusted import bounds, child, reader
from agent.untrusted.refusal import REFUSALS, FileRefused
from agent.untrusted.refused import Refused


def settings(folder: Path) -> Settings:
    return Settings(data_dir=folder / "data", cache_dir=folder / "cache")


def test_there_are_more_than_a_hundred_of_them() -> None:
    assert len(ALL) >= 100
    assert len({one.id for one in ALL}) == len(ALL)


@pytest.mark.parametrize("case", [40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 51])
def test_every_case_has_its_files(case: int) -> None:
    """50 is about what the desk hands out: tests/ui/test_ui_server.py."""
    assert [one.id for one in ALL if one.case == case]


def test_47_a_programs_bytes_are_refused_whatever_the_ending_and_a_document_is_read_whatever_it_is(
    tmp_path: Path,
) -> None:
    with pytest.raises(FileRefused) as caught:
        add([("brief.yaml", b"MZ\x90\0" + b"\0" * 600)], settings=settings(tmp_path))
    assert caught.value.reason == "program"
    letter = io.BytesIO()
    document = docx.Document()
    document.add_paragraph("Our tone is calm and exact.")
    document.save(letter)
    (added,) = add([("numbers.xlsx", letter.getvalue())], settings=settings(tmp_path))
    assert (added.name, added.passages) == ("numbers.xlsx", 1)


@pytest.mark.parametrize("hostile", ALL, ids=lambda one: f"{one.case}_{one.id}")
def test_it_is_refused_by_name(hostile: Hostile) -> None:
    """In this process: the same function that the child calls after it has taken its limits on."""
    with pytest.raises(Refused) as caught:
        child.read(hostile.content)
    assert caught.value.code == hostile.reason
    error = FileRefused(caught.value.code, "report.docx", **caught.value.values)
    assert error.hint
    assert error.exit_code == 2
    assert "?" not in error.message


SAMPLE = [
    "docx_doctype",
    "xlsx_1000_times_its_size",
    "docx_holds_zip_by_content",
    "docx_attachedTemplate",
    "xlsx_cells",
    "pdf_bomb",
    "pdf_scan",
]


@pytest.mark.parametrize("hostile", [one for one in ALL if one.id in SAMPLE], ids=lambda one: f"{one.case}_{one.id}")
def test_through_the_child_nothing_is_stored(hostile: Hostile, tmp_path: Path) -> None:
    good = ("notes.txt", b"Our tone is calm and exact.")
    with pytest.raises(FileRefused) as caught:
        add([good, ("../../report.docx", hostile.content)], settings=settings(tmp_path))
    assert (caught.value.reason, caught.value.where) == (hostile.reason, "report.docx")
    assert listed(settings=settings(tmp_path)) == []
    assert not list(tmp_path.rglob("*.json"))


def test_every_reason_has_a_message_and_is_met_by_a_test() -> None:
    met = {one.reason for one in ALL}
    elsewhere = {"large", "time", "memory", "crashed", "no_text_word", "no_text_excel", "pdf_encrypted"}
    assert set(REFUSALS) == met | elsewhere


def test_a_file_beyond_the_size_is_not_even_opened(tmp_path: Path) -> None:
    path = tmp_path / "big.txt"
    with path.open("wb") as stream:
        stream.truncate(bounds.MAX_BYTES + 1)
    with pytest.raises(FileRefused, match="larger than 30 MB"):
        add([path], settings=settings(tmp_path))


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("from agent.untrusted import child; child._limit(); held = bytearray(3 << 30)", "crashed"),
        ("import os; os.abort()", "crashed"),
        ("print('no answer')", "crashed"),
        ('print(\'{"refused": "made up"}\')', "crashed"),
        ("import time; time.sleep(60)", "time"),
    ],
)
def test_a_child_that_runs_wild_is_ended(code: str, reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
    boot = reader._start().replace("from agent.untrusted.child import main\nmain()\n", code + "\n")
    monkeypatch.setattr(reader, "_start", lambda: boot)
    monkeypatch.setattr(reader, "_CLOCK", 3)
    with pytest.raises(FileRefused) as caught:
        reader.read(zipped(word()), "report.docx")
    assert caught.value.reason == reason


def test_running_out_of_memory_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    boot = reader._start().replace(
        "main()\n", "from agent.untrusted import child\nchild.read = lambda content: bytearray(3 << 30)\nmain()\n"
    )
    monkeypatch.setattr(reader, "_start", lambda: boot)
    with pytest.raises(FileRefused, match="1024 MB of memory"):
        reader.read(zipped(word()), "report.docx")


def test_the_child_sees_no_environment_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    monkeypatch.setenv("HTTPS_PROXY", "http://x.test")
    told = "import json, os, sys; sys.stdout.write(json.dumps({'content': {'kind': 'env', 'all': dict(os.environ)}}))"
    boot = reader._start().replace("from agent.untrusted.child import main\nmain()\n", told + "\n")
    monkeypatch.setattr(reader, "_start", lambda: boot)
    seen = reader.read(zipped(word()), "report.docx")["all"]
    assert not {"OPENAI_API_KEY", "HTTPS_PROXY", "HOME"} & set(seen)


def test_the_child_does_not_load_the_plan() -> None:
    """A child that imported agent's front door would cost a second a file."""
    told = (
        "import json, sys; sys.stdout.write(json.dumps({'content': {'kind': 'modules', 'all': sorted(sys.modules)}}))"
    )
    code = reader._start().replace("main()\n", told + "\n")
    import json
    import subprocess

    done = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, check=True)
    loaded = json.loads(done.stdout)["content"]["all"]
    assert not [name for name in loaded if name.startswith(("pydantic", "agent.brief", "agent.plan"))]


def test_the_makers_make_what_they_say() -> None:
    """Without its defect each kind of file is read, or refused for holding no sheet: the defect is what is refused."""
    assert child.archive.check(zipped(word()))[0] == set(word())
    assert child.archive.check(zipped(excel()))[0] == set(excel())
    assert len(list(pdfs())) >= 6


def test_a_refusal_crosses_to_another_process() -> None:
    """A pool that could not read one again broke down with all its work."""
    sent = FileRefused("program", "notes.pdf", what="a Windows program")
    came = pickle.loads(pickle.dumps(sent))
    assert (str(came), came.reason, came.where, came.hint) == (str(sent), "program", "notes.pdf", sent.hint)
