"""The same brief, the same model, one server: cehua, a chain that writes part after part, one prompt, and crewAI's marketing example.

    python -m benchmarks.compare                                          the first three
    python -m benchmarks.compare --crew PYTHON --example FOLDER           and crewAI, from a Python that has it and a copy of its example

The server is the embedded model behind a relay (relay.py), a process of its own; each way is a process too, one after the other. Parts are those
of the seventeen of which at least half of the lines of the contents checklist show in the words (evals/scorers/completeness.py); error findings
are what the plan's checks say of cehua's plan; a text without types cannot be held against them. How good the words are is a question for
the evals, not for this.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from agent.plan.model import PART_IDS
from agent.run.folder import load_plan
from benchmarks.batch import Memory
from benchmarks.measure import in_flight
from benchmarks.remote import Remote
from evals.brief import Brief, all_briefs
from evals.document import Document
from evals.run import subject
from evals.scorers import score
from evals.traffic.writer import ONE_SHOT

ROOT = Path(__file__).parents[1]
PART_TOKENS, ALL_TOKENS = 600, 6000
"""The longest answer of a part in the chain, and of the one prompt."""
SHOWN = 0.5
"""A part is delivered when this share of its checklist lines shows."""


@dataclass
class Came:
    """What one way took and what came of it."""

    way: str
    calls: int
    read: int
    written: int
    wall: float
    idle: float
    """Share of the wall in which no call was in flight."""
    cpu: float
    """Processor seconds of the way's own processes; the model's server is another."""
    peak: float
    """MB."""
    parts: int
    lines: float
    """Share of the checklist's lines that show."""
    errors: dict[str, int] | None
    """Error findings by check; None where there is no typed plan to check."""
    words: int
    problem: str = ""


class Server(Remote):
    """The relay as a child; use as a context manager."""

    module = "benchmarks.relay"


def measured(
    way: str, command: list[str], server: Server, environment: dict[str, str], fine: tuple[int, ...] = (0,)
) -> tuple[dict[str, Any], str]:
    """Runs a way; its figures, and the end of what it said where it ended with another code than those of `fine`."""
    first, before = len(server.log()), resource.getrusage(resource.RUSAGE_CHILDREN)
    with tempfile.TemporaryFile("w+") as said:
        begin = time.monotonic()
        child = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=said, stderr=subprocess.STDOUT)
        memory = Memory(child.pid)
        code = child.wait()
        end, peak = time.monotonic(), memory.end()
        said.seek(0)
        told = " ".join(said.read()[-400:].split())
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    calls = [SimpleNamespace(**row) for row in server.log()[first:]]
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {
        "way": way,
        "calls": len(calls),
        "read": sum(one.prompt_tokens for one in calls),
        "written": sum(one.tokens for one in calls),
        "wall": end - begin,
        "idle": 1 - in_flight([one for one in calls if one.end], begin, end) / (end - begin),
        "cpu": cpu,
        "peak": peak,
    }, ("" if code in fine else f"ended with {code}: … {told}")


def judged(
    figures: dict[str, Any], brief: Brief, document: Document, errors: dict[str, int] | None, problem: str
) -> Came:
    """The figures with what the document holds."""
    lines = score(subject(brief, document, {brief.id: document}))["completeness"]
    shown: dict[str, list[bool]] = {}
    for one in lines:
        shown.setdefault(one.name.partition(".")[0], []).append(one.ok)
    parts = sum(sum(some) / len(some) >= SHOWN for some in shown.values())
    return Came(
        **figures,
        parts=parts,
        lines=sum(one.ok for one in lines) / len(lines),
        errors=errors,
        words=len(document.text.split()),
        problem=problem,
    )


def cehua(brief: Brief, folder: Path, server: Server, environment: dict[str, str]) -> Came:
    """`cehua plan`."""
    source, out = folder / "brief.md", folder / "run"
    source.write_text(brief.text, encoding="utf-8")
    line = [str(Path(sys.executable).with_name("cehua")), "plan", str(source), "--model", "openai:embedded", "--out", str(out)]  # fmt: skip
    figures, problem = measured("cehua", [*line, "--as-of", brief.as_of.isoformat()], server, environment, fine=(0, 1))
    if not (out / "plan.json").exists():
        return judged(figures, brief, Document(), None, problem or "no plan")
    plan = load_plan(out)
    found = Counter(one.code for one in plan.findings if one.severity == "error")
    return judged(figures, brief, Document.of_plan(plan), dict(found), problem)


