"""What tokens cost, and that a cap on money is not pretended where the price is unknown."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import SecretStr

from agent.errors import SetupError
from agent.llm.open import open_meter, open_model
from agent.llm.prices import FREE, _table, price_of, read_price
from agent.llm.spec import DEFAULT_OPENAI_MODEL, ModelSpec
from agent.settings import Settings


def settings(**given: object) -> Settings:
    return Settings(openai_api_key=SecretStr("sk-x"), _env_file=None, **{"openai_base_url": None, **given})  # type: ignore[arg-type]


def test_cost_is_exact_and_knows_the_cache() -> None:
    price = read_price("0.25/2.00/0.025")
    assert price.cost(1_000_000, 500_000) == Decimal("1.25")
    assert price.cost(1_000_000, 0, 400_000) == Decimal("0.16")
    assert read_price(" 1 / 2 ").cached == 1


@pytest.mark.parametrize("text", ["1", "1/2/3/4", "a/b", "-1/2", "nan/1", "1/inf", "/"])
def test_what_is_no_price_is_refused(text: str) -> None:
    with pytest.raises(SetupError, match="--price"):
        read_price(text)


def test_the_default_model_has_a_price_at_its_own_address_only() -> None:
    spec = ModelSpec("openai", DEFAULT_OPENAI_MODEL)
    assert price_of(spec, settings()) is not None
    assert price_of(spec, settings(openai_base_url="https://api.openai.com/v1")) is not None
    assert price_of(spec, settings(openai_base_url="https://elsewhere.example/v1")) is None
    assert price_of(ModelSpec("openai", "unheard-of"), settings()) is None
    assert price_of(ModelSpec("local", "x"), settings()) is FREE
    assert price_of(ModelSpec("playbook"), settings()) is FREE


def test_an_own_price_goes_before_the_file() -> None:
    price = price_of(ModelSpec("openai", DEFAULT_OPENAI_MODEL), settings(price="7/9"))
    assert price is not None
    assert (price.input, price.output) == (7, 9)


def test_every_price_has_a_source_a_date_and_a_sense() -> None:
    assert len(_table()) > 10
    for pattern, hosts, price in _table():
        assert pattern
        assert hosts
        assert 0 < price.cached < price.input < price.output
        assert "confidence" in price.source
        assert price.date is not None
        assert price.date <= dt.date.today()


def test_a_cap_with_an_unknown_price_is_refused_with_the_way_out() -> None:
    spec = ModelSpec("openai", "unheard-of")
    capped = settings(max_cost=Decimal(1))
    with pytest.raises(SetupError, match="--price"):
        open_model(spec, capped)
    meter = open_meter(spec, settings(max_cost=Decimal(1), price="1/2"))
    assert (meter.max_cost, meter.max_tokens) == (1, None)
    assert open_meter(ModelSpec("playbook"), capped).price is FREE


def test_models_of_one_account_share_their_limits(tmp_path: Path) -> None:
    spec = ModelSpec("openai", "gpt-5-mini")
    one, two = (open_model(spec, settings(rpm=7, cache_dir=tmp_path)) for _ in range(2))
    other = open_model(spec, Settings(openai_api_key=SecretStr("sk-y"), openai_base_url=None, rpm=7, _env_file=None))
    assert one.gate is two.gate
    assert one.gate is not other.gate
    assert (one.gate.rpm, one.gate.parallel) == (7, 24)
    assert one.meter is not two.meter
