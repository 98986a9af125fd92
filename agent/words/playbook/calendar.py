"""The content calendar: the frame's slots with topics from the bank, hooks in each platform's manner, and the key dates."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from agent import locale
from agent.brief.model import GoalKind
from agent.compliance.clear import allowed
from agent.frame.model import DateFrame, GoalFrame, Slot
from agent.knowledge import Knowledge
from agent.locale import day, percent, t
from agent.plan.content import CalendarPart, Entry, KeyDate, Pillar, ThemesPart, Topic, Value
from agent.plan.model import MarketingPlan
from agent.words.playbook.context import Context
from agent.words.playbook.legal import deadlines
from agent.words.playbook.match import MOVING, says
from agent.words.playbook.pick import pick
from agent.words.playbook.topics import guard_of, variants_with
from agent.words.playbook.voice import Voice, join

MANNER = {
    "short_video": "video", "long_video": "video", "live": "video", "podcast": "video", "story": "video", "carousel": "carousel",
    "image_text": "carousel", "infographic": "carousel", "document": "carousel", "article": "article", "newsletter": "article",
    "qa": "answer", "poll": "answer", "thread": "answer", "ugc_call": "text",
}  # fmt: skip
"""How a format opens."""
OPEN = frozenset({"wechat", "weibo", "zhihu", "linkedin", "x", "facebook", "reddit", "youtube", "threads"})
"""Platforms on which a post may point outward; elsewhere requests stay inside the platform or point to the profile."""
ABROAD = frozenset({"instagram", "tiktok", "pinterest"})
"""Platforms on which Chinese readers do not search for shops but follow the profile link."""
EVERY = 3
"""Each third piece of a platform asks for the goal, the others carry the topic's own request."""
APART = 28
"""Days between two pieces on one topic, as long as the bank has others."""
SLIDING = frozenset({"carousel", "document"})
"""Formats with a next slide to point to."""
SHORT_FUSE = "16:00"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MARK = "\x00"


def write_calendar(context: Context) -> CalendarPart:
    """The calendar part; needs the themes written before."""
    themes: ThemesPart = context.parts["themes"]
    entries = list(_entries(context, themes.pillars))
    owner = context.holder(context.role("operator", "community", "planner"))
    return CalendarPart(
        timezone=context.frame.timezone,
        zones=dict(context.frame.zones),
        rhythm=_rhythm(context),
        key_dates=[_key_date(context, one) for one in context.frame.key_dates],
        deadlines=deadlines(context),
        entries=entries,
        buffer_rule=pick(context, "calendar.buffer_rule", owner=owner, time=SHORT_FUSE),
        topics_used=len({entry.topic_id for entry in entries if entry.topic_id}),
    )


def refresh_topics(plan: MarketingPlan, _knowledge: Knowledge) -> None:
    """Brings a model's rewritten topics from the bank into the calendar, the adaptations' cores and the events that stand in both."""
    voice = Voice(plan.meta.language, plan.meta.brand, {})
    manner = Manner(voice)
    topics = {topic.id: topic for pillar in plan.themes.pillars for topic in pillar.topics}
    names = {one.id: one.name for one in plan.calendar.key_dates}
    rounds: Counter[str] = Counter()
    for number, entry, asks in _counted(plan.calendar.entries):
        topic = topics.get(entry.topic_id)
        if topic is None:
            continue
        rounds[topic.id] += 1
        name = names.get(entry.key_date, "")
        told = bool(name) and entry.topic.endswith((f"（{name}）", f"({name})"))
        entry.topic = manner.topic(topic.title, rounds[topic.id], number, name if told else "", entry.kind)
        if rounds[topic.id] == 1:
            entry.hook = manner.hook(topic.hook, entry.format, entry.kind, number)
        entry.value = topic.value
        if not asks and entry.kind != "live":
            entry.cta = topic.cta
    for core in plan.adaptations.cores:
        if core.topic_id in topics:
            core.title = topics[core.topic_id].title
    about = {
        entry.date: topics[entry.topic_id].title
        for entry in plan.calendar.entries
        if entry.kind == "event" and entry.topic_id in topics
    }
    for event in plan.community.events:
        if event.place == "online" and event.date in about and event.name in event.what:
            event.name, event.what = about[event.date], event.what.replace(event.name, about[event.date])


