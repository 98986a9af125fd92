"""What an operator keeps: a copy of the folders is a backup, traces go where they are told to and nowhere else."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from agent.settings import Settings
from tests.server.conftest import BRIEF, WAIT
from tests.server.site import ADDRESS, PASSWORDS, events, make_site
from ui.members import Members
from ui.traces import TRACES, Traces
from ui.web import make_app


def test_a_copy_of_the_folders_is_a_backup(tmp_path: Path, settings: Settings) -> None:
    def over(home: Path) -> Settings:
        return settings.model_copy(update={"runs_dir": home / "runs", "data_dir": home / "data"})

    first = tmp_path / "first"
    first.mkdir()
    site = make_site(first, over(first))
    with site.program("anna") as anna:
        run = anna.post("/api/v1/runs", json={"brief": BRIEF}).json()["id"]
        anna.get(f"/api/v1/runs/{run}/events")
        changed = anna.post(f"/api/v1/runs/{run}/revisions", json={"instruction": "Total budget is now £900"}).json()
        assert changed["version"] == 2
        document = anna.post("/api/v1/documents", params={"name": "report.md"}, content=b"Saves doubled in May.").json()
        shutil.copytree(first, tmp_path / "second")  # while it runs
    shutil.rmtree(first)

    second = tmp_path / "second"
    app = make_app(over(second), members=Members(second / "users.yaml"))
    with TestClient(app, ADDRESS, headers={"Authorization": f"Bearer {site.tokens['anna']}"}) as anna:
        assert [one["id"] for one in anna.get("/api/v1/runs").json()] == [run]
        assert anna.get(f"/api/v1/runs/{run}").json()["version"] == 2
        assert anna.get(f"/api/v1/runs/{run}/plan", params={"part": "budget"}).json()["plan"]["total_cents"] == 90_000
        assert anna.post(f"/api/v1/runs/{run}/undo").json()["version"] == 1
        assert [one["id"] for one in anna.get("/api/v1/documents").json()] == [document["id"]]
        assert "doubled" in anna.get("/api/v1/knowledge", params={"q": "saves doubled in May"}).text
        assert events(anna.get(f"/api/v1/runs/{run}/events").text)[-1][2] == {"state": "done"}
        browser = TestClient(app, ADDRESS, follow_redirects=False)
        told = {"name": "anna", "password": PASSWORDS["anna"]}
        assert browser.post("/login", data=told, headers={"Origin": ADDRESS}).status_code == 303


# Traces


def test_without_an_endpoint_nothing_is_imported_and_nothing_is_sent() -> None:
    program = (
        "import sys\nfrom ui.traces import TRACES\nTRACES.begin({})\n"
        "TRACES.begin({'OTEL_EXPORTER_OTLP_ENDPOINT': 'http://collector:4317', 'OTEL_SDK_DISABLED': 'true'})\n"
        "TRACES.record('request', 0.1, {'status': 200})\nTRACES.end()\n"
        "assert not TRACES.on and not [one for one in sys.modules if one.startswith('opentelemetry')]"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=WAIT, cwd=Path(__file__).parents[2])


def test_a_span_a_request_and_a_span_a_run_without_a_word_of_the_brief(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = pytest.importorskip("opentelemetry.sdk.trace.export.in_memory_span_exporter")
    kept = export.InMemorySpanExporter()
    traces = Traces()
    traces.begin({"OTEL_SERVICE_NAME": "plans"}, kept)
    for name in ("ui.door.TRACES", "ui.work.TRACES"):
        monkeypatch.setattr(name, traces)
    here = settings.model_copy(update={"runs_dir": tmp_path / "runs", "data_dir": tmp_path / "data"})
    site = make_site(tmp_path, here)
    with site.program("anna") as anna:
        run = anna.post("/api/v1/runs", json={"brief": BRIEF}).json()["id"]
        anna.get(f"/api/v1/runs/{run}/events")
        assert anna.get("/api/v1/runs/rrr").status_code == 422
    traces._provider.force_flush()
    spans = kept.get_finished_spans()
    (of_run,) = [one for one in spans if one.name == "run"]
    assert dict(of_run.attributes) == {
        "cehua.run": run, "cehua.workspace": "anna", "cehua.kind": "playbook", "cehua.state": "done",
    }  # fmt: skip
    asked = [one for one in spans if one.name == "request" and one.attributes["cehua.method"] == "POST"]
    assert asked[0].attributes["cehua.status"] == 202
    assert asked[0].resource.attributes["service.name"] == "plans"
    assert asked[0].end_time >= asked[0].start_time
    written = " ".join(one.to_json() for one in spans)
    assert "Harbour" not in written
    assert "Leeds" not in written
    traces.end()
    assert not traces.on
    assert not TRACES.on
