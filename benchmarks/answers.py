"""What the benchmark's endpoint answers: each draft of a request truthfully said in other words, as a function of the request alone.

The drafts are read out of the request as a model would read them: JSON objects of items in the user's turns, the fields
named by the schema. The structured-output method does not enter, so that one plan comes out of all three.
"""

from __future__ import annotations

import functools
import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import opencc
from ruamel.yaml import YAML

from agent.checks.language import foreign_characters

CHANGED = 0.8
"""A rewording shares at most this part of its trigrams with its draft (the acceptance refuses above 0.9)."""
GROWTH = 1.12
"""A finished post may grow by this factor at most: the platform's own limit may be near."""
_HAN = re.compile(r"[一-鿿]")
_QUOTED = re.compile(r"“[^”]*”|「[^」]*」|‘[^’]*’|\"[^\"]*\"")
_SENTENCE_ZH = re.compile(r"(?<=[。！？])(?=[^”」』）\n])")
_SENTENCE_EN = re.compile(r"(?<=[.!?]) (?=[A-Z])")
_ENDS = tuple('。！？…”」）.!?)"”’:：')
_LABEL = re.compile(r"\d|[^\w“「‘\"]")
"""How a line of a post begins that is no sentence: a time, a number, a bracket."""
_TEXT_KEYS = ("draft", "text", "words", "yours", "answer", "now")


