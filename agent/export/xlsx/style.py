"""The look of the workbook: one accent colour, the language's font, dates and money as its readers write them."""

from __future__ import annotations

from typing import Any

from agent.locale import CURRENCY_SIGNS, t

ACCENT = "#1F5A6B"
PALE = "#E4EEF1"
RULE = "#D5DBDD"
GREY = "#6B7478"
GOOD, FAIR, POOR = "#DDEFE1", "#FFF0CC", "#F8D9D4"
"""Fills of what goes well, wants watching, and goes badly."""

FONTS = {"zh-CN": "Microsoft YaHei", "zh-TW": "Microsoft JhengHei", "en": "Calibri"}
"""Fonts that Excel has on every system it runs on; other programs take the nearest that they have."""
DAYS = {"zh-CN": 'yyyy"年"m"月"d"日"', "zh-TW": 'yyyy"年"m"月"d"日"', "en": "d mmm yyyy"}

WHOLE = frozenset({"TWD", "JPY"})
"""Currencies of which nobody writes a hundredth."""
AIR = "_0"
"""Room of a nought's width behind a number, so that it does not touch the words of the next column; some programs forget the indent of a number."""


def money_format(currency: str, *, cents: bool) -> str:
    """Number format of a sum in the currency; nothing is a dash."""
    sign = CURRENCY_SIGNS.get(currency, f"{currency} ").replace('"', "")
    digits = f"#,##0.00{AIR}" if cents else f"#,##0{AIR}"
    return f'"{sign}"{digits};[Red]-"{sign}"{digits};–{AIR}'


def styles(language: str, currency: str, *, cents: bool) -> dict[str, dict[str, Any]]:
    """Style name → properties."""
    base: dict[str, Any] = {"font_name": FONTS[language], "font_size": 10, "valign": "top"}
    cell: dict[str, Any] = {**base, "border": 1, "border_color": RULE, "text_wrap": True}
    body = {**cell, "align": "left", "indent": 1}
    middle = {**cell, "align": "center"}
    number = {**cell, "align": "right", "text_wrap": False}
    head = {**body, "bold": True, "font_color": "#FFFFFF", "bg_color": ACCENT, "valign": "vcenter"}
    money = money_format(currency, cents=cents)
    return {
        "title": {**base, "font_size": 16, "bold": True, "font_color": ACCENT, "valign": "vcenter"},
        "note": {**base, "font_color": GREY, "text_wrap": True},
        "section": {**base, "font_size": 12, "bold": True, "font_color": ACCENT, "bottom": 1, "bottom_color": ACCENT},
        "plain": {**base, "text_wrap": True},
        "big": {**base, "font_size": 12, "bold": True, "text_wrap": True},
        "gap": {**base, "italic": True, "font_color": "#A0522D"},
        "head": head,
        "entry_head": {**head, "bg_color": "#B7791F"},
        "label": {**body, "bold": True, "bg_color": PALE},
        "text": body,
        "bold": {**body, "bold": True},
        "center": middle,
        "mark": {**middle, "bold": True, "valign": "vcenter"},
        "link": {**body, "font_color": "#1A5FB4", "underline": 1},
        "int": {**number, "num_format": f"#,##0{AIR}"},
        "decimal": {**number, "num_format": f"[>=100]#,##0{AIR};#,##0.0{AIR}"},
        "hours": {**number, "num_format": f"0.0{AIR}"},
        "whole_hours": {**number, "num_format": f'#,##0"{t(language, "amount.h", n="")}"{AIR}'},
        "in_hours": {**number, "num_format": f'General"{t(language, "amount.h", n="")}"{AIR}'},
        "minutes": {**number, "num_format": f'#,##0"{t(language, "amount.min", n="")}"{AIR}'},
        "ratio": {**number, "num_format": f"0.00{AIR}"},
        "percent": {**number, "num_format": f"0.0%{AIR}"},
        "change": {**number, "num_format": f"+0.0%{AIR};[Red]-0.0%{AIR};0.0%{AIR}"},
        "money": {**number, "num_format": money},
        "price": {**number, "num_format": money_format(currency, cents=currency not in WHOLE)},
        "date": {**middle, "num_format": DAYS[language], "text_wrap": False},
        "time": {**middle, "num_format": "hh:mm"},
        "switch": {
            **middle, "bold": True, "font_size": 12, "bg_color": "#FFE9A8", "border": 2, "border_color": "#B7791F",
        },
    }  # fmt: skip
