"""Cassettes: vcrpy at the transport, matched by the hash of the request's body; a miss is stale and never an old answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agent.errors import CehuaError, SetupError
from agent.secrecy import scrub
from evals.results import HERE
from evals.traffic.normal import HOST, body_of, canonical, key, leaks, said, streamed

FOLDER = HERE / "cassettes"


class StaleTraffic(CehuaError):
    """Something was asked that the cassette does not hold: the prompt, the schema or the model is another."""

    exit_code = 1


@dataclass
class Tape:
    """What happened while a cassette was in."""

    recorded: set[str]
    """Hashes of the requests that the cassette held when it went in."""
    played: set[str] = field(default_factory=set)
    """Requests that it answered."""
    told: dict[str, int] = field(default_factory=dict)
    """How many answers each try of a small model's recorded run drew: the clock's decision then, which a replay repeats."""
    drawn: dict[str, int] = field(default_factory=dict)
    """The same of the run that goes on."""
    whole: bool = False
    """Whether the run came to its end."""
    missed: set[str] = field(default_factory=set)
    """Requests that it does not hold: stale on replay, new when recording."""

    @property
    def stale(self) -> bool:
        """Whether something was asked that was never recorded."""
        return bool(self.missed)


def path_of(brief: str, model: str) -> Path:
    """The cassette of a brief with a model."""
    name = model.replace(":", "-").replace("/", "-")
    return FOLDER / name / f"{brief}.yaml"


def known(path: Path) -> set[str]:
    """Hashes of the requests that a cassette holds."""
    return _tape(path).recorded


def _tape(path: Path) -> Tape:
    """What a cassette holds, before anything is asked."""
    if not path.exists():
        return Tape(set())
    page = _yaml_load(path.read_text(encoding="utf-8"))
    return Tape({key(one["request"]) for one in page["calls"] or []}, told=dict(page.get("draws") or {}))


@contextmanager
def cassette(path: Path, *, record: bool, about: str = "") -> Iterator[Tape]:
    """Answers from the cassette; with `record` lets through and keeps what it does not hold, and drops what nobody asked for.

    A recording that is broken off keeps what was answered until then and drops nothing.

    Raises StaleTraffic on replay for a request that it does not hold; SetupError when vcrpy is missing, or when what was recorded holds a secret or a path of this machine.
    """
    try:
        import vcr
        import vcr.errors
    except ModuleNotFoundError as error:
        raise SetupError("Recorded traffic needs vcrpy.", hint="Install cehua[evals].") from error
    tape = _tape(path)

    def request_seen(request: Any) -> Any:
        body = body_of(request.body or b"") if request.path.endswith("/chat/completions") else None
        if body is None:
            return None
        name = key(body)
        (tape.played if name in tape.recorded else tape.missed).add(name)
        request.body = scrub(canonical(body)).encode()
        request.headers = {}
        request.uri = f"{HOST}/chat/completions"
        return request

    def answer_seen(response: dict[str, Any]) -> dict[str, Any] | None:
        if response["status"]["code"] != 200:
            return None
        text = response["body"]["string"]
        text = text.decode("utf-8") if isinstance(text, bytes) else text
        kind = "text/event-stream" if streamed(text) else "application/json"
        return {
            "status": {"code": 200, "message": "OK"},
            "headers": {"content-type": [kind]},
            "body": {"string": scrub(said(text)).encode()},
        }

    recorder = vcr.VCR(
        record_mode=vcr.mode.NEW_EPISODES if record else vcr.mode.NONE,
        before_record_request=request_seen,
        before_record_response=answer_seen,
        decode_compressed_response=True,
    )
    recorder.register_matcher("asked", _same)
    recorder.match_on = ("asked",)
    recorder.register_serializer("readable", Readable(about, tape))
    recorder.serializer = "readable"
    if record:
        path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with recorder.use_cassette(str(path), allow_playback_repeats=True, drop_unused_requests=record) as held:
            try:
                yield tape
                tape.whole = True
            except vcr.errors.CannotOverwriteExistingCassetteException as error:
                raise StaleTraffic(
                    f"The cassette {path.name} does not hold this request.", hint="Run `cehua eval record`."
                ) from error
            except BaseException:
                held.drop_unused_requests = False
                raise
    finally:
        found = leaks(path.read_text(encoding="utf-8")) if record and path.exists() else []
        if found:
            path.unlink()
            raise SetupError(
                f"The recording for {path.stem} held {found[0]!r}; it was not kept.",
                hint="Clean the brief or the model's name.",
            )


def _same(one: Any, other: Any) -> None:
    if one.body != other.body:
        raise AssertionError("another request")


class Readable:
    """Serialises a cassette so that a person can read what was asked and said."""

    def __init__(self, about: str, tape: Tape) -> None:
        self.about, self.tape = about, tape

    def serialize(self, cassette_dict: dict[str, Any]) -> str:
        """YAML with literal blocks; calls in the order of their hashes, so that recording twice gives the same file.

        A message that several requests begin with is written once and referred to from then on.
        """
        calls: list[dict[str, Any]] = []
        known: dict[str, Any] = {}
        for one in cassette_dict["interactions"]:
            body = json.loads(one["request"]["body"])
            name = key(body)
            body["messages"] = [known.setdefault(canonical(message), _literal(message)) for message in body["messages"]]
            text = one["response"]["body"]["string"]
            text = text.decode("utf-8") if isinstance(text, bytes) else text
            calls.append({"hash": name, "request": body, "answer": text})
        calls.sort(key=lambda call: str(call["hash"]))
        draws = self.tape.drawn if self.tape.whole else {**self.tape.told, **self.tape.drawn}
        paced = {"draws": dict(sorted(draws.items()))} if draws else {}
        return _yaml_dump({"about": self.about, **paced, "calls": calls})

    def deserialize(self, text: str) -> dict[str, Any]:
        """What vcrpy works with."""
        return {"version": 1, "interactions": [_interaction(one) for one in _yaml_load(text)["calls"] or []]}


def _interaction(call: dict[str, Any]) -> dict[str, Any]:
    headers = {"content-type": ["text/event-stream" if streamed(call["answer"]) else "application/json"]}
    return {
        "request": {
            "method": "POST",
            "uri": f"{HOST}/chat/completions",
            "body": canonical(call["request"]),
            "headers": {},
        },
        "response": {"status": {"code": 200, "message": "OK"}, "headers": headers, "body": {"string": call["answer"]}},
    }


def _yaml_load(text: str) -> Any:
    from ruamel.yaml import YAML

    return YAML(typ="safe").load(text)


def _yaml_dump(value: Any) -> str:
    import io

    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.width = 4000
    yaml.allow_unicode = True
    out = io.StringIO()
    yaml.dump(_literal(value), out)
    return out.getvalue()


def _literal(value: Any) -> Any:
    """The same, texts of several lines as blocks; what is one already stays the same object, so that it is written once."""
    from ruamel.yaml.comments import CommentedMap
    from ruamel.yaml.scalarstring import LiteralScalarString

    if isinstance(value, CommentedMap):
        return value
    if isinstance(value, dict):
        return CommentedMap((name, _literal(inner)) for name, inner in value.items())
    if isinstance(value, list):
        return [_literal(one) for one in value]
    plain = isinstance(value, str) and "\n" in value and not any(ord(c) < 32 and c not in "\n\t" for c in value)
    return LiteralScalarString(value) if plain else value
