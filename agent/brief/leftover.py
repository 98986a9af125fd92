"""What no cue of its own told: the brand, the sum, the period and the platforms, known by where and how they stand in a text."""

from __future__ import annotations

import datetime as dt
import itertools
import re
import string
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from agent.brief import cut, money, names
from agent.brief.dates import find_days
from agent.brief.numbers import plain
from agent.brief.periods import parse_period
from agent.brief.values import find_money

if TYPE_CHECKING:
    from agent.brief.builder import Builder
    from agent.brief.readers import Line

LEAST_DAYS = 6
"""A range of dates shorter than this is an event, not a period."""
_HAN = "\u3400-\u9fff"
_MARKS = re.compile(r"^[\s#*>•·\-【\[]+|[】\]*]+")
_BULLET = re.compile(r"^\s*(?:[-*•·]\s*|[一二三四五六七八九十]+[、.]\s*|\d{1,2}[.、)）]\s*)?")
_BARE_LABEL = re.compile(rf"^([{_HAN}]{{2,5}})\s+(?=\S)")
_SUM_LABEL = re.compile(r"([；;。]\s*)(总预算|總預算|预算|預算)\s*(?=[\d¥￥$N])")


def labelled(text: str) -> str:
    """The line with the colon that a hurried writer left out: "四、预算 60 万元", "…；预算 26 万元"."""
    text = _SUM_LABEL.sub(r"\1\2：", text)
    start = _BULLET.match(text)
    place = start.end() if start else 0
    label = _BARE_LABEL.match(text[place:])
    if label and names.field_of(label[1]) and "：" not in text[: place + 8]:
        return f"{text[:place]}{label[1]}：{text[place + label.end() :]}"
    return text


def explicit_period(build: Builder, lines: list[Line]) -> None:
    """The first range of two days that are written out and not over: it is the period, whatever stands around it."""
    period, as_of = build.brief.period, build.context.as_of
    if period.start or period.end:
        return
    for line in _early(lines):
        for sentence in cut.sentences(line.text):
            found = find_days(sentence, as_of)
            for one in found:
                if one.value.precision == "days" and _plausible(one.value.start, one.value.end, as_of):
                    build.apply("period", one.text, line.place)
                    return
            days = [one for one in found if one.value.precision == "day"]
            for one, two in itertools.pairwise(days):
                if _TO.fullmatch(plain(sentence[one.end : two.start])):
                    text = f"{one.text}{'至' if re.search('[日号號]', one.text) else ' - '}{two.text}"
                    both = parse_period(text, as_of)
                    value = both.value if both else None
                    if value and value.start and value.end and _plausible(value.start, value.end, as_of):
                        build.apply("period", text, line.place)
                        return


WIDE = 25
"""Days of a range that is taken for the period wherever it stands."""
_PAST = re.compile(r"去年|前年|上半年|过去|過去|已经|已經|(?i:last|past|since|ago|founded)")


def any_period(build: Builder, lines: list[Line]) -> None:
    """Where nothing told the period: the first range of weeks or months that still lies ahead ("January to June 2027")."""
    period, as_of = build.brief.period, build.context.as_of
    if period.start:
        return
    for line in _early(lines):
        for sentence in cut.sentences(line.text):
            for clause in (sentence, *cut.pieces(sentence, ",，;；")):
                found = parse_period(clause, as_of)
                value = found.value if found else None
                if not (found and value and value.start and value.end) or _PAST.search(clause):
                    continue
                if WIDE <= (value.end - value.start).days <= 750 and value.start >= as_of:
                    period.days = None
                    build.apply("period", found.text, line.place)
                    return


_TO = re.compile(r"(?i)\s*(?:[-~至到]|(?:做|截|持续|一直)[至到]|to|until|till|through)\s*")


def _plausible(start: dt.date, end: dt.date, as_of: dt.date) -> bool:
    return LEAST_DAYS <= (end - start).days <= 750 and end >= as_of


# The sum

