"""Per-platform adaptations: each pillar's core idea as a finished post for every active platform, inside its hard limits."""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from agent.brief.model import Product
from agent.checks.counting import COUNTERS, count
from agent.checks.distinct import NEAR, PASTED, grams, similarity
from agent.checks.limits import limit_checks
from agent.frame.model import CLOSED, PlatformFrame
from agent.knowledge import Knowledge
from agent.knowledge.lookup import areas
from agent.plan.base import bound
from agent.plan.content import Adaptation, AdaptationsPart, CoreIdea, LimitCheck, Pillar, ThemesPart, Topic
from agent.plan.model import MarketingPlan
from agent.words.playbook.context import Context
from agent.words.playbook.crew import as_one, who
from agent.words.playbook.facts import with_article, words_of
from agent.words.playbook.ideas import ideas_of
from agent.words.playbook.legal import carried
from agent.words.playbook.match import at_home, compares, proof_kind, says
from agent.words.playbook.particulars import (
    NAMES,
    also,
    answers,
    in_person,
    introduction,
    open_criteria,
    particulars,
    price,
    public,
    replies,
    shop,
    standards,
)
from agent.words.playbook.platforms import lower
from agent.words.playbook.proofs import Proof
from agent.words.playbook.rows import follow, follow_in
from agent.words.playbook.themes import hashtags
from agent.words.playbook.topics import (
    EATEN,
    LEAD,
    TANGIBLE,
    VENUES,
    Seed,
    guard_of,
    rules,
    sayable,
    unnamed,
    variants_with,
)
from agent.words.playbook.voice import MARK, clip, rank

FORMS: dict[str, tuple[str, str, str]] = {
    "xiaohongshu": ("note", "a", "picture"), "douyin": ("script", "b", "video"), "wechat_channels": ("script", "b", "video"),
    "kuaishou": ("script", "b", "video"), "wechat": ("article", "c", "article"), "weibo": ("brief", "a", "text"),
    "bilibili": ("chapters", "b", "video"), "zhihu": ("answer", "c", "text"), "instagram": ("slides", "a", "picture"),
    "tiktok": ("script", "b", "video"), "youtube": ("chapters", "b", "video"), "linkedin": ("essay", "c", "text"),
    "x": ("brief", "a", "text"), "facebook": ("community", "c", "picture"), "pinterest": ("pin", "a", "picture"),
    "threads": ("thread_one", "c", "text"), "reddit": ("answer", "c", "text"),
}  # fmt: skip
"""Platform → form of the post, register of the passage (a: noted, b: spoken, c: argued), kind of cover."""
NATIVE = {
    "douyin": "short_video", "wechat_channels": "short_video", "kuaishou": "short_video", "tiktok": "short_video",
    "bilibili": "long_video", "youtube": "long_video", "wechat": "article", "instagram": "carousel",
}  # fmt: skip
"""Format that the form is written for, taken where the platform's plan has it or the platform knows it."""
PICTURES = frozenset({"carousel", "document", "image_text", "infographic"})
FILMS = frozenset({"short_video", "long_video"})
ARTICLES = frozenset({"article", "newsletter"})
KIN = (PICTURES, FILMS, ARTICLES)
"""Formats in which the same form can be set."""
SET = PICTURES | FILMS | ARTICLES
"""Formats that can be written out ahead; what a poll, a live or a question brings is not known before."""
SLIDES = frozenset({"carousel", "document", "infographic"})
"""Formats of several pictures, told slide by slide."""
PROSE = frozenset({"essay", "community", "answer", "thread_one"})
"""Forms of running text; where the piece is several pictures, its text stands on these."""
TAGS = {
    "xiaohongshu": 5,
    "douyin": 4,
    "weibo": 2,
    "wechat": 0,
    "zhihu": 3,
    "linkedin": 3,
    "x": 1,
    "reddit": 0,
    "threads": 1,
    "facebook": 2,
}
"""Hashtags that suit a platform; three elsewhere. The platform's own limit comes on top."""
SHORTER = {
    "note": "note_short",
    "script": "script_short",
    "article": "article_short",
    "chapters": "chapters_short",
    "chapters_long": "chapters_short",
    "answer": "answer_short",
    "slides": "slides_short",
}
TOLD = (
    "cost", "other", "third", "answer1", "answer2", "answer3", "reply", "mine", "xs", "ys", *NAMES,
)  # fmt: skip
"""Facts of the brief beside the topic's own: a passage that holds more of them comes first."""
CLOSING = (
    "cost",
    "hero_price",
    "other",
    "third",
    "shown",
    "rated",
    "intro",
    "also",
    "point1",
    "answer1",
    "answer2",
    *NAMES,
)
"""Facts that a closing line may tell, none of them twice in a post."""
OF_BRAND = ("intro", "also", "shown", "rated", "sold", "where", "hero_price")
"""Facts about the brand as a whole: the posts of a plan take turns with them."""
GENERAL = ("intro", "also")
"""Those that belong to no product: a passage with one that was told often comes later."""
OFTEN = 2
"""How many posts of a plan may tell a fact about the brand before another post ends on it; what is held at a place is told in all."""
AGAIN = 0.4
"""What a fact weighs for each post of its core that has told it already."""
TURNS, APART = 8, 0.3
"""How often a post is set anew that is too like another of its core, and the share from which it is: half counts as pasted across (DIS-003)."""
FULL = 0.7
"""Share of its longest form from which an article takes nothing more that another post of its core tells."""
GAP = 3
"""What a place to fill in weighs, in facts told: a passage that stands without one comes first while there is one."""
SHARE = 3
"""One post in so many may tell how the brand introduces itself; the others stand beside one that does."""
ABOUT_PEOPLE = frozenset({"stories", "interactive", "lifestyle"})
"""Directions whose posts are about people: what is said of the thing on offer says there whose it is."""
WALLED = frozenset({"douyin", "xiaohongshu", "kuaishou", "bilibili", "zhihu", "weibo"})
"""Platforms whose rules forbid leading buyers to a shop elsewhere, or that have none of WeChat's ways."""
WECHAT = re.compile("小程序|小程式|公众号|公眾號|微信|企微")
_WAYS = {"b2b": "trade", "local": "serve", "nonprofit": "cause"}
"""How one comes by what a business other than a shop offers."""
TABLED = EATEN | {"beauty", "pet", "baby", "electronics", "general"}
"""Categories of things that stand on a table or come to hand; nobody puts a pair of trousers or a program there."""
ASKING = ("asks_back", "counts_off")
"""Turns that a post takes once: it asks what else people want to know, and counts off what it asks for."""
_TITLED = ("title", "image_text_title", "short_title")


