"""One form of each character for comparing and searching, whichever script a text is in."""

from functools import cache

from ingest.script import configurations


@cache
def _simple() -> dict[int, str]:
    """Each Traditional character with one Simplified one; where there are several, always the same."""
    found: dict[int, str] = {}
    for one, other in sorted(configurations.pairs(configurations.label("t2s"))):
        found.setdefault(ord(one), other)
    return found


def folded(text: str) -> str:
    """The text character by character in Simplified. For an index and for what is looked up in it: 條例 and 条例 are one.

    No conversion: what a phrase decides (乾 in 乾隆) is not asked. Every character keeps its place.
    """
    return text.translate(_simple())
