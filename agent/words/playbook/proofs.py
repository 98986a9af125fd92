"""Evidence of the brief: what kind it is, what it is called when quoted again, and quotations that never lose their conditions."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Literal, TypeVar

from pydantic import BaseModel

from agent.locale import t

ProofKind = Literal["figure", "certificate", "rating", "listing", "other"]
ONCE = 1
"""How often a part quotes one piece of evidence in full."""

_RATING = re.compile(r"评分|評分|好评|好評|五星|评价\s*\d|\bstars?\b|five.star|\brat(?:ed|ing)\b|reviews?\b", re.I)
_SAMPLE = re.compile(
    r"\b[nN]\s?=\s?\d[\d,]*[^,;，；)）]*|(?:会员|會員|样本|樣本|受访者|受訪者)\s?\d[\d,.]*\s?[万萬]?\s?(?:人|份|位|名)?"
)
_SHARE = re.compile(r"\d\s?[%％]|百分之|\bpercent\b|\bn\s?=|\b\d[\d,.]* (?:of|out of|in) (?:my |our |the )?\d", re.I)
_PAPER = re.compile(
    r"证书|證書|认证|認證|检测|檢測|检验|檢驗|检疫|检定|报告|報告|专利|專利|备案|通过|\bcertif\w*|\breport\b|\bISO\b|\b3-A\b|\bSOC ?2?\b|\bCE\b|accredit\w*|\bpatent\w*|\blicen[cs]ed?\b|tested (?:by|to)",
    re.I,
)
_LISTING = re.compile(
    r"入选|入選|获奖|獲獎|奖|獎|供应商|供應商|收录|名录|名錄|合作|\blisted\b|\bsupplier\b|\baward\w*|\bmember of\b|\bused by\b|\bstocked\b|\bshortlisted\b",
    re.I,
)
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_NOUN_ZH = re.compile(
    r"盲测|盲測|问卷调查|問卷調查|调查|調查|实测|實測|测试|測試|检测报告|檢測報告|检验报告|检测|檢測|(?:防腐[剂劑])?(?:检验|檢驗)|报告|報告|认证|認證|证书|證書|专利|專利|回购率|回購率|复购率|好评率|满意度|评分|評分|评价|評價|统计|統計|记录|紀錄|访谈|訪談"
)
_NOUN_EN = re.compile(
    r"((?:(?:customer|user|blind|lab|taste|wear|field|pilot|customer's|Google|clamp|safety|test|audit) )*"
    r"(?:log|survey|study|trial|test|tests|panel|poll|audit|certificate|certification|report|reviews|review|rating|listing|award|accreditation|patent|licence|interviews))\b",
    re.I,
)

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class Proof:
    """A piece of evidence and where the brief gives it."""

    text: str
    source: str
    """Source id, "brief:products[0].proof"."""
    kind: ProofKind = "other"
    """figure: a number with a sample or a share; only this one can be asked who was counted, when, and how."""
    handle: str = ""
    """A noun phrase without a claim, for repeats: "the 2026 customer log (n=17 plants)"."""


def kind_of(text: str) -> ProofKind:
    """The kind of evidence: a rating before a share, a share before a paper, a paper before a listing."""
    if _RATING.search(text):
        return "rating"
    if _SHARE.search(text):
        return "figure"
    if _PAPER.search(text):
        return "certificate"
    if _LISTING.search(text):
        return "listing"
    return "figure" if re.search(r"\d", re.sub(r"20\d\d", "", text)) else "other"


def handle_of(text: str, language: str) -> str:
    """What the evidence is called once it has been quoted: source, year and sample, never the claim."""
    kind = kind_of(text)
    found = (_NOUN_ZH if language.startswith("zh") else _NOUN_EN).findall(text)
    if not found or kind == "listing":
        return t(language, f"proof.{kind}")
    noun = max(found, key=len) if language.startswith("zh") else found[-1]
    noun = (
        noun
        if language.startswith("zh") or not noun[:1].isupper() or noun.startswith("Google")
        else noun[:1].lower() + noun[1:]
    )
    year, sample = _YEAR.search(text), _SAMPLE.search(text) if kind == "figure" else None
    key = "dated_sample" if year and sample else "dated" if year else "with_sample" if sample else "plain"
    return t(
        language,
        f"proof.{key}",
        noun=noun,
        year=year.group(1) if year else "",
        sample=sample.group(0).strip() if sample else "",
    )


def make_proof(text: str, source: str, language: str) -> Proof:
    """A proof with its kind and handle; "38 of my 41 reviews" loses the first person, which a plan cannot quote as its own."""
    text = re.sub(r"\b(of|in) (?:my|our) (?=\d)", r"\1 ", text)
    return Proof(text, source, kind_of(text), handle_of(text, language))


def quotable(proof: Proof, limit: int) -> str:
    """The evidence in full where it fits, whole sentences of it where they do, else "": a cut inside would drop its conditions."""
    text = proof.text.strip().rstrip("。.;；")
    if len(text) <= limit:
        return text
    heads = [text[: mark.start()] for mark in re.finditer(r"[。；;]|\. ", text) if mark.start() <= limit]
    whole = [head for head in heads if head.count("（") + head.count("(") == head.count("）") + head.count(")")]
    return whole[-1] if whole else ""


def clause(text: str) -> str:
    """The claim with its sample and year, for repeats near the whole: "… by 41% (n=17 plants, 2026 customer log)" → "… by 41% (n=17 plants, 2026)"."""
    text = text.strip()
    found = re.match(r"(.+?)\s*([（(])([^）)]*)[）)]$", text)
    sample = _SAMPLE.search(found[3]) if found else None
    if found is None or sample is None:
        return text
    year = _YEAR.search(found[3])
    kept = [sample[0], *([year[0]] if year and year[0] not in sample[0] else [])]
    return f"{found[1]}（{'，'.join(kept)}）" if found[2] == "（" else f"{found[1]} ({', '.join(kept)})"


def shorten(part: Model, proofs: tuple[Proof, ...], skip: frozenset[str] = frozenset()) -> Model:
    """The part with each proof quoted in full once; later it goes by its handle. Fields in `skip` stay as they are."""
    if not proofs:
        return part
    seen: Counter[str] = Counter()
    for name in type(part).model_fields:
        _walk(part, name, proofs, seen, skip)
    return part


_REPEATS: dict[str, frozenset[str]] = {
    **dict.fromkeys(("strategy", "platforms", "team", "production", "community", "kpis", "measurement", "risks", "budget"), frozenset()),
    "themes": frozenset({"topics"}),
    "engagement": frozenset({"replies", "statements"}),
}  # fmt: skip
"""Parts that are shortened as wholes, with the fields that stand alone in public; the other parts see to it themselves, or are public."""


def repeat_shortly(part: Model, name: str, proofs: tuple[Proof, ...]) -> Model:
    """A part that quotes evidence for the planner's eyes, with each piece in full once."""
    return shorten(part, proofs, _REPEATS[name]) if name in _REPEATS else part


