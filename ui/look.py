"""How the desk looks: Gradio's plain theme in the house's colours, the exported page's style for the plan."""

from __future__ import annotations

from pathlib import Path

import gradio as gr

from agent.export.charts import COLOURS
from agent.export.html import DARK
from agent.export.html import HERE as PAGE

HERE = Path(__file__).parent


def theme() -> gr.themes.Base:
    """Gradio's plain theme in the house's colours and the system's typefaces."""
    fonts = ["system-ui", "-apple-system", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", "sans-serif"]
    green = gr.themes.Color(
        "#eef6f5",
        "#d6ebe8",
        "#add7d1",
        "#7fc7bf",
        "#4f9f97",
        "#1f7a72",
        "#0f5c63",
        "#0d4f55",
        "#0b4147",
        "#08343a",
        "#06282c",
    )
    look = gr.themes.Base(primary_hue=green, neutral_hue="slate", font=fonts, font_mono=["ui-monospace", "monospace"])
    quiet = {
        "body_text_color_subdued": "#5f6b7a",
        "block_info_text_color": "#5f6b7a",
        "input_placeholder_color": "#5f6b7a",
        "block_label_text_color": "#5f6b7a",
    }
    return look.set(**quiet, **{f"{name}_dark": "#9aa7b4" for name in quiet})


def styles() -> str:
    """The desk's style, with the exported page's for the plan inside it."""
    light, dark = (";".join(f"--{key}:{value}" for key, value in tones.items()) for tones in (COLOURS, DARK))
    classes = "".join(f".f-{key}{{fill:var(--{key})}}.k-{key}{{stroke:var(--{key})}}" for key in COLOURS)
    plan = (PAGE / "page.css").read_text(encoding="utf-8").split("@page{")[0]
    return f":root{{{light}}}.dark{{{dark}}}{classes}.plan-page{{{plan}}}" + (HERE / "static" / "desk.css").read_text(
        encoding="utf-8"
    )
