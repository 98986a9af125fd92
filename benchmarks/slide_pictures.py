"""Pictures of the decks and workbooks of example plans, to look at, and the picture of slides in the README.

`python -m benchmarks.slide_pictures OUT [BRIEF …]`: the playbook's plan for each brief (file stems of examples/briefs, or `large`; all where
none is named), printed with LibreOffice, a PNG a page in OUT/BRIEF/pptx and OUT/BRIEF/xlsx; OUT/slides.png where the plans in `SHOWN` are among
them. Noto Sans CJK stands in for the Chinese fonts that the files name, and
where they are installed Liberation Sans for Arial and Carlito for Calibri (fonts-liberation, fonts-crosextra-carlito): without them English
type is wider than readers see it, and LibreOffice makes the workbook's columns a third wider.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

from agent.brief import read_brief
from agent.export import FORMATS
from agent.export.material import Material
from agent.frame import build_frame
from agent.knowledge import load
from agent.run.build import build_plan
from benchmarks.playbook import AS_OF, BRIEFS, LARGE

SHOWN = (
    ("tea-zh", 2),
    ("b2b-en", 15),
    ("shop-zh-tw", 10),
    ("tea-zh", 19),
    ("contradictory-en", 19),
    ("shop-zh-tw", 17),
)
"""Brief and slide of what the README shows, three in a row."""
DPI = 80
GAP, GROUND = 8, "#e3e7ea"
STAND_INS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<include ignore_missing="yes">/etc/fonts/fonts.conf</include>
<alias binding="same"><family>Microsoft YaHei</family><prefer><family>Noto Sans CJK SC</family></prefer></alias>
<alias binding="same"><family>Microsoft JhengHei</family><prefer><family>Noto Sans CJK TC</family></prefer></alias>
</fontconfig>"""


def files_of(stem: str, folder: Path) -> list[Path]:
    """Deck and workbook of the playbook's plan for a brief."""
    brief = LARGE if stem == "large" else next(path for path in BRIEFS if path.stem == stem)
    knowledge = load()
    intake = read_brief(brief, as_of=AS_OF)
    frame = build_frame(intake.filled, as_of=AS_OF, knowledge=knowledge)
    material = Material(build_plan(intake, knowledge, frame, model="playbook"))
    found = []
    for name in ("pptx", "xlsx"):
        path = folder / stem / f"{name}.{name}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(FORMATS[name].render(material))
        found.append(path)
    return found


def pictures(path: Path, scratch: Path) -> list[Path]:
    """A file's pages as pictures in a folder beside it, by LibreOffice and poppler."""
    (scratch / "fonts.conf").write_text(STAND_INS, encoding="utf-8")
    command = ["soffice", f"-env:UserInstallation=file://{scratch}/profile", "--headless", "--convert-to", "pdf"]
    subprocess.run(
        [*command, "--outdir", str(path.parent), str(path)], check=True, capture_output=True,
        env={**os.environ, "FONTCONFIG_FILE": str(scratch / "fonts.conf")},
    )  # fmt: skip
    pages = path.parent / path.stem
    pages.mkdir(exist_ok=True)
    for old in pages.glob("p-*.png"):
        old.unlink()
    subprocess.run(["pdftoppm", "-r", str(DPI), "-png", str(path.with_suffix(".pdf")), str(pages / "p")], check=True)
    return sorted(pages.glob("p-*.png"))


def sheet(shown: list[Path], out: Path) -> None:
    """Pictures three in a row, in few colours, as the README shows them."""
    small = []
    for path in shown:
        with Image.open(path) as page:
            small.append(page.convert("RGB").resize((496, 279), Image.Resampling.LANCZOS))
    wide, high = small[0].size
    rows = -(-len(small) // 3)
    whole = Image.new("RGB", (3 * wide + 4 * GAP, rows * high + (rows + 1) * GAP), GROUND)
    for at, page in enumerate(small):
        whole.paste(page, (GAP + at % 3 * (wide + GAP), GAP + at // 3 * (high + GAP)))
    whole.quantize(192).save(out, optimize=True)


def main() -> None:
    """Makes the pictures of the briefs that are named."""
    out = Path(sys.argv[1])
    stems = sys.argv[2:] or [path.stem for path in BRIEFS]
    with tempfile.TemporaryDirectory() as scratch:
        for stem in stems:
            for path in files_of(stem, out):
                sys.stdout.write(f"{path.parent / path.stem}: {len(pictures(path, Path(scratch)))} pages\n")
                sys.stdout.flush()
    shown = [out / stem / "pptx" / f"p-{number:02}.png" for stem, number in SHOWN]
    if all(path.exists() for path in shown):
        sheet(shown, out / "slides.png")


if __name__ == "__main__":
    main()
