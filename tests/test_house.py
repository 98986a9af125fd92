"""The house itself: settings and data are found, the lock is complete, the wheel carries what it needs."""

from __future__ import annotations

import ast
import importlib.metadata
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from agent import resources
from agent.errors import SetupError
from agent.settings import Settings, load_settings

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of the machine, and no `.env` of the checkout, reaches a test."""
    for name in list(os.environ):
        if name.startswith(("CEHUA_", "OPENAI_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def direct_requirements() -> list[Requirement]:
    extras = PROJECT["optional-dependencies"].values()
    return [Requirement(line) for group in (PROJECT["dependencies"], *extras) for line in group]


def locked() -> dict[str, str]:
    return {canonicalize_name(name): version for name, version in re.findall(r"(?m)^([\w.-]+)==(\S+)", LOCK)}


# Data


def test_data_lies_beside_the_package_in_a_checkout() -> None:
    assert resources.prompts_dir() == ROOT / "prompts"
    assert resources.knowledge_dir() == ROOT / "knowledge"


def test_data_folder_of_ones_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "prompts").mkdir()
    monkeypatch.setenv("CEHUA_DATA", str(tmp_path))
    assert resources.prompts_dir() == (tmp_path / "prompts").resolve()
    with pytest.raises(SetupError, match=r"CEHUA_DATA: The folder knowledge/ was not found"):
        resources.knowledge_dir()


# Settings


def test_argument_wins_over_environment_over_file_over_default(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert load_settings().model == "auto"
    (tmp_path / ".env").write_text(
        "CEHUA_MODEL=playbook\nOPENAI_API_KEY=from-file\nSOMEONE_ELSES=1\n", encoding="utf-8"
    )
    assert load_settings().model == "playbook"
    monkeypatch.setenv("CEHUA_MODEL", "local")
    monkeypatch.setenv("OPENAI_API_KEY", "from-environment")
    assert load_settings(model=None).model == "local"
    assert load_settings(model="openai:x").model == "openai:x"
    key = load_settings(openai_api_key="from-argument").openai_api_key
    assert key is not None
    assert key.get_secret_value() == "from-argument"


def test_empty_variable_is_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "")
    monkeypatch.setenv("CEHUA_LANG", "")
    assert load_settings().openai_api_key is None
    assert load_settings().lang is None


def test_key_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")
    settings = load_settings()
    assert "sk-very-secret" not in repr(settings) + settings.model_dump_json()


def test_wrong_value_names_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CEHUA_THREADS", "many")
    with pytest.raises(SetupError) as caught:
        load_settings()
    assert caught.value.where == "CEHUA_THREADS"


def test_every_setting_is_described_and_shown_in_the_example() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    for name, field in Settings.model_fields.items():
        assert field.description, name
        variable = str(field.validation_alias or f"CEHUA_{name.upper()}")
        assert re.search(rf"(?m)^{variable}=", example), variable


# The lock


def test_lock_has_hashes_and_names_no_host() -> None:
    requirements = re.split(r"(?m)^(?=[\w.-]+==)", LOCK)[1:]
    assert requirements
    assert [entry for entry in requirements if "--hash=sha256:" not in entry] == []
    assert "://" not in LOCK
    assert "--index-url" not in LOCK
    assert str(Path.home()) not in LOCK


def test_lock_holds_every_direct_requirement_in_its_range() -> None:
    versions = locked()
    for requirement in direct_requirements():
        version = versions.get(canonicalize_name(requirement.name))
        assert version is not None, requirement
        assert requirement.specifier.contains(version, prereleases=True), f"{requirement} but the lock has {version}"


def test_every_import_is_declared() -> None:
    owners = importlib.metadata.packages_distributions()
    declared = {canonicalize_name(requirement.name) for requirement in direct_requirements()}
    imported = {
        name.partition(".")[0]
        for folder in ("agent", "ui")
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in imported_names(node)
    }
    outside = imported - sys.stdlib_module_names - {"agent", "ui"}
    undeclared = {
        name for name in outside if not declared & {canonicalize_name(owner) for owner in owners.get(name, [])}
    }
    assert undeclared == set()


def imported_names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
        return [node.module]
    return []


# The wheel


def test_wheel_carries_its_data_and_no_path_of_this_machine(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    built = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        for source in ("prompts", "knowledge"):
            expected = {
                f"agent/_data/{path.relative_to(ROOT).as_posix()}"
                for path in (ROOT / source).rglob("*")
                if path.is_file()
            }
            assert expected, source
            assert expected <= set(names)
        assert not [name for name in names if name.startswith(("tests/", "runs/", "prompts/", "knowledge/", "/"))]
        assert not [name for name in names if str(ROOT).encode() in archive.read(name)]
        archive.extractall(tmp_path / "site")
    probe = "from agent import resources; print(resources.prompts_dir(), resources.knowledge_dir())"
    found = subprocess.run(
        [sys.executable, "-c", probe],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "site"), "PYTHONSAFEPATH": "1"},
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    assert found == [str((tmp_path / "site" / "agent" / "_data" / name).resolve()) for name in ("prompts", "knowledge")]
