"""Case 97: what a batch opens on this machine is for this machine."""

from __future__ import annotations

import sys
from decimal import Decimal
from typing import Any

import pytest

from agent.batch.cluster import Cluster
from agent.llm import ModelSpec
from agent.settings import Settings

pytestmark = [pytest.mark.enable_socket, pytest.mark.anyio]


async def test_a_cluster_of_ones_own_has_no_dashboard_and_listens_to_this_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import distributed

    opened: list[dict[str, Any]] = []
    real = distributed.LocalCluster

    def noted(**given: Any) -> Any:
        opened.append(given)
        raise OSError("not today")

    monkeypatch.setattr("distributed.LocalCluster", noted)
    settings = Settings(_env_file=None, model="playbook", openai_api_key=None, max_cost=Decimal(1))
    with pytest.raises(OSError, match="not today"):
        await Cluster(ModelSpec.parse("playbook", settings), settings, None, most=1, workers=1).__aenter__()
    async with real(**{**opened[0], "n_workers": 0}) as cluster:
        assert cluster.scheduler_address.startswith("tcp://127.0.0.1:")
        assert cluster.scheduler.http_server.address == "127.0.0.1"
        assert "distributed.dashboard.scheduler" not in sys.modules
