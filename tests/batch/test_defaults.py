"""What the house says stands under what a brief says, in tables and in prose."""

from __future__ import annotations

import pytest

from agent.brief.defaults import check_defaults
from agent.brief.intake import finish, read_raw
from agent.brief.model import BrandBrief
from agent.brief.readers import read_source
from agent.errors import BriefError
from tests.batch.conftest import AS_OF

HOUSE = {
    "language": "en",
    "tone": ["calm", "exact"],
    "never_say": ["cheap"],
    "platforms": ["Instagram"],
    "budget": "£900",
}


def brief(source: dict[str, object] | str) -> BrandBrief:
    raw = read_source(source)
    return finish(read_raw(raw, AS_OF, None, check_defaults(HOUSE)), raw, AS_OF).brief


def test_a_mapping_keeps_its_own_and_takes_the_rest() -> None:
    found = brief({"brand": "Osk", "必做平台": ["TikTok"], "预算": "£5,000"})
    assert found.platforms.must == ["tiktok"]
    assert found.budget.total == 5000
    assert (found.tone, found.never_say, found.language) == (["calm", "exact"], ["cheap"], "en")
    assert found.spans["never_say[0]"].place.startswith("defaults")


def test_prose_keeps_its_own_and_takes_the_rest() -> None:
    found = brief("Spring plan for Harbour Lane, a bakery in Leeds, on Facebook, £600.")
    assert found.brand == "Harbour Lane"
    assert found.budget.total == 600
    assert "instagram" not in [*found.platforms.must, *found.platforms.may]
    assert found.never_say == ["cheap"]


@pytest.mark.parametrize("house", [{"brand": "X"}, {"colour": "red"}, {"a": {"b": 1}}])
def test_a_house_sets_only_what_all_briefs_share(house: dict[str, object]) -> None:
    with pytest.raises(BriefError):
        check_defaults(house)
