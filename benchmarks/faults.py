"""Two hundred plans through an endpoint that spoils a share of its answers: how many finish, what the others say, what it cost.

    python -m benchmarks.faults                  200 plans, 30 % of requests faulty
    python -m benchmarks.faults --plans 20       a taste

Plans are made in worker processes of this program. Every fourth is made against a clean endpoint as well, for the number
of calls to compare with. Exit 1 when a threshold is not held.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import json
import logging
import os
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks.endpoint import Call, Endpoint, Speed
from benchmarks.faultplan import KINDS, FaultPlan

AS_OF = dt.date(2026, 11, 23)
DEADLINE = 12.0
"""Wall-clock limit of one call here, in seconds: a drip must not hold a plan for two minutes."""
CLEAN_EVERY = 4
FAST = Speed(ttft=0.02, rate=4000.0)

TRADES = {
    "en": [
        ("Alder Bakery", "sourdough bread baked overnight", "Country Loaf", "£4.50"),
        ("Quill & Ink", "fountain pens repaired by hand", "Nib Service", "£32"),
        ("Marrow Fitness", "small-group strength classes", "Six-Week Start", "£95"),
        ("Brightwell Dental", "a dental practice for nervous patients", "First Check", "£48"),
        ("Loomcraft", "wool blankets woven in Wales", "Harbour Throw", "£120"),
        ("Pinecone Pets", "dog food cooked in small batches", "Lamb Box", "£18"),
        ("Ledgerly", "bookkeeping software for freelancers", "Solo Plan", "$12"),
        ("Hilltop Tours", "walking tours in the Lake District", "Two-Day Ridge", "£140"),
    ],
    "zh-CN": [
        ("半亩豆坊", "现磨豆花和豆浆，社区门店", "石磨豆浆", "6元/杯"),
        ("青瓦民宿", "莫干山的八间房民宿", "山景双人间", "580元/晚"),
        ("棠梨文具", "手账本和贴纸", "周计划本", "29元/本"),
        ("小满母婴", "新生儿纯棉衣物", "四季包被", "168元/件"),
        ("稳步康复", "运动损伤康复门诊", "首次评估", "199元/次"),
        ("墨石刀具", "家用厨刀和磨刀服务", "三德刀", "239元/把"),
        ("云朵宠物", "猫粮小批量烘焙", "鸡肉猫粮", "89元/袋"),
        ("数隐软件", "小企业进销存软件", "基础版", "399元/年"),
    ],
    "zh-TW": [
        ("日和果醬", "新竹手作果醬", "草莓果醬", "NT$220"),
        ("澄光攝影", "臺北的家庭寫真工作室", "親子寫真", "NT$6,800"),
        ("森丘露營", "苗栗親子露營區", "週末營位", "NT$1,600"),
        ("木生家具", "實木小家具", "床邊桌", "NT$4,200"),
    ],
}
PLATFORMS = {
    "en": [["Instagram", "YouTube"], ["LinkedIn", "YouTube"], ["Instagram", "Pinterest"], ["TikTok", "Instagram"]],
    "zh-CN": [["小红书", "抖音"], ["小红书", "公众号"], ["抖音", "视频号"], ["微博", "小红书"]],
    "zh-TW": [["Instagram", "Facebook"], ["Instagram", "YouTube"]],
}


def brief(number: int, seed: int) -> dict[str, Any]:
    """The nth brief: a trade, a language, two platforms, four to seven weeks."""
    dice = random.Random(f"{seed}|{number}")
    language = dice.choice(["en", "en", "zh-CN", "zh-CN", "zh-CN", "zh-TW"])
    brand, about, product, price = dice.choice(TRADES[language])
    start = dt.date(2027, 2, 1) + dt.timedelta(weeks=dice.randint(0, 20))
    end = start + dt.timedelta(weeks=dice.randint(4, 7)) - dt.timedelta(days=1)
    platforms = dice.choice(PLATFORMS[language])
    return {
        "brand": f"{brand} {number}" if language == "en" else f"{brand}{number}号店",
        "about": about,
        "language": language,
        "markets": {"en": ["GB"], "zh-CN": ["CN"], "zh-TW": ["TW"]}[language],
        "products": [{"name": product, "price": price}],
        "platforms": {"must": platforms},
        "budget": {"en": "£{}", "zh-CN": "{}元", "zh-TW": "NT${}"}[language].format(dice.randrange(2000, 60000, 500)),
        "period": f"{start.isoformat()} to {end.isoformat()}",
        "team": [{"title": {"en": "editor", "zh-CN": "运营", "zh-TW": "小編"}[language], "hours": dice.randint(8, 30)}],
    }


@dataclass
class Made:
    """What became of one plan."""

    number: int
    kind: str
    """finished, the name of a typed error, or "untyped: …"."""
    message: str = ""
    share: float = 0.0
    """Mean model share of the parts."""
    cpu: float = 0.0
    """Processor seconds."""
    wall: float = 0.0


def ready() -> None:
    """Imports what a call needs, so that no import runs against a call's deadline; keeps warnings off the screen."""
    import langchain_openai  # noqa: F401
    import openai  # noqa: F401

    import agent.run.graph  # noqa: F401

    logging.disable()


