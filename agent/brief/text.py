"""Free text, Markdown or e-mail → BrandBrief, deterministically: labelled lines first, then sentences by their cues."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from dataclasses import field as default_field

from agent.brief import cut, leftover, names, offered, relevance
from agent.brief.builder import Builder
from agent.brief.items import words
from agent.brief.prose import goes_on, read_sentence
from agent.brief.readers import Line, Raw
from agent.brief.values import find_money

_LABEL = re.compile(
    r"^\s*(?:[-*•]\s+|\d{1,2}[.、)]\s*|[一二三四五六七八九十]+[、.]\s*)?(?:\*\*|__|【|\[)?\s*(?P<label>[^:：*\n【】\[\]]{1,40}?)\s*(?:\*\*|__|】|\])?\s*(?:[:：]|(?<=[】\]])|(?<=\*\*)\s)\s*(?:\*\*|__)?\s*(?P<rest>.*)$"
)
_HEADING = re.compile(
    r"^\s*(?:#{1,6}\s*(?P<h>.+?)\s*#*|\*\*(?P<b>[^*:：]{1,40})\*\*|[【\[](?P<k>[^】\]]{1,30})[】\]]|(?:[一二三四五六七八九十]+[、.]|\d{1,2}[.、])\s*(?P<n>[^:：。,，]{1,16}))\s*$"
)
_BULLET = re.compile(r"^\s*(?:[-*•·◦]\s+|\d{1,2}[.)、]\s*)")
_NUMBERED = re.compile(r"^\s*\d{1,2}[.)、]")
_MAIL = re.compile(r"^(?:From|To|Cc|Bcc|Date|Sent|Reply-To|发件人|收件人|抄送|日期|寄件者|收件者)\s*[:：]", re.I)
_SUBJECT = re.compile(r"^(?:Subject|Re|Fwd?|主题|主旨|主題)\s*[:：]\s*(.*)$", re.I)
_LISTED = (
    "products",
    "competitors",
    "team",
    "objectives",
    "key_dates",
    "accounts",
    "embargoes",
    "never_say",
    "must_say",
    "proof",
    "past_results",
    "constraints",
    "fixed",
    "limits",
    "audience",
    "documents",
    "agencies",
)


_LONGEST = 1_500
"""Characters of a sentence that are read; nobody writes longer ones."""


@dataclass
class Section:
    """A label and the lines under it."""

    field: str
    label: str
    lines: list[Line] = default_field(default_factory=list)
    inline: bool = False
    """Whether its first words stand on the label's own line."""
    numbered: bool = False
    """Whether its label is the point of a numbered list, so that the next point with a label is another matter, known or not."""


def read_text(raw: Raw, build: Builder) -> None:
    """Fills the builder from lines of text; in a long document only the relevant blocks contribute."""
    lines, skipped = relevance.relevant(raw.lines)
    if skipped:
        build.context.note("pages_skipped", **skipped)
    told = [Line(leftover.labelled(line.text), line.place) for line in _tables(lines)]
    sections, prose, heads = _sections(_split_labels(told))
    order = {"brand": 0, "language": 1, "markets": 2, "currency": 3, "period": 4, "products": 5, "budget": 6}
    _brand_from_headings(build, heads)
    further: list[Line] = []
    for section in sorted(sections, key=lambda s: order.get(s.field, 9)):
        further += _apply(build, section)
    prose = [*prose, *further]
    leftover.explicit_period(build, lines)
    leftover.told_total(build, lines)
    short = sum(len(line.text) for line in lines) < 300
    for line in _paragraphs(prose):
        for sentence in (part[:_LONGEST] for part in cut.sentences(line.text)):
            _sentence(build, sentence, line.place, asked=short, part=bool(skipped))
    if not build.brief.brand:
        _brand_introduced(build, lines)
    if not skipped:
        leftover.total(build, lines)
        leftover.platforms(build, prose)
        leftover.brand(build, lines)
    if not build.brief.brand:
        _brand_from_prose(build, lines, raw.name)
    if not skipped:
        leftover.any_period(build, lines)
        offered.from_about(build, [line.text for line in lines])