class Manner:
    """Phrases with a hole in them, looked up once: a thousand rows are filled by plain replacement."""

    def __init__(self, voice: Voice) -> None:
        self._hooks = {
            name: voice.variants(f"calendar.hook.{name}", hook=_MARK)
            for name in ("video", "carousel", "article", "answer", "text")
        }
        self._live = (
            voice.variants("calendar.live.topic", topic=_MARK),
            voice.variants("calendar.live.hook", hook=_MARK),
        )
        self._round = voice.variants("calendar.round", topic=_MARK, round="\x01")
        self._named = voice.variants("calendar.named", topic=_MARK, name="\x01")

    def topic(self, title: str, round: int, number: int, name: str, kind: str) -> str:
        """The topic as a row shows it: a live says so, a returning topic tells its round, a date may name itself."""
        if kind == "live":
            title = self._live[0][0].replace(_MARK, title)
        if round > 1:
            title = self._round[(round + number) % len(self._round)].replace(_MARK, title).replace("\x01", str(round))
        return self._named[0].replace(_MARK, title).replace("\x01", name) if name else title

    def hook(self, hook: str, format: str, kind: str, number: int) -> str:
        """The hook in the manner of the format."""
        options = self._live[1] if kind == "live" else self._hooks[MANNER.get(format, "text")]
        return options[number % len(options)].replace(_MARK, hook)


def _counted(entries: Iterable[Entry]) -> Iterable[tuple[int, Entry, bool]]:
    """Entries with their number on their platform, and whether the piece asks for a goal."""
    counts: Counter[str] = Counter()
    for entry in entries:
        if entry.kind != "buffer":
            counts[entry.platform] += 1
            yield counts[entry.platform], entry, counts[entry.platform] % EVERY == 0


@dataclass
class Shelf:
    """A pillar's bank while it is laid out: none again within `APART` days, none twice on a platform, the least used first, as long as the
    others last."""

    topics: Sequence[Topic]
    reserved: frozenset[str]
    """Topics that belong to a slot of a key date."""
    months: Mapping[str, frozenset[int]] = field(default_factory=dict)
    """Months of the topics that are tied to a season."""

    def __post_init__(self) -> None:
        self._uses: Counter[str] = Counter()
        self._here: Counter[tuple[str, str]] = Counter()
        self._last: dict[str, dt.date] = {}
        self._free = [topic for topic in self.topics if topic.id not in self.reserved] or list(self.topics)
        self._films = {topic.id for topic in self.topics if says("moving", topic.title, topic.hook, topic.cta)}
        self._place = {topic.id: place for place, topic in enumerate(self.topics)}

    def take(self, slot: Slot, own: str) -> tuple[Topic, int]:
        """The topic for a slot (`own`: the id made for it) and which round of it this is."""
        topic = self.topics[self._place[own]] if own in self._place else self._next(slot)
        self._uses[topic.id] += 1
        self._here[slot.platform, topic.id] += 1
        self._last[topic.id] = slot.date
        return topic, self._uses[topic.id]

    def _next(self, slot: Slot) -> Topic:
        """The least used topic that suits the slot: its season is on, what needs a film gets one, and an event is about what was meant for one."""
        made = [one for one in self._free if one.format == slot.format and self._rank(one, slot)[0] == 0]
        free = made if slot.kind == "event" and made else self._free
        ranks = {one.id: self._rank(one, slot) for one in free}
        best = min(ranks.values())
        fit = [one for one in free if ranks[one.id] == best]
        fit = fit if slot.kind == "event" else fit[:6]
        return next((one for one in fit if one.format == slot.format), fit[0])

    def _rank(self, topic: Topic, slot: Slot) -> tuple[int, int, int, int, int]:
        soon = topic.id in self._last and (slot.date - self._last[topic.id]).days < APART
        months = self.months.get(topic.id)
        wrong = (
            2
            if months and slot.date.month not in months
            else int(topic.id in self._films and slot.format not in MOVING)
        )
        ripe = 0 if months or (topic.id in self._films and slot.format in MOVING) else 1
        return (int(soon), self._here[slot.platform, topic.id], wrong, self._uses[topic.id], ripe)