_ALL = re.compile(r"(?:一共|总共|總共|拢共|总计|總計|合计|相加|加起来|加起來)\s*(?:是|有|约|約|只有)?\s*$")
_LEADS = re.compile(
    r"(?i)(?:花|盘子是?|总盘子?|钱是|錢是|given us|set aside|all up we can spend|只有|经费|經費)\s*(?:是|有|约|約)?\s*$"
    r"|(?:\bput|\bspend|\bgot|\bonly|\bin all|\btotal(?: of)?)\s*(?:about|around|just|is)?\s*$"
)
_FOLLOWS = re.compile(
    r"(?i)^\s*(?:in all|in total|total\b|for the lot|left\b|including gst|to play with|to work with|for (?:all|everything)|altogether|all in|to spend|into (?:this|it)|left over|and not a|for everything|全包|以内)"
)
_ALONE = re.compile(r"[,，。.;；、:：\s(（)）]")
_OTHER = re.compile(
    r"(?i)(?:/|每|per\b|an? (?:head|month|year|bottle|week)\b|each\b|fitted|起|款|瓶|罐|台|件|张|張|套|位|人|粉|一(?:小时|小時|节|節|次|位|晚|杯|份|盆))"
)
NEAR = 60
"""Characters before and after a sum that say what it is."""
USUAL = 20_000
"""Characters of a text that are read for what stands between its lines: nobody tells a budget in passing behind them."""
LEAST_SUM = 200
"""A sum below this that stands alone is a price."""


def told_total(build: Builder, lines: list[Line]) -> None:
    """The sum of which a sentence says that it is all there is ("一共 900 元", "$8,000 and not a cent more")."""
    if build.brief.budget.total is not None or build.monthly is not None:
        return
    for line in _early(lines):
        for found in find_money(line.text, bare=True):
            before, after = line.text[max(0, found.start - NEAR) : found.start], line.text[found.end : found.end + NEAR]
            marked = _ALL.search(before) and _as_money(found.text)
            if marked or (_FOLLOWS.match(after) and find_money(found.text)):
                money.total(build, found.value, found.text, line.place)
                return


def _early(lines: list[Line]) -> Iterator[Line]:
    """The lines within the usual length of a brief."""
    read = 0
    for line in lines:
        read += len(line.text)
        if read > USUAL:
            return
        yield line


def _as_money(text: str) -> bool:
    return bool(find_money(text)) or re.search("[万萬]", text) is not None


def total(build: Builder, lines: list[Line]) -> None:
    """Where nothing told the sum: one that is put in or spent; else the largest that makes a clause of its own."""
    brief = build.brief
    if brief.budget.total is not None or build.monthly is not None:
        return
    prices = {product.price for product in brief.products if product.price is not None}
    weak = []
    for line in _early(lines):
        for found in find_money(line.text, bare=True):
            before, after = line.text[max(0, found.start - NEAR) : found.start], line.text[found.end : found.end + NEAR]
            if not _as_money(found.text) or found.value.amount in prices or _OTHER.match(after.strip()[:8]):
                continue
            if _LEADS.search(before):
                money.total(build, found.value, found.text, line.place)
                return
            lone = _edge(before[-1:]) and _edge(after.lstrip(" ")[:1]) and "（" not in before[-1:]
            if lone and found.value.amount >= LEAST_SUM:
                weak.append((found, line))
    if weak:
        found, line = max(weak, key=lambda one: one[0].value.amount)
        money.total(build, found.value, found.text, line.place)


def _edge(char: str) -> bool:
    return not char or _ALONE.fullmatch(char) is not None


# Platforms


def platforms(build: Builder, lines: list[Line]) -> None:
    """Where none is asked for, those that the client speaks of and does not refuse."""
    held = build.brief.platforms
    if held.must or held.may:
        return
    own = [one.platform for one in build.brief.accounts]
    rivals = [one.name for one in build.brief.competitors]
    named = [
        found.value
        for line in lines
        for sentence in cut.sentences(line.text)
        if not any(name in sentence for name in rivals)
        for found in names.find_platforms(sentence)
    ]
    for key in dict.fromkeys([*own, *named]):
        if key not in held.avoid:
            build.add_platform(
                key, "must", names.platform_name(key, build.context.language), lines[0].place if lines else ""
            )


# The brand