def _tables(lines: list[Line]) -> list[Line]:
    """Rows of Markdown tables as "label: value", or as bullets headed by the first row."""
    result: list[Line] = []
    head: list[str] = []
    for line in lines:
        if not re.match(r"^\s*\|.*\|\s*$", line.text):
            head = []
            result.append(line)
            continue
        cells = [c.strip() for c in line.text.strip().strip("|").split("|")]
        if all(re.fullmatch(r":?-{2,}:?|", c) for c in cells):
            continue
        if len(cells) == 2:
            result.append(Line(f"{cells[0]}: {cells[1]}", line.place))
        elif not head:
            head = cells
        else:
            result.append(
                Line("- " + "; ".join(f"{h}: {c}" for h, c in zip(head, cells, strict=False) if c), line.place)
            )
    return [
        line
        for line in result
        if not re.fullmatch(r"(?i)(?:field|item|key|项目|栏目|字段)\s*:\s*(?:value|content|内容|说明)", line.text)
    ]


def _split_labels(lines: list[Line]) -> list[Line]:
    """ "预算：36万；周期：6个月" as two lines."""
    result: list[Line] = []
    for line in (piece for whole in lines for piece in _at_labels(whole)):
        parts = re.split(
            r"[；;|]\s*(?=[^:：；;]{1,16}[:：])|(?<=[^:：]{3})[,，。.]\s*(?=(?:预算|周期|时间|平台|目标|受众|人群|产品|团队|品类|市场|品牌|竞品|預算|期間|目標|受眾|團隊|產品|Budget|Period|Platforms?|Audience|Goals?|Team|Products?|Market)\s*[:：])",
            line.text,
        )
        if len(parts) > 1 and all(names.field_of(p.split(":")[0].split("：")[0]) for p in parts[1:]):
            result += [Line(p, line.place) for p in parts if p.strip()]
        else:
            result.append(line)
    return result


_LABELLED = re.compile(r"(?<=[。.！!；;”\"])\s*(?=([^:：。，,；;.\s][^:：。，,；;.]{0,23})[:：])")


def _at_labels(line: Line) -> list[Line]:
    """A line cut where a sentence in it opens with a label: "…自重 980 克。竞争对手：牧高笛、挪客。团队：…"."""
    cuts = [
        found.end()
        for found in _LABELLED.finditer(line.text)
        if names.field_of(found[1]) and not _NUMBERED.fullmatch(line.text[: found.end()].rstrip())
    ]
    edges = [0, *cuts, len(line.text)]
    return [Line(line.text[a:b], line.place) for a, b in itertools.pairwise(edges) if line.text[a:b].strip()] or [line]


def _sections(lines: list[Line]) -> tuple[list[Section], list[Line], list[Line]]:
    sections: list[Section] = []
    prose: list[Line] = []
    heads: list[Line] = []
    current: Section | None = None
    blank = False
    for number, line in enumerate(lines):
        text = line.text
        if not text.strip():
            blank = True
            prose.append(Line("", line.place))
            continue
        subject = _SUBJECT.match(text)
        if number < 12 and (_MAIL.match(text) or subject):
            if subject and subject[1]:
                sections.append(Section("ask", "subject", [Line(subject[1], line.place)]))
            continue
        opened = _open(line)
        if opened:
            current = opened
            sections.append(current)
        elif _HEADING.match(text) and text.lstrip().startswith(("#", "**", "【")):
            heads.append(line)
            current = None
        elif current and _belongs(current, text, blank):
            current.lines.append(line)
        else:
            current = None
            prose.append(line)
        blank = False
    return [s for s in sections if s.lines], prose, heads


