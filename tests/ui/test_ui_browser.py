"""The desk in Chromium, as a marketer goes through it."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from serving import Server, Watched, say, written

from agent.plan.model import PART_IDS
from ui.handlers import samples

Open = Callable[..., Any]


def runs(server: Server) -> set[str]:
    return {one.name for one in server.runs.glob("r*")} if server.runs.exists() else set()


def version(page: Any, number: int) -> None:
    page.wait_for_function(f"document.querySelectorAll('#versions .versions > li').length === {number}")


def test_from_brief_to_export(desk: Open, server: Server) -> None:
    page = desk("zh-CN")
    page.locator("#samples .suggest").first.click()
    page.wait_for_function("document.querySelector('#brief-text textarea').value.includes('岫里茶')")
    page.click("#read")
    page.wait_for_selector("#understood .span cite")
    assert page.input_value("#f-brand") == "岫里茶"
    assert "第 1 行" in page.text_content(".field:has(#f-brand) .span")
    page.fill("#f-budget", "30万元")
    before = runs(server)
    page.dblclick("#begin")
    page.wait_for_selector("#send:not([disabled])")
    assert len(runs(server) - before) == 1
    (run,) = runs(server) - before
    plan = json.loads((server.runs / run / "plan.json").read_text(encoding="utf-8"))
    assert plan["budget"]["total_cents"] == 300_000_00
    assert page.locator(".plan-page > article").count() == len(PART_IDS) + 5
    assert "¥300,000" in page.text_content("#head")
    page.click(".contents [data-open-part=kpis]")
    assert page.locator(".plan-page > article:visible").get_attribute("data-part") == "kpis"
    page.click(".menu summary")
    with page.expect_download() as got:
        page.click(".menu a[href$='/zip']")
    with zipfile.ZipFile(io.BytesIO(Path(got.value.path()).read_bytes())) as archive:
        assert len(archive.namelist()) == 10
        assert json.loads(archive.read("plan.json"))["meta"]["brand"] == "岫里茶"


def test_revise_undo_compare_edit_lock(desk: Open) -> None:
    page = desk()
    written(page)
    total = page.text_content("#head .chips")
    say(page, "Total budget is now £900")
    page.wait_for_selector(".theirs .preview")
    assert page.text_content("#head .chips") == total
    page.click(".theirs [data-do=apply]")
    version(page, 2)
    assert "£900" in page.text_content("#head .chips")
    page.wait_for_selector("section.difference details")
    page.click("#versions [data-do=undo]")
    page.wait_for_function("!document.querySelector('#head .chips').textContent.includes('£900')")
    page.locator("#versions [data-do=compare]").first.click()
    page.wait_for_selector("section.difference details")
    page.click("#versions [data-do=restore][data-version='2']")
    version(page, 3)
    page.wait_for_function("document.querySelector('#head .chips').textContent.includes('£900')")

    page.click(".contents [data-open-part=personas]")
    page.click("#part-personas [data-mode=edit]")
    place = page.locator("#part-personas .can[data-path$='portrait']").first
    place.click()
    page.fill("#part-personas .editor textarea", "Written by hand: buys bread on the way home.")
    page.click("#part-personas .editor .main")
    page.wait_for_selector("#part-personas .can.hand")
    assert "Written by hand" in page.text_content("#part-personas .can.hand")
    page.click("#part-personas [data-do=lock]")
    page.wait_for_selector("#part-personas [data-do=unlock]")


def test_a_question_is_answered_and_changes_nothing(desk: Open, server: Server) -> None:
    page = desk()
    before = runs(server)
    written(page)
    (run,) = runs(server) - before
    stood = (server.runs / run / "plan.json").read_bytes()
    say(page, "Why isn't YouTube in there?")
    page.wait_for_selector(".theirs")
    assert page.locator(".theirs [data-do=apply]").count() == 0
    assert (server.runs / run / "plan.json").read_bytes() == stood


def test_the_mend_button_proposes_and_the_client_decides(desk: Open) -> None:
    page = desk("zh-CN")
    written(page, "zh-CN")
    page.click(".contents [data-open-part=positioning]")
    found = page.locator("#part-positioning .findings li", has_text="FEA-001")
    count = found.count()
    assert count
    page.evaluate("document.querySelector('#part-positioning .findings').open = true")
    found.first.locator("[data-do=mend]").click()
    page.wait_for_selector(".theirs .preview")
    page.click(".theirs [data-do=apply]")
    version(page, 2)
    page.wait_for_selector("section.difference ins", state="attached")
    assert page.locator("#part-positioning .findings li", has_text="FEA-001").count() == count - 1


def test_a_brief_can_be_told_in_talk(desk: Open) -> None:
    page = desk()
    page.click("#talk-box button")
    page.fill("#tell textarea", "Spring plan for Harbour Lane, a bakery in Leeds, on Instagram.")
    page.keyboard.press("Enter")
    page.wait_for_selector("#interview .theirs:nth-of-type(1)")
    page.wait_for_function("document.querySelectorAll('#interview .mine').length === 1")
    assert page.input_value("#f-brand") == "Harbour Lane"
    asked = page.locator("#interview .theirs").last.text_content()
    assert "?" in asked
    page.fill("#tell textarea", "£900")
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelectorAll('#interview .mine').length === 2")
    assert page.locator("#interview .theirs").last.text_content() != asked


def test_reload_in_the_middle_finds_the_run_again(desk: Open, server: Server, watched: Watched) -> None:
    page = desk()
    before = runs(server)
    page.fill("#brief-text textarea", samples("en")["One sentence"])
    page.click("#begin")
    page.wait_for_selector("#head .head")
    watched.reload(page)
    page.wait_for_selector("#send:not([disabled])")
    assert len(runs(server) - before) == 1
    assert "Osk" in page.text_content("#head h2")


def test_library_renames_duplicates_and_deletes_for_good(desk: Open, server: Server) -> None:
    page = desk()
    before = runs(server)
    written(page)
    (run,) = runs(server) - before
    page.get_by_role("tab", name="Library").click()
    card = page.locator(f".run:has([data-run={run}])")
    card.locator("[data-ask^=rename]").click()
    card.locator("input[name=title]").fill("Spring <b>2027</b>")
    card.locator("[data-do=rename]").click()
    page.wait_for_function("document.querySelector('#library').textContent.includes('Spring <b>2027</b>')")
    page.locator(f"[data-do=duplicate][data-run={run}]").click()
    page.wait_for_function("document.querySelector('#library').textContent.includes('Copy of Spring')")
    page.locator(f"[data-ask=delete-{run}]").click()
    page.locator(f"[data-do=delete][data-run={run}]").click()
    page.wait_for_selector(f"[data-run={run}]", state="detached")
    assert not (server.runs / run).exists()
    assert len(runs(server) - before) == 1


ROWS = [
    {"brand": "Harbour Lane", "about": "A bakery in Leeds", "platforms": "Instagram", "budget": "£600"},
    {"brand": "Osk", "about": "Software for accountants", "platforms": "LinkedIn", "budget": "$9,000"},
]


def test_a_batch_from_table_to_reader(desk: Open, server: Server, tmp_path: Path, watched: Watched) -> None:
    page = desk()
    kept = {one.name for one in server.runs.glob("b*")}
    page.get_by_role("tab", name="Batch").click()
    page.click("#hand-in")
    page.wait_for_selector("#batch-told .notice.error")
    table = tmp_path / "spring.jsonl"
    table.write_text("\n".join([*map(json.dumps, ROWS), '{"brand"']), encoding="utf-8")
    page.set_input_files("#batch-files input[type=file]", str(table))
    page.wait_for_selector("#batch-files .file-preview")
    page.fill("#batch-house textarea", "tone: warm, plain")
    page.dblclick("#hand-in")
    page.wait_for_selector("#batch [data-do=start]")
    assert "2 of 3 rows would be planned" in page.text_content("#batch .notice")
    assert "line 3" in page.text_content("#batch .bad-rows")
    (batch,) = {one.name for one in server.runs.glob("b*")} - kept
    assert not (server.runs / batch / "plans").exists()

    page.dblclick("#batch [data-do=start]")
    page.wait_for_selector("#batch progress, #batch .loading")
    watched.reload(page)
    page.get_by_role("tab", name="Batch").click()
    page.wait_for_selector("#batch progress, #batch .rows")
    # It may end before the button is pressed: then there is nothing to go on with.
    page.evaluate("document.querySelector('#batch [data-do=stop]')?.click()")
    page.wait_for_selector("#batch .rows, #batch [data-do=go-on]")
    page.evaluate("document.querySelector('#batch [data-do=go-on]')?.click()")
    page.wait_for_function("document.querySelectorAll('#batch .rows .s-done').length === 2")
    assert page.locator("#batch .rows .s-failed").count() == 1

    page.click("#batch .menu summary")
    with page.expect_download() as got:
        page.click("#batch .menu a[href$='/zip']")
    assert got.value.suggested_filename == "spring.zip"
    with zipfile.ZipFile(io.BytesIO(Path(got.value.path()).read_bytes())) as archive:
        assert "index.csv" in archive.namelist()
        assert sum(name.endswith("plan.md") for name in archive.namelist()) == 2
    page.keyboard.press("Escape")
    page.locator("#batch .rows [data-do=read]").first.click()
    page.wait_for_selector(".plan-page > article")
    assert "Harbour Lane" in page.text_content("#head h2")
    page.get_by_role("tab", name="Library").click()
    page.wait_for_function("document.querySelector('#library').textContent.includes('Harbour Lane')")
    page.get_by_role("tab", name="Batch").click()
    page.click(f"[data-ask=delete-{batch}]")
    page.click(f"[data-do=delete][data-batch={batch}]")
    page.wait_for_selector("#batch .notice.empty")
    assert not (server.runs / batch).exists()


def test_a_template_is_a_download(desk: Open) -> None:
    page = desk("zh-CN")
    page.locator("#tabs button[role=tab]").nth(2).click()
    with page.expect_download() as got:
        page.click(".templates a[href$='/xlsx']")
    assert zipfile.is_zipfile(got.value.path())


def test_what_new_plans_start_from_reaches_the_other_tabs(desk: Open, watched: Watched) -> None:
    page = desk()
    page.get_by_role("tab", name="Settings").click()
    language = page.locator("input[aria-label='Language of the plan']:visible")
    language.click()
    page.get_by_role("option", name="繁體中文").click()
    page.click("#choose")
    page.wait_for_selector("#chosen-told .notice")
    watched.reload(page)
    page.get_by_text("Who writes, in which language").first.click()
    page.wait_for_function(
        "[...document.querySelectorAll('input')].some((one) => one.offsetParent && one.value === '繁體中文')"
    )
    page.get_by_role("tab", name="Settings").click()
    language.click()
    page.get_by_role("option", name="As the brief").click()
    page.click("#choose")
    page.wait_for_selector("#chosen-told .notice")


def test_what_cannot_be_read_is_said_where_one_looks(desk: Open, server: Server, tmp_path: Path) -> None:
    page = desk()
    before = runs(server)
    page.click("#begin")
    page.wait_for_selector("#told .notice.error")
    broken = tmp_path / "brief.docx"
    broken.write_bytes(b"PK\x03\x04 not a document")
    page.set_input_files("#brief-file input[type=file]", str(broken))
    page.wait_for_selector("#brief-file .file-preview")
    page.click("#begin")
    page.wait_for_function(
        "document.querySelector('#told .notice.error').textContent.includes('docx') || document.querySelector('#told .notice.error').textContent.length > 40"
    )
    assert runs(server) == before


def test_a_file_too_large_is_refused_by_page_and_server(desk: Open, server: Server, tmp_path: Path) -> None:
    page = desk()
    large = tmp_path / "brief.txt"
    large.write_bytes(b"a" * (31 * 1024 * 1024))
    sent: list[str] = []
    page.on("request", lambda one: sent.append(one.url) if "/upload" in one.url else None)
    page.set_input_files("#brief-file input[type=file]", str(large))
    page.wait_for_selector("#file-kinds .too-large .notice.error")
    assert page.locator("#brief-file .file-preview").count() == 0
    assert sent == []
    small = tmp_path / "small.txt"
    small.write_text("Brand: Osk", encoding="utf-8")
    page.set_input_files("#brief-file input[type=file]", str(small))
    page.wait_for_selector("#brief-file .file-preview")
    assert page.locator("#file-kinds .too-large").is_hidden()
    file = {"name": "brief.txt", "mimeType": "text/plain", "buffer": large.read_bytes()}
    refused = page.request.post(f"{server.address}/en/gradio_api/upload?upload_id=large", multipart={"files": file})
    assert refused.status == 413


def test_a_file_that_was_not_uploaded_is_not_read(desk: Open, server: Server) -> None:
    page = desk()
    secret = server.runs.parent / "secret.txt"
    secret.parent.mkdir(parents=True, exist_ok=True)
    secret.write_text("Brand: Hidden Treasure", encoding="utf-8")
    config = page.request.get(f"{server.address}/en/config").json()
    reading = [one["id"] for one in config["dependencies"] if len(one["inputs"]) == 12]
    assert reading
    upload = {"path": str(secret), "orig_name": "secret.txt", "meta": {"_type": "gradio.FileData"}}
    for number in reading:
        asked = {
            "fn_index": number,
            "session_hash": f"probe{number}",
            "data": ["", upload, "{}", "playbook", "", "", "", "", None, None, "", False],
        }
        refused = page.request.post(f"{server.address}/en/gradio_api/queue/join", data=asked)
        assert refused.status == 404
        assert "Treasure" not in refused.text()


def test_own_documents_come_and_go(desk: Open, tmp_path: Path) -> None:
    page = desk()
    page.get_by_role("tab", name="Documents").click()
    page.wait_for_selector("#documents .notice.empty")
    report = tmp_path / "report.md"
    report.write_text("Instagram saves doubled after we showed the oven.", encoding="utf-8")
    page.set_input_files("#own-files input[type=file]", str(report))
    page.wait_for_selector("#documents .run")
    page.click("#documents [data-ask]")
    page.click("#documents [data-do=forget]")
    page.wait_for_selector("#documents .notice.empty")


def test_tables_sort_and_citations_say_their_source(desk: Open) -> None:
    page = desk()
    written(page)
    page.click(".contents [data-open-part=kpis]")
    table = page.locator("#part-kpis table:has(.sort)").first
    table.locator("th .sort").first.click()
    first = [one.strip() for one in table.locator("tbody tr:not(.total) td:first-child").all_text_contents()]
    table.locator("th .sort").first.click()
    assert [one.strip() for one in table.locator("tbody tr:not(.total) td:first-child").all_text_contents()] == first[
        ::-1
    ]
    page.locator("#part-kpis .cite").first.hover()
    assert re.search(r"\w.*\b20\d\d\b", page.text_content("#tip")), "a source and its year"
    page.hover("#h-kpis")
    assert page.locator("#tip").is_hidden()
