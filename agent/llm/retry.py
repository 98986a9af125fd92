"""The one owner of retries: which failures are tried again, how long to wait, and what the others are called."""

from __future__ import annotations

import datetime as dt
import email.utils
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from agent.errors import CehuaError, EndpointLost, ModelError, Refused, SetupError, WrongFormat
from agent.llm.faults import Fault
from agent.secrecy import scrub

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from openai import APIStatusError
    from tenacity import AsyncRetrying, RetryCallState

LONGEST_PAUSE = 20.0
PASSING = (408, 409, 425, 429)
_OUT_OF_MONEY = (
    "insufficient_quota",
    "billing_hard_limit_reached",
    "insufficient_balance",
    "insufficient balance",
    "exceeded your current quota",
    "arrearage",
    "account is in arrears",
    "exceeded_current_quota",
    "余额不足",
    "欠费",
)
_MODERATION = ("contentfilter", "datainspectionfailed", "contentpolicyviolation", "high risk", "敏感内容")
_KEYS = re.compile(r"\b(sk|pk|rk|key|gsk|xai|ak)-[A-Za-z0-9_*-]{6,}|Bearer\s+\S+", re.I)


def retrying(attempts: int, pause: float, left: Callable[[], float], sleep: Callable[[float], Awaitable[None]]) -> Any:
    """Tries of one request, with full jitter between them.

    `attempts` for what passes by itself, two more and longer pauses for a 429, which may last a minute; two for an answer
    that cannot be used; none when no seconds are `left`. Pauses that the endpoint asks for are kept by its gate, for all
    calls alike.
    """
    from tenacity import AsyncRetrying, retry_if_exception, wait_random_exponential

    faults = 0
    soon = wait_random_exponential(multiplier=pause, max=LONGEST_PAUSE)
    later = wait_random_exponential(multiplier=8 * pause, max=LONGEST_PAUSE)

    def wait(state: RetryCallState) -> float:
        return (later if _limited(state) and not asked_pause(_error(state)) else soon)(state)

    def over(state: RetryCallState) -> bool:
        nonlocal faults
        faults += isinstance(_error(state), Fault) or _broke_midway(_error(state))
        return state.attempt_number >= attempts + 2 * _limited(state) or faults > 1 or left() <= 0

    again: AsyncRetrying = AsyncRetrying(
        retry=retry_if_exception(may_pass), wait=wait, stop=over, sleep=sleep, reraise=True
    )
    return again


