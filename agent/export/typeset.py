"""The typesetter: a Typst file of the house with its data beside it, in a folder of its own, without the network."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal, cast

from agent.errors import SetupError
from agent.export.fonts import Face


def compiled(
    source: str,
    files: Mapping[str, bytes],
    faces: Sequence[Face],
    *,
    kind: Literal["pdf", "png"] = "pdf",
    ppi: float = 144,
) -> list[bytes]:
    """What Typst makes of `source`: one PDF, or a PNG a page.

    `files` stand beside the source under their names. Only `faces` are used, never the system's fonts.
    """
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
        # Its annotation says bytes; several pages of PNG come as a list.
        made: object = typst.compile(
            str(root / "main.typ"),
            root=str(root),
            font_paths=[str(root / "fonts")],
            ignore_system_fonts=True,
            format=kind,
            ppi=ppi,
        )
    return [bytes(one) for one in made] if isinstance(made, list) else [bytes(cast(bytes, made))]


def pictures(svgs: Sequence[str], faces: Sequence[Face], ppi: float = 192) -> list[bytes]:
    """SVG pictures as PNG, 2 pixels for each of the SVG's units at 192 ppi (a unit is 1/96 inch)."""
    if not svgs:
        return []
    pages = "\n".join(f'#page(image("{at}.svg", width: 540pt))' for at in range(len(svgs)))
    source = f"#set page(width: 540pt, height: auto, margin: 0pt, fill: white)\n{pages}\n"
    files = {f"{at}.svg": one.encode("utf-8") for at, one in enumerate(svgs)}
    return compiled(source, files, faces, kind="png", ppi=ppi)
