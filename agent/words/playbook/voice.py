"""The playbook's voice: picks a phrase from the editable data and fills it with this brief's facts."""

from __future__ import annotations

import functools
import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, overload

from agent.data import read_yaml
from agent.locale import base_language, comma, localise
from agent.resources import prompts_dir

_FIELD = re.compile(r"\{([a-z_0-9]+)\}")
STATED = frozenset({"positioning", "strategy", "idea", "ideas", "summary", "themes", "post", "topics"})
"""Parts in which the leading selling point is stated as such; elsewhere the brief's points take turns."""
PRODUCTS = frozenset({"hero", "hero_short", "hero_named", "hero_price", "product", "product1"})
"""Placeholders that name the leading product, beside which only its own points may stand."""
SETTLED = frozenset({"budget", "kpis", "platforms", "risks"})
"""Parts that keep the category's first example: they do not change when the people do."""
SPELT = frozenset({"personas", "summary", "post", "topics", "idea", "ideas", "task"})
"""Parts that name the people in full each time; the others say a long name in passing by its short form."""
INTRODUCED = frozenset({"market", "positioning", "strategy"})
"""Parts in which the long name and the short one take turns."""
MARK = "\u2060"
"""What stands for a placeholder that only says when a phrase is true ({goods}: a thing one can hold; {few}: hands are few); it never shows."""


@functools.cache
def _phrases(language: str) -> dict[str, tuple[str, ...]]:
    """Flat phrase table of a language: "market.truth" → variants, in the wording of `language`."""
    flat: dict[str, tuple[str, ...]] = {}

    def walk(prefix: str, node: Any) -> None:
        if isinstance(node, dict):
            for key, value in node.items():
                walk(f"{prefix}.{key}" if prefix else str(key), value)
        else:
            variants = node if isinstance(node, list) else [node]
            if prefix in flat:
                raise ValueError(f"The phrase {prefix} stands twice in prompts/playbook/{base_language(language)}.")
            flat[prefix] = tuple(localise(str(v).strip(), language) for v in variants)

    for path in sorted((prompts_dir() / "playbook" / base_language(language)).glob("*.yaml")):
        walk("", read_yaml(path))
    return flat


@functools.cache
def category_pack(category: str, language: str) -> dict[str, tuple[str, ...]]:
    """What is true of a category for any brand in it: scenes, questions, doubts… ("general" where there is no pack)."""
    folder = prompts_dir() / "playbook" / "categories"
    path = folder / f"{category}.{base_language(language)}.yaml"
    if not path.exists():
        path = folder / f"general.{base_language(language)}.yaml"
    return {key: tuple(localise(str(v).strip(), language) for v in values) for key, values in read_yaml(path).items()}


@functools.cache
def offer_pack(name: str, language: str) -> dict[str, tuple[str, ...]]:
    """What is true of a kind of thing in any category, a class or a bottle to carry: the keys that take the place of the category's own."""
    path = prompts_dir() / "playbook" / "offers" / f"{name}.{base_language(language)}.yaml"
    return {key: tuple(localise(str(v).strip(), language) for v in values) for key, values in read_yaml(path).items()}


def class_pack(language: str) -> dict[str, tuple[str, ...]]:
    """What is true of a class or a workshop, whatever its trade teaches."""
    return offer_pack("class", language)


@functools.cache
def _seldom(language: str) -> dict[int, str]:
    """Tenths of a post a week → how that rhythm is told."""
    table: dict[str, dict[int, str]] = read_yaml(prompts_dir() / "playbook" / "seldom.yaml")
    zh = language.startswith("zh")
    return {tenths: localise(text, language) if zh else text for tenths, text in table["zh" if zh else "en"].items()}


@functools.cache
def _offers() -> dict[str, dict[str, Any]]:
    table: dict[str, dict[str, Any]] = read_yaml(prompts_dir() / "playbook" / "offers.yaml")
    return table


def stand_in(category: str, language: str, *, shop: bool = False, time: str = "") -> str:
    """What is had from a business that names no product, "店里的饮品" or "a visit", at the time that it wants people ("a weekday afternoon
    table"); "" where the category word serves."""
    row = _offers().get(category) or (_offers()["shop"] if shop else {})
    row = row["timed"] if time and "timed" in row else row
    told = localise(row.get("zh", ""), language) if language.startswith("zh") else row.get("en", "")
    return re.sub(r"^a (?=[aeo])", "an ", told.replace("{time}", time))


