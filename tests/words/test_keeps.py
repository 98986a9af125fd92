"""What a reworded sentence must keep: pairs as the embedded model writes them, some its own, some shortened or made; good ones and damaged ones."""

from __future__ import annotations

import pytest

from agent.words.keeps import changed, copied

GOOD = [
    (
        "zh-CN",
        "不把4,200写进岫里茶对外的任何一句话；内部同时挂两条线。",
        "不将4,200写入岫里茶对外的任何一句话；内部同时挂两条线。",
    ),
    ("zh-CN", "没公布的我们不答，也请别当真。", "没公布的东西我们不答，也请别当真。"),
    ("zh-CN", "条件够了：粉丝9,700，管理时间每周3.1小时。", "条件满足了：粉丝9,700，管理时间每周是3.1小时。"),
    ("zh-CN", "他在小红书上搜的是具体问题，不是岫里茶的名字。", "他在小红书上搜索的是具体问题，不是岫里茶的名字。"),
    ("zh-CN", "控糖的上班族想知道钱花在哪一步，这里给看。", "控糖的上班族想了解钱花在哪一步，这里给你看。"),
    (
        "zh-CN",
        "品牌经理林岚把这两条写在周会第一页，另外12条按触发线看。",
        "品牌经理林岚在周会上把这两条写在第一页，另外12条按触发线看。",
    ),
    (
        "zh-CN",
        "冷泡龙井若能在三句话里说明白，这人会先收藏；“寅”则决定之后买不买。",
        "冷泡龙井如果能在三句话里说明白，这个人会先收藏；“寅”则决定之后是否买。",
    ),
    ("en", "The link is kept for 14 days.", "For 14 days the link is kept."),
    (
        "en",
        "Maintenance managers have recommendations enough and lack one firm reason.",
        "Maintenance managers have enough recommendations but lack one firm reason.",
    ),
]

DAMAGED = [
    ("zh-CN", "您说一句是哪种，林岚按您的情况两个工作日内回。", "您说一句是哪种，林岚立刻回复。", "number"),
    ("zh-CN", "小红书一周2.5条、抖音一周2条。", "小红书1条、抖音2条。", "number"),
    (
        "zh-CN",
        "由岫里茶经手冷泡龙井的人固定出镜，一期一个判断。",
        "岫里茶经手冷泡龙井，固定观众进行判断，一期一个。",
        "leaves_out",
    ),
    ("zh-CN", "深的在企业微信聊下午三点的办公桌。", "深的在企业微信下午三点办公桌。", "leaves_out"),
    ("zh-CN", "用冷泡龙井的是具体的人，他们的话比岫里茶的话可信。", "用冷泡龙井的人，他们的话很可信。", "condition"),
    ("zh-CN", "先改头一句，再改例子。", "改头一句，再改例子。", "condition"),
    ("zh-CN", "凭据是“寅”每期留下的记录。", "凭据是“寅”每个月留下的记录。", "condition"),
    ("zh-CN", "运营小周在前一个工作日16:00前答完再动手。", "运营小周在前一天16:00前答完再动手。", "condition"),
    (
        "zh-CN",
        "控糖的上班族不缺推荐，缺一个能自己判断的办法。",
        "控糖的上班族有推荐，缺一个能自己判断的办法。",
        "negation",
    ),
    ("zh-CN", "入口只有一个，不换来换去。", "入口只有一个，不换不换。", "negation"),
    (
        "zh-CN",
        "手里有现成的选择，心里在算值不值。",
        "手里有现成的选择，心里在算值。",
        "leaves_out",
    ),
    ("zh-CN", "冷泡龙井放在 KOC 的桌上拍。", "冷泡龙井放在 KOL 的桌上拍。", "name"),
    ("zh-CN", "总额不含人工，按排期要出1,156小时，也当成本看。", "总额不含人工，按排期要出1,156小时。", "leaves_out"),
    ("en", "We answer and we do not push.", "We answer and we push.", "negation"),
    ("en", "The link is kept for 14 days.", "The link is kept for 14 hours.", "number"),
    ("en", "Outsiders get it on 12 April, not before.", "Outsiders get it on 12 April, not after.", "condition"),
    (
        "en",
        "Tarnwell cuts work in order and nobody does overtime.",
        "Tarnwell cuts work and nobody does overtime.",
        "leaves_out",
    ),
    (
        "en",
        "The marketing manager says whose was used and why.",
        "The marketing manager explains the results of the annual customer campaign.",
        "strays",
    ),
]


@pytest.mark.parametrize(("language", "draft", "answer"), GOOD)
def test_a_faithful_rewording_passes(language: str, draft: str, answer: str) -> None:
    assert changed(answer, draft, language) is None
    assert not copied(answer, draft)


@pytest.mark.parametrize(("language", "draft", "answer", "kind"), DAMAGED)
def test_a_damaged_rewording_is_refused(language: str, draft: str, answer: str, kind: str) -> None:
    fault = changed(answer, draft, language)
    assert fault is not None
    assert fault.kind == kind


def test_a_draft_typed_again_is_copied() -> None:
    assert copied("多一条，就要少答十条评论。", "多一条就要少答十条评论。")
    assert not copied("形容词听多了，他们更想看一步步怎么做。", "形容词听多了，控糖的上班族更愿意看一步步是怎么做的。")


def test_a_clause_said_twice_is_seen() -> None:
    fault = changed("每周留几句有用有用的话。", "每周留几句有用的话。", "zh-CN")
    assert fault is not None
    assert fault.kind == "twice"
    fault = changed(
        "习惯就是习惯，好处是心里有数，记录每期都留。", "替代它的是习惯，好处是心里有数，记录每期都留。", "zh-CN"
    )
    assert fault is not None
    assert fault.kind == "twice"
