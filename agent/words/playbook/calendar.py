"""The content calendar: the frame's slots with topics from the bank, hooks in each platform's manner, and the key dates."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from agent import locale
from agent.brief.model import GoalKind
from agent.compliance.clear import allowed
from agent.frame.earmarks import SOURCE as EARMARKED
from agent.frame.goals import plain_name
from agent.frame.model import CLOSED, DateFrame, GoalFrame, Slot
from agent.knowledge import Knowledge
from agent.locale import day, days, percent, t
from agent.plan.content import CalendarPart, Entry, KeyDate, Pillar, ThemesPart, Topic, Value
from agent.plan.model import MarketingPlan
from agent.words.playbook.adaptations import KIN, SET, core_topic, usual_format
from agent.words.playbook.context import Context
from agent.words.playbook.crew import hours, planned_hours
from agent.words.playbook.embargoed import quoted
from agent.words.playbook.facts import platform_name, with_article
from agent.words.playbook.figures import set_aside, tempo
from agent.words.playbook.legal import deadlines
from agent.words.playbook.match import MOVING, channel_in, launch_of, says
from agent.words.playbook.pick import pick
from agent.words.playbook.promises import promises
from agent.words.playbook.rows import MANNER, follow_in
from agent.words.playbook.themes import KINDS
from agent.words.playbook.topics import LEAD, Seed, coded, date_name, gift_of, guard_of, sayable, variants_with
from agent.words.playbook.voice import MARK, Voice, join, tidy

OPEN = frozenset({"wechat", "weibo", "zhihu", "linkedin", "x", "facebook", "reddit", "youtube", "threads"})
"""Platforms on which a post may point outward; elsewhere requests stay inside the platform or point to the profile."""
ABROAD = frozenset({"instagram", "tiktok", "pinterest"})
"""Platforms on which Chinese readers do not search for shops but follow the profile link."""
EVERY = 3
"""Each third piece of a platform asks for its goal, the others carry the topic's own request."""
ASKED = frozenset({"conversion", "traffic", "followers"})
"""Kinds of goal that a piece can ask for; reach and engagement come with any piece."""
SOLD = frozenset({"conversion", "traffic"})
ANSWERS = (".told", ".answer", ".question", ".letter", ".asked", ".week")
"""Templates whose topic is the answer to one question."""
OF_ITS_OWN = frozenset({"poll", "ugc_call"})
"""Formats that are a request themselves: a second one beside it would be the one that is answered."""
BROUGHT_OUT = frozenset({"product", "version", "collab"})
"""Kinds of news that bring out something one can have."""
NEAR_DAYS = 28
"""Days before the date of a goal in which a post may serve it where none is about its product or occasion."""
APART = 28
"""Days between two pieces on one topic, as long as the bank has others."""
REMADE = 7
"""Days at least between a core's finished posts on two platforms."""
SLIDING = frozenset({"carousel", "document"})
"""Formats with a next slide to point to."""
SHORT_FUSE = "16:00"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MARK = "\x00"
_NAMED = re.compile("[“「]")
"""Something quoted: a question or the idea by its name."""


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
    """Brings a model's rewritten topics from the bank into the calendar, the adaptations' cores and the events that stand in both; a row with a
    finished post goes on telling that one's opening."""
    voice = Voice(plan.meta.language, plan.meta.brand, {})
    manner = Manner(voice)
    topics = {topic.id: topic for pillar in plan.themes.pillars for topic in pillar.topics}
    names = {one.id: one.told or one.name for one in plan.calendar.key_dates}
    released = {one.id for one in plan.calendar.key_dates if one.told}
    """Dates whose rows ask for what is secret until then, for which no topic of the bank asks."""
    rounds: Counter[str] = Counter()
    here: Counter[tuple[str, str]] = Counter()
    scheduled: set[str] = set()
    for number, entry in _counted(plan.calendar.entries):
        topic = topics.get(entry.topic_id)
        if topic is None:
            continue
        rounds[topic.id] += 1
        here[topic.id, entry.platform] += 1
        round = here[topic.id, entry.platform]
        remade = platform_name(entry.platform, plan.meta.language) if rounds[topic.id] > round == 1 else ""
        name = _name_in(entry, names.get(entry.key_date, ""))
        name = "" if name and name in topic.title else name
        entry.topic = manner.topic(topic.title, round, number, name, entry.kind, remade)
        if rounds[topic.id] == 1:
            entry.hook = manner.hook(topic.hook, entry.format, entry.kind, number)
        entry.value = topic.value
        if topic.id not in scheduled and entry.key_date not in released:
            entry.cta = topic.cta
        scheduled.add(topic.id)
    for core in plan.adaptations.cores:
        if core.topic_id in topics:
            core.title = topics[core.topic_id].title
    follow_in(plan)
    about = {
        entry.date: topics[entry.topic_id].title
        for entry in plan.calendar.entries
        if entry.kind == "event" and entry.topic_id in topics
    }
    for event in plan.community.events:
        if event.place == "online" and event.date in about and event.name in event.what:
            event.name, event.what = about[event.date], event.what.replace(event.name, about[event.date])


