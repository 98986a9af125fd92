"""Which failures of an endpoint are tried again, how long to wait, and what the others are called in cehua's errors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from agent.errors import ModelError, SetupError

if TYPE_CHECKING:
    from openai import APIStatusError
    from tenacity import AsyncRetrying, RetryCallState

LONGEST_PAUSE = 60.0
_OUT_OF_MONEY = ("insufficient_quota", "billing_hard_limit_reached", "insufficient_balance", "insufficient balance")


class Counter(Protocol):
    """What takes the tokens of an answer that was cut off."""

    prompt_tokens: int
    completion_tokens: int


def retrying(attempts: int, pause: float) -> AsyncRetrying:
    """Retries of one request: connection errors, 408, 429, 5xx; never a refused key, a bad request, an empty purse."""
    from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, wait_random_exponential

    backoff = wait_random_exponential(multiplier=pause, max=LONGEST_PAUSE / 3)

    def wait(state: RetryCallState) -> float:
        return max(_asked_pause(state), backoff(state))

    return AsyncRetrying(
        retry=retry_if_exception(is_transient), wait=wait, stop=stop_after_attempt(attempts), reraise=True
    )


def is_transient(error: BaseException) -> bool:
    """Whether the same request may succeed a little later."""
    import openai

    if isinstance(error, openai.APIConnectionError):
        return True
    if isinstance(error, openai.RateLimitError):
        return not _out_of_money(error)
    return isinstance(error, openai.APIStatusError) and (error.status_code == 408 or error.status_code >= 500)


def _out_of_money(error: APIStatusError) -> bool:
    told = f"{error.code or ''} {error.type or ''} {error.message}".lower()
    return any(word in told for word in _OUT_OF_MONEY)


def _asked_pause(state: RetryCallState) -> float:
    """Seconds that the endpoint asked to wait (Retry-After), at most a minute; 0 when it did not."""
    import openai

    error = state.outcome.exception() if state.outcome else None
    if not isinstance(error, openai.APIStatusError):
        return 0.0
    try:
        return min(LONGEST_PAUSE, max(0.0, float(error.response.headers.get("retry-after", "0"))))
    except ValueError:
        return 0.0


@contextmanager
def translated(label: str, used: Counter) -> Iterator[None]:
    """Turns the SDK's exceptions into cehua's, with the next step; a key is never repeated."""
    import openai

    try:
        yield
    except openai.LengthFinishReasonError as error:
        if error.completion.usage:
            used.prompt_tokens += error.completion.usage.prompt_tokens
            used.completion_tokens += error.completion.usage.completion_tokens
        raise ModelError(f"{label} did not finish its answer (finish_reason: length).") from None
    except openai.ContentFilterFinishReasonError:
        raise ModelError(f"{label} did not finish its answer (finish_reason: content_filter).") from None
    except openai.APIStatusError as error:
        raise _status_error(label, error) from None
    except openai.APIConnectionError as error:
        raise ModelError(
            f"{label} cannot be reached ({type(error.__cause__ or error).__name__}).",
            hint="Check the network and OPENAI_BASE_URL, then run the same command again.",
        ) from None
    except (openai.OpenAIError, TypeError, ValueError, LookupError, AttributeError) as error:
        raise ModelError(f"{label} sent something that is no chat completion ({type(error).__name__}).") from error


def _status_error(label: str, error: APIStatusError) -> ModelError | SetupError:
    status = error.status_code
    if status in (401, 403):
        return SetupError(f"The endpoint refused the key for {label} ({status}).", hint="Check OPENAI_API_KEY.")
    if status == 404:
        return SetupError(f"The endpoint does not know {label} (404).", hint="Check the name and OPENAI_BASE_URL.")
    if status == 402 or _out_of_money(error):
        return ModelError(f"The account behind {label} has no credit left ({status}).", hint="Top it up.")
    return ModelError(f"{label} failed with status {status}: {error.message[:200]}", hint="Run the same command again.")
