"""The tabs of a page: what stands where. Each puts its components under a name into the places that events fill."""

from __future__ import annotations

from typing import Any

import gradio as gr

from agent.brief.readers import MAX_BYTES
from agent.export import FORMATS
from agent.llm import list_models
from ui.handlers import House, samples
from ui.views import batch, head, intake
from ui.views.interview import interview
from ui.views.words import LANGUAGES, Words, esc, loading, notice

ON_LOAD = "window.cehua.bind(element, trigger, watch)"
KINDS = [".yaml", ".yml", ".json", ".md", ".txt", ".docx", ".xlsx", ".pdf"]
OWN_KINDS = [".docx", ".xlsx", ".pdf", ".csv", ".md", ".txt"]
TABLES = [".jsonl", ".ndjson", ".csv", ".tsv", ".xlsx"]
CHOICES = ("model", "name", "key", "base_url", "language", "max_cost", "max_tokens", "price")
"""Fields of who writes, in which language, for how much; three tabs hold them."""
Places = dict[str, Any]


def html(name: str, value: str = "", **more: Any) -> gr.HTML:
    """A place of our own drawing."""
    return gr.HTML(value, js_on_load=ON_LOAD, apply_default_css=False, elem_id=name, elem_classes=["desk"], **more)


def kinds(w: Words, key: str) -> str:
    """Which files are taken, and what stands there when one is too large: the page says so before it sends it."""
    too_large = notice("error", w.h("file.large"), w.h("file.large_hint"))
    return f'<p class="hint">{w.h(key)}</p><div class="too-large" data-most="{MAX_BYTES}" hidden>{too_large}</div>'


def brief_tab(w: Words, house: House, places: Places) -> list[Any]:
    """The intake; gives the fields in the order of `Entered`."""
    with gr.Row(elem_classes=["intake"]):
        with gr.Column(scale=5, min_width=320):
            html("intake-intro", f"<h2>{w.h('intake.title')}</h2><p class='hint'>{w.h('intake.intro')}</p>")
            places["text"] = gr.Textbox(
                label=w("intake.text"), placeholder=w("intake.placeholder"), lines=9, max_lines=24, elem_id="brief-text"
            )
            chips = "".join(
                f'<button type="button" class="suggest" data-do="sample" data-name="{esc(name)}">{esc(name)}</button>'
                for name in samples(w.language)
            )
            places["samples"] = html(
                "samples", f'<div class="suggestions"><span>{w.h("intake.samples")}</span>{chips}</div>'
            )
            with gr.Accordion(w("intake.talk.title"), open=False, elem_id="talk-box"):
                places["talked"] = gr.State([])
                places["interview"] = html("interview", interview(w, ()))
                places["tell"] = gr.Textbox(
                    label=w("intake.talk.say"), lines=1, max_lines=4, max_length=2000, elem_id="tell", submit_btn=True
                )
            places["file"] = gr.File(label=w("intake.file"), file_types=KINDS, height=150, elem_id="brief-file")
            html("file-kinds", kinds(w, "intake.file_kinds"))
            places["told"] = html("told")
            with gr.Row(elem_classes=["buttons"]):
                places["read"] = gr.Button(w("intake.read"), elem_id="read")
                places["begin"] = gr.Button(w("intake.begin"), variant="primary", elem_id="begin")
            with gr.Accordion(w("model.title"), open=False):
                choice = choices(w, house, places, "brief")
                own = gr.Checkbox(label=w("model.documents"), value=False)
                places["guess"] = gr.Button(w("estimate.button"), size="sm", elem_id="estimate-button")
                places["estimate"] = html("estimate")
        with gr.Column(scale=6, min_width=320):
            places["understood"] = html("understood", intake.understood(w, None, {}))
    answers = gr.Textbox("{}", visible=False)
    return [places["text"], places["file"], answers, *choice, own]


def choices(w: Words, house: House, places: Places, tab: str) -> list[Any]:
    """Who writes, in which language, for how much; gives the fields in the order of CHOICES, in the places as TAB_FIELD."""
    models, default = models_here(w, house)
    model = gr.Radio(models, value=default, label=w("model.label"), info=w("model.info"))
    with gr.Group(visible=default == "openai") as hosted:
        name = gr.Textbox(label=w("model.name"), value="gpt-5-mini")
        key = gr.Textbox(label=w("model.key"), info=w("model.key_info"), type="password", elem_id=f"{tab}-key")
        base = gr.Textbox(
            label=w("model.base"),
            placeholder="https://…/v1",
            value=house.settings.openai_base_url or "",
            visible=not house.team,
        )
        with gr.Row():
            cost = gr.Number(label=w("model.max_cost"), value=None, minimum=0)
            tokens = gr.Number(label=w("model.max_tokens"), value=None, minimum=0, precision=0)
            price = gr.Textbox(label=w("model.price"), placeholder="0.25/2")
    language = gr.Dropdown(
        [(w("language.auto"), ""), *((w(f"language.{one}"), one) for one in LANGUAGES)],
        value="",
        label=w("model.language"),
    )
    model.change(
        lambda chosen: gr.Group(visible=chosen == "openai"),
        model,
        hosted,
        show_progress="hidden",
        api_visibility="private",
    )
    fields = [model, name, key, base, language, cost, tokens, price]
    places.update({f"{tab}_{field}": one for field, one in zip(CHOICES, fields, strict=True)})
    return fields


