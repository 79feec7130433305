"""The conversions as this project uses them: the package's steps, the overlay and the names laid over the first.

A chain's name ends in the version of what is laid over the package (`t2s+1`), so that a table once published stays what
it was called: whoever changes `overlay.tsv` or `names.tsv` raises `VERSION`.
"""

from functools import cache

from ingest.script import tables
from ingest.script.engine import Chain, Step

VERSION = 1
Tables = list[dict[str, str]]


def names(direction: str) -> dict[str, tuple[str, str]]:
    """The protected names of a direction (`t2s`, `s2t`): each with its form in the other script and what it is."""
    return {
        row["from"]: (row["to"], f"{row['kind']}: {row['note']}")
        for row in tables.rows("names.tsv")
        if row["direction"] == direction
    }


def _over(direction: str, with_names: bool = True) -> dict[str, str]:
    own = {row["from"]: row["to"] for row in tables.rows("overlay.tsv") if row["direction"] == direction}
    return own | {name: to for name, (to, _) in names(direction).items()} if with_names else own


def _steps(configuration: str, with_names: bool = True) -> list[Tables]:
    """The dictionaries of a configuration, ours before them in its first step."""
    first, *rest = [[tables.dictionary(name) for name in step] for step in tables.configuration(configuration)]
    direction = "t2s" if configuration == "t2s" else "s2t" if configuration.startswith("s2") else ""
    own = _over(direction, with_names)
    words = {key: value for key, value in own.items() if len(key) > 1}
    singles = {key: value for key, value in own.items() if len(key) == 1}
    # One dictionary of words and one of characters: ours replace the package's, and the longest wins among both.
    *phrases, characters = first
    return [[{key: value for table in (*phrases, words) for key, value in table.items()}, characters | singles], *rest]


@cache
def chain(configuration: str) -> Chain:
    """The conversion of a configuration (`t2s`, `s2tw`), which keeps the length of every text."""
    return Chain(_steps(configuration))


@cache
def plain(configuration: str) -> Chain:
    """The same without the list of names: what would have been made of them."""
    return Chain(_steps(configuration, with_names=False))


@cache
def taiwan_words() -> Step:
    """The package's words for Taiwan (網絡 to 網路), keys in OpenCC's standard Traditional script."""
    return Step([tables.dictionary("TWPhrases.txt")])


def label(configuration: str) -> str:
    """The name under which a conversion is recorded."""
    return f"{configuration}+{VERSION}"


@cache
def pairs(name: str) -> frozenset[tuple[str, str]]:
    """The one-to-one pairs of a recorded chain (`t2s+1`): all that a recoded text may differ by from its source."""
    reached: dict[str, set[str]] = {}
    for step in _steps(name.partition("+")[0]):
        own: dict[str, set[str]] = {}
        for table in step:
            for key, value in table.items():
                if len(key) == len(value):
                    for a, b in zip(key, value, strict=True):
                        own.setdefault(a, set()).add(b)
        for made in reached.values():
            made.update([c for b in made for c in own.get(b, ())])
        for a, made in own.items():
            reached.setdefault(a, set()).update(made)
    return frozenset((a, b) for a, made in reached.items() for b in made if a != b)
