"""Batches measured: plans a second and memory without a model, busy places of an endpoint with one, and a command that is repeated.

    python -m benchmarks.batch                    1,000 plans without a model, then the same command again
    python -m benchmarks.batch --rows 5000        the same with more rows: memory has to stay where it was
    python -m benchmarks.batch --model            1,000 plans against an endpoint with 64 places
    python -m benchmarks.batch --scaling 1,2,4    as many plans a Dask worker with 1, 2 and 4 of them; then with 4, one killed half way

Each prints its thresholds with `held` or `NOT HELD` and ends with 1 when one is not held. Memory is the proportional set size of all the
batch's processes together, read twice a second, or less often where looking would take more than a hundredth of a core.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import json
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.endpoint import Call
from benchmarks.remote import Remote

AS_OF = "2026-11-23"
ZH = (
    ("冷泡茶", "小红书、抖音", "控糖的上班族", "8.8元"),
    ("手工皂", "小红书、微博", "敏感肌的年轻女性", "39元"),
    ("精品咖啡豆", "小红书、B站", "在家冲咖啡的人", "78元"),
    ("宠物零食", "抖音、小红书", "养猫的年轻人", "29.9元"),
    ("户外帐篷", "抖音、B站", "周末露营的家庭", "899元"),
    ("少儿编程课", "视频号、微信公众号", "小学生的家长", "2980元"),
)
EN = (
    ("sourdough bakery", "Instagram, Facebook", "families who live nearby", "£4.20"),
    ("refillable cleaning kit", "Instagram, TikTok", "renters in their twenties", "$24"),
    ("inventory software for opticians", "LinkedIn, YouTube", "owners of small practices", "$14,000 ACV"),
    ("trail running shoes", "Instagram, YouTube", "weekend runners", "€139"),
)
NAMES = "Alder Birch Cedar Dune Ember Fjord Grove Harbour Iris Juniper Kestrel Lark Moss North Oriel Pine Quill Rowan Sable Tern".split()
SIGNS = "岫岭溪禾松柏兰竹云川汀渚芷荷棠梨杏橘枫桐"


def briefs(number: int, seed: int = 7) -> Iterator[dict[str, Any]]:
    """Briefs as a team would draft them in bulk: a dozen fields, one to six months, no two alike."""
    chance = random.Random(seed)
    for at in range(number):
        months = chance.choice((1, 2, 3, 3, 6))
        first = chance.choice((1, 2, 3, 4))
        last = first + months - 1
        if at % 5 < 3:
            what, platforms, who, price = ZH[at % len(ZH)]
            brand = f"{SIGNS[at % 20]}{SIGNS[at // 20 % 20]}{SIGNS[at // 400 % 20]}{what[-1]}"
            yield {
                "品牌": brand, "品类": what, "简介": f"{brand}是一家做{what}的小品牌，2024 年开始在线上销售。",
                "产品": [{"名称": f"{brand}{what}", "价格": price, "卖点": ["用料写在包装上", "小批量制作"]}],
                "语言": "繁體中文" if at % 10 == 2 else "简体中文", "市场": "台湾" if at % 10 == 2 else "中国大陆", "受众": who, "平台": platforms,
                "目标": [f"粉丝从 {chance.randrange(5, 60) * 100} 增长到 {chance.randrange(70, 200) * 100}"], "预算": f"{chance.randrange(2, 40)}万元",
                "周期": f"2027年{first}月1日至{last}月28日", "团队": [f"运营一人，每周 {chance.randrange(10, 40)} 小时"], "竞品": ["半山", "叶间"],
            }  # fmt: skip
        else:
            what, platforms, who, price = EN[at % len(EN)]
            brand = f"{NAMES[at % 20]} {NAMES[at // 20 % 20]} {NAMES[at // 400 % 20]}"
            yield {
                "brand": brand, "about": f"{brand} is a small company that makes one thing: {what}.", "category": what, "language": "en", "market": "GB",
                "products": [{"name": what, "price": price, "selling points": ["made in small batches", "sold direct"]}], "audience": who,
                "platforms": platforms, "goals": [f"followers from {chance.randrange(5, 60) * 100} to {chance.randrange(70, 200) * 100}"],
                "budget": f"£{chance.randrange(2, 40)},000", "period": f"2027-{first:02d}-01 to 2027-{last:02d}-28",
                "team": [f"one person, {chance.randrange(10, 40)} hours a week"], "competitors": ["The Other Place"],
            }  # fmt: skip


class Memory:
    """Peak of the proportional set size of a process and all below it, in MB."""

    def __init__(self, pid: int) -> None:
        self.pid, self.peak, self.seen = pid, 0.0, list[tuple[float, float]]()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        pause = 0.5
        while not self._over.wait(pause):
            looked = time.monotonic()
            now = sum(_pss(pid) for pid in _tree(self.pid))
            pause = max(0.5, 100 * (time.monotonic() - looked))
            self.seen.append((time.monotonic(), now))
            self.peak = max(self.peak, now)

    def end(self) -> float:
        """Stops looking."""
        self._over.set()
        self._thread.join()
        return self.peak


def _tree(pid: int) -> list[int]:
    found, new = [], [pid]
    while new:
        found += new
        new = [int(child) for one in new for child in _children(one)]
    return found


def _children(pid: int) -> list[str]:
    try:
        return [
            child for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()
        ]
    except OSError:
        return []


def _pss(pid: int) -> float:
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass
    return 0.0


def command(source: Path, out: Path, *more: str) -> tuple[dict[str, Any], float, float, float]:
    """One `cehua batch`: its summary, wall and processor seconds, peak memory in MB."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    line = [
        str(Path(sys.executable).with_name("cehua")),
        "batch",
        str(source),
        "--out",
        str(out),
        "--as-of",
        AS_OF,
        "--json",
        *more,
    ]
    child = subprocess.Popen(line, stdout=subprocess.PIPE, text=True)
    memory = Memory(child.pid)
    told, _ = child.communicate()
    wall, peak = time.monotonic() - started, memory.end()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if child.returncode not in (0, 1):
        raise SystemExit(f"cehua batch ended with {child.returncode}")
    return json.loads(told), wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, peak


