"""The desk, one page a language: which handler an event goes to, and which place what it gives is shown in."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import gradio as gr

from ui.handlers import Entered, Handlers, House, Lot, View
from ui.tabs import (
    CHOICES,
    Places,
    batch_tab,
    brief_tab,
    documents_tab,
    html,
    library_tab,
    models_here,
    plan_tab,
    settings_tab,
)
from ui.views import head, intake
from ui.views.words import Words, esc

BRIEF_ANSWERS = "(...given) => { given[2] = window.cehua.answers(); return given; }"
"""Puts the corrections on the form into the call."""
SECRET = "cehua-desk"
"""Not a secret: the browser keeps nothing but the ids of the run and the batch that are open, and has to find them after the server was started anew."""
BUTTONS = ("samples", "read", "begin", "guess", "send", "hand_in", "choose")
"""Places that no event fills."""


def page(house: House, language: str) -> gr.Blocks:
    """The desk in one language."""
    w, does = Words(language), Handlers(house, language)
    blocks = gr.Blocks(title=w("title"), analytics_enabled=False, delete_cache=(3600, 3600), fill_width=True)
    with blocks:
        places: Places = {
            "run": gr.BrowserState("", storage_key="cehua-run", secret=SECRET),
            "seen": gr.State({}),
            "timer": gr.Timer(0.6, active=False),
            "batch_open": gr.BrowserState("", storage_key="cehua-batch", secret=SECRET),
            "batch_seen": gr.State(0),
            "batch_timer": gr.Timer(1.0, active=False),
        }
        html("bar", head.bar(w))
        with gr.Tabs(elem_id="tabs") as places["tabs"]:
            with gr.Tab(w("tab.brief"), id="brief"):
                brief = brief_tab(w, house, places)
            with gr.Tab(w("tab.plan"), id="plan"):
                plan_tab(w, places)
            with gr.Tab(w("tab.batch"), id="batch") as many:
                lot = batch_tab(w, house, places)
            with gr.Tab(w("tab.library"), id="library") as shelf:
                library_tab(w, places)
            with gr.Tab(w("tab.documents"), id="documents") as own:
                documents_tab(w, places)
            with gr.Tab(w("tab.settings"), id="settings") as chosen:
                choice = settings_tab(w, house, places)
        wiring = Wiring(does, places, [value for _, value in models_here(w, house)[0]])
        wiring.brief(brief)
        wiring.plan(blocks)
        wiring.batch(lot, many)
        wiring.shelf(choice, shelf, own, chosen)
    return blocks


class Wiring:
    """Ties events to handlers. A handler gives a view, place → what it shows; what it does not name stays."""

    def __init__(self, does: Handlers, places: Places, models: list[str]) -> None:
        self._does, self._places, self._models = does, places, models
        self._names = [name for name in places if name not in BUTTONS]
        self._outputs = [*(places[name] for name in self._names), places["send"]]

    def brief(self, fields: list[Any]) -> None:
        """The intake."""
        does, places = self._does, self._places
        self._on(
            places["read"].click,
            lambda *given: does.read(_entered(given)),
            fields,
            js=BRIEF_ANSWERS,
            show_progress="minimal",
            show_progress_on=[places["told"]],
        )
        self._on(
            places["tell"].submit,
            lambda *given: does.tell(_entered(given[:-2]), given[-2] or "", given[-1] or []),
            [*fields, places["tell"], places["talked"]],
            js=BRIEF_ANSWERS,
        )
        self._on(places["begin"].click, lambda *given: does.begin(_entered(given)), fields, js=BRIEF_ANSWERS)
        self._on(places["guess"].click, lambda *given: does.estimate(_entered(given)), fields, js=BRIEF_ANSWERS)
        self._pressed("samples", lambda _, data: does.sample(str(data.get("name"))))

    def plan(self, blocks: gr.Blocks) -> None:
        """A run's page, and what a page shows when it is loaded."""
        does, places = self._does, self._places
        run = places["run"]
        self._on(
            blocks.load,
            lambda held, lot: {**does.batch(lot), **does.chosen(), **_opened(does.show(held))},
            [run, places["batch_open"]],
        )
        self._on(places["timer"].tick, does.tick, [run, places["seen"]])
        self._on(places["send"].click, does.say, [run, places["say"]])
        self._on(places["say"].submit, does.say, [run, places["say"]])
        for place in ("head", "reader", "chat", "versions"):
            self._pressed(place, does.act)

    def batch(self, fields: list[Any], tab: gr.Tab) -> None:
        """Many briefs."""
        does, places = self._does, self._places
        held = places["batch_open"]
        self._on(
            places["hand_in"].click,
            lambda *given: does.hand_in(_lot(given)),
            fields,
            show_progress="minimal",
            show_progress_on=[places["batch_told"]],
        )
        self._on(places["batch_timer"].tick, does.batch_tick, [held, places["batch_seen"]])
        self._on(tab.select, does.batch, [held])
        for place in ("batch", "batches"):
            self._pressed(place, does.act_on_batch, held)

    def shelf(self, fields: list[Any], shelf: gr.Tab, own: gr.Tab, chosen: gr.Tab) -> None:
        """Library, documents, settings."""
        does, places = self._does, self._places
        self._on(shelf.select, does.library, [places["run"]])
        self._on(own.select, does.documents, [])
        self._on(chosen.select, does.settings, [])
        self._on(places["upload"].upload, does.add, [places["upload"]])
        self._on(places["choose"].click, lambda *given: does.choose(_chosen(given)), fields)
        self._pressed("library", does.shelve)
        self._pressed("settings", lambda _, data: does.settings(forget=data.get("do") == "forget-key"))
        self._pressed("documents", lambda _, data: does.forget(data))

    def _on(self, event: Callable[..., Any], fn: Callable[..., View], inputs: list[Any], **more: Any) -> None:
        more = {"show_progress": "hidden", "api_visibility": "private", "trigger_mode": "once", **more}
        event(lambda *given: self._shown(fn(*given)), inputs, self._outputs, **more)

    def _pressed(self, place: str, fn: Callable[[Any, dict[str, Any]], View], held: Any = None) -> None:
        """Buttons inside a place of our own drawing: the event carries what they say."""

        def heard(current: Any, event: gr.EventData) -> list[Any]:
            return self._shown(fn(current, dict(event._data or {})))

        inputs = [self._places["run"] if held is None else held]
        self._places[place].click(
            heard, inputs, self._outputs, show_progress="hidden", api_visibility="private", trigger_mode="once"
        )

    def _shown(self, view: View) -> list[Any]:
        """A view as the outputs' values."""
        if told := view.get("message"):
            (gr.Warning if view.get("failed") else gr.Info)(esc(told), title="cehua")
        values = [self._value(name, view) for name in self._names]
        return [*values, gr.Button(interactive=view["working"]) if "working" in view else gr.skip()]

    def _value(self, name: str, view: View) -> Any:
        if name == "board_box":
            return gr.Accordion(open=view["open_board"]) if "open_board" in view else gr.skip()
        if name == "versions_box":
            return gr.Accordion(open=True) if view.get("difference") else gr.skip()
        if name == "say" and "working" in view:
            return gr.Textbox(interactive=view["working"], **({"value": view["say"]} if "say" in view else {}))
        tab, _, field = name.partition("_")
        if tab in ("brief", "batch", "settings") and field in CHOICES:
            return self._choice(field, view)
        if name not in view:
            return gr.skip()
        value = view[name]
        if name == "tabs":
            return gr.Tabs(selected=value)
        if name in ("timer", "batch_timer"):
            return gr.Timer(active=value)
        return value

    def _choice(self, field: str, view: View) -> Any:
        """A field of who writes: as the workspace has chosen; a key that was entered leaves the page."""
        if field == "key":
            return "" if "key" in view else gr.skip()
        chosen = view.get("chosen")
        if chosen is None or (field == "model" and chosen["model"] not in self._models):
            return gr.skip()
        return chosen[field]


def _opened(view: View) -> View:
    """What a page that was loaded shows: the run that it held, on its tab."""
    return {**view, "tabs": "plan"} if view.get("seen") else view


def _entered(given: tuple[Any, ...]) -> Entered:
    text, file, answers, *choice, own = given
    return Entered(
        text=text or "", file=file, answers=intake.changed(json.loads(answers or "{}")), documents=bool(own), **_chosen(choice)
    )  # fmt: skip


def _lot(given: tuple[Any, ...]) -> Lot:
    files, house, formats, *choice = given
    return Lot(files=list(files or []), house=house or "", formats=list(formats or []), **_chosen(choice))


def _chosen(given: Any) -> dict[str, Any]:
    """The fields of who writes, by name."""
    held = dict(zip(CHOICES, given, strict=True))
    plain = {name: held[name] or "" for name in ("name", "key", "base_url", "language", "price")}
    return {
        "model": held["model"] or "playbook", "max_cost": held["max_cost"], "max_tokens": held["max_tokens"], **plain,
    }  # fmt: skip
