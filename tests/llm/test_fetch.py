"""Finding, joining and verifying a model's file, with small wheels in place of the package index."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import ValidationError

from agent.errors import SetupError
from agent.llm import fetch as fetching
from agent.llm import wheels
from agent.llm.catalogue import EmbeddedModel, HubSource, WheelSource, models

PARTS = [b"GGUF" + b"a" * 60, b"b" * 64, b"c" * 10]
WHOLE = b"".join(PARTS)


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


TINY = EmbeddedModel(
    id="tiny",
    title="Tiny",
    file="tiny.gguf",
    bytes=len(WHOLE),
    sha256=digest(WHOLE),
    context=128,
    memory_mb=1,
    licence="Apache-2.0",
    publisher="nobody",
    sources=(
        WheelSource(
            kind="wheels",
            package="tiny-part{n}",
            version="1.0",
            member="data/part{n:02d}.bin",
            part_bytes=64,
            part_sha256=tuple(digest(part) for part in PARTS),
        ),
    ),
)

Index = Callable[[dict[int, list[bytes]]], list[str]]


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch) -> Index:
    """Puts wheels on a pretended index: part number → the contents it serves, one a request, the last one again."""

    def fill(served: dict[int, list[bytes]]) -> list[str]:
        asked: list[str] = []

        def download(_command: list[str], requirement: str, folder: Path) -> None:
            asked.append(requirement)
            number = int(requirement.split("==")[0].removeprefix("tiny-part"))
            if number not in served:
                raise wheels.SourceFailed(f"package index: {requirement} not found")
            contents = served[number]
            data = contents.pop(0) if len(contents) > 1 else contents[0]
            with zipfile.ZipFile(folder / f"tiny_part{number}-1.0-py3-none-any.whl", "w") as wheel:
                wheel.writestr(f"tiny_part{number}/__init__.py", "raise SystemExit('imported')")
                wheel.writestr(f"tiny_part{number}/data/part{number:02d}.bin", data)

        monkeypatch.setattr(wheels, "_pip_download", download)
        monkeypatch.setattr(fetching, "entry", lambda _id="": TINY)
        return asked

    return fill


def good() -> dict[int, list[bytes]]:
    return {number: [part] for number, part in enumerate(PARTS, start=1)}


def test_parts_are_joined_verified_and_the_wheels_gone(index: Index, tmp_path: Path) -> None:
    asked = index(good())
    seen: list[tuple[str, int, int]] = []
    path = fetching.fetch("tiny", lambda *step: seen.append(step), cache_dir=tmp_path)
    assert path.read_bytes() == WHOLE
    assert asked == ["tiny-part1==1.0", "tiny-part2==1.0", "tiny-part3==1.0"]
    assert seen == [("wheels", done, len(WHOLE)) for done in (0, 64, 128, len(WHOLE))]
    left = {item.name for item in path.parent.iterdir()}
    assert left - {"tiny.gguf.lock"} == {"tiny.gguf", "tiny.gguf.sha256"}


def test_a_file_that_is_here_is_not_fetched_again(index: Index, tmp_path: Path) -> None:
    asked = index(good())
    fetching.fetch("tiny", cache_dir=tmp_path)
    del asked[:]
    assert fetching.fetch("tiny", cache_dir=tmp_path) == fetching.find("tiny", cache_dir=tmp_path)
    assert asked == []


def test_an_interrupted_download_goes_on_where_it_stopped(index: Index, tmp_path: Path) -> None:
    index({1: [PARTS[0]], 2: [PARTS[1]]})
    with pytest.raises(SetupError, match=r"tiny-part3==1.0 not found"):
        fetching.fetch("tiny", cache_dir=tmp_path)
    assert fetching.find("tiny", cache_dir=tmp_path) is None
    asked = index(good())
    assert fetching.fetch("tiny", cache_dir=tmp_path).read_bytes() == WHOLE
    assert asked == ["tiny-part3==1.0"]


def test_a_damaged_rest_is_cut_off_before_going_on(index: Index, tmp_path: Path) -> None:
    asked = index(good())
    folder = tmp_path / "models"
    folder.mkdir()
    (folder / "tiny.gguf.partial").write_bytes(PARTS[0] + b"b" * 30)
    assert fetching.fetch("tiny", cache_dir=tmp_path).read_bytes() == WHOLE
    assert asked == ["tiny-part2==1.0", "tiny-part3==1.0"]


def test_a_corrupt_part_is_asked_for_again(index: Index, tmp_path: Path) -> None:
    asked = index(good() | {2: [b"x" * 64, PARTS[1]]})
    assert fetching.fetch("tiny", cache_dir=tmp_path).read_bytes() == WHOLE
    assert asked.count("tiny-part2==1.0") == 2


def test_a_part_that_stays_corrupt_is_refused(index: Index, tmp_path: Path) -> None:
    index(good() | {2: [b"x" * 64]})
    with pytest.raises(SetupError, match="part 2 does not have the expected SHA-256") as caught:
        fetching.fetch("tiny", cache_dir=tmp_path)
    assert "local:/path" in caught.value.hint
    assert fetching.find("tiny", cache_dir=tmp_path) is None


def test_an_oversized_part_is_not_read(index: Index, tmp_path: Path) -> None:
    index(good() | {2: [b"x" * 65]})
    with pytest.raises(SetupError, match=r"does not hold data/part02\.bin"):
        fetching.fetch("tiny", cache_dir=tmp_path)


def test_the_whole_file_has_to_match_too(index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index(good())
    monkeypatch.setattr(fetching, "entry", lambda _id="": TINY.model_copy(update={"sha256": digest(b"else")}))
    with pytest.raises(SetupError, match="publisher's SHA-256"):
        fetching.fetch("tiny", cache_dir=tmp_path)
    assert not (tmp_path / "models" / "tiny.gguf.partial").exists()


def test_too_little_disk_is_said_before_anything_is_fetched(
    index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = index(good())
    monkeypatch.setattr(fetching.shutil, "disk_usage", lambda _path: type("Usage", (), {"free": 1000})())
    with pytest.raises(SetupError, match="GB are free"):
        fetching.fetch("tiny", cache_dir=tmp_path)
    assert asked == []


def test_a_file_put_there_by_hand_is_verified(index: Index, tmp_path: Path) -> None:
    index({})
    folder = tmp_path / "models"
    folder.mkdir()
    (folder / "tiny.gguf").write_bytes(b"z" * len(WHOLE))
    assert fetching.find("tiny", cache_dir=tmp_path) is None
    (folder / "tiny.gguf").write_bytes(WHOLE)
    assert fetching.find("tiny", cache_dir=tmp_path) == folder / "tiny.gguf"


def test_a_path_is_taken_as_it_is(tmp_path: Path) -> None:
    own = tmp_path / "own.gguf"
    assert fetching.find(str(own)) is None
    own.write_bytes(b"GGUF")
    assert fetching.find(str(own)) == own


def test_every_catalogue_entry_can_be_fetched_whole() -> None:
    for model in models():
        assert len(model.sha256) == 64
        for source in model.sources:
            if isinstance(source, WheelSource):
                count = len(source.part_sha256)
                assert (count - 1) * source.part_bytes < model.bytes <= count * source.part_bytes
                assert all(len(part) == 64 for part in source.part_sha256)
            else:
                assert len(source.revision) == 40


def test_a_source_that_can_change_under_its_name_is_refused() -> None:
    with pytest.raises(ValidationError, match="revision"):
        HubSource(kind="hub", repo="nobody/tiny-GGUF", revision="main")
    with pytest.raises(ValidationError, match="sha256"):
        EmbeddedModel.model_validate(TINY.model_dump() | {"sha256": ""})


def test_a_file_of_the_right_name_and_size_with_other_bytes_is_not_the_model(index: Index, tmp_path: Path) -> None:
    index(good())
    folder = tmp_path / "models"
    folder.mkdir()
    (folder / TINY.file).write_bytes(b"GGUF" + b"x" * (len(WHOLE) - 4))
    assert fetching.find("tiny", cache_dir=tmp_path) is None
    own = tmp_path / "own.gguf"
    own.write_bytes(b"GGUF of my own")
    assert fetching.find(str(own), cache_dir=tmp_path) == own