RIVAL = re.compile(
    r"隔壁|(?:旁边|旁邊)(?:的|那|有)|竞品|競品|对手|對手|竞争|競爭|(?i:competitor|rival|across town|up the road)"
)
_ZH_NAME = rf"[{_HAN}A-Za-z·&]{{2,12}}?(?:\s[A-Za-z]{{2,12}})?"
_ZH_TRADE = "文创店|民宿|餐厅|餐廳|咖啡馆|咖啡館|工作室|公司|品牌|小店"
_HAN_ASK = "小红书|小紅書|抖音|视频号|視頻號|公众号|公眾號|微博|社媒|社群|推广|推廣|营销|營銷|方案|计划|計畫"
_ZH_STATED = tuple(
    re.compile(pattern)
    for pattern in (
        rf"品牌(?:还是|還是|就是|仍是|叫|是|名)?\s*[“「『]?([{_HAN}·]{{2,10}}(?:\s?[A-Z]{{2,12}})?)(?=[，,。；;（(”」』]|$)",
        rf"^({_ZH_NAME})(?=是(?:我|一[家个間间]|国产|\d{{4}}年|[{_HAN}]{{0,8}}(?:品牌|店|坊|馆|館|公司|工作室|厂|民宿))|位于|位於|成立于)",
        rf"(?:我是|我们是|我們是)\s*({_ZH_NAME})的(?![{_HAN}]{{0,6}}(?:品牌|店|公司))",
        rf"(?:帮|幫|替|给|給|为|為)[“「《]?({_ZH_NAME})[”」》]?(?=(?:{_ZH_TRADE})?(?:做|写|寫|出|搞|定|策划|策劃|设计|設計)(?:[一个個份套]|{_HAN_ASK}))",
        rf"^({_ZH_NAME})(?=是(?:做|卖|賣|专|專|主打))",
    )
)
_ZH_HEADED = tuple(
    re.compile(pattern)
    for pattern in (
        rf"^({_ZH_NAME})\s*(?:想|需要|要(?!求)|是(?:一|[{_HAN}]{{2,4}}(?:的|一家|一个|一間))|在[{_HAN}]{{2}}|准备|打算|現有|现有|希望)",
        rf"^(?=[{_HAN}])({_ZH_NAME})(?=[，,])",
        rf"^([{_HAN}·]{{2,10}})(?=(?:\s+[{_HAN}]{{2,8}}){{2}})",
        rf"[，,]({_ZH_NAME})(?=与\s*\d|和\s*\d)",
        rf"^({_ZH_NAME})\s+(?:市场部|市場部|品牌部|运营部)",
        rf"(?:靠|给|給|为|為|用)({_ZH_NAME})(?:公众号|小红书|抖音|官方|账号)",
    )
)
_ZH_TITLE = re.compile(
    rf"^([{_HAN}·]{{2,10}}(?:\s[A-Z][A-Za-z]{{1,12}})?)\s*(?:[（(][^）)]*[）)])?\s*(?=20\d\d|[】\]]|[{_HAN}]*(?:需求|方案|计划|計畫|简报|說明|说明|brief))"
)
_EN_NAME = r"(?:(?!Introducing |Meet )[A-Z][\w&'’-]*)(?:\s+(?:&\s+)?[A-Z][\w&'’-]*){0,3}"
_EN_TRADE = ("app|shop|brand|studio|company|bakery|store|start-?up|caf[eé]|restaurant|firm|agency|charity|label|gym|salon|game|podcast|school|clinic|"
             "practice|farm|brewery|hotel|bar|pub|museum|gallery|theatre|theater|festival|magazine|newsletter")  # fmt: skip