def _entries(context: Context, pillars: Sequence[Pillar]) -> Iterable[Entry]:
    made: Mapping[str, str] = context.memo.get("slot_topics", {})
    manner, asks, hooks = Manner(context.voice), Asks(context), Hooks(context, pillars)
    months: Mapping[str, frozenset[int]] = context.memo.get("topic_months", {})
    shelves = [Shelf(pillar.topics, frozenset(made.values()), months) for pillar in pillars]
    untold = {key.id: told for key in context.frame.key_dates if (told := _told(context, key))}
    counts: Counter[str] = Counter()
    buffers = 0
    for slot in context.frame.slots:
        if slot.pillar < 0:
            buffers += 1
            yield _buffer(context, slot, buffers)
            continue
        counts[slot.platform] += 1
        number = counts[slot.platform]
        topic, round = shelves[slot.pillar].take(slot, made.get(slot.id, ""))
        goal = asks.goal(slot, number)
        cta = asks.live(number) if slot.kind == "live" else asks.text(slot, goal) if number % EVERY == 0 else topic.cta
        cta = _of_its_product(context, cta, topic.title)
        name, since = untold.get(slot.key_date, ("", slot.date)) if slot.id in made else ("", slot.date)
        yield Entry(
            id=slot.id, kind=slot.kind, date=slot.date, time=slot.time, phase=slot.phase, platform=slot.platform,
            pillar=pillars[slot.pillar].id, topic_id=topic.id, format=slot.format,
            topic=manner.topic(topic.title, round, number, name if name and slot.date >= since else "", slot.kind),
            hook=manner.hook(hooks.of(topic, round, slot.format), slot.format, slot.kind, number), cta=cta, value=topic.value, owner=slot.owner,
            deadline=slot.deadline, key_date=slot.key_date, goal=goal.id if goal else "",
        )  # fmt: skip


class Hooks:
    """First lines by round: a topic that comes again opens otherwise, in the words that its template has for the same fact."""

    def __init__(self, context: Context, pillars: Sequence[Pillar]) -> None:
        self._context = context
        self._told = {topic.hook for pillar in pillars for topic in pillar.topics}
        self._lines: dict[str, list[str]] = {}

    def of(self, topic: Topic, round: int, format: str) -> str:
        """The hook of a topic's round, 1 the first; none that points to a next slide or to a film where the format has neither."""
        if round == 1 and self._fits(topic.hook, format):
            return topic.hook
        lines = self._of(topic)
        lines = [line for line in lines if self._fits(line, format)] or lines
        return lines[(round - 1) % len(lines)]

    @staticmethod
    def _fits(line: str, format: str) -> bool:
        return (format in SLIDING or not says("slides", line)) and (format in MOVING or not says("moving", line))

    def _of(self, topic: Topic) -> list[str]:
        """The topic's own hook, then the other lawful variants over the same fact, those first that open no other topic."""
        if topic.id not in self._lines:
            key, seed = self._context.memo.get("topic_seeds", {}).get(topic.id, ("", None))
            others = variants_with(self._context, f"topics.{key}.hook", seed.facts()) if seed else []
            guard = guard_of(self._context)
            lawful = allowed((topic.hook, *others), self._context.brief)
            others = [line for line in others if line != topic.hook and guard.ok(line) and line in lawful]
            self._lines[topic.id] = [topic.hook, *sorted(others, key=lambda line: line in self._told)]
        return self._lines[topic.id]


def _told(context: Context, key: DateFrame) -> tuple[str, dt.date] | None:
    """Name of a date that is under embargo with the first day on which it may be told; None for any other date."""
    if guard_of(context).ok(key.name) or key.source.startswith("brief:embargo"):
        return None
    words = [
        (word.casefold(), embargo.until)
        for embargo in context.brief.embargoes
        for word in (*embargo.keywords, embargo.fact)
        if word
    ]
    until = [since for word, since in words if word in key.name.casefold()]
    never = any(word in key.name.casefold() for word in guard_of(context).never)
    return (key.name, max(until)) if until and not never else None


def _of_its_product(context: Context, cta: str, title: str) -> str:
    """A request that names the product of the title where that is not the leading one (Chinese: the name stands as it is)."""
    other = next((p.name for p in context.brief.products[1:] if p.name in title), "")
    first = context.brief.products[0].name if context.brief.products else ""
    return cta.replace(first, other) if context.zh and other and first and first not in title else cta


def _buffer(context: Context, slot: Slot, number: int) -> Entry:
    def turn(key: str) -> str:
        options = context.voice.variants(f"calendar.buffer.{key}")
        return options[number % len(options)]

    value: Value = "practical"
    return Entry(
        id=slot.id, kind="buffer", date=slot.date, time=slot.time, phase=slot.phase, platform=slot.platform, pillar="", topic_id="",
        format=slot.format, topic=turn("topic"), hook=turn("hook"), cta=turn("cta"), value=value, owner=slot.owner,
        deadline=slot.deadline, key_date=slot.key_date, goal="",
    )  # fmt: skip