def write_adaptations(context: Context) -> AdaptationsPart:
    """The adaptations part; needs themes and calendar written before, whose rows then say what the posts say."""
    themes: ThemesPart = context.parts["themes"]
    made = [Core(context, number, pillar) for number, pillar in enumerate(themes.pillars, 1)]
    posts = [core.post(one, place) for core in made for place, one in enumerate(context.frame.active)]
    part = AdaptationsPart(
        principle=_principle(context, posts),
        cores=[core.idea for core in made],
        posts=posts,
    )
    whole = [proof.text for proof in context.facts.proofs]
    follow(part, context.parts["calendar"], context.voice, themes=themes, whole=whole)
    return part


def _principle(context: Context, posts: Sequence[Adaptation]) -> str:
    """How the posts are made; which of them run, where there is more than one platform; who fills their blanks, where there are any."""
    many = "_many" if len(context.frame.active) > 1 else ""
    blank = "_blank" if any(says("blank", post.body) for post in posts) else ""
    return context.say(f"post.principle{many}{blank}", who=who(context, "copy"))


def labelled(context: Context, disclosure: str) -> str:
    """The words that law wants on every post of the category, then what the platform wants of paid and AI-made ones."""
    return "\n".join(filter(None, [carried(context), disclosure]))


def _home(context: Context) -> frozenset[str]:
    """The markets whose law this plan minds."""
    return frozenset().union(*(areas(market) for market in context.brief.markets or ["GLOBAL"]))


def recount_limits(plan: MarketingPlan, knowledge: Knowledge, kept: Callable[[str], bool] = lambda path: False) -> None:
    """Counts every post anew against its platform's hard limits, after a model or a hand has written into it, and tells its row what it says now."""
    follow_in(plan, kept)
    for post in plan.adaptations.posts:
        post.limits = limit_checks(knowledge, post.platform, post.format, post.title, post.body, post.hashtags)


def core_topic(context: Context, pillar: Pillar) -> Topic:
    """The topic of the bank that a finished post carries best: its template is made for it and it rests on a fact of the brief."""
    seeds = _seeds(context)
    templates = _templates(pillar.direction)
    mine = [topic for topic in pillar.topics if topic.id in seeds and seeds[topic.id][0] in templates]
    return next((topic for topic in mine if topic.sources), mine[0] if mine else pillar.topics[0])


def _templates(direction: str) -> tuple[str, ...]:
    return tuple(f"{direction}.{key}" for key, rule in rules()[direction].items() if rule.get("core"))


def _seeds(context: Context) -> Mapping[str, tuple[str, Seed]]:
    found: Mapping[str, tuple[str, Seed]] = context.memo.get("topic_seeds", {})
    return found