def _name_in(entry: Entry, name: str) -> str:
    """The date's name that a row tells in brackets at its end."""
    return name if name and re.search(rf"[（(]{re.escape(name)}[）)]$", entry.topic) else ""


class Manner:
    """Phrases with a hole in them, looked up once: a thousand rows are filled by plain replacement."""

    def __init__(self, voice: Voice) -> None:
        self._hooks = {
            name: voice.variants(f"calendar.hook.{name}", hook=_MARK)
            for name in ("video", "staged", "carousel", "picture", "article", "answer", "vote", "text")
        }
        self._live = (
            voice.variants("calendar.live.topic", topic=_MARK),
            voice.variants("calendar.live.hook", hook=_MARK),
        )
        self._round = voice.variants("calendar.round", topic=_MARK, round="\x01")
        self._remade = voice.variants("calendar.remade", topic=_MARK, platform="\x01")
        self._named = voice.variants("calendar.named", topic=_MARK, name="\x01")

    def topic(self, title: str, round: int, number: int, name: str, kind: str, remade: str = "") -> str:
        """The topic as a row shows it: a live says so, one told on another platform before that it is `remade` for this one, one that returns to
        its platform tells its round, a date may name itself."""
        if kind == "live":
            title = self._live[0][0].replace(_MARK, title)
        if round > 1:
            title = self._round[(round + number) % len(self._round)].replace(_MARK, title).replace("\x01", str(round))
        elif remade:
            title = self._remade[0].replace(_MARK, title).replace("\x01", remade)
        return self._named[0].replace(_MARK, title).replace("\x01", name) if name else title

    def hook(self, hook: str, format: str, kind: str, number: int) -> str:
        """The hook in the manner of the format; what a film shows is not announced as what somebody says."""
        manner = MANNER.get(format, "text")
        manner = "staged" if manner == "video" and says("staged", hook) else manner
        options = self._live[1] if kind == "live" else self._hooks[manner]
        return options[number % len(options)].replace(_MARK, hook)


def _counted(entries: Iterable[Entry]) -> Iterable[tuple[int, Entry]]:
    """Entries with their number on their platform."""
    counts: Counter[str] = Counter()
    for entry in entries:
        if entry.kind != "buffer":
            counts[entry.platform] += 1
            yield counts[entry.platform], entry


@dataclass
class Shelf:
    """A pillar's bank while it is laid out: none again within `APART` days, none twice on a platform, the least used first, as long as the
    others last."""

    topics: Sequence[Topic]
    reserved: frozenset[str]
    """Topics that were made for a slot of their own."""

    def __post_init__(self) -> None:
        self._uses: Counter[str] = Counter()
        self._here: Counter[tuple[str, str]] = Counter()
        self._last: dict[str, dt.date] = {}
        self._free = [topic for topic in self.topics if topic.id not in self.reserved] or list(self.topics)
        self._films = {topic.id for topic in self.topics if says("moving", topic.title, topic.hook, topic.cta)}
        self._place = {topic.id: place for place, topic in enumerate(self.topics)}

    def take(self, slot: Slot, own: str) -> tuple[Topic, int, int]:
        """The topic for a slot (`own`: the id made for it), which round of it this is, and which on the slot's platform."""
        topic = self.topics[self._place[own]] if own in self._place else self._next(slot)
        self._uses[topic.id] += 1
        self._here[slot.platform, topic.id] += 1
        self._last[topic.id] = slot.date
        return topic, self._uses[topic.id], self._here[slot.platform, topic.id]

    def _next(self, slot: Slot) -> Topic:
        """The least used topic that suits the slot: none told lately, what needs a film gets one, and an event is about what was meant for one."""
        made = [one for one in self._free if one.format == slot.format and self._rank(one, slot)[0] == 0]
        free = made if slot.kind == "event" and made else self._free
        ranks = {one.id: self._rank(one, slot) for one in free}
        best = min(ranks.values())
        fit = [one for one in free if ranks[one.id] == best]
        return next((one for one in fit if one.format == slot.format), fit[0])

    def _rank(self, topic: Topic, slot: Slot) -> tuple[int, int, int, int, int]:
        soon = topic.id in self._last and (slot.date - self._last[topic.id]).days < APART
        film, moving = topic.id in self._films, slot.format in MOVING
        return (
            int(soon),
            self._here[slot.platform, topic.id],
            int(film and not moving),
            self._uses[topic.id],
            int(not (film and moving)),
        )


