"""Planted secrets (G10): an endpoint that repeats keys in every form, libraries that log them, exceptions that carry them; none is found again."""

from __future__ import annotations

import base64
import hashlib
import json
import logging
import re
import sys
import urllib.parse
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from pydantic import SecretStr
from pytest_socket import enable_socket, socket_allow_hosts

from agent import secrecy
from agent.api import Options, plan
from agent.batch.ledger import Ledger
from agent.batch.task import Made, Task, _unexpected
from agent.errors import CehuaError
from agent.files import write_text
from agent.secrecy import remember_address, scrub, traceback_of
from agent.settings import Settings
from agent.terminal import tell
from evals.traffic.cassette import cassette
from tests.injection.harm import words_of
from tests.injection.obedient import Obedient
from tests.injection.trial import AS_OF, BRIEFS, EVERY
from tests.llm.faults import Exchange, FaultServer, say, status

SECRETS = tuple(f"{head}{hashlib.sha256(f'secret {n}'.encode()).hexdigest()[:26]}" for n, head in enumerate(("sk-", "gsk_", "ak/", "K+", "") * 4))  # fmt: skip
"""Twenty, of several makes; some hold signs that URLs and base64 write otherwise."""


@pytest.fixture
def known() -> Iterator[None]:
    """They are this process's secrets, as the settings tell them; forgotten again afterwards."""
    before = set(secrecy._known)
    Settings(
        openai_api_key=SecretStr(SECRETS[0]),
        openai_base_url=f"https://user:{urllib.parse.quote(SECRETS[1], safe='')}@host.example/v1?api_key={urllib.parse.quote(SECRETS[2], safe='')}",
        search_url=f"https://search.example/?token={urllib.parse.quote(SECRETS[3], safe='')}",
        _env_file=None,
    )
    for secret in SECRETS[4:]:
        secrecy.remember(secret)
    yield
    secrecy._known.clear()
    secrecy._known.update(before)
    secrecy._pattern.cache_clear()


FORMS: dict[str, Callable[[str], str]] = {
    "plain": lambda secret: secret,
    "bearer": lambda secret: f"Bearer {secret}",
    "url": lambda secret: urllib.parse.quote(secret, safe=""),
    "hex": lambda secret: secret.encode().hex(),
    "base64": lambda secret: base64.b64encode(secret.encode()).decode(),
    "base64 of a header": lambda secret: base64.b64encode(f"user:{secret}".encode()).decode(),
    "base64 further on": lambda secret: base64.b64encode(f"ab{secret}yz".encode()).decode(),
    "url-safe base64": lambda secret: base64.urlsafe_b64encode(f"k:{secret}".encode()).decode(),
}


def found_in(text: str) -> list[str]:
    """Secrets in a text, in any form; base64 is decoded before it is looked through."""
    opened = [text, urllib.parse.unquote(text)]
    for run in set(re.findall(r"[A-Za-z0-9+/_-]{16,}={0,2}", text)):
        plain = run.replace("-", "+").replace("_", "/")
        for cut in range(4):
            try:
                opened.append(base64.b64decode(plain[cut:] + "=" * (-len(plain[cut:]) % 4)).decode("latin-1"))
            except ValueError:
                continue
        if all(sign in "0123456789abcdef" for sign in run) and len(run) % 2 == 0:
            opened.append(bytes.fromhex(run).decode("latin-1"))
    return [secret for secret in SECRETS if any(secret in one for one in opened)]


@pytest.mark.parametrize("form", FORMS)
def test_a_secret_is_taken_out_in_every_form(form: str, known: None) -> None:
    for secret in SECRETS:
        text = f"before {FORMS[form](secret)} after"
        assert found_in(text) == [secret]
        assert found_in(scrub(text)) == []
        assert scrub(text).startswith("before ")
        assert scrub(text).endswith(" after")


def test_what_is_no_secret_stays(known: None) -> None:
    text = json.dumps(BRIEFS, ensure_ascii=False)
    assert scrub(text) == text
    remember_address("https://host.example/v1?model=longer-than-eight&lang=en")
    assert scrub("longer-than-eight") == "longer-than-eight"
    secrecy.remember("not-needed")
    assert scrub("more is not-needed") == "more is not-needed"


class Leaky(Obedient):
    """A model that writes a key of the house into every field, each time another and in another form."""

    def _text(self, seed: str, draft: str, field: dict[str, Any], found: Any) -> str:
        base = super()._text(seed, draft, field, ())
        number = int(hashlib.sha256(seed.encode()).hexdigest()[:6], 16)
        form = list(FORMS.values())[number % len(FORMS)]
        return f"{base[: int(field.get('maxLength', 300)) - 90]}{form(SECRETS[number % len(SECRETS)])}。"


