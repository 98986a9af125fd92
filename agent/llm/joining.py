"""An answer that was cut off, and what the model went on with: ways to make one text of them."""

from __future__ import annotations

from agent.llm.decode import said

GO_ON = "Your answer was cut off. Go on with the very next character after the last one; write only the rest."
LONGEST_OVERLAP = 400
"""Characters of the first part that the second may repeat."""


def joined(part: str, rest: str) -> list[str]:
    """The texts to try, the likeliest first: end to end, without what the second repeats of the first, or the second alone."""
    plain = said(rest)
    if plain.startswith("```"):
        plain = plain.strip("`").removeprefix("json").strip()
    overlap = next(
        (n for n in range(min(len(part), len(plain), LONGEST_OVERLAP), 0, -1) if part.endswith(plain[:n])), 0
    )
    return [part + rest, part + plain[overlap:], plain]