@dataclass(frozen=True)
class Row:
    """A slot with its topic before it is asked for anything."""

    slot: Slot
    pillar: Pillar
    topic: Topic
    round: int
    """Which time this is that the topic stands in the calendar."""
    here: int
    """Which time this is on its platform."""
    number: int
    """Place among the pieces of the platform, from 1."""
    dated: bool
    """Whether the topic was made for the slot's key date."""
    alone: bool
    """Whether the topic is scheduled this once."""
    finished: bool
    """Whether a finished post is written for it, which brings its own request."""

    @property
    def first(self) -> bool:
        """Whether the topic is scheduled here for the first time."""
        return self.round == 1

    @property
    def asks(self) -> bool:
        """Each third piece asks for its goal; not the first of several pieces of one topic, which shows the topic's own request, nor one that is
        written out."""
        return self.number % EVERY == 0 and (self.alone or not self.first) and not self.finished


def _rows(context: Context, pillars: Sequence[Pillar]) -> list[Row]:
    made: Mapping[str, str] = context.memo.get("slot_topics", {})
    made = {**_finished(context, pillars, made), **made}
    dated: set[str] = context.memo.get("dated_slots", set())
    shelves = [Shelf(pillar.topics, frozenset(made.values())) for pillar in pillars]
    counts: Counter[str] = Counter()
    rows: list[Row] = []
    cores = {core_topic(context, pillar).id for pillar in pillars}
    usual = {one.id: usual_format(context, one) for one in context.frame.active}
    written: set[tuple[str, str]] = set()
    for slot in context.frame.slots:
        if slot.pillar >= 0:
            counts[slot.platform] += 1
            pillar, (topic, round, here) = pillars[slot.pillar], shelves[slot.pillar].take(slot, made.get(slot.id, ""))
            finished = slot.kind == "post" and slot.format in SET | {usual[slot.platform]} and topic.id in cores
            finished = finished and (topic.id, slot.platform) not in written
            if finished:
                written.add((topic.id, slot.platform))
            number, own = counts[slot.platform], slot.id in dated
            rows.append(Row(slot, pillar, topic, round, here, number, own, alone=True, finished=finished))
    uses = Counter(row.topic.id for row in rows)
    return [replace(row, alone=uses[row.topic.id] == 1) for row in rows]


def _finished(context: Context, pillars: Sequence[Pillar], made: Mapping[str, str]) -> dict[str, str]:
    """Slot → core topic: each pillar's finished posts get a slot on every platform that has one of the pillar's left, the first as it comes,
    the others `REMADE` days from it at least, in a format of the kind that the post is written for where there is one."""
    found: dict[str, str] = {}
    for place, pillar in enumerate(pillars):
        topic = core_topic(context, pillar).id
        if topic in made.values():
            continue
        free = [one for one in context.frame.slots if one.pillar == place and one.kind == "post" and one.id not in made]
        days_: list[dt.date] = []
        for platform in context.frame.active:
            usual = usual_format(context, platform)
            kin = next((family for family in KIN if usual in family), frozenset({usual}))
            able = [one for one in free if one.platform == platform.id and one.format in SET | {usual}]
            able = [one for one in able if all(abs((one.date - day_).days) >= REMADE for day_ in days_)]
            able.sort(key=lambda one: (one.format not in kin, bool(days_) and one.date < days_[0], one.date))
            if able:
                found[able[0].id] = topic
                days_.append(able[0].date)
    return found


