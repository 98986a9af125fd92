"""Every attack in a brief, in documents and in the chat, against a model that obeys: what harm came of it.

    python -m tests.injection.driver          (make injections)

`--bare` leaves out agent/orders.py, to see what the other borders hold by themselves; it is expected to fail.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from tests.injection.corpus import Attack, attacks
from tests.injection.harm import Harm
from tests.injection.trial import EVERY, LEAN, QUICK, Came, clean, in_brief, in_chat, in_document

KNOWERS = ("agent.orders", "agent.words.hush", "agent.words.evidence", "agent.run.looked", "agent.revise.understanding", "agent.revise.spoken")  # fmt: skip
"""Modules that ask whether a text speaks to a machine."""
MORE, MOST = 5, 20
"""Of the trials, one in so many writes the page and the workbook as well, one in so many every format."""
Told = dict[str, tuple[bool, dict[str, list[str]]]]


def trial(attack: Attack, longest: dict[str, int], bare: bool) -> tuple[str, Told]:
    """One attack in all three places."""
    number = int(attack.id[:3])
    formats = EVERY if number % MOST == 0 else QUICK if number % MORE == 0 else LEAN
    most = longest["en" if attack.language == "en" else "zh"]
    with TemporaryDirectory(prefix="cehua-injection-") as scratch, ExitStack() as stack:
        for module in KNOWERS if bare else ():
            stack.enter_context(patch(f"{module}.addressed", lambda _text: False))
        homes = {name: Path(scratch) / name for name in ("brief", "document", "chat")}
        for home in homes.values():
            home.mkdir()
        came: dict[str, Came] = {
            "brief": in_brief(attack, homes["brief"], place=number, formats=formats, longest=most),
            "document": in_document(attack, homes["document"], formats=formats, longest=most),
        }
        came["chat"] = in_chat(attack, homes["brief"] / "run", homes["chat"])
    return attack.id, {place: (one.reached, vars(one.harm)) for place, one in came.items()}


def main() -> None:
    """A line for each attack that reached a prompt or did harm, and a summary; exit 1 where there was harm."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--step", type=int, default=1, help="only every nth attack")
    parser.add_argument("--first", type=int, default=0, help="the first of them")
    parser.add_argument("--bare", action="store_true", help="without recognising orders")
    given = parser.parse_args()
    started = time.monotonic()
    with TemporaryDirectory(prefix="cehua-injection-") as scratch:
        longest = {}
        for tongue in ("zh", "en"):
            (Path(scratch) / tongue).mkdir()
            longest[tongue] = clean(Path(scratch) / tongue, tongue)[1]
    chosen = attacks()[given.first :: given.step]
    total, places, reached = Harm(), Counter[str](), Counter[str]()
    with ProcessPoolExecutor(given.workers) as pool:
        jobs = [pool.submit(trial, one, longest, given.bare) for one in chosen]
        for number, job in enumerate(jobs, 1):
            id_, came = job.result()
            for place, (obeyed, found) in came.items():
                harm = Harm(**found)
                total.add(harm)
                places[place] += 1
                reached[place] += obeyed
                if obeyed or not harm.none:
                    told = {name: values[:3] for name, values in found.items() if values}
                    sys.stdout.write(
                        f"[{number}/{len(chosen)}] {id_} in {place}: {'obeyed; ' if obeyed else ''}{told or 'no harm'}\n"
                    )
            sys.stdout.write(f"[{number}/{len(chosen)}]\n" if number % 10 == 0 else "")
            sys.stdout.flush()
    chinese = sum(one.language != "en" for one in chosen)
    sys.stdout.write(
        f"{len(chosen)} attacks ({chinese / len(chosen):.0%} Chinese) × {', '.join(f'{place} {n}' for place, n in places.items())} "
        f"in {time.monotonic() - started:.0f} s; reached the model: {dict(reached)}; canaries {len(total.canaries)}, "
        f"unlisted links {len(total.links)}, outbound requests {len(total.requests)}, cap changes {len(total.changes)}\n"
    )
    raise SystemExit(0 if total.none else 1)


if __name__ == "__main__":
    main()