def _error(state: RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome else None


def _limited(state: RetryCallState) -> bool:
    """Whether the endpoint said "too many requests"."""
    return getattr(_error(state), "status_code", 0) == 429


def may_pass(error: BaseException) -> bool:
    """Whether the same request may succeed a little later."""
    return isinstance(error, Fault) or is_transient(error)


def is_transient(error: BaseException) -> bool:
    """Whether the endpoint or the way to it failed in a manner that passes by itself."""
    import openai

    if isinstance(error, openai.APIStatusError):
        passing = error.status_code in PASSING or error.status_code >= 500
        return passing and error.status_code not in (501, 505) and not out_of_money(error)
    if isinstance(error, openai.APIError):  # also an error event inside a stream, unless it says that the money is gone
        return not out_of_money(error)
    return False


def _broke_midway(error: BaseException | None) -> bool:
    """A stream that broke after it had begun has been paid for: it is begun once more, not four times."""
    return getattr(error, "cehua_midway", False)


def mark_midway(error: BaseException) -> None:
    """Notes on an error that the answer had already begun."""
    error.cehua_midway = True  # type: ignore[attr-defined]


def out_of_money(error: Exception) -> bool:
    """Whether the account has no credit or quota left: no waiting helps."""
    if getattr(error, "status_code", 0) == 402:
        return True
    told = f"{getattr(error, 'code', '')} {getattr(error, 'type', '')} {getattr(error, 'message', '')}".lower()
    return any(word in told for word in _OUT_OF_MONEY)


def asked_pause(error: BaseException | None, now: dt.datetime | None = None) -> float:
    """Seconds that the endpoint asks to wait before the next request; 0 when it does not say, or nonsense."""
    import openai

    if not isinstance(error, openai.APIStatusError) or error.status_code < 400:
        return 0.0
    return pause_in(error.response.headers, now)


def pause_in(headers: Mapping[str, str], now: dt.datetime | None = None) -> float:
    """Reads retry-after-ms (milliseconds) and Retry-After: seconds, a fraction of seconds, or an HTTP date."""
    exact = _number(headers.get("retry-after-ms"))
    if exact is not None:
        return exact / 1000
    text = headers.get("retry-after")
    seconds = _number(text)
    if seconds is not None or not text:
        return seconds or 0.0
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except (ValueError, IndexError):
        return 0.0
    moment = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    server_now = headers.get("date")
    try:
        reference = email.utils.parsedate_to_datetime(server_now) if server_now else None
    except (ValueError, IndexError):
        reference = None
    reference = reference if reference and reference.tzinfo else now or dt.datetime.now(dt.UTC)
    return max(0.0, (moment - reference).total_seconds())


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if 0 <= number < float("inf") else None


def translated(error: Exception, label: str, secret: str = "", *, ever_reached: bool = True) -> CehuaError:
    """cehua's error for a failure that is not tried again, with the next step; a key is never repeated."""
    import openai

    if isinstance(error, openai.APIStatusError):
        return _status_error(error, label, secret)
    if isinstance(error, openai.APIConnectionError):
        if _broke_midway(error):
            return ModelError(
                f"{label} broke off in the middle of an answer, twice.", hint="Run the same command again."
            )
        kind = ModelError if ever_reached else EndpointLost
        return kind(
            f"{label} cannot be reached ({type(error.__cause__ or error).__name__}).",
            hint="Check the network and OPENAI_BASE_URL, then run the same command again.",
        )
    if isinstance(error, Fault):
        return WrongFormat(f"{label} sent {error}.", hint="Check OPENAI_BASE_URL, or run the same command again.")
    if isinstance(error, openai.APIError):
        if out_of_money(error):
            return EndpointLost(f"The account behind {label} has no credit left.", hint="Top it up.")
        return ModelError(f"{label} broke off with an error: {clean(error.message, secret)}")
    return ModelError(f"{label} sent something that is no chat completion ({type(error).__name__}).")


def _status_error(error: APIStatusError, label: str, secret: str) -> CehuaError:
    status = error.status_code
    if out_of_money(error):
        return EndpointLost(f"The account behind {label} has no credit left ({status}).", hint="Top it up.")
    if status in (400, 403, 422) and _is_moderation(error):
        return Refused(
            f"The filter of {label} declined this request ({status}).", hint="The playbook's words stay here."
        )
    if status in (401, 403):
        return SetupError(f"The endpoint refused the key for {label} ({status}).", hint="Check OPENAI_API_KEY.")
    if status == 404:
        return SetupError(f"The endpoint does not know {label} (404).", hint="Check the name and OPENAI_BASE_URL.")
    hint = (
        "Run the same command again."
        if is_transient(error)
        else "The request itself was refused; try `cehua model test`."
    )
    return ModelError(f"{label} failed with status {status}: {clean(error.message, secret)}", hint=hint)


def _is_moderation(error: APIStatusError) -> bool:
    """Whether an endpoint's filter took offence at the prompt: Azure, DashScope and Moonshot answer so."""
    told = f"{error.code or ''} {error.type or ''} {error.message}".lower().replace("_", "")
    return any(word in told for word in _MODERATION)


def clean(text: str, secret: str) -> str:
    """An endpoint's own words, shortened, without a key that they may repeat."""
    plain = text.replace(secret, "***") if len(secret) > 3 else text
    return _KEYS.sub("***", scrub(" ".join(plain.split())))[:200]