def _belongs(section: Section, text: str, blank: bool) -> bool:
    """Whether a line goes on with the open section: bullets do, other lines only without a blank line between.

    Behind "label: value" on one line only the rest of a line that was broken in mid-sentence does.
    """
    if section.inline and section.numbered and _NUMBERED.match(text) and _LABEL.match(text):
        return False
    if not section.lines or _BULLET.match(text):
        return True
    before = section.lines[-1].text
    if section.inline and (len(before) < 50 or before.rstrip()[-1:] in "。！？.!?；;" or _LABEL.match(text)):
        return False
    return not blank and section.field not in ("brand", "category", "currency", "language", "start", "end")


def _open(line: Line) -> Section | None:
    """The section that a line opens: "**Budget**: $96,000", "## 目标", "【预算】36万"."""
    heading = _HEADING.match(line.text)
    if heading:
        label = next(g for g in heading.groups() if g)
        inner = re.match(r"(.{1,24}?)\s*[:：]\s*(.+)", label)
        name = names.field_of(inner[1] if inner else label)
        if name:
            return Section(name, label, [Line(inner[2], line.place)] if inner else [])
    match = _LABEL.match(line.text)
    if not match:
        return None
    name = names.field_of(match["label"])
    if name is None or _is_item(line.text, match["label"], name):
        return None
    rest = match["rest"].strip()
    numbered = bool(_NUMBERED.match(line.text))
    return Section(name, match["label"], [Line(rest, line.place)] if rest else [], inline=bool(rest), numbered=numbered)


def _is_item(text: str, label: str, name: str) -> bool:
    """Whether "label: …" is a list entry of the section before rather than a section of its own."""
    return (
        bool(_BULLET.match(text))
        and "**" not in text
        and name in ("start", "end", "caps", "floors", "products")
        and label.islower()
    )


_NARROW = frozenset(
    "brand category regulated business language currency timezone markets period start end competitors tone".split()
)
"""Fields of which one sentence is enough: what follows on the same line is about something else."""
_WIDE = frozenset({"about"})
"""Fields in which people tell everything: each sentence is read for itself as well."""


def _apply(build: Builder, section: Section) -> list[Line]:
    """Takes in what stands under a label; returns the sentences in it that are to be read as prose."""
    lone = len(section.lines) == 1 and not _BULLET.match(section.lines[0].text)
    told = cut.sentences(section.lines[0].text) if lone else []
    spoken = section.field == "brand" and bool(told) and _CLAUSE.match(told[0]) is not None
    if len(told) > 1 and section.field not in _WIDE and not spoken:
        away = next((n for n, one in enumerate(told) if n and _elsewhere(section.field, one)), len(told))
        if away < len(told):
            whole, place = section.lines[0].text, section.lines[0].place
            section.lines = [Line(whole[: whole.find(told[away], len(told[0]))].rstrip(), place)]
            _take(build, section)
            return [Line(one, place) for one in told[away:]]
    if spoken or (len(told) > 1 and section.field in _WIDE):
        return section.lines
    _take(build, section)
    return []


_CUES = {
    "never": "never_say",
    "must": "must_say",
    "budget": "budget",
    "goal": "objectives",
    "competitor": "competitors",
    "audience": "audience",
}
"""Cue of a sentence → the field that it belongs to."""


def _of_money(sentence: str) -> bool:
    """Whether a sentence speaks of sums or shares; a bare number ("12小时") is none."""
    return bool(find_money(sentence)) or re.search(r"\d\s?[万萬kK%]|[一二三四五六七八九十]成", sentence) is not None


def _elsewhere(field: str, sentence: str) -> bool:
    """Whether a sentence behind the first under a label is about something else than the label says."""
    if field in _NARROW or (field == "budget" and not _of_money(sentence)):
        return True
    if field.startswith("platforms") and names.find_platforms(sentence):
        return False
    spoken = {_CUES[cue] for cue in _CUES if names.cue(cue, sentence)}
    return bool(spoken) and field not in spoken


