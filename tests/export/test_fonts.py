"""The faces that travel with a document: every character has one, in the right regional form, cut to size."""

from __future__ import annotations

import io
import subprocess
import sys

import pytest
from fontTools.ttLib import TTFont

from agent.errors import SetupError
from agent.export import fonts

MIXED = "策划 plan 2027 ¥ 禾日子手作果醬 “引号” ’ — … □▲→ 😀 ไทย ⓐ①"


@pytest.mark.parametrize("language", ["zh-CN", "zh-TW", "en"])
def test_every_character_has_a_face(language: str) -> None:
    have: set[int] = set()
    for face in fonts.faces(frozenset(MIXED), language):
        if face.weight == fonts.REGULAR:
            have |= set(TTFont(io.BytesIO(face.data)).getBestCmap())
    assert {one for one in MIXED if ord(one) not in have} == set()
    assert fonts.printable(MIXED, language) == MIXED


def test_the_main_family_is_the_languages() -> None:
    assert [fonts.main_family(one) for one in ("zh-CN", "zh-TW", "en")] == ["Noto Sans SC", "Noto Sans TC", "Noto Sans"]


def test_faces_are_small_named_and_free_to_embed() -> None:
    regular, bold = fonts.faces(frozenset("策划"), "zh-CN")
    for face, weight, style in ((regular, 400, "Regular"), (bold, 700, "Bold")):
        font = TTFont(io.BytesIO(face.data))
        assert len(face.data) < 60_000
        assert "fvar" not in font
        assert (font["name"].getDebugName(1), font["name"].getDebugName(2)) == ("Noto Sans SC", style)
        assert (font["OS/2"].usWeightClass, font["OS/2"].fsType) == (weight, 0)
        assert "Open Font License" in font["name"].getDebugName(13)
    assert regular.data != bold.data


def test_without_the_extra_the_user_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "find_spec", lambda name: None)
    fonts._files.cache_clear()
    try:
        with pytest.raises(SetupError, match="not installed") as caught:
            fonts.order("zh-CN")
    finally:
        fonts._files.cache_clear()
    assert "cehua[export]" in (caught.value.hint or "")
    assert caught.value.exit_code == 3


def test_what_no_face_has_becomes_a_sign_and_what_is_invisible_goes() -> None:
    assert fonts.printable("a\ue000b\u200dc\ufe0fd", "en") == "a\ufffdbcd"


@pytest.mark.parametrize("order", [("uharfbuzz", "xllamacpp"), ("xllamacpp", "uharfbuzz")])
def test_the_font_tool_and_the_embedded_model_load_in_one_process(order: tuple[str, str]) -> None:
    """A run with the embedded model exports documents too: two Cython packages that must get on with each other."""
    pytest.importorskip("xllamacpp")
    subprocess.run([sys.executable, "-c", f"import {order[0]}, {order[1]}"], check=True, timeout=120)


def test_the_same_words_give_the_same_bytes() -> None:
    fonts.faces.cache_clear()
    first = fonts.faces(frozenset("策划 plan"), "zh-TW")
    fonts.faces.cache_clear()
    assert fonts.faces(frozenset("策划 plan"), "zh-TW") == first
