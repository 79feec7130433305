"""What a Markdown file says of itself before its text: keys and values between two rules (YAML front matter), as site generators read it."""

from collections.abc import Sequence

from ingest.patterns import pattern

_RULE = pattern(r"-{3,}")
_KEY = pattern(r"[a-z][A-Za-z_.\-]{1,30}:(?:\s|$)")
MOST = 400  # lines


def ends(lines: Sequence[str]) -> int:
    """How many of `lines`, from the first on, a file says of itself, with the rule that closes it; 0 where it says nothing.

    The rule at its head may be gone, as a notice: two keys have to stand there then. Remarks may stand before what it says first.
    """
    if not lines:
        return 0
    ruled = _RULE.fullmatch(lines[0]) is not None
    first = next((line for line in lines[ruled:MOST] if not (ruled and line.startswith("#"))), None)
    if first is None or not _KEY.match(first):
        return 0
    last = next((n for n in range(1 + ruled, min(len(lines), MOST)) if _RULE.fullmatch(lines[n])), 0)
    if not ruled and sum(_KEY.match(line) is not None for line in lines[:last]) < 2:
        return 0
    return last + 1 if last else 0


def said(lines: Sequence[str], key: str) -> int | None:
    """Which of `lines` gives the value of `key`; None where none does."""
    return next((n for n, line in enumerate(lines) if line.startswith(f"{key}:")), None)