def tokens(text: str) -> int:
    """Tokens of a text by the benchmark's rule: one per Chinese character (or other wide one), one per four of the rest."""
    wide = sum(character > "⺀" for character in text)
    return wide + -(-(len(text) - wide) // 4)


@functools.cache
def _tables(script: str) -> dict[str, Any]:
    """Openings, closings and pairs of words for "zh-CN", "zh-TW" or "en"."""
    raw: Any = YAML(typ="safe").load(Path(__file__).with_name("rewording.yaml").read_text(encoding="utf-8"))
    table = {**raw["en" if script == "en" else "zh"], "made": raw["made"]["en" if script == "en" else "zh"]}
    if script == "zh-TW":
        convert = opencc.OpenCC("s2twp").convert
        table = json.loads(convert(json.dumps(table, ensure_ascii=False)))
    return table


def _number(*seed: object) -> int:
    return int.from_bytes(hashlib.sha256("|".join(map(str, seed)).encode()).digest()[:8])


def script_of(text: str, hint: str = "") -> str:
    """ "zh-CN", "zh-TW" or "en": what a text is written in; `hint` decides where a Chinese text holds no telling character."""
    letters = len(re.findall(r"[A-Za-z]", text))
    if len(_HAN.findall(text)) * 2 < letters or not _HAN.search(text):
        return "en"
    if foreign_characters(text, "zh-CN"):
        return "zh-TW"
    return "zh-CN" if foreign_characters(text, "zh-TW") or not hint else hint


STILL_THE_DRAFT = 0.85
"""From this similarity on, other words were not enough: something is left out too."""


def trigrams(text: str) -> set[str]:
    """Character trigrams without punctuation, as the acceptance counts them."""
    plain = re.sub(r"\W+", "", text.casefold())
    return {plain[i : i + 3] for i in range(max(len(plain) - 2, 1))}


def alike(one: str, other: str) -> float:
    """Jaccard similarity of trigrams, 0 to 1."""
    first, second = trigrams(one), trigrams(other)
    return len(first & second) / max(len(first | second), 1)


def reword(text: str, limit: int, seed: str, script: str, keep: Sequence[str] = ()) -> str:
    """`text` in other words, at most `limit` characters, ending as a sentence; the same seed gives the same words."""
    table = _tables(script)
    longest = min(limit, round(len(text) * GROWTH)) if "\n" in text.strip() else limit
    best, closest = text, 1.0
    for turn in range(24):
        told = _shorter(text, script, keep) if len(text) > limit or (turn >= 16 and closest > STILL_THE_DRAFT) else text
        new = _ended(_openings(_swapped(told, table, seed, turn), table, seed, turn, script), script)
        if turn >= 16:
            new = _ended(_swapped(told, table, seed, turn), script)
        if len(new) > longest:
            continue
        shared = alike(new, text)
        if shared < closest:
            best, closest = new, shared
        if closest <= CHANGED:
            break
    return best


def _swapped(text: str, table: dict[str, Any], seed: str, turn: int) -> str:
    """Words exchanged for their equals outside quotations, most of them, which ones by the seed."""
    pieces: list[str] = []
    position = 0
    for quoted in _QUOTED.finditer(text):
        pieces += [_exchange(text[position : quoted.start()], table, seed, turn), quoted.group()]
        position = quoted.end()
    return "".join([*pieces, _exchange(text[position:], table, seed, turn)])


def _exchange(text: str, table: dict[str, Any], seed: str, turn: int) -> str:
    done: set[str] = set()
    for pair in table["words"]:
        if not any(word in text for word in pair) or _number(seed, turn, pair[0]) % 8 == 0 or done & set(pair):
            continue
        plain = bool(_HAN.search(pair[0]))
        for old, new in (pair, pair[::-1]):
            pattern = re.escape(old) if plain else rf"\b{re.escape(old)}\b"
            changed = re.sub(pattern, new, text)
            if changed != text:
                text = changed
                done |= set(pair)
                break
    return text


def _openings(text: str, table: dict[str, Any], seed: str, turn: int, script: str) -> str:
    """An opening before some of the sentences: of one line the first and every other, of a post one line in three."""
    lines = text.split("\n")
    post = len(lines) > 1
    out = []
    for at, line in enumerate(lines):
        sentences = (_SENTENCE_EN if script == "en" else _SENTENCE_ZH).split(line)
        for place, sentence in enumerate(sentences):
            choice = _number(seed, turn, at, place)
            wanted = choice % 3 == 0 if post else (place == 0 or choice % 2 == 0)
            if wanted and len(sentence) > 6 and not (post and _LABEL.match(sentence)):
                sentences[place] = _led(sentence, table["openings"][choice // 7 % len(table["openings"])], script)
        out.append((" " if script == "en" else "").join(sentences))
    return "\n".join(out)


def _led(sentence: str, opening: str, script: str) -> str:
    return f"{opening}: {sentence}" if script == "en" else f"{opening}，{sentence}"


def _shorter(text: str, script: str, keep: Sequence[str]) -> str:
    """The text without its last sentence (never without words that have to appear), or without its last clause where there is one sentence: what is left stays true."""
    whole = text.rstrip()
    cuts = [m.start() for m in (_SENTENCE_EN if script == "en" else _SENTENCE_ZH).finditer(whole)]
    cuts = cuts or [m.start() for m in re.finditer(r"[，；] ?|[,;] ", whole)]
    inside = [m.span() for m in _QUOTED.finditer(whole)]
    cuts = [cut for cut in cuts if not any(left < cut < right for left, right in inside) and cut > len(whole) * 0.4]
    cuts = [cut for cut in cuts if not any(words in whole[cut:] for words in keep)]
    return whole[: cuts[-1]] if cuts else whole


def _ended(text: str, script: str) -> str:
    text = text.rstrip()
    return text if text.endswith(_ENDS) else text.rstrip("，,；;、") + ("." if script == "en" else "。")


@dataclass(frozen=True)
class Asked:
    """What a request asks for."""

    schema: dict[str, Any]
    """The JSON schema of the answer; {} when the request brings none (JSON mode)."""
    turns: Sequence[dict[str, str]]

    @functools.cached_property
    def objects(self) -> list[dict[str, Any]]:
        """JSON objects in the user's turns, the last turn's first, the largest of a turn first."""
        found: list[dict[str, Any]] = []
        for turn in reversed(self.turns):
            if turn["role"] in ("user", "system"):
                found += sorted(json_objects(turn["content"]), key=lambda one: -len(str(one)))
        return found

    @property
    def salt(self) -> str:
        """What makes a second answer differ from a first: the turns in which the model has spoken."""
        return str(sum(turn["role"] == "assistant" for turn in self.turns))

    @functools.cached_property
    def must_say(self) -> tuple[str, ...]:
        """What the request's digest says has to appear."""
        text = "\n".join(turn["content"] for turn in self.turns if turn["role"] == "system")
        block = re.search(r"(?m)^\[(?:必须说|必須說|must appear)[^\n]*\]\n((?:- .+\n?)+)", text)
        return tuple(line[2:].strip() for line in block.group(1).splitlines()) if block else ()

    @functools.cached_property
    def script(self) -> str:
        """The language that the request is in."""
        return script_of("".join(turn["content"] for turn in self.turns))


def json_objects(text: str) -> Iterator[dict[str, Any]]:
    """Every JSON object that stands in a text, outermost only."""
    decoder = json.JSONDecoder()
    place = text.find("{")
    while place >= 0:
        try:
            value, end = decoder.raw_decode(text, place)
        except json.JSONDecodeError:
            place = text.find("{", place + 1)
            continue
        if isinstance(value, dict):
            yield value
        place = text.find("{", end)


def answer(asked: Asked) -> dict[str, Any]:
    """The answer to a request, fitting its schema, its drafts' items and fields in other words."""
    schema = asked.schema or next((one for one in asked.objects if "properties" in one), {})
    drafts = [one for one in asked.objects if "properties" not in one]
    if not schema:
        schema = _shape(drafts[0] if drafts else {})
    return Writer(asked, schema, drafts).fill(schema, (), "")


def _shape(draft: dict[str, Any]) -> dict[str, Any]:
    """A schema for a request that brings none: the drafts' own shape."""
    fields: dict[str, Any] = {}
    for name, value in draft.items():
        if isinstance(value, dict) and not value.keys() & {"draft", "at_most"}:
            fields[name] = _shape(value)
        else:
            fields[name] = {"type": "string"}
    return {"type": "object", "properties": fields}


class Writer:
    """Fills one schema; what it has said in this answer it does not say again."""

    def __init__(self, asked: Asked, schema: dict[str, Any], drafts: list[dict[str, Any]]) -> None:
        self.asked = asked
        self.defs = schema.get("$defs", {})
        self.drafts = drafts
        self.said: list[str] = []

    def fill(self, schema: dict[str, Any], path: tuple[str, ...], name: str) -> Any:
        """A value of `schema` for the field at `path`."""
        if "$ref" in schema:
            return self.fill(self.defs[schema["$ref"].rpartition("/")[2]], path, name)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return schema["enum"][_number(*path) % len(schema["enum"])]
        options = schema.get("anyOf") or schema.get("oneOf")
        if options:
            return self.fill(options[0], path, name)
        kind = schema.get("type", "string")
        if kind == "object":
            return {key: self.fill(one, (*path, key), key) for key, one in schema.get("properties", {}).items()}
        if kind == "array":
            return self._many(schema, path, name)
        if kind in ("integer", "number"):
            return schema.get("minimum", 1)
        return kind == "boolean" or self._text(schema, path, name)

    def _at(self, path: tuple[str, ...]) -> Any:
        """What stands at a path in the first object of the request that has it."""
        for draft in self.drafts:
            node: Any = draft
            for step in path:
                if isinstance(node, list) and step.isdigit() and int(step) < len(node):
                    node = node[int(step)]
                else:
                    node = node.get(step) if isinstance(node, dict) else None
            if node is not None:
                return node
        return None

    def _many(self, schema: dict[str, Any], path: tuple[str, ...], name: str) -> list[Any]:
        """As many items as there are drafts, or as the item or the schema asks for; none where nothing asks for any."""
        draft = self._at(path)
        if isinstance(draft, list):
            count = len(draft)
        else:
            above = self._at(path[:-1])
            wishes = [v for v in above.values() if type(v) is int and 0 < v <= 40] if isinstance(above, dict) else []
            count = int(next(iter(wishes), schema.get("minItems", 0)))
        count = max(schema.get("minItems", 0), min(count, schema.get("maxItems", count)))
        return [self.fill(schema.get("items", {}), (*path, str(place)), name) for place in range(count)]

    def _text(self, schema: dict[str, Any], path: tuple[str, ...], name: str) -> str:
        found = self._at(path)
        bounds = found if isinstance(found, dict) else {}
        draft = (
            found
            if isinstance(found, str)
            else next((one for k in _TEXT_KEYS if isinstance(one := bounds.get(k), str)), "")
        )
        told = re.search(r"At most (\d+) characters", schema.get("description", ""))
        widest = schema.get("maxLength") or (int(told.group(1)) if told else 600)
        limit = int(bounds["at_most"] / 0.8) if isinstance(bounds.get("at_most"), int) else int(widest / 1.5)
        seed = "/".join((*path, self.asked.salt, json.dumps(found, ensure_ascii=False, sort_keys=True)))
        new = (
            reword(draft, limit, seed, script_of(draft, self.asked.script)) if draft else self._made(path, limit, name)
        )
        self.said.append(new)
        return new

    def _made(self, path: tuple[str, ...], limit: int, name: str) -> str:
        """A line made from the material of the request: a fact that it quotes, put into a sentence not said before."""
        if name == "city":
            return "Paris"
        script = self.asked.script
        patterns, facts = _tables(script)["made"], self._facts(path, limit)
        start = _number(*path, *facts)
        best, closest = "", 2.0
        for turn in range(len(patterns) * len(facts)):
            fact = facts[(start // 64 + turn) % len(facts)]
            mark = f"“{fact}”" if script != "zh-TW" else f"「{fact}」"
            new = patterns[(start + turn * 7 + turn // len(facts)) % len(patterns)].replace("{fact}", mark)
            if len(new) > limit:
                continue
            shared = max((alike(new, old) for old in self.said), default=0.0)
            if shared < closest:
                best, closest = new, shared
            if closest < 0.35:
                break
        return best or patterns[start % len(patterns)].replace("{fact}", facts[0][: max(limit - 20, 2)])

    def _facts(self, path: tuple[str, ...], limit: int) -> list[str]:
        """Short strings of the item's own material, then quotations, then the digest's lines."""
        near = self._at(path[:1])
        told = list(_strings(near)) if near is not None else []
        text = "\n".join(turn["content"] for turn in self.asked.turns if turn["role"] != "assistant")
        told += [one.strip("“”「」") for one in re.findall(r"“[^”\n]+”|「[^」\n]+」", text)]
        told += re.findall(r"(?m)^- (.+)$", text)
        short = [
            one.strip(" 。.")
            for one in told
            if 3 < len(one) <= limit // 2 and not re.search(r"[\d<>{}\[\]|`“”「」]|://", one)
        ]
        return list(dict.fromkeys(short)) or ["the work" if self.asked.script == "en" else "手上的事"]


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)