def written(folder: Path, number: int) -> Path:
    """The briefs as a JSONL file."""
    path = folder / "briefs.jsonl"
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(brief, ensure_ascii=False) + "\n" for brief in briefs(number))
    return path


def say(held: bool, text: str) -> bool:
    """One threshold."""
    sys.stdout.write(f"{'held    ' if held else 'NOT HELD'}  {text}\n")
    return held


def without_model(folder: Path, rows: int, workers: int) -> bool:
    """Plans a second, memory, and a repeated command."""
    source, out = written(folder, rows), folder / "out"
    told, wall, cpu, peak = command(source, out, "--model", "playbook", "--workers", str(workers))
    sys.stdout.write(
        f"{told['done']} plans, {told['failed']} failed: wall {wall:.1f} s, processor {cpu:.1f} s ({cpu / rows:.3f} s a plan)\n"
    )
    fine = say(told["done"] == rows, f"every row has a plan ({told['done']} of {rows})")
    fine &= say(rows / wall >= 8, f"at least 8 plans a second: {rows / wall:.2f}")
    fine &= say(peak < 600, f"less than 600 MB: {peak:.0f} MB")
    told, wall, cpu, _ = command(source, out, "--model", "playbook", "--workers", str(workers))
    fine &= say(told["made"] == 0, f"the repeated command makes nothing: {told['made']}")
    return fine & say(wall < 5, f"in less than 5 s: {wall:.2f} s (processor {cpu:.2f} s)")


def with_model(folder: Path, rows: int, places: int, speed: tuple[float, float], cluster: int) -> bool:
    """Busy places, lost rows, calls made twice, money over the cap."""
    source, out = written(folder, rows), folder / "out"
    cap, price = 20.0 * rows / 1000 * 5, (0.25, 2.0)
    more = [
        "--model",
        "openai:bench",
        "--price",
        f"{price[0]}/{price[1]}",
        "--max-cost",
        f"{cap}",
    ]
    more += ["--local-cluster", str(cluster)] if cluster else []
    with Remote("--ttft", str(speed[0]), "--rate", str(speed[1]), "--places", str(places)) as server:
        server.point()
        os.environ["CEHUA_PASSAGES"], os.environ["CEHUA_CACHE_DIR"] = "0", str(folder / "cache")
        told, wall, cpu, peak = command(source, out, *more)
        calls = server.calls()
        read, wrote = sum(call.prompt_tokens for call in calls), sum(call.tokens for call in calls)
        sys.stdout.write(
            f"{told['done']} plans, {len(calls)} calls, {read:,} tokens read, {wrote:,} written: wall {wall:.1f} s, "
            f"processor {cpu:.1f} s, peak {peak:.0f} MB\n"
        )
        sys.stdout.flush()
        spent = sum(call.prompt_tokens * price[0] + call.tokens * price[1] for call in calls) / 1e6
        twice = sum(number - 1 for number in Counter(call.body_hash for call in calls if call.answer_hash).values())
        busy, most = busy_share(calls, places, last_begun(out))
        fine = say(
            busy >= 0.95,
            f"at least 95 % of {places} places busy between ramp-up and tail: {busy:.1%} (most at once {most})",
        )
        fine &= say(
            told["done"] == rows and told["failed"] == 0,
            f"0 lost: {told['done']} of {rows} done, {told['failed']} failed",
        )
        fine &= say(twice == 0, f"0 paid twice: {twice}")
        fine &= say(spent <= cap, f"0 over the cap: ${spent:.4f} by the server's tokens, cap ${cap:.2f}")
        told, wall, _, _ = command(source, out, *more)
        fine &= say(
            len(server.calls()) == len(calls) and told["made"] == 0,
            f"a repeated command calls nothing: {len(server.calls()) - len(calls)}",
        )
        return fine & say(wall < 5, f"in less than 5 s: {wall:.2f} s")


