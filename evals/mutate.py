"""Mutation score: small faults put into checks, budget arithmetic and gate, one at a time, and whether their unit tests notice.

    python -m evals.mutate                      a sample of every group, drawn with a fixed seed
    python -m evals.mutate gate --sample 0      all of one group
    python -m evals.mutate --only gate:12       one of them, to see which test fails, or that none does

A mutant changes one place inside a function. All modules and tests are imported once; a first run sees which tests call which function; each mutant is a
fork in which the function's code is swapped and the tests that call it run up to the first failure. Tests that fail, hang or crash have noticed it. Mutants
that change nothing a caller could see stand in equivalent.yaml with the reason; they are told apart and count neither way. Needs a system with fork.
"""

from __future__ import annotations

import argparse
import ast
import copy
import importlib
import inspect
import io
import json
import os
import random
import resource
import sys
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import pytest

from agent.data import read_yaml

ROOT = Path(__file__).parents[1]
EQUIVALENT = Path(__file__).with_name("equivalent.yaml")
SEED = 11
SAMPLE = 90
"""Mutants a group by default: a score of 90 % is then known to about six points."""
SECONDS = 10
"""Processor time after which the tests of a mutant count as hanging, or what all tests take as things are where that is more."""


@dataclass(frozen=True)
class Group:
    """Modules, and the tests that ought to notice a fault in them."""

    modules: tuple[str, ...]
    tests: tuple[str, ...]


def _every(package: str, *but: str) -> tuple[str, ...]:
    names = sorted(one.stem for one in (ROOT / package.replace(".", "/")).glob("*.py"))
    return tuple(f"{package}.{one}" for one in names if one not in ("__init__", *but))


GROUPS = {
    "checks": Group(
        _every("agent.checks", "table", "legal", "grounding", "traced", "pools", "plan_pools"),
        tuple(
            f"tests/checks/test_{one}.py"
            for one in ("borders", "planted", "counting", "language", "targets", "compliance")
        ),
    ),
    "grounding": Group(
        tuple(f"agent.checks.{one}" for one in ("grounding", "traced", "pools", "plan_pools")),
        ("tests/checks/test_grounding.py",),
    ),
    "budget": Group(
        tuple(f"agent.frame.{one}" for one in ("apportion", "budget", "creators", "limits", "lines", "paid")),
        tuple(
            f"tests/frame/test_{one}.py"
            for one in ("money_rules", "money_exact", "money", "money_labels", "money_properties")
        ),
    ),
    "gate": Group(("evals.gate", "evals.numbers", "evals.stats"), ("tests/evals/test_gate.py",)),
}
"""Grounding stands apart: its tests read whole plans and take minutes a mutant."""

_COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
_COUNTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult,
    ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr,
}  # fmt: skip
_CALLED = {"min": "max", "max": "min", "any": "all", "all": "any", "sorted": "list", "floor": "ceil", "ceil": "floor"}


@dataclass(frozen=True)
class Mutant:
    """One changed place."""

    module: str
    function: str
    """Qualified name; for a function inside another one that of the outer."""
    line: int
    told: str
    """What was changed into what."""
    number: int
    """Which place of the module it is."""