def _loopback() -> None:
    enable_socket()
    socket_allow_hosts(["127.0.0.1"], allow_unix_socket=True)


@pytest.mark.enable_socket
def test_a_run_whose_endpoint_repeats_keys_leaves_none(
    known: None, tmp_path: Path, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    """Answers in one-sign pieces, journal, events, versions, all ten exports, what is known of the endpoint, logs at DEBUG."""
    _loopback()
    caplog.set_level(logging.DEBUG)
    mind = Leaky(())
    answered = 0

    def leak(to: Exchange) -> None:
        nonlocal answered
        answered += 1
        secret = SECRETS[answered % len(SECRETS)]
        if answered % 9 == 4:
            status(500, f"upstream said: {FORMS['base64 of a header'](secret)} {secret}")(to)
        elif answered % 9 == 8:
            say("", refusal=f"I cannot do that with {secret}", pieces=1)(to)
        elif to.schema and any(name.startswith("item") for name in to.schema["properties"]):
            prompt = "\n".join(str(turn["content"]) for turn in to.body["messages"])
            text = json.dumps(mind._filled(to.schema, prompt, ()), ensure_ascii=False)
            say(text, pieces=len(text) // 5)(to)
        else:
            mind(to)

    with FaultServer(leak) as server, patch("agent.door.open_finder", lambda *given: None):
        settings = Settings(
            openai_api_key=SecretStr(SECRETS[0]), openai_base_url=server.url.replace("://", f"://user:{SECRETS[1]}@"), model="openai:stub",
            cache_dir=tmp_path / "cache", data_dir=tmp_path / "data", _env_file=None,
        )  # fmt: skip
        try:
            plan(BRIEFS["zh"], Options(out=tmp_path / "run", settled=settings, formats=EVERY, as_of=AS_OF))
        except CehuaError as error:
            tell(f"{error}\n")
    assert answered > 30
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len([path for path in files if path.parent.name == "journal"]) > 10
    assert len(list((tmp_path / "run" / "exports").iterdir())) == len(EVERY)
    leaking = {str(path): found for path in files if (found := found_in(words_of(path)))}
    assert leaking == {}
    assert found_in(caplog.text) == []
    told = capsys.readouterr()
    assert found_in(told.out + told.err) == []


def test_logs_of_other_libraries_and_tracebacks_hold_none(
    known: None, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    for secret in SECRETS:
        logging.getLogger("httpx2").info("HTTP Request: POST %s", f"https://u:{secret}@host/v1?api_key={secret}")
        try:
            raise RuntimeError(f"401 for {secret}")
        except RuntimeError as error:
            logging.getLogger("distributed").exception("a task failed with %r", error)
            tell(traceback_of(error))
            import agent.cli  # noqa: F401  (sets the hook)

            sys.excepthook(RuntimeError, error, None)
    assert caplog.text.count("HTTP Request") == len(SECRETS)
    assert found_in(caplog.text) == []
    err = capsys.readouterr().err
    assert "RuntimeError" in err
    assert found_in(err) == []


def test_files_ledger_and_a_rows_traceback_hold_none(known: None, tmp_path: Path) -> None:
    for number, secret in enumerate(SECRETS):
        write_text(tmp_path / f"{number}.json", json.dumps({"error": f"refused {secret}"}))
        task = Task.__new__(Task)
        object.__setattr__(task, "folder", str(tmp_path / f"row-{number}"))
        object.__setattr__(task, "place", "line 1")
        _unexpected(task, RuntimeError(secret))
        ledger = Ledger(tmp_path / "ledger.sqlite")
        ledger.enter(str(number), "f", "s", Made("failed", reason=f"The endpoint said {secret}"))
        ledger.close()
    assert len(list(tmp_path.glob("row-*/error.txt"))) == len(SECRETS)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {path.name: found for path in files if (found := found_in(path.read_bytes().decode("latin-1")))} == {}


@pytest.mark.enable_socket
def test_a_cassette_holds_none(known: None, tmp_path: Path) -> None:
    """Header, query, body, pieces of a stream, base64."""
    _loopback()
    import httpx2

    key = SECRETS[9]
    text = f"the key is {key}, or {FORMS['base64 further on'](key)}"
    kept_in = cassette(tmp_path / "one.yaml", record=True, about="Recorded from a scripted endpoint.")
    with FaultServer(say(text, pieces=len(text))) as server, kept_in:
        httpx2.post(
            f"{server.url}/chat/completions?api_key={key}",
            json={"model": "m", "stream": True, "messages": [{"role": "user", "content": f"say {key}"}]},
            headers={"authorization": f"Bearer {key}", "x-api-key": key, "cookie": key},
        )
    kept = (tmp_path / "one.yaml").read_text(encoding="utf-8")
    assert "the key is ***" in kept
    assert found_in(kept) == []