def stand_ins(category: str, language: str) -> tuple[str, ...]:
    """Shorter words for what a business that names no product gives at the time that it wants people, which take turns with `stand_in`; () where it has
    no such time."""
    row = _offers().get(category, {}).get("timed", {}).get("also", {})
    if language.startswith("zh"):
        return tuple(localise(one, language) for one in row.get("zh", ()))
    return tuple(row.get("en", ()))


def verb(category: str, language: str, *, timed: bool = False) -> str:
    """The verb for having what a category, or a class, sells: 用, 点 for a drink, 上 for a class, 坐 for a place at its time; "use", "come to"."""
    name = "use" if language.startswith("zh") else "have"
    return localise(_offered(category, name, timed=timed), language)


def formed(category: str, *, timed: bool = False) -> str:
    """How what a category, or a class, sells comes about, in English: "made", "run"."""
    return _offered(category, "formed", timed=timed)


def _offered(category: str, name: str, *, timed: bool) -> str:
    row = _offers().get(category, {})
    row = row["timed"] if timed and "timed" in row else row
    return str(row.get(name) or _offers()["any"][name])


def has_pack(category: str, language: str) -> bool:
    """Whether the category has a pack of its own."""
    return (prompts_dir() / "playbook" / "categories" / f"{category}.{base_language(language)}.yaml").exists()


def rank(seed: str, items: Sequence[str]) -> list[str]:
    """The items in an order that depends on the seed alone: the same brand always gets the same order."""
    if len(items) < 2:
        return list(items)
    drawn = hashlib.blake2b(f"{seed}|".encode(), digest_size=8)

    def lot(item: str) -> bytes:
        mine = drawn.copy()
        mine.update(item.encode())
        return mine.digest()

    return sorted(items, key=lot)


@functools.cache
def fields(phrase: str) -> frozenset[str]:
    """Names of the placeholders in a phrase."""
    found = frozenset(_FIELD.findall(phrase))
    return _KNOWN.setdefault(found, found)


_KNOWN: dict[frozenset[str], frozenset[str]] = {}
"""Sets of placeholders, each kept once: ten thousand phrases share a few hundred."""


_FILM = re.compile(
    r"\b(?:films?|filmed|filming|videos?|footage|recuts?|camera|captions on)\b|[视視][频頻]|短片|影片|成片|字幕|[镜鏡][头頭]|出[镜鏡]|直播|一[镜鏡]",
    re.I,
)
"""Words by which a phrase takes it that films are made."""


@functools.cache
def _films(phrase: str) -> bool:
    return _FILM.search(phrase) is not None


class MissingPhrase(KeyError):
    """No variant of a phrase can be filled with the facts at hand: a defect of the data, found by the tests."""


class Variants(Sequence[str]):
    """The eligible variants of a phrase, the best first; where the first one fits the others are never filled."""

    def __init__(self, phrases: Sequence[str], fill: Callable[[str], str]) -> None:
        self._phrases = phrases
        self._fill = fill
        self._filled: dict[int, str] = {}

    def __len__(self) -> int:
        return len(self._phrases)

    def __iter__(self) -> Iterator[str]:
        return map(self.__getitem__, range(len(self._phrases)))

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> list[str]: ...
    def __getitem__(self, place: int | slice) -> str | list[str]:
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
        found = self._filled.get(place)
        if found is None:
            found = self._filled[place] = self._fill(self._phrases[place])
        return found


