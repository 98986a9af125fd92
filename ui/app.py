"""The layout of the desk, one page a language: where things stand and which handler an event goes to."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gradio as gr

from agent.llm import list_models
from agent.locale import t
from ui.handlers import Entered, Handlers, House, View, samples
from ui.views import head, intake
from ui.views.words import LANGUAGES, Words, esc

HERE = Path(__file__).parent
ON_LOAD = "window.cehua.bind(element, trigger, watch)"
KINDS = [".yaml", ".yml", ".json", ".md", ".txt", ".docx", ".xlsx", ".pdf"]
OWN_KINDS = [".docx", ".xlsx", ".pdf", ".csv", ".md", ".txt"]
BRIEF_ANSWERS = "(...given) => { given[2] = window.cehua.answers(); return given; }"
"""Puts the corrections on the form into the call."""
SECRET = "cehua-desk"
"""Not a secret: the browser keeps nothing but the id of the run that is open, and has to find it after the server was started anew."""


def html(name: str, value: str = "", **more: Any) -> gr.HTML:
    """A place of our own drawing."""
    return gr.HTML(value, js_on_load=ON_LOAD, apply_default_css=False, elem_id=name, elem_classes=["desk"], **more)


def page(house: House, language: str) -> gr.Blocks:
    """The desk in one language."""
    w, does = Words(language), Handlers(house, language)
    blocks = gr.Blocks(title=w("title"), analytics_enabled=False, delete_cache=(3600, 3600), fill_width=True)
    with blocks:
        places: dict[str, Any] = {
            "run": gr.BrowserState("", storage_key="cehua-run", secret=SECRET),
            "seen": gr.State({}),
            "timer": gr.Timer(0.6, active=False),
        }
        html("bar", head.bar(w))
        with gr.Tabs(elem_id="tabs") as places["tabs"]:
            with gr.Tab(w("tab.brief"), id="brief"):
                fields = _brief(w, house, places)
            with gr.Tab(w("tab.plan"), id="plan"):
                _plan(w, places)
            with gr.Tab(w("tab.library"), id="library") as shelf:
                html("library-intro", f"<h2>{w.h('library.title')}</h2>")
                places["library"] = html("library")
            with gr.Tab(w("tab.documents"), id="documents") as own:
                html(
                    "documents-intro", f"<h2>{w.h('documents.title')}</h2><p class='hint'>{w.h('documents.intro')}</p>"
                )
                places["upload"] = gr.File(
                    label=w("documents.upload"), file_count="multiple", file_types=OWN_KINDS, height=160
                )
                places["documents_told"], places["documents"] = html("documents-told"), html("documents")
            with gr.Tab(w("tab.settings"), id="settings"):
                html("settings", _settings(w, house))
        _wire(blocks, does, places, fields, shelf, own)
    return blocks


def _brief(w: Words, house: House, places: dict[str, Any]) -> list[Any]:
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
            places["file"] = gr.File(label=w("intake.file"), file_types=KINDS, height=150, elem_id="brief-file")
            places["told"] = html("told")
            with gr.Row(elem_classes=["buttons"]):
                places["read"] = gr.Button(w("intake.read"), elem_id="read")
                places["begin"] = gr.Button(w("intake.begin"), variant="primary", elem_id="begin")
            choice = _choices(w, house, places)
        with gr.Column(scale=6, min_width=320):
            places["understood"] = html("understood", intake.understood(w, None, {}))
    answers = gr.Textbox("{}", visible=False)
    return [places["text"], places["file"], answers, *choice]


def _choices(w: Words, house: House, places: dict[str, Any]) -> list[Any]:
    models, default = _models(w, house)
    with gr.Accordion(w("model.title"), open=False):
        model = gr.Radio(models, value=default, label=w("model.label"), info=w("model.info"))
        with gr.Group(visible=default == "openai") as hosted:
            name = gr.Textbox(label=w("model.name"), value="gpt-5-mini")
            places["key"] = gr.Textbox(label=w("model.key"), info=w("model.key_info"), type="password", elem_id="key")
            base = gr.Textbox(
                label=w("model.base"), placeholder="https://…/v1", value=house.settings.openai_base_url or ""
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
        own = gr.Checkbox(label=w("model.documents"), value=False)
        places["guess"] = gr.Button(w("estimate.button"), size="sm")
        places["estimate"] = html("estimate")
    model.change(
        lambda chosen: gr.Group(visible=chosen == "openai"),
        model,
        hosted,
        show_progress="hidden",
        api_visibility="private",
    )
    return [model, name, places["key"], base, language, cost, tokens, price, own]


def _models(w: Words, house: House) -> tuple[list[tuple[str, str]], str]:
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


def _plan(w: Words, places: dict[str, Any]) -> None:
    places["head"] = html("head", head.nothing(w))
    with gr.Accordion(w("board.title"), open=True, elem_id="board-box") as places["board_box"]:
        places["board"] = html("board")
    with gr.Row(elem_classes=["work"]):
        with gr.Column(scale=8, min_width=320, elem_classes=["reading"]):
            places["reader"] = html("reader")
        with gr.Column(scale=3, min_width=290, elem_classes=["beside"]):
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


def _settings(w: Words, house: House) -> str:
    links = "".join(f'<li><a href="../{one}/" lang="{one}">{w.h(f"language.{one}")}</a></li>' for one in LANGUAGES)
    return (
        f"<h2>{w.h('settings.title')}</h2><h3>{w.h('settings.language')}</h3><ul>{links}</ul><h3>{w.h('settings.look')}</h3>"
        f'<p><button type="button" data-theme-switch="1">{w.h("settings.dark")}</button></p><h3>{w.h("settings.model")}</h3><p>{w.h("settings.model_text")}</p>'
        f"<h3>{w.h('settings.data')}</h3><p>{w.h('settings.data_text')}</p>"
        + (
            f'<form method="post" action="../logout"><button>{esc(t(w.language, "serve.logout"))}</button></form>'
            if house.team
            else ""
        )
    )


def _wire(
    blocks: gr.Blocks, does: Handlers, places: dict[str, Any], fields: list[Any], shelf: gr.Tab, own: gr.Tab
) -> None:
    names = [name for name in places if name not in ("samples", "read", "begin", "guess", "send")]
    outputs = [*(places[name] for name in names), places["send"]]
    run = places["run"]

    def shown(view: View) -> list[Any]:
        """A view as the outputs' values; what it does not name stays."""
        if told := view.get("message"):
            (gr.Warning if view.get("failed") else gr.Info)(esc(told), title="cehua")
        values = [_value(name, view) for name in names]
        return [*values, gr.Button(interactive=view["working"]) if "working" in view else gr.skip()]

    def on(event: Callable[..., Any], fn: Callable[..., View], inputs: list[Any], **more: Any) -> None:
        more = {"show_progress": "hidden", "api_visibility": "private", "trigger_mode": "once", **more}
        event(lambda *given: shown(fn(*given)), inputs, outputs, **more)

    def pressed(place: str, fn: Callable[[Any, dict[str, Any]], View]) -> None:
        """Buttons inside a place of our own drawing: the event carries what they say."""

        def heard(current: Any, event: gr.EventData) -> list[Any]:
            return shown(fn(current, dict(event._data or {})))

        places[place].click(
            heard, [run], outputs, show_progress="hidden", api_visibility="private", trigger_mode="once"
        )

    on(blocks.load, lambda held: {**does.show(held), **({"tabs": "plan"} if _known(does, held) else {})}, [run])
    on(places["timer"].tick, does.tick, [run, places["seen"]])
    on(
        places["read"].click,
        lambda *given: does.read(_entered(given)),
        fields,
        js=BRIEF_ANSWERS,
        show_progress="minimal",
        show_progress_on=[places["told"]],
    )
    on(places["begin"].click, lambda *given: does.begin(_entered(given)), fields, js=BRIEF_ANSWERS)
    on(places["guess"].click, lambda *given: does.estimate(_entered(given)), fields, js=BRIEF_ANSWERS)
    on(places["send"].click, does.say, [run, places["say"]])
    on(places["say"].submit, does.say, [run, places["say"]])
    on(shelf.select, does.library, [run])
    on(own.select, does.documents, [])
    on(places["upload"].upload, does.add, [places["upload"]])
    pressed("samples", lambda _, data: does.sample(str(data.get("name"))))
    pressed("library", does.shelve)
    pressed("documents", lambda _, data: does.forget(data))
    for place in ("head", "reader", "chat", "versions"):
        pressed(place, does.act)


def _known(does: Handlers, held: object) -> bool:
    return bool(does.show(held).get("seen"))


def _value(name: str, view: View) -> Any:
    if name == "board_box":
        return gr.Accordion(open=view["open_board"]) if "open_board" in view else gr.skip()
    if name == "versions_box":
        return gr.Accordion(open=True) if view.get("difference") else gr.skip()
    if name == "say" and "working" in view:
        return gr.Textbox(interactive=view["working"], **({"value": view["say"]} if "say" in view else {}))
    if name not in view:
        return gr.skip()
    value = view[name]
    if name == "tabs":
        return gr.Tabs(selected=value)
    if name == "timer":
        return gr.Timer(active=value)
    return value


def _entered(given: tuple[Any, ...]) -> Entered:
    text, file, answers, model, name, key, base, language, cost, tokens, price, own = given
    return Entered(
        text=text or "", file=file, answers=intake.changed(json.loads(answers or "{}")), model=model or "playbook", name=name or "",
        key=key or "", base_url=base or "", language=language or "", max_cost=cost, max_tokens=tokens, price=price or "", documents=bool(own),
    )  # fmt: skip
