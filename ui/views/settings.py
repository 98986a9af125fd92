"""What holds for all pages: language, appearance, whether a key is held, where the data lie."""

from __future__ import annotations

from agent.locale import t
from ui.views.words import LANGUAGES, Words, esc


def settings(w: Words, *, entered: bool, given: bool, team: bool = False) -> str:
    """The settings; `entered`: a key was entered here and lies in memory, `given`: the server was started with one; `team`: people sign in here, and out."""
    links = "".join(f'<li><a href="../{one}/" lang="{one}">{w.h(f"language.{one}")}</a></li>' for one in LANGUAGES)
    state = "entered" if entered else "given" if given else "none"
    forget = f'<button type="button" data-do="forget-key">{w.h("settings.forget")}</button>' if entered else ""
    out = (
        f'<form method="post" action="../logout"><button>{esc(t(w.language, "serve.logout"))}</button></form>'
        if team
        else ""
    )
    return (
        f"<h2>{w.h('settings.title')}</h2><h3>{w.h('settings.language')}</h3><ul>{links}</ul><h3>{w.h('settings.look')}</h3>"
        f'<p><button type="button" data-theme-switch="1">{w.h("settings.dark")}</button></p><h3>{w.h("settings.model")}</h3>'
        f'<p>{w.h("settings.model_text")}</p><p role="status">{w.h(f"settings.key_{state}")}</p>{forget}'
        f"<h3>{w.h('settings.data')}</h3><p>{w.h('settings.data_text')}</p>{out}"
    )
