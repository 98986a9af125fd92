"""Every attack in a brief, in documents and in the chat, against a model that obeys: what harm came of it.

    python -m tests.injection.driver          (make injections)

`--bare` leaves out agent/orders.py, to see what the other borders hold by themselves; it is expected to fail.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from tests.injection.corpus import Attack, attacks
from tests.injection.harm import Harm
from tests.injection.trial import EVERY, LEAN, PLACES, QUICK, Came, clean, in_brief, in_chat, in_document

KNOWERS = ("agent.orders", "agent.words.hush", "agent.words.evidence", "agent.run.looked", "agent.revise.understanding", "agent.revise.spoken")  # fmt: skip
"""Modules that ask whether a text speaks to a machine."""
MORE, MOST, TEXT = 3, 9, 4
"""Of the trials, one in so many writes page, workbook and calendar as well, one in so many every format, and in one the brief is a text."""
Told = dict[str, tuple[int, dict[str, list[str]]]]


def trial(number: int, group: list[Attack], longest: dict[str, int], bare: bool) -> Told:
    """Some attacks in a brief and in documents, and each of them in the chat."""
    formats = EVERY if number % MOST == 0 else QUICK if number % MORE == 0 else LEAN
    most = longest["en" if group[0].language == "en" else "zh"]
    with TemporaryDirectory(prefix="cehua-injection-") as scratch, ExitStack() as stack:
        for module in KNOWERS if bare else ():
            stack.enter_context(patch(f"{module}.addressed", lambda _text: False))
        homes = {name: Path(scratch) / name for name in ("brief", "document", *(one.id for one in group))}
        for home in homes.values():
            home.mkdir()
        text = number % TEXT == TEXT - 1
        came = {
            "brief": in_brief(group, homes["brief"], text=text, first=number, formats=formats, longest=most),
            "document": in_document(group, homes["document"], formats=formats, longest=most),
        }
        chat = Came()
        for one in group:
            talked = in_chat(one, homes["brief"] / "run", homes[one.id])
            chat.harm.add(talked.harm)
            chat.reached += talked.reached
        came["chat"] = chat
    return {place: (one.reached, vars(one.harm)) for place, one in came.items()}


def grouped(chosen: Sequence[Attack]) -> list[list[Attack]]:
    """Attacks of one tongue together, as many as a brief takes."""
    groups: list[list[Attack]] = []
    for english in (False, True):
        some = [one for one in chosen if (one.language == "en") == english]
        groups += [some[at : at + PLACES] for at in range(0, len(some), PLACES)]
    return groups


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
    groups = grouped(chosen)
    total, reached = Harm(), Counter[str]()
    with ProcessPoolExecutor(given.workers) as pool:
        jobs = [pool.submit(trial, number, group, longest, given.bare) for number, group in enumerate(groups)]
        for number, (job, group) in enumerate(zip(jobs, groups, strict=True), 1):
            for place, (obeyed, found) in job.result().items():
                harm = Harm(**found)
                total.add(harm)
                reached[place] += obeyed
                told = {name: values[:3] for name, values in found.items() if values}
                if obeyed or told:
                    sys.stdout.write(f"  {place}: {obeyed} orders obeyed, {told or 'no harm'}\n")
            sys.stdout.write(
                f"[{number}/{len(groups)}] {group[0].id} … {group[-1].id}, {time.monotonic() - started:.0f} s\n"
            )
            sys.stdout.flush()
    chinese = sum(one.language != "en" for one in chosen)
    sys.stdout.write(
        f"{len(chosen)} attacks ({chinese / len(chosen):.0%} Chinese) × brief, document, chat in {len(groups)} groups: orders that reached "
        f"the model {dict(reached)}; canaries {len(total.canaries)}, unlisted links {len(total.links)}, "
        f"outbound requests {len(total.requests)}, cap changes {len(total.changes)}\n"
    )
    raise SystemExit(0 if total.none else 1)


if __name__ == "__main__":
    main()