def _walk(model: BaseModel, name: str, proofs: tuple[Proof, ...], seen: Counter[str], skip: frozenset[str]) -> None:
    if name in skip:
        return
    value = getattr(model, name)
    if isinstance(value, str):
        setattr(model, name, _once(value, proofs, seen))
    elif isinstance(value, BaseModel):
        for inner in type(value).model_fields:
            _walk(value, inner, proofs, seen, skip)
    elif isinstance(value, list):
        for place, one in enumerate(value):
            if isinstance(one, str):
                value[place] = _once(one, proofs, seen)
            elif isinstance(one, BaseModel):
                for inner in type(one).model_fields:
                    _walk(one, inner, proofs, seen, skip)


def _once(text: str, proofs: tuple[Proof, ...], seen: Counter[str]) -> str:
    for proof in proofs:
        full = proof.text.strip().rstrip("。.;；")
        told = re.compile(f"[{full[:1].upper()}{full[:1].lower()}]{re.escape(full[1:])}")
        if not proof.handle or len(full) < len(proof.handle) or not told.search(text):
            continue
        seen[full] += 1
        if seen[full] <= ONCE:
            continue
        for quoted in set(told.findall(text)):
            for form in (f"“{quoted}”", f"「{quoted}」", quoted):
                text = text.replace(form, proof.handle)
        start = text.startswith(proof.handle) and proof.handle[:1].islower()
        text = text[:1].upper() + text[1:] if start else text
        text = re.sub(
            rf"([.!?] ){re.escape(proof.handle)}",
            lambda hit: hit.group(1) + hit.group(0)[2:3].upper() + hit.group(0)[3:],
            text,
        )
    return text