class Core:
    """One core idea and its remakes; a passage used on one platform is not used on the next while others are left."""

    def __init__(self, context: Context, number: int, pillar: Pillar) -> None:
        self._context = context
        self._pillar = pillar
        self._number = number
        self._guard = guard_of(context)
        self._topic = core_topic(context, pillar)
        self._facts = self._aliases()
        self._used: Counter[str] = Counter()
        self._finished: list[frozenset[str]] = []
        self._permitted: dict[tuple[str, tuple[tuple[str, str], ...]], tuple[str, ...]] = {}
        """What `_variants` has found: a core's platforms ask for the same phrases."""
        self._bodies: list[str] = []
        """Posts of this core: what they tell weighs less in the next one."""
        self._lengthening: set[str] = set()
        """What made an article of this core longer: the next one takes other things first."""
        ground = context.say(f"post.ground.{pillar.direction}", **self._facts)
        ground = ground.rstrip("。.")
        asked = re.search("[?？]", ground) is not None
        if not asked:
            ground = lower(context, ground) if ground[:1].isalpha() else _inside(ground, self._facts.get("x", ""))
        self.idea = CoreIdea(
            id=f"K{number}", pillar=pillar.id, topic_id=self._topic.id, title=self._topic.title,
            message=self._message("post.message_asked" if asked else "post.message", ground),
        )  # fmt: skip

    def _message(self, key: str, ground: str) -> str:
        """What stays the same on every platform, within the length of a sentence; a question needs an introduction that takes one."""
        options = self._variants(key, topic=self._topic.title, ground=ground)
        turned = options[self._number % len(options) :] + options[: self._number % len(options)]
        return next((o for o in turned if len(o) <= bound(70, self._context.language)), min(turned, key=len))

    def _aliases(self) -> dict[str, str]:
        """The topic's fact under the name that passages use for its kind, and what the brief tells of the product that the topic is about."""
        key, seed = _seeds(self._context).get(self._topic.id, ("", Seed(self._topic.title)))
        kind, facts = key.rpartition(".")[2], seed.facts()
        self._whole: dict[str, str] = {}
        alias = {
            "point": "px", "proof": "px", "origin": "px", "first_time": "item", "trait": "trait", "scene": "scene", "compare": "crit", "step": "step",
            "told": "ask",
        }.get(kind)  # fmt: skip
        if alias:
            facts[alias] = seed.x
            self._whole = {alias: seed.whole} if seed.whole else {}
        if kind == "told":
            facts |= {"answer": seed.y, "x": "", "y": "", "z": "", "told": MARK}
        else:
            facts["pick"] = MARK
        if kind == "choose":
            facts["mine"] = next((one.text for one in standards(self._context) if one.ask == seed.x), "")
        if kind == "pair":
            facts |= dict(zip(("xs", "ys"), self._both(seed), strict=True))
        facts |= {name: text or "" for name, text in open_criteria(self._context).items()}
        facts["shop"] = shop(self._context)
        facts["tabled"] = MARK if self._context.brief.category in TABLED else ""
        if says("gift", facts.get("product", "")):
            facts["eat"] = ""
        facts["kept"] = "" if self._context.brief.category in EATEN else MARK
        facts.setdefault("product", unnamed(self._context))
        if self._context.brief.category == "general" and not self._context.brief.category_text:
            facts["category"] = ""
        own = None if kind == "told" and self._of_several(seed.y) else self._own(facts, seed)
        if own:
            facts |= self._of_product(own, facts, seed)
        facts |= self._told(own, facts)
        proofs = [p for p in self._context.facts.proofs if self._guard.ok(p.text) and self._fits(p, own)]
        facts["shown"] = next((p.text for p in proofs if proof_kind(p.text) == "certificate"), "")
        facts["rated"] = next((p.text for p in proofs if p.kind == "rating"), "")
        facts["must_say"] = self._musts(own)
        facts |= {"rule": "", "plain": ""} | {"rule" if says("permission", facts.get("px", "")) else "plain": MARK}
        if self._pillar.direction == "interactive":
            scenes = [s for s in self._context.facts.from_pack("scenes", 10) if s != seed.x and self._guard.ok(s)]
            facts.setdefault("y", scenes[0] if scenes else self._context.brief.brand)
        return facts

    def _fits(self, proof: Proof, own: Product | None) -> bool:
        """Whether evidence may stand in a post about a product: its own, or the brand's where it does not speak of another product's points."""
        brief = self._context.brief
        place = re.match(r"brief:products\[(\d+)\]", proof.source)
        if place:
            return own is None or brief.products[int(place[1])].name == own.name
        if own is None or says("every_product", proof.text):
            return True
        told = words_of(proof.text, self._context.language)
        shared = {
            p.name: told & words_of(" ".join((p.name, *p.selling_points)), self._context.language)
            for p in brief.products
        }
        return bool(shared.get(own.name)) or not any(shared.values())

    def _musts(self, own: Product | None) -> str:
        """The lines that the brief wants in every post, word for word; one that is a product's own point names that product in posts about
        anything else."""
        lines, products = [], self._context.brief.products
        for must in self._context.brief.must_say:
            line = must.strip(" “”\"'。.")
            of = next(
                (p for p in products if any(line.casefold() in point.casefold() for point in p.selling_points)), None
            )
            name = with_article(of.name) if of else self._context.brief.brand
            told = own is not None and self._pillar.direction not in ABOUT_PEOPLE
            plain = name in line or (told and (of is None or own is of))
            key = f"post.must_line.{'own' if plain else 'named'}"
            said = self._context.voice.variants(key, must=line, name=name)[0]
            if line and self._guard.ok(said):
                lines.append(said)
        return ("" if self._context.zh else " ").join(lines)

    def _of_several(self, answer: str) -> bool:
        """Whether an answer sets several products side by side: what one of them costs is then no answer for the others."""
        return sum(p.name in answer for p in self._context.intake.brief.products if p.name) > 1

    def _own(self, facts: Mapping[str, str], seed: Seed) -> Product | None:
        """The product that the topic is about, the longest name that its words hold: a gift box of tea is no tea."""
        named = {name: p for p in self._context.brief.products if (name := sayable(self._context, p.name))}
        told = (facts["product"], seed.x if not seed.y else "", self._topic.title if not seed.y else "")
        by_length = sorted(named, key=lambda name: -len(name))
        found = (named[name] for text in told for name in by_length if name in text or with_article(name) == text)
        return next(found, None)

    def _both(self, seed: Seed) -> tuple[str, str]:
        """What the brief says of two products that are put side by side, two points each."""
        told = {
            sayable(self._context, p.name): [
                one for one in p.selling_points if self._guard.ok(one) and not compares(one)
            ]
            for p in self._context.brief.products
        }
        comma = "，" if self._context.zh else ", "
        first, second = (comma.join(told.get(name, [])[:2]) for name in (seed.x, seed.y))
        return first, second

    def _of_product(self, own: Product, facts: Mapping[str, str], seed: Seed) -> dict[str, str]:
        """Price and further points of the topic's own product; it leads the post where it is not the plan's leading one."""
        points = [p.text for p in self._context.facts.points if p.product == own.name and self._guard.ok(p.text)]
        told = [one for one in points if not compares(one)]
        told = [one for one in told if one != facts.get("px") and one not in seed.y]
        cost = price(self._context, own)
        found = {"cost": "" if cost in own.name else cost}
        if "px" not in facts and told and not says("permission", told[0]):
            found["px"] = told.pop(0)
        found |= dict(zip(("other", "third"), [*told, "", ""], strict=False))
        return found | self._leading(own, found | {"px": facts.get("px", found.get("px", ""))})

    def _told(self, own: Product | None, facts: Mapping[str, str]) -> dict[str, str]:
        """What a reader asks next, with the brief's answers; where, when and for how many; how the brand introduces itself."""
        context, name = self._context, own.name if own else ""
        said = [text for key in ("px", "answer", "ask") if (text := facts.get(key))]
        mine = [one for one in answers(context, name) if one.product in ("", name) and one.ask != facts.get("ask")]
        mine = [replace(one, text=_plainly(one.text, name)) for one in mine]
        mine = [one for one in mine if not any(text.casefold() in one.text.casefold() for text in said)]
        if self._pillar.direction == "product" and facts["shop"]:
            mine = [one for one in mine if facts["shop"] not in one.text]
        worry = next(
            (
                one
                for one in replies(context, name)
                if not says("harm", one.ask) and not any(t.casefold() in one.text.casefold() for t in said)
            ),
            None,
        )
        asked = [one for one in mine if worry is None or one.text != _plainly(worry.text, name)]
        found = {f"ask{n}": one.ask for n, one in enumerate(asked[:3], 1)}
        found |= {f"answer{n}": one.text for n, one in enumerate(asked[:3], 1)}
        found |= {"doubt": worry.ask, "reply": _plainly(worry.text, name)} if worry else {}
        about = introduction(context.brief)
        places = {key: text for key, text in particulars(context.brief).items() if public(context, text)}
        if places.get("lasts") and places["lasts"] in facts.get("cost", ""):
            places["lasts"] = ""
        intro = as_one(context, in_person(context.brief, about)) if about and public(context, about) else ""
        return found | places | {"intro": intro, "also": also(context)}

    def _leading(self, own: Product, facts: Mapping[str, str]) -> dict[str, str]:
        """Where the topic is about another product than the plan's leading one, that product leads the post; what it lacks is not said."""
        names = self._context.facts.names
        if own.name == self._context.brief.products[0].name or not names.get("hero_named"):
            return {}
        said = sayable(self._context, own.name)
        name = with_article(said)
        short = said if len(said) <= (9 if self._context.zh else 27) else ""
        return {
            "hero": name, "hero_named": name, "hero_short": short, "hero_price": facts["cost"], "point1": facts["other"] or facts["px"],
        }  # fmt: skip

    def post(self, one: PlatformFrame, place: int) -> Adaptation:
        """The finished post for a platform."""
        context = self._context
        self._rest()
        chosen = self._scheduled(one, usual_format(context, one))
        form, register, cover = _form_for(*FORMS[one.id], chosen)
        title = self._title(one, chosen, place)
        tags = self._tags(one, chosen)
        line = title or self._line()
        body, close, limits, marks = "", "", list[LimitCheck](), frozenset[str]()
        unused, spent = Counter(self._used), Counter[str]()
        for turn in range(TURNS):
            request, before = self._turn(self._close(one.id), self._number + place + turn), Counter(self._used)
            again, counted = self._body(one, form, register, chosen, title, tags, request, line, place + turn)
            if turn and (self._used - before)["mixed"]:
                self._used, before = Counter(unused), unused
                again, counted = self._body(one, form, register, chosen, title, tags, request, line, place + turn)
            told = grams(f"{title} {again}")
            poorer = self._holds(again) < self._holds(body) and self._nearest(marks) < PASTED
            if not turn or (not poorer and self._nearest(told) < self._nearest(marks)):
                body, limits, marks, close = again, counted, told, request
                spent = self._used - before
            if self._nearest(marks) < APART:
                break
        self._used = unused + spent
        self._finished.append(marks)
        self._bodies.append(body)
        self._on(one, "bodies").append(body)
        self._note(body)
        sheet = context.knowledge.platform(one.id)
        policy = sheet.link_policy[0]
        context.sources.cite(
            f"kb:{policy.id}", *(f"kb:{item.id}" for item in sheet.disclosure), *(row.source for row in limits)
        )
        return Adaptation(
            id=f"{self.idea.id}-{one.id}", core=self.idea.id, pillar=self._pillar.id, platform=one.id, format=chosen, language=context.language,
            title=title, body=body, hashtags=tags, first_frame=self._say(f"post.frame.{cover}", place + self._number, line=line), cta=close,
            link_policy=_clipped(policy.text(context.language), context), label=labelled(context, at_home(sheet.text("disclosure", context.language), _home(context))), limits=limits,
            transcreate="" if one.language == context.language else one.language,
        )  # fmt: skip

    def _holds(self, body: str) -> int:
        """How many facts of the brief a post tells."""
        return sum(text in body for name in (*TOLD, "px") if (text := self._facts.get(name)))

    def _rest(self) -> None:
        """Leaves out what the brand says of itself where a share of the plan's posts have said it."""
        told: Counter[str] = self._context.memo.setdefault("told_of_brand", Counter())
        posts = len(self._context.frame.active) * len(self._context.parts["themes"].pillars)
        if told[self._facts.get("intro", "")] >= max(min(OFTEN, posts // 2), posts // SHARE):
            self._facts["intro"] = ""
            self._permitted.clear()

    def _close(self, platform: str) -> str:
        """Where the last request stands: it fits the post, and where the post is about the thing on offer it says how one comes by it. No
        platform that forbids leading people to WeChat is asked to, and none without a place for a link to put one."""
        direction, brief = self._pillar.direction, self._context.brief
        if brief.business == "local" and direction in ("product", "help", "behind"):
            if any(self._facts.get(name) for name in ("seats", "often")):
                return "post.book"
            if brief.category in VENUES:
                return "post.visit"
        if direction != "product":
            return f"post.close.{direction}"
        if brief.business == "b2c" or (brief.business == "local" and brief.category in TANGIBLE):
            blank = "post.close.inside" if platform in CLOSED else "post.close.open"
            if platform in WALLED and WECHAT.search(self._facts["shop"]):
                return blank
            known = "shop" if self._facts.get("sold") else "site" if self._facts["shop"] else ""
            return f"post.close.{known}" if known else blank
        return f"post.close.{_WAYS[brief.business]}"

    def _scheduled(self, one: PlatformFrame, usual: str) -> str:
        """The usual format where the calendar runs the topic in it; else the first one it runs it in that a finished post can be set in; where it
        runs the topic in none, one that the platform has a row in: nothing is written out that no row can publish."""
        entries = [e for e in self._context.parts["calendar"].entries if e.platform == one.id and e.kind == "post"]
        mine: list[str] = [e.format for e in entries if e.topic_id == self._topic.id]
        here: list[str] = [name for name, _ in Counter(e.format for e in entries).most_common()]
        kin = next((family for family in KIN if usual in family), frozenset())
        for formats in (mine, here):
            if usual in formats:
                return usual
            found = [name for name in formats if name in kin] or [name for name in formats if name in SET]
            if found:
                return found[0]
        return usual

    def _body(
        self,
        one: PlatformFrame,
        form: str,
        register: str,
        chosen: str,
        title: str,
        tags: Sequence[str],
        close: str,
        line: str,
        place: int,
    ) -> tuple[str, list[LimitCheck]]:
        """The longest form that fits the platform and the plan; the shortest one where none does."""
        direction, context = self._pillar.direction, self._context
        beats = self._passage(direction, register, spoken=form == "chapters")
        lead = _sentence(self._say(f"post.{direction}.lead", place))
        beats = self._pointed(lead, beats)
        parts = {
            "lead": lead, "series": self._series(place), "b1": beats[0], "b2": beats[1], "b3": beats[2], "close": close, "line": line,
            "fact": self._fact(place + self._number, " ".join((lead, *beats))), "limit": self._limit(place + self._number, beats), "brand": context.brief.brand,
            "digest": self._say("post.digest", self._number, title=line), "m1": "", "m2": "", "m3": "",
            "shot": self._shot(one, place + self._number),
            "must": next(iter(self._variants("post.must")), ""), "extra": self._pointed(lead, [self._extra("c" if register != "c" else "a", place, beats)])[0],
            **self._headings(direction),
        }  # fmt: skip
        spare = self._new(self._spare(beats, place), (*beats, parts["extra"]))
        longest = bound(400, context.language)
        limits: list[LimitCheck] = []
        body = ""
        form = "parts" if chosen == "thread" and form == "brief" else form
        form = "chapters_long" if chosen == "long_video" and form == "chapters" else form
        for name in (form, SHORTER.get(form, "brief"), "brief_mid", "brief_short", "one"):
            body = self._with_must(name, parts)
            while spare and name == form and _short(body, context.zh):
                beat = spare.pop(0)
                parts["fact"] = "\n".join(filter(None, ["" if beat in body else beat, parts["fact"]]))
                body = self._with_must(name, parts)
            if name == "article":
                body = self._lengthened(name, parts, spare, longest)
            if chosen == "thread":
                body = numbered(body)
            limits = limit_checks(context.knowledge, one.id, chosen, title, body, tags)
            if len(body) <= longest and all(row.count <= row.limit for row in limits):
                break
        return body, limits

    def _pointed(self, lead: str, beats: Sequence[str]) -> list[str]:
        """The beats of a post whose first line quotes evidence with all its conditions: they point at that line and do not read it out again."""
        fact = self._facts.get("px", "") if "px" in self._whole else ""
        if not fact or fact[: len(fact) // 2].casefold() not in lead.casefold():
            return list(beats)
        quoted, line = re.compile(f"“{re.escape(fact)}”", re.IGNORECASE), self._context.say("post.that_line")
        line = line[:1].lower() + line[1:]
        return [_sentence(quoted.sub(line, beat)) for beat in beats]

    def _limit(self, place: int, beats: Sequence[str]) -> str:
        """What a text admits before its end; where a beat asks for corrections already, one that does not."""
        options = self._variants("post.limit")
        if any(says("corrects", beat) for beat in beats):
            options = [one for one in options if not says("corrects", one)] or options
        return options[place % len(options)] if options else ""

    def _with_must(self, form: str, parts: Mapping[str, str]) -> str:
        """A form filled, the brief's must-say lines before the request where the rest does not hold them."""
        body = fill(self._context, f"post.form.{form}", parts)
        must = self._facts["must_say"]
        if not must or must.rstrip("。.").casefold() in body.casefold():
            return body
        last, gap = "lead" if form == "one" else "close", "" if self._context.zh else " "
        joined = gap.join((parts[last], must) if form == "one" else (must, parts[last]))
        return fill(self._context, f"post.form.{form}", {**parts, last: joined})

    def _nearest(self, marks: frozenset[str]) -> float:
        """How much of a post stands in the one before that is most like it, 0 to 1."""
        return max((similarity(marks, other) for other in self._finished), default=0.0)

    def _series(self, place: int) -> str:
        """In the pillar that bears the idea's name, what the idea does in this post; "" in the others."""
        key = f"post.series.{ideas_of(self._context).mechanism}"
        return self._turn(key, place) if self._pillar.id == LEAD else ""

    def _headings(self, direction: str) -> dict[str, str]:
        """The three headings of an article."""
        heads = re.split(r"[；;]\s*", self._turn(f"post.outline.{direction}", self._number).rstrip("。."))
        return {f"h{n}": head[:1].upper() + head[1:] for n, head in enumerate([*heads, "", "", ""][:3], 1)}

    def _lengthened(self, form: str, parts: dict[str, str], spare: list[str], longest: int) -> str:
        """An article whose sections are paragraphs: beats of other passages and facts of the brief are added as long as they fit."""
        names = {**self._context.facts.names, **self._facts}
        known = [names.get(name, "") for name in ("point1", "hero_price", *OF_BRAND)]
        facts = [one for one in self._closing_facts() if any(fact and fact in one for fact in known)]
        more = sorted(
            dict.fromkeys([*spare, *facts]), key=lambda beat: (beat in self._lengthening, self._told_before(beat))
        )
        taken = [parts[name] for name in ("lead", "b1", "b2", "b3")]
        best = self._with_must(form, parts)
        for number, beat in enumerate(more):
            section = f"m{number % 3 + 1}"
            gap = "" if self._context.zh else " "
            longer = {**parts, section: gap.join(filter(None, [parts[section], beat]))}
            body = self._with_must(form, longer)
            quoted = re.findall(r"“([^”]+)”", beat)
            told = any(fact and fact in beat and fact in best for fact in [*known, *quoted])
            again = self._told_before(beat) and len(best) > FULL * longest
            empty = says("blank", beat) and not _short(best, self._context.zh)
            turned = _same_turn(beat, taken, ASKING)
            if len(body) <= longest and beat not in best and not (told or again or empty or turned):
                parts, best = longer, body
                taken.append(beat)
                self._lengthening.add(beat)
        return best

    def _passage(self, direction: str, register: str, *, spoken: bool = False) -> list[str]:
        """Three beats in the register or its neighbour; only videos get spoken ones, and a text with time stamps those that
        somebody can say: no captions, no camera. Once all passages are used, beats of several are joined."""
        options: list[str] = []
        for name in {"a": "ac", "c": "ca", "b": "bc" if spoken else "b"}[register]:
            options += [v for v in self._variants(f"post.{direction}.{name}") if not (spoken and says("staged", v))]
        options = options or [v for v in self._variants(f"post.{direction}.b") if not says("staged", v)]
        standard = ("x",) if "mine" in self._facts else ()
        told = [text for name in (*TOLD, "px", *standard) if (text := self._facts.get(name))]
        options = [one for one in options if not any(_twice(text, one) for text in told)] or options
        weights = {text: AGAIN ** sum(text in body for body in self._bodies) for text in told}
        hits = {option: sum(weight for text, weight in weights.items() if text in option) for option in options}
        gap = 0 if self._facts["rule"] else GAP
        options = sorted(
            options,
            key=lambda option: gap * says("blank", option) + 2 * self._repeats(option, GENERAL) - hits[option],
        ) or ["||"]
        fresh = next((text for text in options if not self._used[text]), "")
        self._used[fresh or "mixed"] += 1
        shift = self._used["mixed"]
        chosen = [fresh] * 3 if fresh else [options[(shift + place) % len(options)] for place in range(3)]
        return [_sentence([*text.split("|"), "", ""][place]) for place, text in enumerate(chosen)]

    def _variants(self, key: str, **facts: str) -> list[str]:
        """Permitted variants; those that name the topic's own fact come first."""
        asked = (key, tuple(facts.items()))
        if asked not in self._permitted:
            extra = {**self._facts, **(self._whole if key.endswith(".lead") else {}), **facts}
            found = (v for v in variants_with(self._context, key, extra) if self._guard.ok(v))
            self._permitted[asked] = tuple(v if ".frame." in key else as_one(self._context, v) for v in found)
        return list(self._permitted[asked])

    def _turn(self, key: str, place: int) -> str:
        options = self._variants(key)
        return options[place % len(options)] if options else ""

    def _shot(self, one: PlatformFrame, place: int) -> str:
        """What a film opens on: not what another film of the plan on this platform, or of this core, opens on, while there is something else."""
        options = [lower(self._context, text).rstrip("。.") for text in self._variants("post.shot")]
        start = place % len(options) if options else 0
        turned = [*options[start:], *options[:start]]
        taken = self._on(one, "bodies")
        return min(turned, key=lambda o: (any(o in text for text in taken), self._told_before(o)), default="")

    def _on(self, one: PlatformFrame, what: str) -> list[str]:
        """The titles or bodies of the plan's posts on a platform so far."""
        posted: dict[tuple[str, str], list[str]] = self._context.memo.setdefault("posted", {})
        return posted.setdefault((one.id, what), [])

    def _spare(self, told: Sequence[str], place: int) -> list[str]:
        """Four beats of other passages, other ones on each platform, for a post that came out short."""
        direction = self._pillar.direction
        options = sorted(
            (o for name in "ac" for o in self._variants(f"post.{direction}.{name}")), key=lambda o: self._used[o]
        )
        facts = [text for name in (*TOLD, *GENERAL, "px", "x", "answer") if (text := self._facts.get(name))]
        beats = [_sentence(beat) for option in options for beat in option.split("|")[:2]]
        fit = [
            beat
            for beat in beats
            if beat not in told and not says("leaning", beat) and not any(text in beat for text in facts)
        ]
        start = 3 * place % len(fit) if fit else 0
        turned = [*fit[start:], *fit[:start]]
        return sorted(turned, key=lambda beat: (says("blank", beat), self._told_before(beat)))[:4]

    def _new(self, spare: Sequence[str], told: Sequence[str]) -> list[str]:
        """Beats that take no turn of those told, then such as leave one blank more; in posts about a step every blank asks for the same."""
        new = [one for one in spare if not _same_turn(one, told)]
        blank = [one for one in spare if one not in new and not _same_turn(one, told, ASKING)]
        return new if self._pillar.direction == "behind" else [*new, *blank]

    def _told_before(self, text: str) -> int:
        """How many finished posts of this core hold a text."""
        return sum(text.casefold() in body.casefold() for body in self._bodies)

    def _extra(self, register: str, place: int, beside: Sequence[str]) -> str:
        """A beat from another register that does not quote the core's fact again; left out where many platforms share the passages."""
        told = [text for name in (*TOLD, *GENERAL, "px", "x", "ask", "answer") if (text := self._facts.get(name))]
        options = self._variants(f"post.{self._pillar.direction}.{register}")
        beats = [_sentence(beat) for option in reversed(options) for beat in option.split("|")]
        plain = [
            beat
            for beat in beats
            if beat not in beside
            and not says("leaning", beat)
            and not says("blank", beat)
            and not any(text in beat for text in told)
            and not _same_turn(beat, beside)
        ]
        start = (self._number + place) % len(plain) if plain else 0
        new = [beat for beat in (*plain[start:], *plain[:start]) if not self._told_before(beat)]
        return new[0] if new and len(self._context.frame.active) <= 4 else ""

    def _fact(self, place: int, said: str) -> str:
        """What the post ends on, none of it told already: what is held at a place says price, day and place, other posts take turns with the
        facts of product and brand."""
        names = {**self._context.facts.names, **self._facts}
        told = [text for name in ("px", "x", "answer") if (text := self._facts.get(name))]
        told += [text for name in CLOSING if (text := names.get(name)) and text.casefold() in said.casefold()]
        if self._facts.get("cost", "") in told and (rated := self._facts.get("rated")):
            told.append(rated)
        known = [text for name in CLOSING if (text := names.get(name))]

        def fresh(options: Sequence[str]) -> list[str]:
            new = [one for one in options if not any(text.casefold() in one.casefold() for text in told)]
            return [one for one in new if any(text in one for text in known)]

        practical, rest = fresh(self._practical()), fresh(self._closing_facts())
        if practical and (self._hosted() or not rest):
            best = [one for one in practical if self._weight(one) == self._weight(practical[0])]
            return best[place % len(best)]
        best = sorted(
            [*practical, *rest], key=lambda one: (self._repeats(one), self._told_before(one), -self._weight(one))
        )[:2]
        best = [one for one in best if self._repeats(one) <= 2 * OFTEN]
        return best[place % len(best)] if best else ""

    def _hosted(self) -> bool:
        """Whether the thing on offer is held at a place and a time."""
        return self._context.brief.category in VENUES or any(self._facts.get(name) for name in ("seats", "often"))

    def _practical(self) -> list[str]:
        """Price, hours, number and place of the thing on offer, those that tell most first; no price under what people tell or vote on."""
        key = "post.meet" if self._pillar.direction in ("stories", "interactive") else "post.practical"
        return sorted(self._variants(key), key=lambda one: -self._weight(one))

    def _repeats(self, text: str, names: tuple[str, ...] = OF_BRAND) -> int:
        """How often the plan's posts have told what a text says of the brand as a whole, which any post could tell."""
        told: Counter[str] = self._context.memo.setdefault("told_of_brand", Counter())
        return sum(2 * told[fact] for fact in self._of_brand(names) if fact in text)

    def _note(self, body: str) -> None:
        """Counts what a finished post tells of the brand as a whole."""
        told: Counter[str] = self._context.memo.setdefault("told_of_brand", Counter())
        told.update(fact for fact in self._of_brand() if fact in body)

    def _of_brand(self, chosen: tuple[str, ...] = OF_BRAND) -> list[str]:
        names = {**self._context.facts.names, **self._facts}
        return [text for name in chosen if (text := names.get(name))]

    def _weight(self, text: str) -> int:
        """How many particulars a closing line holds."""
        return sum(bool(fact) and fact in text for name in ("cost", *NAMES) if (fact := self._facts.get(name)))

    def _closing_facts(self) -> list[str]:
        """Facts about the brand; no price, proof or selling point under what people tell or vote on."""
        options = self._variants("post.fact")
        if self._pillar.direction not in ("stories", "interactive"):
            return options
        names = {**self._context.facts.names, **self._facts}
        sold = [point.text for point in self._context.facts.points]
        sold += [text for name in ("hero_price", "shown", "rated", "hero_named") if (text := names.get(name))]
        return [option for option in options if not any(text in option for text in sold)]

    def _say(self, key: str, place: int, **facts: str) -> str:
        options = self._variants(key, **facts)
        return options[place % len(options)] if options else self._topic.hook

    def _title(self, one: PlatformFrame, chosen: str, place: int) -> str:
        """A title for platforms that have one: a variant of the topic's that fits, a shortened one otherwise, never cut inside a word."""
        context = self._context
        sheet = context.knowledge.platform(one.id)
        limits = [limit for name in _TITLED if (limit := sheet.limit(name, chosen)) and limit.unit in COUNTERS]
        if not limits or any(limit.max == 0 for limit in limits):
            return ""
        options = self._titles()
        turned = options[place % len(options) :] + options[: place % len(options)]
        longest = 24 if context.zh else 72
        short = [clip(o, longest) for o in turned if len(clip(o, longest)) >= 6 and not _cut(clip(o, longest), o)]
        if self._titled_by_proof():
            short = []
        fit = [
            text
            for text in [*turned, *short, *self._short_titles(), context.brief.brand]
            if all(
                count(text, limit.unit) <= limit.max and (limit.min is None or count(text, limit.unit) >= limit.min)
                for limit in limits
            )
            and len(text) <= longest
            and self._guard.ok(text)
        ]
        title = min(fit, key=self._on(one, "titles").count, default=context.brief.brand)
        self._on(one, "titles").append(title)
        return title

    def _titled_by_proof(self) -> bool:
        """Whether the topic quotes evidence, which keeps its conditions: never shortened."""
        return _seeds(self._context).get(self._topic.id, ("", Seed("")))[0].endswith((".proof", ".number", ".counted"))

    def _titles(self) -> list[str]:
        """The topic's title and its other variants."""
        key, seed = _seeds(self._context).get(self._topic.id, ("", Seed("")))
        named = {"x": seed.name} if seed.name else {}
        facts = {**self._facts, **seed.facts(), **named}
        options = variants_with(self._context, f"topics.{key}.title", facts) if key else []
        return [self._topic.title, *(o for o in options if o != self._topic.title)]

    def _short_titles(self) -> list[str]:
        """Titles for when the topic's own do not fit."""
        own = f"post.short.{self._pillar.direction}"
        return (self._variants(own) if self._context.voice.has(own) else []) + self._variants("post.short_title")

    def _line(self) -> str:
        """A title short enough to stand on a picture."""
        longest = 24 if self._context.zh else 64
        asked = filter(None, [self._facts.get("ask", "")])
        return next(
            (o for o in [*self._titles(), *asked, *self._short_titles()] if len(o) <= longest),
            self._context.brief.brand,
        )

    def _tags(self, one: PlatformFrame, chosen: str) -> list[str]:
        context = self._context
        names = {**context.facts.names, **self._facts}
        own = [
            context.brief.brand,
            context.facts.names.get("category", ""),
            names.get("hero_named", ""),
            ideas_of(context).chosen.name,
        ]
        common = rank(
            context.brief.brand, [tag.lower() for tag in context.voice.variants(f"post.tags.{self._pillar.direction}")]
        )
        found = hashtags([own[0], own[1], common[0], *own[2:], *common[1:]])
        fit = [
            tag for tag in dict.fromkeys(found) if 2 <= len(tag) <= (12 if context.zh else 24) and self._guard.ok(tag)
        ]
        limit = context.knowledge.platform(one.id).limit("hashtags", chosen)
        most = min(TAGS.get(one.id, 3), limit.max if limit and limit.unit == "count" else 99)
        return fit[:most]


def fill(context: Context, key: str, parts: Mapping[str, str]) -> str:
    """A form with its parts; lines whose part is empty go."""
    raw = context.voice.variants(key, **{name: f"\x02{name}\x03" for name in parts})[0]
    text = re.sub(r"\x02(\w+)\x03", lambda found: parts[found.group(1)], raw)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(_lines(text))).strip()


def _same_turn(beat: str, others: Sequence[str], turns: Sequence[str] = (*ASKING, "blank")) -> bool:
    """Whether a beat takes a turn that one of the others has taken: asks what else one wants to know, counts off what is asked for, leaves the same
    blank, or says nearly the same."""
    if any(says(turn, beat) and says(turn, *others) for turn in turns):
        return True
    mine = _pairs(beat)
    return any(similarity(mine, _pairs(other)) >= NEAR for other in others if other)


_pairs = functools.lru_cache(maxsize=512)(grams)
"""Beats are held against each other again and again."""


def _lines(text: str) -> Iterator[str]:
    for line in text.split("\n"):
        plain = re.sub(r" {2,}", " ", line).strip()
        if not line or not re.fullmatch(
            r"(?:[①②③]|\d\.|【[^】]*】|\[\d[^\]]*\]|第\d[页頁]：|Slide \d:|\d\d:\d\d)", plain
        ):
            yield plain


def numbered(body: str) -> str:
    """The posts of a thread, each with its number and how many they are: what an empty line divides is posted one by one."""
    posts = re.split(r"\n\s*\n", body.strip())
    return "\n\n".join(f"{n}/{len(posts)} {post}" for n, post in enumerate(posts, 1)) if len(posts) > 1 else body


def _form_for(form: str, register: str, cover: str, chosen: str) -> tuple[str, str, str]:
    """Form, register and cover as the piece's format needs them: a thread in posts, a film by its seconds, pictures slide by slide or in
    paragraphs, an article under its headings; the platform's own where they suit."""
    if chosen in FILMS:
        spoken = form if form in ("script", "chapters") else "chapters" if chosen == "long_video" else "script"
        return "script" if chosen == "short_video" else spoken, "b", "video"
    if form == "brief" and chosen == "thread":
        return "parts", register, cover
    if chosen in ARTICLES:
        return ("article", "c", "article")
    if chosen in PICTURES and form in ("script", "chapters", "article"):
        return "slides" if chosen in SLIDES else "parts", "a", "picture"
    if chosen in SLIDES and form in PROSE:
        return "slides", register, "picture"
    return "parts" if form == "slides" and chosen not in SLIDES else form, register, cover


def _short(body: str, zh: bool) -> bool:
    """Below what a finished post needs: 150 Chinese characters, 60 English words."""
    return len(body) < 150 if zh else len(body.split()) < 60


def _twice(fact: str, text: str) -> bool:
    """Whether a text tells a fact more than once, a capital apart."""
    return text.casefold().count(fact.casefold()) > 1


def _plainly(text: str, product: str) -> str:
    """An answer without the product's name in front, for a post that is about it; a part of it that does something gets its article: "The lid
    opens with one hand"."""
    whole = text
    for name in filter(None, (with_article(product), product)):
        for start in (f"{name}：", f"{name}: ", f"{name[:1].upper()}{name[1:]}: "):
            text = text.removeprefix(start)
    if text != whole and _PART.match(text):
        text = f"The {text[:1].lower()}{text[1:]}"
    return text[:1].upper() + text[1:] if text[:1].isascii() else text


_PART = re.compile(
    r"(?!(?:it|this|that|which|there|everything|nothing|each|every|one|shipping|delivery|parking|assembly|installation) )[a-z]+[a-rt-z] "
    r"(?:is|has|opens|closes|fits|folds|holds|keeps|comes|lasts|stays|works|locks|turns|washes|runs|charges|needs|takes|lifts|slides|clips) ",
    re.I,
)
"""A part of a thing and what it does, told without an article."""


def _sentence(text: str) -> str:
    """A beat as a sentence of its own: an English fact at its start gets a capital."""
    text = text.strip()
    return text[:1].upper() + text[1:] if re.match(r"[a-z][a-z' ]", text) else text


def _inside(text: str, fact: str) -> str:
    """A fragment that opens on a quoted fact, as it stands inside a sentence: the fact gets its own first letter back."""
    return text.replace(fact[:1].upper() + fact[1:], fact) if fact else text


def _cut(text: str, whole: str) -> bool:
    """Whether shortening left a quotation open."""
    return text.count("“") != text.count("”") or text == whole


def usual_format(context: Context, one: PlatformFrame) -> str:
    """The format that the form is written for, where the platform's plan has it; its most frequent one otherwise."""
    planned = [name for name, _ in sorted(one.formats, key=lambda pair: -pair[1])]
    native = NATIVE.get(one.id, "")
    if native in planned or (
        native in context.knowledge.platform(one.id).formats and FORMS[one.id][0] in ("script", "chapters")
    ):
        return native
    return planned[0]


def _clipped(text: str, context: Context) -> str:
    short = clip(text, 70 if context.zh else 210)
    return short if short.endswith(("。", ".")) else short + ("。" if context.zh else ".")