class Voice:
    """Says things in one language about one brand.

    A variant is eligible only when every fact it names is there and not empty, so that a phrase with a proof in it is
    used for a brand that has one. Variants that name a fact come before those that name none, and the brand's own seed
    decides between equals: two brands of a category do not read alike. Within a plan the least used variant of a key
    comes first.
    """

    def __init__(self, language: str, seed: str, facts: Mapping[str, str]) -> None:
        self.language = language
        self.seed = seed
        self.facts = dict(facts)
        self.turns: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
        """Placeholder → what may stand for it in turn where the leading product is named beside it, and where no product is."""
        self.short: dict[str, str] = {}
        """Placeholder → the short form of a long name of people."""
        self.filmless = False
        """Whether the plan makes no films: what speaks of filming is said last."""
        self._used: Counter[tuple[str, str]] = Counter()
        self._orders: dict[str, list[tuple[str, frozenset[str]]]] = {}

    def has(self, key: str) -> bool:
        """Whether the phrase exists."""
        return key in _phrases(self.language)

    def keys(self, prefix: str) -> list[str]:
        """All phrase keys below a prefix; the tests walk them."""
        return [k for k in _phrases(self.language) if k.startswith(prefix + ".")]

    def variants(self, key: str, **facts: object) -> Variants:
        """All eligible variants of a key, the best first, each filled when it is first read. Raises MissingPhrase for an unknown key."""
        return self.each(key, str, **facts)

    def each(self, key: str, finish: Callable[[str], str], **facts: object) -> Variants:
        """As `variants`, each finished after it is filled."""
        known = self._known(facts)
        eligible = list(self._eligible(key, known))
        return Variants(eligible, lambda phrase: finish(self._turned(key, phrase, known, facts)))

    def say(self, key: str, **facts: object) -> str:
        """One phrase, filled. Raises MissingPhrase when no variant fits."""
        known, used = self._known(facts), self._used
        raw = next((phrase for phrase in self._eligible(key, known) if not used[key, phrase]), None)
        if raw is None:
            raw = min(self._eligible(key, known), key=lambda phrase: used[key, phrase], default=None)
        if raw is None:
            raise MissingPhrase(f"No variant of {key} ({self.language}) fits the facts {sorted(facts)}.")
        used[key, raw] += 1
        return self._turned(key, raw, known, facts)

    def some(self, key: str, count: int, **facts: object) -> list[str]:
        """Up to `count` different variants, filled."""
        return self.variants(key, **facts)[:count]

    def _turned(self, key: str, phrase: str, known: Mapping[str, str], given: Mapping[str, object]) -> str:
        """The phrase filled; a fact that has turns takes the one that the phrase draws, except where the plan states it (STATED)."""
        part, names = key.partition(".")[0], fields(phrase)
        if self.turns and part not in STATED:
            for name in names & self.turns.keys():
                options = self.turns[name][not names & PRODUCTS]
                settled = part in SETTLED and not name.startswith(("point", "hero"))
                if name not in given and options and not settled and not _beside(name, names):
                    known = {**known, name: rank(f"{self.seed}|{phrase}", options)[0]}
        if self.short and part not in SPELT:
            for name in names & self.short.keys():
                options = (self.short[name], known[name]) if part in INTRODUCED else (self.short[name],)
                if name not in given:
                    known = {**known, name: rank(f"{self.seed}|{phrase}", options)[0]}
        return self.fill(phrase, known)

    def _eligible(self, key: str, known: Mapping[str, str]) -> Iterator[str]:
        """The variants that can be filled, the best first."""
        order = self._orders.get(key) or self._order(key)
        return (phrase for phrase, names in order if not names or all(map(known.get, names)))

    def _known(self, facts: Mapping[str, object]) -> dict[str, str]:
        """The brand's facts with those of the moment."""
        return {**self.facts, **{k: str(v) for k, v in facts.items() if v is not None}} if facts else self.facts

    def _order(self, key: str) -> list[tuple[str, frozenset[str]]]:
        """The variants of a key with their placeholders, in this brand's order."""
        try:
            raw = _phrases(self.language)[key]
        except KeyError:
            raise MissingPhrase(f"No phrase {key} for {self.language}.") from None
        order = [(phrase, fields(phrase)) for phrase in rank(f"{self.seed}|{key}", raw)]
        order.sort(key=lambda pair: not pair[1])
        if any(len(every) == 1 for _, every in self.turns.values()) and key.partition(".")[0] not in STATED:
            bare = [pair for pair in order if not pair[1] & self.turns.keys()]
            order = [*bare, *(pair for pair in order if pair[1] & self.turns.keys())]
        if self.filmless:
            order.sort(key=lambda pair: _films(pair[0]))
        self._orders[key] = order
        return order

    def fill(self, phrase: str, facts: Mapping[str, str]) -> str:
        """The phrase with its facts, punctuation mended where a fact brought its own."""
        return tidy(phrase.format_map(facts), self.language)