def _entries(context: Context, pillars: Sequence[Pillar]) -> Iterable[Entry]:
    """The rows of the calendar. A topic's format and request in the bank become those with which it is scheduled first."""
    manner, asks, hooks = Manner(context.voice), Asks(context), Hooks(context, pillars)
    rows = _rows(context, pillars)
    goals, ahead = Goals(context), Ahead(context, rows)
    planned = {row.slot.id: (row, goal) for row, goal in zip(rows, goals.of(rows), strict=True)}
    dates = {key.id: key for key in context.frame.key_dates}
    untold = {key.id: told for key in context.frame.key_dates if (told := _told(context, key))}
    buffers, invited = 0, Invited(context)
    for slot in context.frame.slots:
        if slot.id not in planned:
            buffers += 1
            yield _buffer(context, slot, buffers)
            continue
        row, goal = planned[slot.id]
        topic, number = row.topic, row.number
        cta = (
            asks.live(number)
            if slot.kind == "live"
            else asks.text(row, goal, ahead, named=bool(goals.products(goal)))
            if row.asks and slot.format not in OF_ITS_OWN
            else topic.cta
        )
        occasion = dates.get(slot.key_date) if row.dated else None
        if occasion is not None and occasion.kind == "brand" and slot.kind != "live":
            cta = _of_its_occasion(context, asks, cta, row, occasion)
        else:
            sold = goals.products(goal) if row.asks else []
            cta = _of_its_product(context, cta, " ".join(sold) or _about(context, topic))
        cta = _on_its_page(context, slot, invited.instead(row, goal) or cta)
        if row.first:
            topic.format, topic.cta = slot.format, cta if guard_of(context).ok(cta) else topic.cta
        name, since = untold.get(slot.key_date, ("", slot.date)) if row.dated else ("", slot.date)
        yield Entry(
            id=slot.id, kind=slot.kind, date=slot.date, time=slot.time, phase=slot.phase, platform=slot.platform,
            pillar=row.pillar.id, topic_id=topic.id, format=slot.format,
            topic=manner.topic(
                topic.title, row.here, number, name if name and slot.date >= since else "", slot.kind,
                context.name(slot.platform) if row.round > row.here == 1 else "",
            ),
            hook=manner.hook(hooks.of(topic, row.round, slot.format), slot.format, slot.kind, number), cta=cta, value=topic.value, owner=slot.owner,
            deadline=slot.deadline, key_date=slot.key_date if row.dated else "", goal=goal.id if goal else "",
        )  # fmt: skip


class Invited:
    """Asks people into the brand's own line to its customers, a LINE account or a newsletter, where the brief has one: the first fitting piece of each
    month that asks for something, and every piece that asks for a goal which names it. Only where a post may point outward.
    """

    def __init__(self, context: Context) -> None:
        brief = context.brief
        told = [*brief.constraints, *(one.note for one in brief.accounts), *(one.text for one in brief.objectives)]
        self._context = context
        self._channel = channel_in(context.language, brief.about, brief.strategy, *told)
        self._texts = context.voice.variants("calendar.join", channel=self._channel) if self._channel else []
        self._months: Counter[tuple[int, int]] = Counter()

    def instead(self, row: Row, goal: GoalFrame | None) -> str:
        """The invitation that takes the place of a row's request; "" for most rows."""
        slot, month = row.slot, (row.slot.date.year, row.slot.date.month)
        about = bool(goal and channel_in(self._context.language, goal.objective.text))
        soft = row.asks and not row.dated and (goal is None or goal.objective.kind not in SOLD)
        fits = (
            slot.platform in OPEN | ABROAD
            and slot.platform not in CLOSED
            and slot.kind == "post"
            and slot.format not in OF_ITS_OWN
        )
        if row.finished or not self._texts or not fits or not (soft or about) or (self._months[month] and not about):
            return ""
        self._months[month] += 1
        text = self._texts[sum(self._months.values()) % len(self._texts)]
        return text if guard_of(self._context).ok(text) else ""


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
    """What rows call a date that is under embargo, by its code name, with the first day on which it may be told; what is under embargo where the
    date is the embargo's end; None for any other date, and where the brief gives no name but the one that is used inside the house.
    """
    if key.source.startswith("brief:embargo"):
        name = next((one.fact for one in context.brief.embargoes if one.until == key.date and one.fact in key.name), "")
    else:
        name = "" if guard_of(context).ok(key.name) else key.name
    words = [
        (word.casefold(), embargo.until)
        for embargo in context.brief.embargoes
        for word in (*embargo.keywords, embargo.fact)
        if word
    ]
    until = [since for word, since in words if word in name.casefold()]
    never = any(word in name.casefold() for word in guard_of(context).never)
    known = name and until and not never and not says("code_name", name)
    return (coded(context, name), max(until)) if known else None