def _changed(node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    """What a node may become, with a word on it; the node itself is left alone."""

    def other(told: str, **fields: Any) -> tuple[ast.AST, str]:
        new = copy.copy(node)
        for name, value in fields.items():
            setattr(new, name, value)
        return new, told

    if isinstance(node, ast.Compare):
        for n, op in enumerate(node.ops):
            into = _COMPARED[type(op)]
            yield other(f"{type(op).__name__} → {into.__name__}", ops=[*node.ops[:n], into(), *node.ops[n + 1 :]])
    elif isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in _COUNTED:
        counted = _COUNTED[type(node.op)]
        yield other(f"{type(node.op).__name__} → {counted.__name__}", op=counted())
    elif isinstance(node, ast.BoolOp):
        joined = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield other(f"{type(node.op).__name__} → {type(joined).__name__}", op=joined)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.operand, "not dropped"
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
        yield other(f"{node.value} → {node.value + 1}", value=node.value + 1)
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield other(f"{node.value} → {not node.value}", value=not node.value)
    elif isinstance(node, ast.If | ast.IfExp):
        yield other("condition turned", test=ast.UnaryOp(ast.Not(), node.test))
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _CALLED:
        called = _CALLED[node.func.id]
        words = [word for word in node.keywords if called != "list" or word.arg not in ("key", "reverse")]
        yield other(f"{node.func.id} → {called}", func=ast.Name(called, ast.Load()), keywords=words)
    elif isinstance(node, ast.Break):
        yield ast.Continue(), "break → continue"
    elif isinstance(node, ast.Continue):
        yield ast.Break(), "continue → break"


class _Walk(ast.NodeTransformer):
    """Counts the places of a module and, at one of them, puts the change in."""

    def __init__(self, target: int = -1) -> None:
        self.target, self.count = target, 0
        self.names: list[str] = []
        self.inside = False
        self.found: list[tuple[str, int, str]] = []

    def _named(self, node: Any) -> ast.AST:
        function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        outermost = not self.inside
        if outermost:
            self.names.append(node.name)
            self.inside = function
        # Neither decorators nor annotations nor defaults; of a class only its functions.
        kinds = (ast.AST,) if function else (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        node.body = [self.visit(one) if isinstance(one, kinds) else one for one in node.body]
        if outermost:
            self.names.pop()
            self.inside = False
        return node  # type: ignore[no-any-return]

    visit_FunctionDef = visit_AsyncFunctionDef = visit_ClassDef = _named  # noqa: N815

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        if node.value is not None:
            node.value = self.visit(node.value)
        return node

    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        if not self.inside:
            return node
        new = node
        for into, told in _changed(node):
            self.found.append((".".join(self.names), getattr(node, "lineno", 0), told))
            if self.count == self.target:
                new = ast.copy_location(into, node)
            self.count += 1
        return new


def mutants(module: str) -> list[Mutant]:
    """Every mutant of a module."""
    walk = _Walk()
    walk.visit(_tree(module))
    return [Mutant(module, name, line, told, n) for n, (name, line, told) in enumerate(walk.found)]


def _tree(module: str) -> ast.Module:
    return ast.parse(Path(str(importlib.import_module(module).__file__)).read_text(encoding="utf-8"))


def mutated(one: Mutant) -> CodeType:
    """The code of the changed function."""
    tree = _Walk(one.number).visit(_tree(one.module))
    code = compile(ast.fix_missing_locations(tree), str(importlib.import_module(one.module).__file__), "exec")
    for name in one.function.split("."):
        code = next(inner for inner in code.co_consts if isinstance(inner, CodeType) and inner.co_name == name)
    return code


def live(one: Mutant) -> FunctionType | None:
    """The function in the running program: below decorators, properties and caches. None where it is out of reach."""
    found: Any = importlib.import_module(one.module)
    for name in one.function.split("."):
        found = inspect.getattr_static(found, name, None)
        if found is None:
            return None
        if isinstance(found, staticmethod | classmethod):
            found = found.__func__
        if isinstance(found, property):
            found = found.fget
        if hasattr(found, "func") and not isinstance(found, FunctionType):  # a cached property
            found = found.func
        found = inspect.unwrap(found) if callable(found) else found
    return found if isinstance(found, FunctionType) else None


def equivalents() -> dict[tuple[str, str, str, str], str]:
    """(module, function, line as it stands, what was changed into what) → why nobody can tell the difference."""
    rows = read_yaml(EQUIVALENT) or []
    return {(row["module"], row["function"], row["line"], row["told"]): row["why"] for row in rows}


def place_of(one: Mutant) -> tuple[str, str, str, str]:
    """What names a mutant in the list of equivalent ones: line numbers move, lines stay."""
    source = Path(str(importlib.import_module(one.module).__file__)).read_text(encoding="utf-8").splitlines()
    return one.module, one.function, source[one.line - 1].strip(), one.told


def usable(group: Group) -> list[Mutant]:
    """The mutants of a group whose function can be reached."""
    found = []
    for module in group.modules:
        for one in mutants(module):
            function = live(one)
            if function is not None and function.__code__.co_firstlineno <= one.line:
                found.append(one)
    return found


def noticed(one: Mutant, tests: Sequence[str], *, seconds: int = 0, loud: bool = False) -> bool:
    """Whether the tests fail with the mutant in, or hang: take more than `seconds` of processor time."""
    child = os.fork()
    if child == 0:
        if seconds:
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        os._exit(_tested(one, tests, loud))
    _, status = os.waitpid(child, 0)
    return status != 0


class _Callers:
    """A pytest plugin that sees which tests call which function."""

    def __init__(self, codes: dict[CodeType, str]) -> None:
        self.codes = codes
        self.found: dict[str, list[str]] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, Any]:
        called: set[str] = set()

        def seen(frame: Any, event: str, _: Any) -> None:
            if event == "call" and frame.f_code in self.codes:
                called.add(self.codes[frame.f_code])

        sys.setprofile(seen)
        try:
            return (yield)
        finally:
            sys.setprofile(None)
            for name in called:
                self.found.setdefault(name, []).append(item.nodeid)


def callers(group: Group, every: list[Mutant]) -> tuple[dict[str, list[str]], int] | None:
    """Function → tests that call it, by one run of all of them as things are, with the seconds after which they hang; None when they fail."""
    codes = {}
    for one in every:
        function = live(one)
        assert function is not None
        codes[function.__code__] = _name(one)
    reads, writes = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reads)
        plugin = _Callers(codes)
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            failed = pytest.main([*_ARGS, *group.tests], plugins=[plugin])
        took = max(SECONDS, round(time.process_time()))
        with os.fdopen(writes, "w") as out:
            json.dump(None if failed else (plugin.found, took), out)
        os._exit(0)
    os.close(writes)
    with os.fdopen(reads) as told:
        found = json.load(told)
    os.waitpid(child, 0)
    return found and (found[0], found[1])