def _beside(name: str, names: frozenset[str]) -> bool:
    """Whether a phrase names two entries of one list, which must not come out the same."""
    kind = name.rstrip("0123456789")
    return kind != "point" and any(one != name and one.rstrip("0123456789") == kind for one in names)


_BLANKS = re.compile(r"[ \t]+")
_ZH_DOUBLES = re.compile(r"([。，；：！？、])[。，；：、]+")
_ZH_CLOSED = re.compile(r"([。！？])([”」』）])\1")
_ZH_BLANK = re.compile(r"(?<=[一-鿿，。；：、！？“”「」（）]) (?=[一-鿿，。；：、！？“”「」（）])")
_EN_DOUBLES = re.compile(r"([.!?])[.,;]+(?=\s|$)")
_EN_TWICE = re.compile(r"\b(the|and|at) \1\b|\bthe (?=these\b)", re.I)
_EN_OWNED = re.compile(r"(?<=[a-z]s)['’]s\b")
_EN_BLANK = re.compile(r"\s+([,.;:!?])")
_EN_START = re.compile(r"(?<!e\.g)(?<!i\.e)(?<!vs)((?:[.!?]|\.[”’)\"])\s+)([a-z])(?=[a-z]*[ ,])")
_EN_QUOTED = re.compile(r"((?:^|[.!?][”’]?\s+)“)([a-z])(?=[a-z]+[ ,’'])")
_EN_ONE = re.compile(
    r"(?<![\d.,–-])1 ((?:working |free )?(?:day|hour|minute|week|month|piece|slot|post|comment|question|platform))s\b"
)
_EN_RARE = re.compile(r"\b0\.([1-9])\d? a week\b")
_ZH_GROUP = re.compile(
    r"(那?(?:[一两兩三四五六七八九十几幾每]{1,3}|\d+ ?)位)([^，。；：、“”「」]{1,10}的|老)?([这這]群(?:[顾顧]客|[买買]家|客[户戶]|人))"
)
"""Persons counted before the short name of a whole group, "两位这群顾客"."""
_ZH_RARE = re.compile(r"(?:每周|每週|一周|一週) ?0\.([1-9])\d? ?[条條則](?:[/／]周)?")
_QUOTE = re.compile("[“「”」]")
_SPOKEN = re.compile("“[^“”]*”")
_STRAIGHT = re.compile('"([^"]+)"')


_ZH_SEAM = re.compile(r"[。，；：！？、][。，；：、”」』）]")
_EN_SEAM = re.compile(r"[.!?](?:[.,;]|[”’)\"]?\s+[a-z])|\s[,.;:!?]|“[a-z]")
"""What every seam begins with that is mended below: most texts have none, and a single look tells."""


@functools.lru_cache(maxsize=10240)
def tidy(text: str, language: str) -> str:
    """Mends seams: doubled punctuation, spaces inside Chinese, a missing capital after a full stop is left alone."""
    text = text.replace(MARK, "")
    if "  " in text or "\t" in text:
        text = _BLANKS.sub(" ", text)
    text = nest(text.strip())
    if language.startswith("zh"):
        if _ZH_SEAM.search(text):
            text = _ZH_CLOSED.sub(r"\1\2", _ZH_DOUBLES.sub(r"\1", text))
        text = text.replace("的的", "的").replace("把把", "把")
        if "位" in text and ("这群" in text or "這群" in text):
            text = _ZH_GROUP.sub(_some_of, text)
        if "0." in text:
            text = _ZH_RARE.sub(lambda m: _seldom(language)[int(m[1])], text)
        return _ZH_BLANK.sub("", text) if " " in text else text
    if _EN_SEAM.search(text) or "s’s" in text or "s's" in text or _says_twice(text):
        text = _EN_TWICE.sub(r"\1", _EN_OWNED.sub("'", _EN_DOUBLES.sub(r"\1", text)))
        text = _EN_BLANK.sub(r"\1", text)
        text = _EN_START.sub(lambda m: m.group(1) + m.group(2).upper(), text)
        text = _EN_QUOTED.sub(lambda m: m.group(1) + m.group(2).upper(), text)
    if "0." in text:
        text = _EN_RARE.sub(lambda m: _seldom(language)[int(m[1])], text)
    if "1 " in text:
        text = _EN_ONE.sub(r"1 \1", text)
    return text[:1].upper() + text[1:] if text[:1].islower() and not _is_name(text) else text


