"""Who may come in: users with hashed passwords and tokens, each at home in one workspace; guessing is slowed down and then shut out."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from ruamel.yaml.error import YAMLError

from agent.data import read_yaml
from agent.errors import CehuaError, SetupError
from agent.files import write_text

NAME = r"[a-z0-9][a-z0-9-]{0,40}"
"""Names of users and workspaces."""
TOKEN = "cehua_"
"""How a token begins, so that a scanner for leaked secrets knows it."""
LEAST = 10
"""Characters of a password at least."""
HASHING = 2
"""Passwords that are checked at once: each takes 64 MB and most of a core for a moment."""


class Refused(CehuaError):
    """Name and password do not fit."""


class ShutOut(CehuaError):
    """Too many wrong attempts; `seconds` until the next one is looked at."""

    def __init__(self, seconds: int) -> None:
        super().__init__("Too many wrong attempts.", hint=f"Try again in {seconds} seconds.")
        self.seconds = seconds


class User(BaseModel):
    """One user, as the file has them."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    workspace: str = Field(pattern=f"^{NAME}$")
    """Whose runs and documents they see."""
    password: str = Field("", pattern=r"^(\$argon2id\$.{20,}|)$")
    """Argon2id hash; empty for a program, which comes with a token."""
    tokens: dict[str, str] = Field(default_factory=dict)
    """What a token is for → its SHA-256."""


class UsersFile(BaseModel):
    """The file of `--auth`."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    users: dict[str, User] = Field(default_factory=dict)
    """Name → user."""


@dataclass(frozen=True)
class Member:
    """Somebody who came in."""

    name: str
    workspace: str


HOME = Member("", "default")
"""The one user of a server without `--auth`."""


class Throttle:
    """Counts what went wrong by key: after `most` times within `window` seconds the key is shut out for `lock` seconds."""

    KEYS = 20_000
    """Keys that are remembered; the oldest go first."""

    def __init__(
        self, most: int, window: float = 900, lock: float = 300, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.most, self.window, self.lock, self._clock = most, window, lock, clock
        self._wrong: OrderedDict[str, list[float]] = OrderedDict()

    def wait(self, key: str) -> int:
        """Seconds until the key is looked at again; 0 for now."""
        times = self._wrong.get(key, [])
        if len(times) < self.most:
            return 0
        return max(0, int(times[-1] + self.lock - self._clock()) + 1) if times[-1] + self.lock > self._clock() else 0

    def wrong(self, key: str) -> None:
        """One more attempt went wrong."""
        now = self._clock()
        times = [one for one in self._wrong.pop(key, []) if now - one < self.window]
        self._wrong[key] = [*times, now][-self.most :]
        while len(self._wrong) > self.KEYS:
            self._wrong.popitem(last=False)

    def not_wrong(self, key: str) -> None:
        """The last attempt was right after all."""
        if times := self._wrong.get(key):
            times.pop()

    def right(self, key: str) -> None:
        """It went well: what went wrong before is forgotten."""
        self._wrong.pop(key, None)


@dataclass
class Members:
    """The users of a file, read again when it changes."""

    path: Path
    clock: Callable[[], float] = time.monotonic
    hashed: int = 0
    """Passwords that were checked against a hash."""
    _users: dict[str, User] = field(default_factory=dict)
    _stamp: int = -1

    def __post_init__(self) -> None:
        """Raises SetupError for a file that cannot be read or holds nobody."""
        self._by_pair = Throttle(5, clock=self.clock)
        self._by_address = Throttle(20, clock=self.clock)
        self._by_name = Throttle(50, clock=self.clock)
        self._lock = threading.Lock()
        self._hashing = threading.BoundedSemaphore(HASHING)
        self._users, self._stamp = read_users(self.path).users, _stamp(self.path)
        if not self._users:
            raise SetupError(f"{self.path} holds no user.", hint=f"cehua users add NAME --file {self.path}")

    def users(self) -> dict[str, User]:
        """The users as the file has them now; while it is being written or is broken, as it had them."""
        stamp = _stamp(self.path)
        if stamp != self._stamp:
            try:
                self._users = read_users(self.path).users
            except SetupError:
                return self._users
            self._stamp = stamp
        return self._users

    def member(self, name: str) -> Member | None:
        """Who this name is; None when the file does not have it any more."""
        user = self.users().get(name)
        return Member(name, user.workspace) if user else None

    def by_token(self, token: str) -> Member | None:
        """Whose token this is."""
        digest = hash_token(token)
        for name, user in self.users().items():
            if any(secrets.compare_digest(digest, held) for held in user.tokens.values()):
                return Member(name, user.workspace)
        return None

    def sign_in(self, name: str, password: str, address: str) -> Member:
        """Whoever this is. Raises Refused, or ShutOut: then the password was not even looked at.

        A name that there is not takes as long as a wrong password.
        """
        keys = ((self._by_pair, f"{name}|{address}"), (self._by_address, address), (self._by_name, name))
        with self._lock:
            if wait := max(throttle.wait(key) for throttle, key in keys):
                raise ShutOut(wait)
            for throttle, key in keys:  # counted before it is looked at: many at once gain nothing
                throttle.wrong(key)
        user = self.users().get(name)
        with self._hashing:
            self.hashed += 1
            fits = _fits(user.password if user and user.password else _nobody(), password)
        if not (user and user.password and fits):
            raise Refused("Name and password do not fit.", hint="Check both.")
        with self._lock:
            self._by_pair.right(f"{name}|{address}")
            self._by_name.right(name)
            self._by_address.not_wrong(address)
        return Member(name, user.workspace)


class Sessions:
    """Who is signed in, by what a cookie holds; in memory alone, so that a new server asks everybody to sign in again."""

    IDLE, LONGEST, EACH = 12 * 3600, 7 * 86400, 20
    """Seconds without a request, seconds in all, sessions of one user."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._held: dict[str, tuple[str, float, float]] = {}
        self._lock = threading.Lock()

    def begin(self, name: str) -> str:
        """A new session; what its cookie holds."""
        secret, now = secrets.token_urlsafe(32), self._clock()
        with self._lock:
            mine = [key for key, (who, _, _) in self._held.items() if who == name]
            for key in mine[: max(0, len(mine) + 1 - self.EACH)]:
                del self._held[key]
            self._held[hash_token(secret)] = (name, now, now)
        return secret

    def who(self, secret: str) -> str:
        """The name that is signed in; "" when nobody is."""
        key, now = hash_token(secret), self._clock()
        with self._lock:
            name, begun, seen = self._held.get(key, ("", 0.0, 0.0))
            if name and (now - seen > self.IDLE or now - begun > self.LONGEST):
                del self._held[key]
                return ""
            if name:
                self._held[key] = (name, begun, now)
        return name

    def end(self, secret: str) -> None:
        """Signs out."""
        with self._lock:
            self._held.pop(hash_token(secret), None)