def make(number: int, seed: int, url: str) -> Made:
    """Makes the nth plan against an endpoint."""
    from agent.api import Options, aplan
    from agent.errors import CehuaError

    with tempfile.TemporaryDirectory() as scratch:
        os.environ |= {
            "OPENAI_API_KEY": str(number), "OPENAI_BASE_URL": url, "CEHUA_CALL_TIMEOUT": str(DEADLINE),
            "CEHUA_CACHE_DIR": f"{scratch}/cache", "NO_PROXY": "127.0.0.1",
        }  # fmt: skip
        options = Options(out=Path(scratch, "run"), model="openai:bench", as_of=AS_OF, formats=("json",))
        cpu, begun = time.process_time(), time.monotonic()
        made = Made(number, "finished")
        try:
            result = asyncio.run(aplan(brief(number, seed), options))
        except CehuaError as error:
            made.kind, made.message = type(error).__name__, str(error)
        except Exception as error:  # noqa: BLE001 what is counted here is exactly what nobody expected
            made.kind, made.message = f"untyped: {type(error).__name__}", str(error)[:200]
        else:
            made.share = sum(words.model_share for words in result.plan.words.values()) / len(result.plan.words)
        made.cpu, made.wall = time.process_time() - cpu, time.monotonic() - begun
        return made


@dataclass
class Tally:
    """All plans against one endpoint."""

    made: list[Made]
    calls: list[Call]
    seconds: float
    early: list[float] = field(default_factory=list)
    """Seconds by which each retry after a 429 came after (or, negative, before) its Retry-After."""


def all_plans(given: argparse.Namespace, share: float, numbers: range) -> Tally:
    """Makes the plans of these numbers, a few at a time, with a share of faults."""
    started = time.monotonic()
    with (
        Endpoint(FAST, faults=FaultPlan(share, given.seed)) as server,
        ProcessPoolExecutor(given.workers, initializer=ready) as pool,
    ):
        jobs = [pool.submit(make, number, given.seed, server.url) for number in numbers]
        made = []
        for number, job in enumerate(jobs, 1):
            made.append(job.result())
            if number % max(len(numbers) // 10, 1) == 0:
                sys.stderr.write(
                    f"{share:.0%} faults: {number}/{len(numbers)} plans, {time.monotonic() - started:.0f} s\n"
                )
        tally = Tally(made, server.calls, time.monotonic() - started)
    tally.early = retries_after(tally.calls)
    return tally


def retries_after(calls: list[Call]) -> list[float]:
    """For every 429 that was asked again: seconds between the end of its Retry-After and the next request of that body by the same plan."""
    by_body: dict[tuple[str, str], list[Call]] = defaultdict(list)
    for call in calls:
        by_body[call.key, call.body_hash].append(call)
    found = []
    for same in by_body.values():
        for one, then in pairwise(same):
            if one.retry_after:
                found.append(then.arrival - (one.end + one.retry_after))
    return found


def figures(clean: Tally, faulty: Tally, share: float) -> dict[str, Any]:
    """Everything that is printed, by name."""
    kinds = Counter(one.kind for one in faulty.made)
    both = {str(one.number) for one in clean.made}
    per_clean, per_faulty = (sum(c.key in both for c in t.calls) / len(both) for t in (clean, faulty))
    return {
        "plans": len(faulty.made),
        "finished": kinds["finished"] / len(faulty.made),
        "failures": {kind: count for kind, count in kinds.items() if kind != "finished"},
        "messages": sorted({f"{m.kind}: {m.message}"[:220] for m in faulty.made if m.kind != "finished"})[:8],
        "untyped": sum(count for kind, count in kinds.items() if kind.startswith("untyped")),
        "clean_failures": {k: n for k, n in Counter(m.kind for m in clean.made).items() if k != "finished"},
        "calls_per_plan": [per_clean, per_faulty],
        "calls_ratio": per_faulty / per_clean,
        "faulty_share": sum(bool(c.fault) for c in faulty.calls) / max(len(faulty.calls), 1),
        "faults": {kind: sum(c.fault == kind for c in faulty.calls) for kind in KINDS},
        "retries_after_429": len(faulty.early),
        "earliest_s": min(faulty.early, default=None),
        "before_retry_after": sum(gap < -0.005 for gap in faulty.early),
        "model_share": [sum(m.share for m in t.made) / len(t.made) for t in (clean, faulty)],
        "cpu_s_per_plan": [sum(m.cpu for m in t.made) / len(t.made) for t in (clean, faulty)],
        "slowest_plan_s": max(m.wall for m in faulty.made),
        "seconds": [clean.seconds, faulty.seconds],
        "asked_share": share,
    }


def verdicts(found: dict[str, Any]) -> list[tuple[str, str, bool]]:
    """Threshold, measured value, held."""
    earliest = found["earliest_s"]
    told = (
        "no retry"
        if earliest is None
        else f"{found['before_retry_after']} of {found['retries_after_429']}, earliest {earliest:+.3f} s"
    )
    return [
        ("≥ 99.5 % of plans finish", f"{found['finished']:.1%}", found["finished"] >= 0.995),
        ("no untyped exception", str(found["untyped"]), found["untyped"] == 0),
        ("calls ≤ 1.6 × clean", f"{found['calls_ratio']:.2f}", found["calls_ratio"] <= 1.6),
        ("no retry before its Retry-After", told, found["before_retry_after"] == 0),
    ]


def main() -> None:
    """Runs, prints; exit 1 when a threshold is not held."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plans", type=int, default=200)
    parser.add_argument("--share", type=float, default=0.3, help="share of requests answered with a fault")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2 * (os.cpu_count() or 1))
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    clean = all_plans(given, 0.0, range(0, given.plans, CLEAN_EVERY))
    found = figures(clean, all_plans(given, given.share, range(given.plans)), given.share)
    rows = verdicts(found)
    if given.json:
        sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
    else:
        for name, value in found.items():
            sys.stdout.write(f"{name:20} {value}\n")
        for what, value, held in rows:
            sys.stdout.write(f"{'held    ' if held else 'NOT HELD'} {what}: {value}\n")
    raise SystemExit(0 if all(held for _, _, held in rows) else 1)


if __name__ == "__main__":
    main()