def texted(way: str, command: list[str], out: Path, brief: Brief, server: Server, environment: dict[str, str]) -> Came:
    """A way that leaves a text."""
    out.unlink(missing_ok=True)
    figures, problem = measured(way, command, server, environment)
    text = out.read_text(encoding="utf-8") if out.exists() else ""
    return judged(figures, brief, Document.of_text(text), None, problem or ("" if text else "no text"))


def write(way: str, source: Path, out: Path, language: str) -> None:
    """In a child: the chain or the one prompt, with the openai client alone."""
    from openai import OpenAI

    client, brief = OpenAI(timeout=3600, max_retries=0), source.read_text(encoding="utf-8")
    system = ONE_SHOT["en" if language == "en" else "zh"].format(language=language)

    def asked(prompt: str, most: int) -> str:
        turns: Any = [{"role": "system", "content": system}, {"role": "user", "content": prompt}]
        answer = client.chat.completions.create(model="embedded", messages=turns, max_tokens=most)
        return answer.choices[0].message.content or ""

    if way == "one prompt":
        out.write_text(asked(brief, ALL_TOKENS), encoding="utf-8")
        return
    done: list[str] = []
    for part in PART_IDS:
        before = "\n\n".join(done)
        now = f"Write only the part “{part}”." if language == "en" else f"现在只写“{part}”这一部分。"
        done.append(f"## {part}\n" + asked(f"{brief}\n\n{before}\n\n{now}", PART_TOKENS))
        out.write_text("\n\n".join(done), encoding="utf-8")


def table(rows: list[Came]) -> str:
    """Markdown."""
    head = "| way | calls | tokens read | written | wall | idle | processor | peak | parts of 17 | checklist lines | words | error findings |"
    lines = [head, "|---|---|---|---|---|---|---|---|---|---|---|---|"]
    for one in rows:
        told = ", ".join(f"{n} {code}" for code, n in (one.errors or {}).items()) or "0"
        errors = "no typed plan" if one.errors is None else told
        lines.append(
            f"| {one.way} | {one.calls} | {one.read:,} | {one.written:,} | {one.wall:.0f} s | {one.idle:.0%} | {one.cpu:.0f} s | {one.peak:.0f} MB "
            f"| {one.parts} | {one.lines:.0%} | {one.words:,} | {errors} |"
        )
    return "\n".join([*lines, *(f"{one.way}: {one.problem}" for one in rows if one.problem)]) + "\n"


def main() -> None:
    """Runs the ways one after the other and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--brief", default="larkfield-mail", help="of evals/briefs")
    parser.add_argument("--crew", default="", help="a Python that has crewAI")
    parser.add_argument("--example", default="", help="the folder of crewAI's marketing example")
    parser.add_argument(
        "--ways", default="cehua,chain,one prompt,crewAI", help="in this order; one named twice runs twice"
    )
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--write", nargs=4, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.write:
        way, source, out, language = given.write
        write(way, Path(source), Path(out), language)
        return
    brief = next(one for one in all_briefs() if one.id == given.brief)
    ways = [one for one in given.ways.split(",") if one != "crewAI" or given.crew]
    rows: list[Came] = []
    with tempfile.TemporaryDirectory() as held, Server() as server:
        folder = Path(held)
        source = folder / "told.txt"
        source.write_text(brief.text, encoding="utf-8")
        environment = {**{k: v for k, v in os.environ.items() if not k.startswith("CEHUA_")}, "OPENAI_API_KEY": "none"}
        environment |= {"OPENAI_BASE_URL": server.url, "OPENAI_API_BASE": server.url, "NO_PROXY": "127.0.0.1", "CEHUA_CACHE_DIR": str(folder / "cache")}  # fmt: skip
        environment |= {
            "CEHUA_PARALLEL": "2",
            "CEHUA_CALL_TIMEOUT": "900",
            "OPENAI_MODEL_NAME": "openai/embedded",
            "HOME": str(folder),
        }
        for way in ways:
            out = folder / f"{way}.txt"
            if way == "cehua":
                came = cehua(brief, folder, server, environment)
            elif way == "crewAI":
                line = [given.crew, str(ROOT / "benchmarks" / "crew_example.py"), given.example, str(source), str(out)]
                came = texted(way, line, out, brief, server, environment)
            else:
                line = [sys.executable, "-m", "benchmarks.compare", "--write", way, str(source), str(out), brief.language]  # fmt: skip
                came = texted(way, line, out, brief, server, environment)
            rows.append(came)
            sys.stderr.write(f"{json.dumps(asdict(came))}\n")  # an hour's work: whoever breaks it off keeps what stands
            sys.stderr.flush()
    sys.stdout.write(json.dumps([asdict(one) for one in rows], indent=1) + "\n" if given.json else table(rows))


if __name__ == "__main__":
    main()