def models_here(w: Words, house: House) -> tuple[list[tuple[str, str]], str]:
    """Who can write here, in plain words; the default is the setting's."""
    here = [
        row
        for row in list_models(house.settings)
        if row["spec"].startswith("local:") and not row["where"].startswith("not here")
    ]
    models = [(w("model.playbook"), "playbook")]
    models += [(w("model.local", title=row["title"]), row["spec"]) for row in here]
    models.append((w("model.openai"), "openai"))
    asked = house.settings.model
    if asked.startswith("openai:") or (asked == "auto" and house.settings.openai_api_key):
        return models, "openai"
    local = asked.startswith("local") and here
    return models, here[0]["spec"] if local else "playbook"


def plan_tab(w: Words, places: Places) -> None:
    """A run: head, board, reader, and the chat and versions beside it."""
    places["head"] = html("head", head.nothing(w))
    with gr.Column(elem_id="work-box"):
        with gr.Accordion(w("board.title"), open=True, elem_id="board-box") as places["board_box"]:
            places["board"] = html("board")
        with gr.Row(elem_classes=["work"]):
            with gr.Column(scale=8, min_width=320, elem_classes=["reading"]):
                places["reader"] = html("reader")
            with gr.Column(scale=3, min_width=290, elem_classes=["beside"]):
                _beside(w, places)


def _beside(w: Words, places: Places) -> None:
    html("chat-title", f"<h3>{w.h('chat.title')}</h3>")
    places["chat"] = html("chat")
    places["say"] = gr.Textbox(
        label=w("chat.say"),
        placeholder=w("chat.placeholder"),
        lines=2,
        max_lines=6,
        max_length=2000,
        elem_id="say",
        interactive=False,
    )
    places["send"] = gr.Button(w("chat.send"), variant="primary", elem_id="send", interactive=False)
    with gr.Accordion(w("versions.title"), open=False, elem_id="versions-box") as places["versions_box"]:
        places["difference"] = html("difference")
        places["versions"] = html("versions")


def library_tab(w: Words, places: Places) -> None:
    """The workspace's runs."""
    html("library-intro", f"<h2>{w.h('library.title')}</h2>")
    places["library"] = html("library", loading(w))


def batch_tab(w: Words, house: House, places: Places) -> list[Any]:
    """Many briefs; gives the fields in the order of `Lot`."""
    with gr.Row(elem_classes=["intake"]):
        with gr.Column(scale=4, min_width=320):
            html("batch-intro", f"<h2>{w.h('batch.title')}</h2><p class='hint'>{w.h('batch.intro')}</p>{batch.templates(w)}")  # fmt: skip
            places["batch_files"] = gr.File(
                label=w("intake.file"),
                file_count="multiple",
                file_types=list(dict.fromkeys([*TABLES, *KINDS])),
                height=150,
                elem_id="batch-files",
            )
            html("batch-kinds", kinds(w, "batch.upload"))
            with gr.Accordion(w("model.title"), open=False, elem_id="batch-choices"):
                choice = choices(w, house, places, "batch")
            words = gr.Textbox(
                label=w("batch.house_label"),
                info=w("batch.house_info"),
                placeholder=w("batch.house_example"),
                lines=3,
                max_lines=10,
                elem_id="batch-house",
            )
            forms = gr.CheckboxGroup(
                [(w(f"export.{name}"), name) for name in FORMATS], value=["md", "json"], label=w("batch.formats")
            )
            places["batch_told"] = html("batch-told")
            places["hand_in"] = gr.Button(w("batch.hand_in"), variant="primary", elem_id="hand-in")
        with gr.Column(scale=7, min_width=320):
            places["batch"] = html("batch", batch.nothing(w))
            places["batches"] = html("batches")
    return [places["batch_files"], words, forms, *choice]


def documents_tab(w: Words, places: Places) -> None:
    """The workspace's own documents."""
    html("documents-intro", f"<h2>{w.h('documents.title')}</h2><p class='hint'>{w.h('documents.intro')}</p>")
    places["upload"] = gr.File(
        label=w("documents.upload"), file_count="multiple", file_types=OWN_KINDS, height=160, elem_id="own-files"
    )
    html("own-kinds", kinds(w, "documents.kinds"))
    places["documents_told"], places["documents"] = html("documents-told"), html("documents", loading(w))


def settings_tab(w: Words, house: House, places: Places) -> list[Any]:
    """What new plans start from; gives the fields in the order of CHOICES."""
    with gr.Row(elem_classes=["intake"]):
        with gr.Column(scale=5, min_width=320):
            html("chosen-intro", f"<h2>{w.h('settings.chosen')}</h2><p class='hint'>{w.h('settings.chosen_text')}</p>")
            fields = choices(w, house, places, "settings")
            places["chosen_told"] = html("chosen-told")
            places["choose"] = gr.Button(w("save"), variant="primary", elem_id="choose")
        with gr.Column(scale=6, min_width=320):
            places["settings"] = html("settings", loading(w))
    return fields
