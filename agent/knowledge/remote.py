"""An optional search endpoint (SearXNG's JSON) for what nobody has told us about a competitor. Off unless CEHUA_SEARCH_URL is set.

Sent is the query and nothing else. What comes back is data: bounded, cleaned, with its address and the day of retrieval.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import urllib.error
import urllib.parse
import urllib.request
from typing import Any, NoReturn

from agent.brief import decode
from agent.errors import SetupError
from agent.knowledge.passages import Origin, Passage
from agent.settings import Settings

TIMEOUT = 6.0
"""Seconds for a connection, and for each read."""
MAX_BYTES = 1 << 20
MAX_RESULTS = 8
MAX_QUERY = 300
MAX_TEXT = 600
_HOST = re.compile(r"https?://((?:[\w-]+\.)+[a-z]{2,}(?::\d+)?/[^\s<>\"']*|(?:[\w-]+\.)+[a-z]{2,})", re.I)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would send the query to an address that the operator did not name."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise SetupError(
            "The search endpoint sends elsewhere.", hint="Give its final address.", where="CEHUA_SEARCH_URL"
        )


def look_up(query: str, settings: Settings, *, language: str = "all", today: dt.date | None = None) -> list[Passage]:
    """At most eight results as passages, `web:` and a hash of the address; [] when no endpoint is set or nothing is found.

    Raises SetupError when the endpoint cannot be reached in time or answers with something else than SearXNG's JSON.
    """
    address = settings.search_url
    words = " ".join(decode.clean(query).text.split())[:MAX_QUERY]
    if not address or not words:
        return []
    parts = urllib.parse.urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SetupError("This is no web address.", hint="Give it as https://host/search.", where="CEHUA_SEARCH_URL")
    asked = urllib.parse.urlencode({"q": words, "format": "json", "language": language, "safesearch": "1"})
    target = urllib.parse.urlunsplit((parts.scheme, parts.netloc, parts.path or "/search", asked, ""))
    results = _results(_fetched(target))
    day = (today or dt.date.today()).isoformat()
    found = [_passage(row, place, day) for place, row in enumerate(results[: MAX_RESULTS * 2])]
    unique = {one.id: one for one in found if one is not None}
    return list(unique.values())[:MAX_RESULTS]


def _fetched(target: str) -> bytes:
    # No proxy and no credentials of the environment: the endpoint is the operator's own.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect())
    request = urllib.request.Request(target, headers={"Accept": "application/json", "User-Agent": "cehua"})
    try:
        with opener.open(request, timeout=TIMEOUT) as answer:
            content: bytes = answer.read(MAX_BYTES + 1)
    except (urllib.error.URLError, OSError, ValueError) as error:
        raise SetupError(
            f"The search endpoint does not answer ({type(error).__name__}).",
            hint="Start it, correct the address, or unset it: a plan then lists research tasks.", where="CEHUA_SEARCH_URL",
        ) from None  # fmt: skip
    if len(content) > MAX_BYTES:
        raise SetupError(
            "The search endpoint answers with more than 1 MB.", hint="Check the address.", where="CEHUA_SEARCH_URL"
        )
    return content


def _results(content: bytes) -> list[Any]:
    try:
        data = json.loads(content)
        results = data["results"]
    except (ValueError, KeyError, TypeError, RecursionError):
        results = None
    if not isinstance(results, list):
        raise SetupError(
            "The search endpoint does not answer in SearXNG's JSON.",
            hint="Allow `json` under search.formats in its settings.yml.", where="CEHUA_SEARCH_URL",
        )  # fmt: skip
    return results


def _passage(row: Any, place: int, day: str) -> Passage | None:
    """A result with an address and words; None for anything else."""
    if not isinstance(row, dict):
        return None
    found = _HOST.fullmatch(str(row.get("url", "")).strip())
    title, text = (" ".join(decode.clean(str(row.get(key) or "")).text.split()) for key in ("title", "content"))
    if found is None or not (title or text):
        return None
    bare = found[1][:300]
    digest = hashlib.sha256(bare.encode()).hexdigest()[:12]
    origin = Origin(publisher=bare.split("/")[0], date=day, url=bare, confidence="low")
    return Passage(
        id=f"web:{digest}", title=title[:160], text=text[:MAX_TEXT], score=round(1 / (1 + place), 4), dense=0.0, keyword=0.0,
        source=origin, language="",
    )  # fmt: skip
