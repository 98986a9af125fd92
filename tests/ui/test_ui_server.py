"""Where the desk may be served."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from agent.errors import SetupError
from agent.settings import Settings
from ui import web
from ui.actions import Actions, File
from ui.server import serve


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