def scaling(folder: Path, counts: list[int], rows: int, speed: tuple[float, float]) -> bool:
    """Plans a second of each number of Dask workers against an endpoint that never is full, and what a killed worker costs.

    `rows` is for each worker, so that all runs take about as long.
    """
    os.environ["CEHUA_PASSAGES"] = "0"
    fine, walls = True, dict[int, float]()
    for workers in counts:
        walls[workers], _ = _over(folder / f"{workers}", workers, rows, speed)
        share = walls[counts[0]] / walls[workers]
        told = f"{workers} workers: {rows * workers} plans in {walls[workers]:.0f} s, {share:.1%} of linear"
        fine &= say(share >= 0.9, told)
    most = counts[-1]
    wall, again = _over(folder / "killed", most, rows, speed, kill_at=walls[most] / 2)
    fine &= say(wall < walls[most] * 1.05, f"one of {most} workers killed half way: {wall:.0f} s, {wall / walls[most] - 1:+.1%} (under 5 %)")  # fmt: skip
    return fine & say(again <= most * 40, f"calls made again after the kill: {again}, those that it had under way")


def _over(folder: Path, workers: int, rows: int, speed: tuple[float, float], kill_at: float = 0.0) -> tuple[float, int]:
    """Wall seconds of a batch over a cluster of its own, and calls that were made twice. Ends the program where a row is lost."""
    folder.mkdir()
    number = rows * workers
    with Remote("--ttft", str(speed[0]), "--rate", str(speed[1])) as server:
        server.point()
        os.environ["CEHUA_CACHE_DIR"] = str(folder / "cache")
        killer = threading.Timer(kill_at, _kill_a_worker) if kill_at else None
        if killer:
            killer.start()
        more = ["--model", "openai:bench", "--price", "0.25/2.0", "--max-cost", "500", "--local-cluster", str(workers)]
        told, wall, cpu, peak = command(written(folder, number), folder / "out", *more)
        asked = Counter(call.body_hash for call in server.calls())
    if told["done"] != number:
        raise SystemExit(f"{told['done']} of {number} plans are done: {told['stopped']}")
    sys.stdout.write(f"{told['done']} plans: wall {wall:.0f} s, processor {cpu:.0f} s, peak {peak:.0f} MB\n")
    sys.stdout.flush()
    return wall, sum(asked.values()) - len(asked)


def _kill_a_worker() -> None:
    """SIGKILL for the process below this one that has used the processor most: a worker; its nanny starts another."""
    spent = {}
    for pid in _tree(os.getpid())[1:]:
        with contextlib.suppress(OSError):
            words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            line = Path(f"/proc/{pid}/cmdline").read_bytes()
            if b"spawn_main" in line:
                spent[pid] = int(words[11]) + int(words[12])
    os.kill(max(spent, key=lambda pid: spent[pid]), signal.SIGKILL)


def last_begun(out: Path) -> float:
    """When the last plan was begun, on the monotonic clock: from then on places empty as plans come to their ends."""
    events = [json.loads(line) for line in (out / "events.jsonl").read_text(encoding="utf-8").splitlines()]
    begun = [dt.datetime.fromisoformat(event["at"]).timestamp() for event in events if event["event"] == "RowBegun"]
    return max(begun) - time.time() + time.monotonic()


def busy_share(calls: list[Call], places: int, end: float) -> tuple[float, int]:
    """Mean share of busy places from the moment when all first were (ramp-up) to `end` (tail), and the most at once."""
    begun = [call for call in calls if call.begun]
    moments = sorted([(call.begun, 1) for call in begun] + [(call.end, -1) for call in begun])
    full, most, now = None, 0, 0
    for moment, step in moments:
        now += step
        most = max(most, now)
        if now >= places and full is None:
            full = moment
    if full is None or full >= end:
        return 0.0, most
    area, now, last = 0.0, 0, full
    for moment, step in moments:
        if full < moment <= end:
            area += min(now, places) * (moment - last)
            last = moment
        now += step
    return area / places / max(last - full, 1e-9), most


def main() -> None:
    """Measures what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=0)
    parser.add_argument("--model", action="store_true", help="against an endpoint with places")
    parser.add_argument("--places", type=int, default=64)
    parser.add_argument("--ttft", type=float, default=0.4)
    parser.add_argument("--rate", type=float, default=60.0)
    parser.add_argument("--cluster", type=int, default=0, help="Dask workers on this machine; 0 for one event loop")
    parser.add_argument(
        "--scaling", default="", help="numbers of Dask workers, such as 1,2,4; --rows is then for each worker"
    )
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        speed = (given.ttft, given.rate)
        if given.scaling:
            counts = [int(one) for one in given.scaling.split(",")]
            raise SystemExit(0 if scaling(Path(folder), counts, given.rows, speed) else 1)
        fine = (
            with_model(Path(folder), given.rows, given.places, speed, given.cluster)
            if given.model
            else without_model(Path(folder), given.rows, given.workers)
        )
    raise SystemExit(0 if fine else 1)


if __name__ == "__main__":
    main()