def launched(context: Context, key: DateFrame) -> str | None:
    """What a date of the brand's own brings out, as a request names it: a product of the brief, or a blank for the full name of what is under
    embargo until then; "" where the brief has no name for it, None where the date brings out nothing.
    """
    if key.earmark:
        return None
    facts = [one.fact for one in context.brief.embargoes if one.until == key.date]
    secret = key.source.startswith("brief:embargo") or not guard_of(context).ok(key.name)
    if not secret and launch_of(key.name, *facts) not in BROUGHT_OUT:
        return None
    if says("code_name", key.name, *facts):
        return ""
    told = f"{key.name} {' '.join(facts)}".casefold()
    names = [one.name for one in context.brief.products if one.name and one.name.casefold() in told]
    names += [
        word
        for one in context.brief.embargoes
        if one.until == key.date
        for word in sorted({*quoted(one.fact), *one.keywords}, key=len, reverse=True)
        if word.casefold() in told
    ]
    code = coded(context, names[0]) if names else ""
    return with_article(code) if not names or code == names[0] else context.say("calendar.unnamed", code=code)


def _of_its_occasion(context: Context, asks: Asks, cta: str, row: Row, key: DateFrame) -> str:
    """The request of a piece on a date of the brand's own: for what the date brings out, not for the leading product, and on its day for nothing
    else; before it is there, and on the day of an occasion for the public, what the date itself asks.
    """
    if key.earmark:
        return row.topic.cta
    brought, hero = launched(context, key), context.facts.names["hero"]
    if brought is None:
        return row.topic.cta if row.slot.date == key.date and context.brief.business != "b2b" else cta
    if row.slot.format == "poll" or row.slot.date < key.date or (hero in cta and not brought):
        return row.topic.cta
    priced = any(brought in (one.name, with_article(one.name)) and one.price for one in context.brief.products)
    if brought and not priced and (row.slot.date == key.date or hero in cta):
        return context.say("calendar.brought", product=brought)
    if row.slot.date == key.date and brought:
        cta = asks.named(row.slot)
    return tidy(cta.replace(hero, brought), context.language) if hero in cta else cta


def _about(context: Context, topic: Topic) -> str:
    """What a topic is about in words: its title, its first line, and the product of the fact that it is made of, which the title may leave unsaid."""
    _, seed = context.memo.get("topic_seeds", {}).get(topic.id, ("", None))
    return " ".join(filter(None, (topic.title, topic.hook, seed.product if seed else "")))


def _of_its_product(context: Context, cta: str, told: str) -> str:
    """A request that names the product which the piece is about, where that is not the leading one; names as posts may write them."""
    hero, said = context.facts.names["hero"], [sayable(context, one.name) for one in context.brief.products if one.name]
    first = next((name for name in said if name and hero in (name, with_article(name))), "")
    other = max((name for name in said if name and name != first and name in told), key=len, default="")
    if not first or not other or first in told.replace(other, ""):
        return cta
    if context.zh:
        return cta.replace(first, other)
    its = with_article(other)
    cta = cta.replace(hero, its).replace(hero[:1].upper() + hero[1:], its[:1].upper() + its[1:])
    return tidy(cta, context.language)


def _on_its_page(context: Context, slot: Slot, cta: str) -> str:
    """A request in Taiwan's words for the brand's own place on a platform: Facebook has pages, the others profiles."""
    page = slot.platform == "facebook" and context.language == "zh-TW"
    return cta.replace("個人檔案", "粉絲專頁") if page else cta


def _buffer(context: Context, slot: Slot, number: int) -> Entry:
    """A free slot's row; where its title says what comes first, the line below names nothing else."""

    def turn(key: str) -> str:
        options = context.voice.variants(f"calendar.buffer.{key}")
        return options[number % len(options)]

    value: Value = "practical"
    topic, hero = turn("topic"), context.facts.names["hero"]
    hooks: Sequence[str] = context.voice.variants("calendar.buffer.hook")
    if _NAMED.search(topic) or hero in topic:
        hooks = [one for one in hooks if not _NAMED.search(one) and hero not in one] or hooks
    return Entry(
        id=slot.id, kind="buffer", date=slot.date, time=slot.time, phase=slot.phase, platform=slot.platform, pillar="", topic_id="",
        format=slot.format, topic=topic, hook=hooks[number % len(hooks)], cta=turn("cta"), value=value, owner=slot.owner,
        deadline=slot.deadline, key_date=slot.key_date, goal="",
    )  # fmt: skip