def _some_of(found: re.Match[str]) -> str:
    """Some of a group: "五位没下单的这群顾客" → "这群顾客里没下单的五位"."""
    some, which, group = found.groups()
    inside = "里" if "这" in group else "裡"
    return f"{group}{inside}{which if which and which != '老' else '的'}{some}"


def _says_twice(text: str) -> bool:
    """Whether one of the words of _EN_TWICE may stand twice in a row."""
    small = text.lower()
    return "the the" in small or "the these" in small or "and and" in small or "at at" in small


def nest(text: str) -> str:
    """Quotes inside quotes take the inner form, straight ones of a brief too: “a “b” c” and “a "b" c” → “a ‘b’ c”, 「a「b」c」 → 「a『b』c」."""
    if '"' in text and "“" in text:
        text = _SPOKEN.sub(lambda found: _STRAIGHT.sub(r"‘\1’", found[0]), text)
    if text.count("“") + text.count("「") < 2:
        return text
    depth = 0

    def turned(found: re.Match[str]) -> str:
        nonlocal depth
        mark = found[0]
        if mark in "“「":
            depth += 1
            return mark if depth == 1 else _INNER[mark]
        inner = depth > 1
        depth = max(depth - 1, 0)
        return _INNER[mark] if inner else mark

    return _QUOTE.sub(turned, text)


_INNER = {"“": "‘", "”": "’", "「": "『", "」": "』"}


def _is_name(text: str) -> bool:
    """A first word with a capital inside ("iPhone", "eBay") keeps its lower-case start."""
    first = text.split(" ", 1)[0]
    return any(c.isupper() for c in first[1:])


def join(items: Iterable[str], language: str, *, last: bool = True) -> str:
    """A list in prose: "A、B和C" or "A, B and C"."""
    parts = [item for item in items if item]
    if len(parts) < 2 or not last:
        return comma(language).join(parts)
    if language.startswith("zh"):
        gap = " " if parts[-2][-1:].isascii() and parts[-2][-1:].isalnum() else ""
        then = gap if parts[-1][:1].isascii() and parts[-1][:1].isalnum() else ""
        return "、".join(parts[:-1]) + gap + "和" + then + parts[-1]
    return ", ".join(parts[:-1]) + " and " + parts[-1]


def clip(text: str, limit: int) -> str:
    """The text's first clause within `limit` characters, cut at punctuation or a word, never inside a word nor behind a joint ("before", "the")."""
    text = text.strip().rstrip("。.;；,，")
    if len(text) <= limit:
        return text
    head = text[:limit]
    for mark in ("。", "；", ";", "，", ", ", "、", "（", " (", " – ", ": ", "："):
        cut = head.rfind(mark)
        if cut >= limit // 3:
            return _closed(head[:cut].rstrip())
    cut = head.rfind(" ")
    return _DANGLING.sub("", _closed(head[:cut].rstrip() if cut >= limit // 2 else head.rstrip()))


_DANGLING = re.compile(
    r"(?:,?\s+(?:an?|the|of|to|in|on|at|by|for|from|with|and|or|but|nor|as|than|that|which|who|whose|before|after|when|while|if|because|until|is|are|was|were|be|been|its|their|our|your|my|this|these|those|through|about|into|onto|over|under|between|within|without|per|not|no|they|it|we|you))+$",
    re.I,
)
"""Joints that a cut would leave at the end of an English text with nothing behind them."""


def _closed(text: str) -> str:
    """Without a bracket that a cut has left open, unless the text begins with it."""
    for opening, closing in ("（）", "()"):
        place = text.rfind(opening)
        if place > 0 and closing not in text[place:]:
            text = text[:place].rstrip()
    return text