_EN_TITLE = re.compile(rf"^({_EN_NAME})(?::\s+(?:brief|plan|spring|summer|autumn|winter|[a-z])|\s*\|)")
_EN_STATED = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b[Oo]ur\s+(?:[a-z-]+\s){{0,2}}?(?:{_EN_TRADE})\s+(?:called\s+|named\s+)?({_EN_NAME})",
        rf"\b(?:promot|launch|advertis|market|grow|own|run)(?:e|es|s|ing)?\s+({_EN_NAME})(?=[,.;:]|\s(?:on|in|at|through|via)\b|$)",
    )
)
_EN_HEADED = (
    _EN_TITLE,
    *(
        re.compile(pattern)
        for pattern in (
            rf"^({_EN_NAME})(?:, (?:an?|the) |\s+(?:is|are|makes?|looks?|wants?|needs?|has|sells?|helps?|enters|runs?)\b)",
            r"^((?:[A-Z][\w&'’-]*)(?:\s+(?:&\s+)?[A-Z][\w&'’-]*){1,3})\s+[a-z]{3,}s\b",
            rf"\b(?:for|of|at|behalf of)\s+({_EN_NAME})(?=[,.:;]|\s+(?:on|in|and|only|is|at)\b|$)",
            rf"\bfrom\s+({_EN_NAME})(?=[,.])",
            rf"^({_EN_NAME})(?=,\s+[A-Z][a-z]+[.;,])",
        )
    ),
)
_LOWER = re.compile(
    r"^(?:[a-z]+\s){0,4}?(?:plan|brief|strategy|campaign|calendar|content|ideas|posts)\s+for\s+(?:my\s+)?"
    r"(?!(?:a|an|the|our|us|me|my|next|this)\b)([a-z][a-z&'’-]+(?:\s[a-z&'’-]+){0,2}?)(?=\s+(?:pls|please|plz|thx)\b|\s*[,.;:(]|$)"
    r"|^(?!(?:i|we|my|our|they|it|he|she|this|that|the|please|pls|hi|hello|hey)\b)([a-z][a-z&'’-]+(?:\s[a-z&'’-]+){0,2}?)\s(?:sells|makes|does|needs|wants|offers|runs|helps|teaches|rents|repairs)\b"
)
"""A name in the lower case of a chat."""
SHORT_LINES, SHORT = 5, 260
"""Lines and characters of a brief so short that its brand stands at its head, if anywhere."""
_ZH_HEAD = re.compile(
    rf"^(?:请|請|麻烦|麻煩|需要)?(?:帮我们?|幫我們?|给我们|給我們|给我|給我|帮|幫|给|給|为|為|替)?(?:写|寫|做|出|策划|策劃)?(?:[一1]?[份个個])?"
    rf"(?!想|做|要|求|希望|需要|准备|準備|打算|有没有|有沒有|怎|如何|方案|计划|計畫|文案|内容|內容|有个|有一|如|求|能|可|关于|關於|如果|最近|现在|今年|明年|我|一[份个個])([{_HAN}A-Za-z·&]{{2,12}}?)(?=[，,：:（(。；;\s]|的(?:{_HAN_ASK})|{_HAN_ASK}|春节|春節|新年|中秋|端午|国庆|國慶|七夕|双1[12]|618|$)"
)
_ZH_OURS = re.compile(
    rf"^(?:我们|我們|我家|咱们|咱們)(?!希望|公司|团队|團隊|计划|打算|主要|目前|现在|已经|品牌)([{_HAN}]{{2,8}}?)(?=在[{_HAN}]{{2}})"
)
_EN_HEAD = re.compile(
    rf"^(?:Introducing |Meet )?({_EN_NAME})(?=\s*[–—(|:-]|,|\s+[a-z]{{3,}}s\b|$)|\b(?:the\s+)?({_EN_NAME.replace('{0,3}', '{1,3}')})"
)
_NOT_EN = frozenset("I We They It The Our My This That There He She You What How Please A An Hi Hello Hey Dear Brand Product Who Goal Goals "
                    "Customers Volunteers Families Facebook Instagram TikTok LinkedIn YouTube Pinterest Reddit Threads SYSTEM Spring".split())  # fmt: skip
_NO_NAME = frozenset("Christmas Easter Halloween Ramadan Diwali Thanksgiving Monday Tuesday Wednesday Thursday Friday Saturday Sunday "
                     "Subject From To Re Fwd Date Cc Any Some Need Looking Want Can Could Would Do Does Is Are Where When Why Which Help Make Write Give Get Let Just For In On "
                     "At With Two Three Four Five No Not So But And Or If As Also Small Local Some Many Most All More".split()) | {"Black Friday", "Cyber Monday", "New Year"}  # fmt: skip
"""Words that are no name alone, but may begin one ("Sunday Crumb")."""
_OCCASION = re.compile(
    r"(?:[春夏秋冬雪旺淡]季|[寒暑]假班?|新春|新年|春节|春節|开学|開學|周年|週年|双1[12]|618)?(?:招生|招募|招新|招聘|开业|開業|开张|開張|开馆|開館|上市|推广|推廣|宣传|宣傳|促销|促銷|营销|營銷|活动|活動)"
    r"|(?:[寒暑]假|[雪旺淡]季|新春|双1[12]|618)|平台$"
)
_NOT_ZH = re.compile(
    r"^(?:写|寫|做)一|^[请請帮幫求们們]|^如何|^怎[么麼样樣]|我|你|您|老板|老闆|目标|目標|预算|預算|时间|時間|平台|产品|產品|团队|品牌|客户|内容|上次|下季度|今年|明年|如果|所有|不要|不能|大家|公众号|小红书|抖音|这|那|一个|项目|开学|别|买|卖|太太|來的|来的|您好|你好|一共|个月|個月|近[两几]年|下单|只做|[万萬]|哈囉|哈喽|嗨|各位|大家好|老师|老師"
)
TITLE, STATED, GUESSED = 6, 4, 2
"""What a name in the title, one that is introduced as the brand, and one at the head of a sentence count."""