_CLAUSE = re.compile(r"(?i)(?:we|we're|i|i'm|it's|our|my|this)\b.{12}|(?:我|我们|我們|这|這)(?!的)[^，。]{6}")
"""What stands after the label "Brand" when it is no name but a sentence."""


def _take(build: Builder, section: Section) -> None:
    bullets = [line for line in section.lines if _BULLET.match(line.text)]
    if bullets and section.field in _LISTED:
        for line in _items(section.lines):
            build.apply(
                section.field,
                [line.text] if section.field not in ("key_dates", "competitors") else line.text,
                line.place,
            )
        return
    if section.field in ("start", "end") and not re.search(r"\d|月", section.lines[0].text):
        build.extend(
            "constraints", [f"{section.label}: {section.lines[0].text}"], section.lines[0].text, section.lines[0].place
        )
        return
    if section.field in ("accounts", "budget", "team", "platforms", "key_dates") and len(section.lines) > 1:
        for line in section.lines:
            build.apply(section.field, cut.bare(line.text) if section.field != "budget" else line.text, line.place)
        return
    text = "\n".join(line.text for line in section.lines)
    value = cut.bare(text) if section.field in ("brand", "about", "strategy", "category", "tone") else text.strip()
    build.apply(section.field, value, section.lines[0].place)


def _items(lines: list[Line]) -> list[Line]:
    """Bullets with the lines that belong to them."""
    found: list[Line] = []
    for line in lines:
        if found and not _BULLET.match(line.text):
            found[-1] = Line(f"{found[-1].text} {line.text.strip()}", found[-1].place)
        else:
            found.append(Line(_BULLET.sub("", line.text), line.place))
    return found


def _paragraphs(lines: list[Line]) -> list[Line]:
    """Prose lines as they stand; a line that a mail program broke in mid-sentence is joined with the next."""
    found: list[Line] = []
    for line in lines:
        before = found[-1].text if found else ""
        if (
            before
            and line.text.strip()
            and 60 < len(before) < _LONGEST
            and before[-1] not in ".。!！?？:：;；"
            and not _BULLET.match(line.text)
        ):
            found[-1] = Line(before + (" " if before[-1] < "\u2e80" else "") + line.text.strip(), found[-1].place)
        else:
            found.append(line)
    return [line for line in found if line.text.strip()]


_WE_DO = re.compile(r"(?:I|We) (?!have|had|want|need|would|don't|can|could|will|are|like|hope|do\b)[a-z]+ ")


def _sentence(build: Builder, sentence: str, place: str, *, asked: bool, part: bool) -> None:
    """One sentence of prose; in `part` of a long document what is about nothing in particular is left out."""
    text = cut.bare(sentence)
    told = len(build.brief.about) < 500 and (
        names.cue("about", text) is not None or (_WE_DO.match(text) is not None and len(build.brief.about) < 200)
    )
    if goes_on(build, text, place):
        return
    taken = read_sentence(build, sentence, place, asked=asked)
    if part and not taken:
        return
    if told or (not taken and len(build.brief.about) < 300 and len(text) > 12 and not build.brief.about):
        build.apply("about", text if text.endswith(("。", ".")) else sentence.strip(), place)
    elif not taken and len(text) > 3:
        build.extend("constraints", [text], text, place)


_TITLE_TAIL = re.compile(
    r"(?i)(?:brief|需求书?|簡報|简报|企劃需求|企划需求|策划需求|brief(?:ing)? document)\s*(?:for|[:：\-–—|])\s*(.+)$"
)
_TITLE_FOR = re.compile(
    r"(?i)\b(?:plan|strategy|campaign|marketing|media|brief)\b.{0,30}\bfor\s+(?:the\s+)?([A-Z][\w&'.\- ]{1,40})"
)
_TITLE_HEAD = re.compile(
    r"^(?P<n>.{2,24}?)\s*(?:品牌|社媒|社交媒体|社群|营销|推广|小红书|抖音|\d{4}年?)*\s*(?:简报|簡報|brief|需求|需求书|企劃需求)\s*$",
    re.I,
)


