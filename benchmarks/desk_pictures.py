"""Pictures of every view of the desk, to be looked at: a page for each language, width and appearance.

    python -m benchmarks.desk_pictures OUT --pages en:1440:light,zh-TW:390:dark --views batch,plan

starts a desk of its own without a model (for the view "model" a stand-in endpoint on this machine), goes through it as a marketer does,
and prints what no picture shows: a view that needs sideways scrolling, an error on the console. Needs Debian's Chromium.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from benchmarks.desk import served
from benchmarks.desk_album import Album
from benchmarks.desk_views import VIEWS, WAIT

PAGES = "en:1440:light,zh-CN:1440:dark,zh-TW:390:light,en:390:dark"


def main() -> None:
    """Takes the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--pages", default=PAGES, help="language:width:appearance, separated by commas")
    parser.add_argument("--views", default=",".join(VIEWS))
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    from playwright.sync_api import sync_playwright

    with served() as (address, _), sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"])
        for spec in options.pages.split(","):
            language, width, scheme = spec.split(":")
            context = browser.new_context(
                viewport={"width": int(width), "height": 900}, color_scheme=scheme, reduced_motion="reduce"
            )
            page = context.new_page()
            page.set_default_timeout(WAIT)
            album = Album(page, options.out, spec)
            page.goto(f"{address}/{language}/")
            page.wait_for_selector("#understood .brief-form")
            for view in options.views.split(","):
                VIEWS[view](album)
            context.close()
        browser.close()


if __name__ == "__main__":
    main()