class Asks:
    """Which goal a piece serves and how it is asked for, by platform."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._texts: dict[tuple[str, str], list[str]] = {}
        self._turns: Counter[tuple[str, str]] = Counter()
        self._lives = context.voice.variants("calendar.live.cta")
        self._by_platform: dict[str, list[GoalFrame]] = defaultdict(list)
        for active in context.frame.active:
            own = [g for g in context.frame.goals if g.objective.platform == active.id]
            shared = [g for g in context.frame.goals if not g.objective.platform]
            self._by_platform[active.id] = own + shared or list(context.frame.goals)

    def goal(self, slot: Slot, number: int) -> GoalFrame | None:
        """Pieces that ask serve the business goal, the others the platform's goals in turn."""
        every = self._by_platform[slot.platform]
        goals = [g for g in every if g.deadline >= slot.date] or every
        hard = [g for g in goals if g.objective.kind in ("conversion", "traffic")]
        help_ = [g for g in goals if g.objective.kind == "service"]
        soft = [g for g in goals if g not in hard and g not in help_] or hard or help_
        if help_ and (slot.kind == "event" or slot.format == "qa" or number % 7 == 1):
            return help_[0]
        pool = hard if number % EVERY == 0 and hard else soft
        return (
            pool[number // EVERY % len(pool)]
            if number % EVERY == 0 and pool
            else pool[number % len(pool)]
            if pool
            else None
        )

    def text(self, slot: Slot, goal: GoalFrame | None) -> str:
        """A request that the platform allows: none that points to a link where it has no place for one."""
        kind: GoalKind = goal.objective.kind if goal else "engagement"
        family = "open" if slot.platform in OPEN or (self._context.zh and slot.platform in ABROAD) else "closed"
        key = slot.platform, kind
        if key not in self._texts:
            found = self._context.voice.variants(f"calendar.ask.{family}.{kind}")
            bare = [one for one in found if not says("link", one)]
            self._texts[key] = found if slot.platform in OPEN | ABROAD else bare or found
        options = self._texts[key]
        self._turns[key] += 1
        return options[self._turns[key] % len(options)]

    def live(self, number: int) -> str:
        """The request of a live."""
        return self._lives[number % len(self._lives)]


def _rhythm(context: Context) -> str:
    frame, language = context.frame, context.language
    each = pick(context, "calendar.each", platform=_MARK, rate="\x01")
    cadence = [each.replace("\x01", _rate(p.cadence)).replace(_MARK, context.name(p.id)) for p in frame.active]
    planned = [slot for slot in frame.slots if slot.kind != "buffer"]
    days = Counter(slot.date.weekday() for slot in planned)
    busy = [t(language, f"weekday.{WEEKDAYS[n]}") for n in sorted(n for n, _ in days.most_common(3))]
    buffers = len(frame.slots) - len(planned)
    return pick(
        context, "calendar.rhythm", 180, hours=round(sum(r.load for r in frame.roles)), cadence=join(cadence, language), per_week=_rate(sum(p.cadence for p in frame.active)),
        pattern=pick(context, "calendar.pattern", busy=join(busy, language)), buffers=buffers, pieces=locale.number(len(planned)),
        buffer_share=percent(buffers / len(frame.slots) if frame.slots else 0, 0), end=day(frame.slots[-1].date if frame.slots else frame.end, language),
    )  # fmt: skip


def _rate(cadence: float) -> str:
    return f"{cadence:.1f}".rstrip("0").rstrip(".")


def _key_date(context: Context, one: DateFrame) -> KeyDate:
    guarded = one.source.startswith("brief:embargo") or (one.kind == "brand" and not guard_of(context).ok(one.name))
    kind: str = (
        "release"
        if guarded
        else "production"
        if one.kind == "brand" and says("production", one.name)
        else "quiet"
        if one.use == "quiet" or one.kind == "close"
        else one.kind
    )
    if kind == "release" and says(
        "uncertain", one.name, *(e.fact for e in context.brief.embargoes if e.until == one.date)
    ):
        kind = "maybe"
    plan = pick(
        context, f"calendar.plan.{kind}", name=one.name, day=day(one.date, context.language), prepare=day(one.prepare_from, context.language),
        deliver=day(one.deliver_by, context.language), owner=context.holder(context.role("operator", "planner", "strategist")),
    )  # fmt: skip
    return KeyDate(
        id=one.id, date=one.date, name=one.name, kind=one.kind, use=one.use, prepare_from=one.prepare_from, deliver_by=one.deliver_by,
        plan=plan, sources=context.sources.cite(one.source),
    )  # fmt: skip
