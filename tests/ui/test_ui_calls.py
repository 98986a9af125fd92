"""The page's named calls, with Gradio's own client over the loopback."""

from __future__ import annotations

import time
from typing import Any

import pytest
from serving import WAIT, Server

pytestmark = pytest.mark.enable_socket
BRIEF = "Harbour Lane is a bakery in Leeds. Instagram only, from 1 to 31 March 2027, £600, Mia has 6 hours a week."


@pytest.fixture(scope="module")
def program(server: Server) -> Any:
    """A client of the page."""
    from gradio_client import Client

    return Client(f"{server.address}/en/", verbose=False)


def test_a_plan_is_made_revised_and_exported(program: Any) -> None:
    made = program.predict(BRIEF, api_name="/make_plan")
    deadline = time.monotonic() + WAIT / 1000
    while (told := program.predict(made["id"], api_name="/plan_status"))["state"] != "done":
        assert told["state"] in ("waiting", "reading", "playbook", "writing")
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert "Harbour Lane" in program.predict(made["id"], "summary", api_name="/read_plan")
    changed = program.predict(made["id"], "Total budget is now £900", api_name="/revise_plan")
    assert changed["applied"]
    assert changed["version"] == 2
    assert changed["changes"]
    assert all(one["place"] and "path" not in one for one in changed["changes"])
    file = program.predict(made["id"], "md", api_name="/export_plan")
    assert file["size"] > 10_000
    assert file["address"].endswith(f"{made['id']}/exports/md")


@pytest.mark.parametrize(
    ("call", "given", "said"),
    [
        ("/make_plan", ("brand: Osk\nperiod: {start: 2027-02-30}\n",), "period"),
        ("/make_plan", ("",), "brief"),
        ("/make_plan", (BRIEF, "en", "local:/etc/passwd"), "model"),
        ("/read_plan", ("r" + "0" * 20,), "no such run"),
        ("/revise_plan", ("../../etc/passwd", "Total budget is now £900"), "no such run"),
        ("/export_plan", ("r" + "0" * 20, "md"), "no such run"),
    ],
)
def test_what_is_wrong_is_said(program: Any, call: str, given: tuple[str, ...], said: str) -> None:
    from gradio_client.exceptions import AppError

    with pytest.raises(AppError, match=said) as told:
        program.predict(*given, api_name=call)
    assert "2027-02-30" not in str(told.value)
    assert "passwd" not in str(told.value)