def _name(one: Mutant) -> str:
    return f"{one.module}:{one.function}"


def _forget(module: str) -> None:
    """Empties the caches of a mutant's package: what was read before the change would hide it."""
    package = module.rpartition(".")[0]
    for name, loaded in list(sys.modules.items()):
        if name.rpartition(".")[0] == package:
            for value in vars(loaded).values():
                if callable(value) and hasattr(value, "cache_clear"):
                    value.cache_clear()


_ARGS = ("-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--no-header", "--tb=line")


def _tested(one: Mutant, tests: Sequence[str], loud: bool) -> int:
    function = live(one)
    assert function is not None
    function.__code__ = mutated(one)
    _forget(one.module)
    said = io.StringIO()
    args = [*_ARGS, *tests]
    try:
        if loud:
            return int(pytest.main(args))
        with redirect_stdout(said), redirect_stderr(said):
            return int(pytest.main(args))
    except BaseException:  # noqa: BLE001  (whatever comes out of a mutant has been noticed)
        return 1


def preload(group: Group) -> None:
    """Imports modules and tests, so that a fork starts with everything at hand."""
    from agent.knowledge import load

    load()
    for name in group.modules:
        importlib.import_module(name)
    for name in group.tests:
        path = ROOT / name
        for file in sorted(path.glob("test_*.py")) if path.is_dir() else [path]:
            top = next(one for one in file.parents if not (one / "__init__.py").exists())  # as pytest names modules
            sys.path.insert(0, str(top))
            importlib.import_module(".".join(file.relative_to(top).with_suffix("").parts))


def main(argv: list[str]) -> int:
    """Prints what lived, and the score of each group; 1 when a group is below 85 %."""
    parser = argparse.ArgumentParser(prog="python -m evals.mutate")
    parser.add_argument("groups", nargs="*", default=["gate", "budget", "checks"])
    parser.add_argument("--sample", type=int, default=SAMPLE, help="mutants a group; 0: all")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--only", default="", help="GROUP:NUMBER of a mutant in the sample, with the tests' output")
    asked = parser.parse_args(argv)
    weak = 0
    for name in [asked.only.partition(":")[0]] if asked.only else asked.groups:
        group = GROUPS[name]
        preload(group)
        every = usable(group)
        chosen = every if not asked.sample else random.Random(asked.seed).sample(every, min(asked.sample, len(every)))
        if asked.only:
            one = chosen[int(asked.only.partition(":")[2])]
            sys.stdout.write(f"{one}\n")
            return int(noticed(one, group.tests, loud=True))
        known = callers(group, every)
        if known is None:
            sys.stdout.write(f"{name}: the tests fail as things are\n")
            return 1
        tests, seconds = known
        same = equivalents()
        began, caught, judged = time.monotonic(), 0, 0
        for n, one in enumerate(chosen):
            if place_of(one) in same:
                continue
            judged += 1
            seen = noticed(one, tests.get(_name(one)) or group.tests, seconds=seconds)
            caught += seen
            if not seen:
                sys.stdout.write(f"lived {name}:{n} {one.module}:{one.line} {one.function}: {one.told}\n")
                sys.stdout.flush()
        share = caught / max(judged, 1)
        weak += share < 0.85
        sys.stdout.write(
            f"{name}: {caught} of {judged} mutants noticed, {share:.1%}; {len(chosen) - judged} more change nothing (equivalent.yaml); "
            f"drawn from {len(every)}, {time.monotonic() - began:.0f} s\n"
        )
        sys.stdout.flush()
    return 1 if weak else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
