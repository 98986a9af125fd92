"""Where the desk may be served."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from serving import Server

from agent.errors import SetupError
from ui.server import serve


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.0.7", "desk.example"])
def test_without_a_log_in_it_serves_this_machine_alone(host: str) -> None:
    with pytest.raises(SetupError, match="log-in"):
        serve(host=host, port=0)


def test_50_an_export_is_a_download_and_never_a_page_of_the_desk(desk: Callable[..., Any], server: Server) -> None:
    page = desk()
    page.fill("#brief-text textarea", "Spring plan for Harbour Lane, a bakery in Leeds, on Instagram, £600")
    page.click("#begin")
    page.wait_for_selector("#send:not([disabled])")
    links = page.locator(".menu a[href*='/desk/export/']").evaluate_all("all => all.map(one => one.href)")
    shown = [one for one in links if one.endswith(("/html", "/md", "/zip"))]
    assert len(shown) == 3
    for link in shown:
        headers = page.request.get(link).headers
        assert headers["content-disposition"].startswith("attachment; "), link
        assert headers["content-type"] == "application/octet-stream"
        assert headers["x-content-type-options"] == "nosniff"