def brand(build: Builder, lines: list[Line]) -> None:
    """The name that the text itself introduces and comes back to; a competitor's, a product's or a platform's is none."""
    if build.brief.brand:
        return
    filled = [line for line in lines if line.text.strip()][:40]
    whole = plain("\n".join(line.text for line in filled)).casefold()
    marks: Counter[str] = Counter()
    place: dict[str, Line] = {}
    for number, line in enumerate(filled):
        for name, weight in _candidates(line.text, number == 0):
            if _usable(name, build):
                marks[name] = max(marks[name], weight + (number == 0 and weight == GUESSED))
                place.setdefault(name, line)
    if len(filled) <= SHORT_LINES and len(whole) <= SHORT and max(marks.values(), default=0) < STATED:
        for name in _heads(filled[0].text if filled else ""):
            known = [one for one in marks if one in name or name in one]
            if _usable(name, build):
                if not known:
                    marks[name] = STATED
                    place[name] = filled[0]
                break
    scored = {
        name: weight + min(whole.count(name.casefold()) - 1, 4) + (" " in name and name.isascii())
        for name, weight in marks.items()
    }
    if scored:
        best = max(scored, key=lambda name: (scored[name], -filled.index(place[name])))
        if scored[best] >= GUESSED + 1 or len(filled) < 6:
            build.put("brand", best, place[best].text, place[best].place)


def _candidates(text: str, first: bool) -> Iterator[tuple[str, int]]:
    clean = _MARKS.sub("", text).strip()
    if first:
        title = _ZH_TITLE.match(clean)
        if title:
            yield title[1].strip(), TITLE
    if RIVAL.search(clean):
        return
    chat = _LOWER.match(clean) if clean.islower() else None
    if chat:
        yield string.capwords(chat[1] or chat[2]), STATED
    for sentence in cut.sentences(clean):
        spoken = re.sub(rf"^[{_HAN}\w]{{1,6}}[：:]\s*", "", sentence)
        for patterns, weight in ((_ZH_STATED, STATED), (_ZH_HEADED, GUESSED)):
            for found in _found(patterns, spoken):
                yield _bare(found.strip()), weight
        titled = (_EN_TITLE,) if first else ()
        for patterns, weight in ((titled, TITLE), (_EN_STATED, STATED), (_EN_HEADED, GUESSED)):
            for found in _found(patterns, sentence):
                yield found.strip(" .'’"), weight


def _found(patterns: Iterable[re.Pattern[str]], text: str) -> Iterator[str]:
    return (match[1] for pattern in patterns for match in pattern.finditer(text))


def _led_by_a_common_word(name: str) -> bool:
    """ "The Product", "We", but not "The Little Loaf"."""
    head, *rest = name.split()
    if head in ("The", "Our"):
        return len(rest) < 2 or rest[0] in _NOT_EN
    return head in _NOT_EN or name in _NO_NAME


def _heads(text: str) -> Iterator[str]:
    """What may be the brand at the head of a brief of a line or two."""
    clean = _MARKS.sub("", text).strip()
    chinese = _ZH_HEAD.match(clean)
    if chinese and re.match(f"[{_HAN}]", chinese[1]):
        yield _bare(chinese[1])
    ours = _ZH_OURS.match(clean)
    if ours:
        yield _bare(ours[1])
    for found in _EN_HEAD.finditer(clean):
        yield (found[1] or found[2]).removeprefix("The ").strip(" .'’")


def _bare(name: str) -> str:
    """A name without the occasion that a brief's first words add to it ("青禾少儿美术寒假招生")."""
    cut_at = _OCCASION.search(name, 2)
    return name[: cut_at.start()] if cut_at else name


def _usable(name: str, build: Builder) -> bool:
    if (
        len(name) < 2
        or name[0] in "的了和与"
        or names.find_platforms(name)
        or _NOT_ZH.search(name)
        or _led_by_a_common_word(name)
    ):
        return False
    if any(name in (product.name, product.name.split(" ")[0]) for product in build.brief.products):
        return False
    if any(name in rival.name or rival.name in name for rival in build.brief.competitors):
        return False
    if name in names.months() or any(name in said for said in build.brief.never_say):
        return False
    return names.field_of(name) is None and not names.markets_of(name)