class Goals:
    """Which goal each piece serves: of the goals that content can move, in parts that follow the order of the phase.

    The first of n goals of a phase (those due in it, then by priority) gets n parts, the last one part; replies are a matter of hours and no
    piece serves them. A piece serves what its pillar serves, one that asks serves what can be asked for, and the goal furthest behind its
    parts comes next. A goal that names a product or an occasion is served by posts on these alone, and those before the occasion serve it
    first.
    """

    def __init__(self, context: Context) -> None:
        frame = context.frame
        self._context = context
        self._moved = [goal for goal in frame.goals if goal.objective.kind != "service"]
        self._products = {goal.id: named_products(context, goal) for goal in self._moved}
        self._dates = {goal.id: _named_dates(context, goal) for goal in self._moved}
        self._sales = {key.id for key in frame.key_dates if key.kind == "commerce"}
        self._gifts = [one.name for one in context.brief.products if one.name and says("gift", one.name)]
        self._parts: dict[str, dict[str, int]] = {}
        for phase in frame.phases:
            order = sorted(self._moved, key=lambda goal: (goal.phase != phase.id, goal.priority))
            self._parts[phase.id] = {goal.id: len(order) - place for place, goal in enumerate(order)}
        self._owed: dict[tuple[str, str], float] = defaultdict(float)

    def of(self, rows: Sequence[Row]) -> list[GoalFrame | None]:
        """A goal for every row. Each goal gets one row at least, where any may serve it."""
        found = [self._next(row) for row in rows]
        for goal in self._moved:
            if all(one is not goal for one in found):
                counts = Counter(one.id for one in found if one)
                able = [n for n, row in enumerate(rows) if self._open(goal, row) and self._about(goal, row)]
                near = [n for n, row in enumerate(rows) if self._open(goal, row) and self._soon(goal, row)]
                able = able or [n for n in near if not rows[n].finished] or near
                able = [n for n in able if (one := found[n]) is None or counts[one.id] > 1]
                if able:
                    found[min(able, key=lambda n: (rows[n].slot.phase != goal.phase, not rows[n].asks))] = goal
        return found

    def products(self, goal: GoalFrame | None) -> list[str]:
        """Names of the products that a goal names."""
        return self._products.get(goal.id, []) if goal else []

    def _next(self, row: Row) -> GoalFrame | None:
        every = [goal for goal in self._moved if self._open(goal, row) and self._about(goal, row)]
        own = [goal for goal in every if row.dated and row.slot.key_date in self._dates[goal.id]]
        kinds = SOLD if self._sells(row) else ASKED if row.asks else KINDS[row.pillar.direction]
        pool = own or [goal for goal in every if goal.objective.kind in kinds] or every
        if not pool:
            return None
        phase, parts = row.slot.phase, self._parts[row.slot.phase]
        whole = sum(parts[goal.id] for goal in self._moved)
        for goal in self._moved:
            self._owed[phase, goal.id] += parts[goal.id] / whole
        best = max(pool, key=lambda goal: self._owed[phase, goal.id])
        self._owed[phase, best.id] -= 1
        return best

    def _open(self, goal: GoalFrame, row: Row) -> bool:
        return goal.objective.platform in ("", row.slot.platform) and row.slot.date <= goal.deadline

    def _about(self, goal: GoalFrame, row: Row) -> bool:
        """Whether the piece is about the product or the occasion that the goal names, or asks for it in the weeks before; any piece is where it
        names none.
        """
        products, dates = self._products[goal.id], self._dates[goal.id]
        text = f"{row.topic.title} {row.topic.hook}"
        return (
            not (products or dates)
            or (any(name in text for name in products) and (not dates or self._soon(goal, row)))
            or (row.dated and row.slot.key_date in dates)
            or (row.asks and not row.dated and self._soon(goal, row) and not self._other(row, products))
        )

    def _other(self, row: Row, products: Sequence[str]) -> bool:
        """Whether the piece is about another product than those that a goal names."""
        told = _about(self._context, row.topic)
        named = [one.name for one in self._context.brief.products if one.name and one.name in told]
        return bool(products and named) and not set(named) & set(products)

    def _sells(self, row: Row) -> bool:
        """Whether the piece belongs to a date on which people buy, a sale or a feast with the brand's gift."""
        return row.dated and (
            row.slot.key_date in self._sales
            or any(name in f"{row.topic.title} {row.topic.hook}" for name in self._gifts)
        )

    def _soon(self, goal: GoalFrame, row: Row) -> bool:
        return (goal.deadline - row.slot.date).days <= NEAR_DAYS


