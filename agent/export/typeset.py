"""The typesetter: a Typst file of the house with its data beside it, in a folder of its own, without the network."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any, Literal, cast

from agent.errors import SetupError
from agent.export.fonts import Face

LAYOUTS_KEPT = 10
"""After how many others the typesetter forgets a layout."""


def compiled(
    source: str,
    files: Mapping[str, bytes],
    faces: Sequence[Face],
    *,
    kind: Literal["pdf", "png"] = "pdf",
    ppi: float = 144,
) -> list[bytes]:
    """What Typst makes of `source`: one PDF, or a PNG a page.

    `files` stand beside the source under their names.
    """
    with _workshop(source, files, faces) as (typst, root, options):
        # Its annotation says bytes; several pages of PNG come as a list.
        made: object = typst.compile(str(root / "main.typ"), **options, format=kind, ppi=ppi)
    return [bytes(one) for one in made] if isinstance(made, list) else [bytes(cast(bytes, made))]


@contextmanager
def _workshop(
    source: str, files: Mapping[str, bytes], faces: Sequence[Face]
) -> Iterator[tuple[ModuleType, Path, dict[str, Any]]]:
    """The typesetter, a folder with everything that it needs, and its options: only `faces` are used, never the system's fonts."""
    try:
        import typst
    except ImportError:
        raise SetupError("The typesetter is not installed.", hint='Install it: pip install "cehua[export]".') from None
    with tempfile.TemporaryDirectory(prefix="cehua-") as scratch:
        root = Path(scratch)
        (root / "fonts").mkdir()
        for face in faces:
            (root / "fonts" / face.filename).write_bytes(face.data)
        for name, content in files.items():
            (root / name).write_bytes(content)
        (root / "main.typ").write_text(source, encoding="utf-8")
        yield typst, root, {"root": str(root), "font_paths": [str(root / "fonts")], "ignore_system_fonts": True}


def fitted(
    source: str,
    files: Mapping[str, bytes],
    faces: Sequence[Face],
    refit: Callable[[list[Any]], Mapping[str, bytes]],
) -> bytes:
    """One PDF, laid out until it fits: `refit` is told what `source` says of its ends (`<end>`) and gives the files that
    have to change, none when nothing has to.
    """
    with _workshop(source, files, faces) as (typst, root, options):
        compiler = typst.Compiler(str(root / "main.typ"), **options)
        while changed := refit(json.loads(compiler.query("<end>", field="value"))):
            for name, content in changed.items():
                (root / name).write_bytes(content)
            _forget(typst, root)
        return bytes(compiler.compile(format="pdf"))


def _forget(typst: ModuleType, root: Path) -> None:
    """Drops what the typesetter remembers of the last layout, a few hundred megabytes: it does so once ten others have followed."""
    blank = root / "blank.typ"
    blank.write_text("", encoding="utf-8")
    for _ in range(LAYOUTS_KEPT + 1):
        typst.compile(str(blank), root=str(root), ignore_system_fonts=True)


def pictures(svgs: Sequence[str], faces: Sequence[Face], ppi: float = 192) -> list[bytes]:
    """SVG pictures as PNG, 2 pixels for each of the SVG's units at 192 ppi (a unit is 1/96 inch)."""
    if not svgs:
        return []
    pages = "\n".join(f'#page(image("{at}.svg", width: 540pt))' for at in range(len(svgs)))
    source = f"#set page(width: 540pt, height: auto, margin: 0pt, fill: white)\n{pages}\n"
    files = {f"{at}.svg": one.encode("utf-8") for at, one in enumerate(svgs)}
    return compiled(source, files, faces, kind="png", ppi=ppi)