def _brand_from_headings(build: Builder, heads: list[Line]) -> None:
    for line in heads[:3]:
        title = cut.bare(re.sub(r"^[#\s*【\[]+|[\]】*]+$", "", line.text))
        for pattern in (_TITLE_TAIL, _TITLE_FOR, _TITLE_HEAD):
            match = pattern.search(title)
            if match and cut.bare(match[1]) and not _stop(cut.bare(match[1])):
                build.put("brand", _name_alone(cut.bare(match[1]))[:80], title, line.place)
                return


def _name_alone(title: str) -> str:
    """A title's name without the season, the market or the half-year that follows it."""
    name = re.split(r"[,，:：（(]|\s+(?=20\d\d)|(?<=[A-Za-z])\s+(?=[\u3400-\u9fff])", title)[0].strip()
    return name if len(name) > 1 else title


def _stop(name: str) -> bool:
    return names.fold(name) in {names.fold(w) for w in names.table("brand_stop")} or all(
        names.fold(w) in names.table("brand_stop") for w in name.split()
    )


_CALLED = re.compile(
    r"(?:(?<!国内)(?<!國內)(?<!产品)(?<!单品)叫做?|名叫|名为|名為|品牌名?是|店名是?|(?:名字|名称|名稱)[是叫为]?|called|named|品牌|机构|機構|协会|協會|招牌[^“「\",，]{0,6}|店招[^“「\",，]{0,8}|对外[^“「\",，]{0,6}|(?:我是|我们是|我們是)[^，,。“「]{0,6})\s*[“「『《\"]([^”」』》\"]{1,30})[”」』》\"]"
)
_CALLED_PLAIN = re.compile(
    r"(?:(?:店名|品牌名|名字|名称)?(?:叫做?|名叫|名为|名為|取名|牌子是|以下简称|简称|(?:园名|校名|馆名|院名|店名)[是叫：:]?)|(?:店名|品牌名|机构名|公司名)是?)\s*([\w\u3400-\u9fff·]{2,10}?)(?=[，,。；;]|$)"
)
_WE_ARE = re.compile(
    r"(?:我们是|我們是|我是)(?!一)\s*([“「『《\"]?[^，,。；;的一]{2,16}?)(?=[，,。；;]|$)|我司[（(](?:[\u3400-\u9fff]{2,3}市)?([^）)]{2,16})[）)]"
)
_NAMED = re.compile(
    r"\b(?:called|named|launching|introducing|this is|behalf of|look after|trad(?:e|ing) as)\s+((?:[A-Z][\w'’-]*)(?:\s+(?:&|and(?=\s[A-Z])|of(?=\s[A-Z])|[A-Z][\w'’-]*)){0,4})"
)
_I_RUN = re.compile(
    r"\b(?i:I run|I own|we run|I started|I founded|owner of|founder of|we are|we're|I'm from|behalf of|here at)\s+((?:[A-Z][\w&'’.-]*)(?:\s+(?:[A-Z][\w&'’.-]*|&|of|and(?=\s[A-Z])))*)"
)
_IS_A = re.compile(
    r"(?:^|[:.]\s)((?:[A-Z][\w&'’.-]*)(?:\s+[A-Z][\w&'’.-]*){0,3})\s+(?:is|are|makes|sells|offers|provides|helps|builds|needs|wants)\b"
)
_FOR_X = re.compile(r"\b(?:for|about|promote|market|launch)\s+((?:[A-Z][\w&'’.-]*)(?:\s+[A-Z][\w&'’.-]*){0,3})")
_ZH_FOR = re.compile(
    r"(?:为|為|给|給|推广|推廣)\s*[“「『《]?([\w\u3400-\u9fff]{2,10}?)[”」』》]?(?:做|写|寫|制定|策划|推广)"
)
_APP = re.compile(
    r"《([^》]{2,14})》\s*(?=(?i:app)|小程序|游戏|播客|节目)|品牌([\u3400-\u9fff·]{2,6})的(?:市场|品牌|运营|团队)"
)
_FIRST = re.compile(r"^((?:[A-Z][\w&'’-]*)(?:\s+[A-Z][\w&'’-]*){0,3})\s(?:[-–—|]\s.{0,30}(?i:brief|plan)|here$)")
_HERE = re.compile(r"(?:^|[.!,]\s*)((?:[A-Z][\w&'’-]*)(?:\s+[A-Z][\w&'’-]*){0,3}) here\b")
_PRONOUNS = {
    "I",
    "We",
    "They",
    "It",
    "The",
    "Our",
    "My",
    "This",
    "That",
    "There",
    "He",
    "She",
    "You",
    "What",
    "How",
    "Please",
    "A",
    "An",
    "Instagram",
    "TikTok",
    "LinkedIn",
    "Facebook",
    "YouTube",
}


