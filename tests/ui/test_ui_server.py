"""Where the desk may be served."""

from __future__ import annotations

import pytest

from agent.errors import SetupError
from ui.server import serve


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.0.7", "desk.example"])
def test_without_a_log_in_it_serves_this_machine_alone(host: str) -> None:
    with pytest.raises(SetupError, match="sign-in"):
        serve(host=host, port=0)