def named_products(context: Context, goal: GoalFrame) -> list[str]:
    """Products that a goal of the brief names, in full or as the gift that they are; none where the brand has but one."""
    text, products = f"{goal.objective.text} {goal.objective.metric}".casefold(), context.brief.products
    if goal.origin != "brief" or len(products) < 2:
        return []
    full = [one.name for one in products if one.name and one.name.casefold() in text]
    return full or [one.name for one in products if says("gift", text) and says("gift", one.name)]


def _named_dates(context: Context, goal: GoalFrame) -> set[str]:
    """Key dates that a goal of the brief names, by their names without article and brackets."""
    text = f"{goal.objective.text} {goal.objective.metric}".casefold()
    names = {key.id: plain_name(key.name) for key in context.frame.key_dates if key.use != "quiet"}
    return {id_ for id_, name in names.items() if goal.origin == "brief" and len(name) > 1 and name in text}


class Ahead:
    """What a request may point to: pieces that the calendar holds, on the platform on which they are looked for."""

    def __init__(self, context: Context, rows: Sequence[Row]) -> None:
        self._rows = rows
        self._idea = context.voice.facts["idea"]
        told = context.voice.turns.get("questions1", ((), ()))
        asked = (context.voice.facts.get("questions1", ""), *told[0], *told[1])
        self._questions = list(dict.fromkeys(filter(None, map(_bare, asked))))
        self._seeds: Mapping[str, tuple[str, Seed]] = context.memo.get("topic_seeds", {})

    def holds(self, row: Row, text: str) -> bool:
        """Whether there is what a request promises: the answer it says is given in full, a next part, earlier parts of the idea."""
        promised, kept = says("next_part", text), says("kept_part", text)
        if not promised and not kept:
            return True
        here = [one for one in self._rows if one.slot.platform == row.slot.platform]
        later = [one for one in here if one.slot.date > row.slot.date]
        before = [one for one in here if one.slot.date < row.slot.date]
        if question := next((one for one in self._questions if one in text), ""):
            return self._answered(question, later if promised else before)
        if self._idea in text:
            later, before = ([one for one in some if one.pillar.id == LEAD] for some in (later, before))
        return (not promised or bool(later)) and (not kept or len(before) > 1)

    def _answered(self, question: str, rows: Sequence[Row]) -> bool:
        """Whether one of the rows is an answer to a question, not only a post that takes it up among others."""
        found = (self._seeds.get(row.topic.id) for row in rows)
        return any(one and one[0].endswith(ANSWERS) and question in one[1].x for one in found)


def _bare(question: str) -> str:
    return question.rstrip("？?。. ")


