"""Where the desk may be served."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from agent.errors import SetupError
from agent.settings import Settings
from ui import web
from ui.actions import Actions, File
from ui.batches import BatchCard, Batches
from ui.server import serve
from ui.store import Store


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.0.7", "desk.example"])
def test_without_a_log_in_it_serves_this_machine_alone(host: str) -> None:
    with pytest.raises(SetupError, match="sign-in"):
        serve(host=host, port=0)


@pytest.mark.enable_socket
@pytest.mark.parametrize("name", ["plan.html", "plan.svg", 'pl"an\r\nSet-Cookie: x.md'])
def test_50_what_the_desk_hands_out_is_a_download_that_no_browser_runs(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "LANGUAGES", ())
    torn = File(name, "image/svg+xml", b"<svg onload=alert(1)>")
    monkeypatch.setattr(Actions, "export", lambda self, run, form: torn)
    app = web.make_app(Settings(data_dir=tmp_path / "data", cache_dir=tmp_path / "cache"), language="en")
    answer = TestClient(app).get("/desk/export/any/html")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith('attachment; filename="')
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in answer.headers


@pytest.mark.enable_socket
def test_a_batchs_index_is_a_download_that_no_browser_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "LANGUAGES", ())
    dirs = {f"{name}_dir": tmp_path / name for name in ("runs", "data", "cache")}
    client = TestClient(web.make_app(Settings(**dirs), language="en"))
    held = Batches(Store(tmp_path / "runs" / "desk"))
    card = BatchCard(name='spr"ing\r\nSet-Cookie: x.csv')
    batch = held.new([("spring.csv", b"brand\nA\n")], card)
    assert client.get(f"/desk/batch/{batch.id}/html").status_code == 404
    batch.out.mkdir()
    for name in ("index.html", "index.csv", "batch.xlsx"):
        (batch.out / name).write_text("<svg onload=alert(1)>", encoding="utf-8")
    for form in ("html", "csv", "xlsx", "zip"):
        answer = client.get(f"/desk/batch/{batch.id}/{form}")
        assert answer.status_code == 200
        assert answer.headers["content-disposition"].startswith('attachment; filename="')
        assert "html" not in answer.headers["content-type"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "set-cookie" not in answer.headers
    for form in ("docx", "jsonl", "index.csv"):
        assert client.get(f"/desk/batch/{batch.id}/{form}").status_code == 404
    assert client.get("/desk/template/xlsx").content.startswith(b"PK")
    assert client.get("/desk/template/exe").status_code == 404
