"""One name for a product everywhere: its own without the words that the client rules out."""

from __future__ import annotations

import datetime as dt

import pytest

from agent.brief import read_brief
from agent.brief.model import BrandBrief, KeyDate, Objective, Product
from agent.brief.said import as_said, said_name


@pytest.mark.parametrize(
    ("name", "never", "said"),
    [
        ("Kestrel Unbreakable 500", ["unbreakable"], "Kestrel 500"),
        ("Osk Finest 1 kg", ["finest", "eco-friendly"], "Osk 1 kg"),
        ("Kestrel 750", ["unbreakable"], "Kestrel 750"),
        ("Unbreakable", ["unbreakable"], ""),
        ("Smart Kettle One", ["art"], "Kettle One"),
        ("山岚最强保温杯", ["最强"], "山岚保温杯"),
        ("最强杯", ["最强"], ""),
        ("Kestrel Unbreakable 500", ["do not say unbreakable"], "Kestrel Unbreakable 500"),
    ],
)
def test_a_name_is_said_without_forbidden_words(name: str, never: list[str], said: str) -> None:
    assert said_name(BrandBrief(brand="Osk", never_say=never), name) == said


def test_goals_and_dates_follow_the_name_and_a_plain_brief_stays() -> None:
    brief = BrandBrief(
        brand="Osk",
        never_say=["finest"],
        products=[Product(name="Osk Finest 1 kg"), Product(name="Finest")],
        objectives=[Objective(text="300 Osk finest 1 kg sold", kind="conversion", metric="Osk Finest 1 kg sold")],
        key_dates=[KeyDate(date=dt.date(2027, 3, 1), name="Launch of Osk Finest 1 kg")],
    )
    said = as_said(brief)
    assert [one.name for one in said.products] == ["Osk 1 kg", "Finest"]
    assert (said.objectives[0].text, said.objectives[0].metric) == ("300 Osk 1 kg sold", "Osk 1 kg sold")
    assert said.key_dates[0].name == "Launch of Osk 1 kg"
    assert brief.products[0].name == "Osk Finest 1 kg"
    plain = brief.model_copy(update={"never_say": ["best"]})
    assert as_said(plain) is plain


@pytest.mark.parametrize(
    ("name", "told"), [("Osk Finest 1 kg, £4", "“Osk 1 kg”"), ("Finest, £4", "no post names")], ids=["said", "unnamed"]
)
def test_the_contradiction_says_what_the_plan_calls_it(name: str, told: str) -> None:
    found = read_brief(
        {"brand": "Osk", "market": "UK", "products": [name], "never_say": ["finest"]}, as_of=dt.date(2026, 11, 23)
    ).conflicts
    assert told in next(one for one in found if one.code == "BRF-C18").resolution