def read_users(path: Path) -> UsersFile:
    """The users of a file; none when it is not there. Raises SetupError naming what is wrong."""
    if not path.exists():
        return UsersFile()
    try:
        return UsersFile.model_validate(read_yaml(path) or {})
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise SetupError(
            f"{path} is no list of users: {'.'.join(map(str, first['loc']))}.", hint="Make entries with `cehua users`."
        ) from None
    except (OSError, ValueError, YAMLError) as error:
        raise SetupError(f"{path} cannot be read ({type(error).__name__}).", hint="Check the file.") from None


def add_user(path: Path, name: str, password: str, workspace: str = "") -> User:
    """Adds a user, or gives one another password. Raises SetupError for a name or password that will not do."""
    held = read_users(path)
    for one in (name, workspace or name):
        if not re.fullmatch(NAME, one):
            raise SetupError(f"{one!r} is no name.", hint="Use a-z, 0-9 and -.")
    if password and len(password) < LEAST:
        raise SetupError(f"A password has at least {LEAST} characters.", hint="Choose a longer one.")
    from argon2 import PasswordHasher

    was = held.users.get(name)
    user = User(
        workspace=workspace or (was.workspace if was else name),
        password=PasswordHasher().hash(password) if password else "",
        tokens=was.tokens if was else {},
    )
    held.users[name] = user
    _write(path, held)
    return user


def add_token(path: Path, name: str, purpose: str) -> str:
    """A new token for a user's programs; it is shown once and kept as a hash. Raises SetupError for a name that there is not."""
    held = read_users(path)
    if name not in held.users or not re.fullmatch(NAME, purpose):
        raise SetupError(f"{name!r} is no user, or {purpose!r} no name for a token.", hint="cehua users add NAME")
    token = TOKEN + secrets.token_urlsafe(32)
    held.users[name].tokens[purpose] = hash_token(token)
    _write(path, held)
    return token


def remove_user(path: Path, name: str) -> None:
    """Removes a user; their sessions and tokens end at once, their workspace stays. Raises SetupError for a name that there is not."""
    held = read_users(path)
    if held.users.pop(name, None) is None:
        raise SetupError(f"{name!r} is no user.", hint="See the file.")
    _write(path, held)


def hash_token(token: str) -> str:
    """SHA-256 in hex: tokens are long and random, so that a fast hash keeps them."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _write(path: Path, held: UsersFile) -> None:
    lines = ["# Made by `cehua users`. Passwords and tokens stand here as hashes.", "users:"]
    for name, user in held.users.items():
        lines += [f"  {name}:", f"    workspace: {user.workspace}", f"    password: {json.dumps(user.password)}"]
        lines += ["    tokens:" if user.tokens else "    tokens: {}"]
        lines += [f"      {purpose}: {json.dumps(digest)}" for purpose, digest in user.tokens.items()]
    write_text(path, "\n".join(lines) + "\n")
    path.chmod(0o600)


def _fits(hashed: str, password: str) -> bool:
    from argon2 import PasswordHasher
    from argon2.exceptions import Argon2Error, InvalidHash

    try:
        return PasswordHasher().verify(hashed, password)
    except (Argon2Error, InvalidHash):
        return False


_NOBODY: list[str] = []


def _nobody() -> str:
    """A hash that no password fits."""
    if not _NOBODY:
        from argon2 import PasswordHasher

        _NOBODY.append(PasswordHasher().hash(secrets.token_hex(16)))
    return _NOBODY[0]


def _stamp(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