def _brand_introduced(build: Builder, lines: list[Line]) -> None:
    """The brand's name where a sentence introduces it: "a bakery called …", "we are …", "I run …"."""
    filled = [line for line in lines if line.text.strip()][:40]
    _by_patterns(build, filled, (_FIRST, _APP, _CALLED, _NAMED, _CALLED_PLAIN, _HERE, _I_RUN, _WE_ARE))


def _by_patterns(build: Builder, lines: list[Line], patterns: tuple[re.Pattern[str], ...]) -> bool:
    for pattern in patterns:
        for line in lines:
            for part in cut.sentences(line.text):
                match = None if leftover.RIVAL.search(part) else pattern.search(part)
                name = next((group for group in match.groups() if group), "") if match else ""
                if (
                    name
                    and name.split()[0] not in _PRONOUNS
                    and not _stop(name)
                    and not names.find_platforms(name)
                    and name not in names.months()
                    and not names.markets_of(name)
                ):
                    build.put("brand", name.strip(" .'’"), part, line.place)
                    return True
    return False


def _brand_from_prose(build: Builder, lines: list[Line], stem: str) -> None:
    """The brand's name from how sentences introduce it; a short text is the name itself; the file's name comes last."""
    filled = [line for line in lines if line.text.strip()][:40]
    whole = "\n".join(line.text for line in filled)
    if len(filled) == 1 and _only_a_name(filled[0].text):
        build.put("brand", cut.bare(filled[0].text), filled[0].text, filled[0].place)
        build.brief.constraints.clear()
        build.brief.about = ""
        return
    if _by_patterns(build, filled, (_IS_A, _FOR_X, _ZH_FOR)):
        return
    quotes = re.finditer(r"[「《『“]([^」》』”\n]{2,16})[」》』”]", whole)
    banned = build.brief.never_say
    quoted = next((one for one in quotes if not any(one[1] in said or said in one[1] for said in banned)), None)
    if quoted:
        build.put("brand", quoted[1], quoted[0], next(line.place for line in filled if quoted[1] in line.text))
        return
    name = re.sub(
        r"(?i)[\s_\-]*(?:brief|简报|簡報|需求|social|media|plan|v?\d+|final|zh|cn|tw|en|sentence|document|文档)+[\s_\-]*",
        " ",
        stem,
    ).strip(" _-")
    if len(name) > 2 and not re.fullmatch(r"[a-f0-9]{8,}|tmp\w*", name):
        build.put("brand", name.replace("_", " ").replace("-", " "), words(stem), "file name")


def _only_a_name(text: str) -> bool:
    clean = cut.bare(text)
    if re.search(r"[。.!?！？，,；;\n]", clean.rstrip(".")) or not clean:
        return False
    if re.search(r"[\u3400-\u9fff]", clean):
        return len(clean) <= 12 and not re.search(r"我们|我們|想|要|做|推广|推廣|开了|開了|的", clean)
    return len(clean.split()) <= 5 and not re.search(
        r"(?i)\b(?:i|we|need|want|want|help|plan|for|please|a|my|our)\b", clean
    )