class Asks:
    """How a goal is asked for, by platform."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._texts: dict[tuple[str, str], Sequence[str]] = {}
        self._turns: Counter[tuple[str, str]] = Counter()
        self._lives = context.voice.variants("calendar.live.cta")

    def text(self, row: Row, goal: GoalFrame | None, ahead: Ahead, *, named: bool = False) -> str:
        """A request that the platform allows, none that points to a link where it has no place for one, or to a piece that the calendar does not
        hold; `named` where it has to name a product."""
        kind: GoalKind = goal.objective.kind if goal else "engagement"
        return self._text(row.slot, kind, named=named, fits=lambda one: ahead.holds(row, one))

    def named(self, slot: Slot) -> str:
        """A request for the leading product, as the platform allows it."""
        return self._text(slot, "conversion", named=True)

    def _text(self, slot: Slot, kind: GoalKind, *, named: bool, fits: Callable[[str], bool] = bool) -> str:
        family = "open" if slot.platform in OPEN or (self._context.zh and slot.platform in ABROAD) else "closed"
        key = slot.platform, kind
        if key not in self._texts:
            every = self._context.voice.variants(f"calendar.ask.{family}.{kind}")
            lawful = [one for one in every if guard_of(self._context).ok(one)] or every
            bare = [one for one in lawful if not says("link", one)]
            self._texts[key] = lawful if slot.platform in OPEN | ABROAD else bare or lawful
        hero = self._context.facts.names["hero"]
        options = [one for one in self._texts[key] if fits(one)] or self._texts[key]
        options = [one for one in options if not named or hero in one] or options
        self._turns[key] += 1
        return options[self._turns[key] % len(options)]

    def live(self, number: int) -> str:
        """The request of a live."""
        return self._lives[number % len(self._lives)]


def _rhythm(context: Context) -> str:
    frame, language = context.frame, context.language
    each = pick(context, "calendar.each", platform=_MARK, rate="\x01")
    cadence = [each.replace("\x01", tempo(p.cadence)).replace(_MARK, context.name(p.id)) for p in frame.active]
    planned = [slot for slot in frame.slots if slot.kind != "buffer"]
    days = Counter(slot.date.weekday() for slot in planned)
    busy = [t(language, f"weekday.{WEEKDAYS[n]}") for n in sorted(n for n, _ in days.most_common(3))]
    buffers = len(frame.slots) - len(planned)
    return pick(
        context, "calendar.rhythm", 180, weekly=promises(context)["weekly"], hours=hours(planned_hours(context)), cadence=join(cadence, language), per_week=tempo(sum(p.cadence for p in frame.active)),
        pattern=pick(context, "calendar.pattern", busy=join(busy, language)), buffers=buffers, pieces=locale.number(len(planned)),
        buffer_share=percent(buffers / len(frame.slots) if frame.slots else 0, 0), end=day(frame.slots[-1].date if frame.slots else frame.end, language),
    )  # fmt: skip


def pieces_of(context: Context, one: DateFrame) -> dict[str, int | str | None]:
    """How many pieces the calendar holds for a key date; None where a sentence would promise one that is not there."""
    found = [slot.date for slot in context.frame.slots if slot.key_date == one.id and slot.kind != "buffer"]
    before, after = sum(date < one.date for date in found), sum(date > one.date for date in found)
    three = before and after and one.date in found
    return {
        "pieces": len(found) if len(found) >= 3 else None,
        "on": MARK if one.date in found else None,
        "off": None if one.date in found else MARK,
        "all": MARK if three else None,
        "three": len(found) if three else None,
        "before": before if before and after else None,
        "after": after or None,
        "early": MARK if before else None,
        "later": MARK if after else None,
    }


def _pushed(context: Context, one: DateFrame) -> dict[str, str]:
    """The product that the pieces of a date sell, a gift box before a feast, in place of the leading one; where they name none, or
    several, {aside}: the date may do without."""
    made: Mapping[str, str] = context.memo.get("slot_topics", {})
    ids = {made[slot.id] for slot in context.frame.slots if slot.key_date == one.id and slot.id in made}
    topics = [topic for pillar in context.parts["themes"].pillars for topic in pillar.topics if topic.id in ids]
    said = " ".join(f"{topic.title} {topic.hook} {topic.cta}" for topic in topics)
    named = [p.name for p in context.brief.products if p.name and p.name in said]
    return {"hero": with_article(named[0])} if len(named) == 1 and guard_of(context).ok(named[0]) else {"aside": MARK}


def earmarked(context: Context, one: DateFrame) -> str:
    """The brief's money that a date puts to use; "" for any other date."""
    place = re.fullmatch(rf"{re.escape(EARMARKED)}\[(\d+)\]", one.source)
    purpose = context.brief.budget.fixed[int(place[1])].purpose if place else ""
    cents = sum(line.cents for line in context.frame.budget.lines if place and line.fixed and purpose in line.item)
    return set_aside(context, purpose, cents) if cents else ""


def _key_date(context: Context, one: DateFrame) -> KeyDate:
    guarded = one.source.startswith("brief:embargo") or (one.kind == "brand" and not guard_of(context).ok(one.name))
    kind: str = (
        "release"
        if guarded
        else one.earmark
        if one.earmark
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
    name = date_name(context, one)
    bought = earmarked(context, one)
    gift = gift_of(context, one)
    present = {"hero": with_article(gift.name)} if gift else {}
    plan = pick(
        context, f"calendar.plan.{kind}", sum=bought or None,
        first=day(one.date, context.language), last=day(one.end or one.date, context.language), name=name, day=days(one.date, one.end, context.language), prepare=day(one.prepare_from, context.language),
        deliver=day(one.deliver_by, context.language), owner=context.holder(context.role("operator", "planner", "strategist")),
        **pieces_of(context, one), **(_pushed(context, one) | present),
    )  # fmt: skip
    told, since = _told(context, one) or ("", one.date)
    return KeyDate(
        id=one.id, date=one.date, end=one.end, name=name, told=told if since <= one.date and one.use != "quiet" else "", kind=one.kind, use=one.use, prepare_from=one.prepare_from, deliver_by=one.deliver_by,
        plan=plan, sources=context.sources.cite(one.source),
    )  # fmt: skip
