"""The conversions as this project uses them: the package's steps, the overlay and the names laid over the first.

A chain's name ends in the version of what is laid over the package (`t2s+1`), so that a table once published stays what
it was called: whoever changes `overlay.tsv` or `names.tsv` raises `VERSION`.
"""

from collections.abc import Iterable
from functools import cache

from ingest.script import dictionaries
from ingest.script.engine import Chain, Step

VERSION = 4
Tables = list[dict[str, str]]


@cache
def names(direction: str) -> dict[str, tuple[str, str]]:
    """The protected names of a direction (`t2s`, `s2t`): each with its form in the other script and what it is."""
    return {
        row["from"]: (row["to"], f"{row['kind']}: {row['note']}")
        for row in dictionaries.NAMES.rows()
        if row["direction"] == direction
    }


def _over(direction: str, with_names: bool = True) -> dict[str, str]:
    own = {row["from"]: row["to"] for row in dictionaries.OVERLAY.rows() if row["direction"] == direction}
    return own | {name: to for name, (to, _) in names(direction).items()} if with_names else own


# The steps of each conversion: dictionaries of words, of which the longest word wins, and one of characters after them.
_ST = (("STPhrases.txt", "STPhrases_GeneratedFromRegionalPhrases.txt"), ("STCharacters.txt",))
_TW = (("TWVariantsPhrases.txt",), ("TWVariants.txt",))
_STEPS: dict[str, tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]] = {
    # What Taiwan and Hong Kong write otherwise than OpenCC's standard is brought to Simplified in one step with the rest:
    # a page may come from either place, and its paragraphs from both.
    "t2s": ((("TSPhrases.txt", "RegionalPhrases"), ("TSCharacters.txt", "TSCharactersExt.txt", "RegionalCharacters")),),
    "s2t": (_ST,),
    "s2tw": (_ST, _TW),
    "s2hk": (_ST, (("HKVariantsPhrases.txt",), ("HKVariants.txt",))),
    "t2tw": (_TW,),
}


def _steps(configuration: str, with_names: bool = True) -> list[Tables]:
    """The dictionaries of a configuration, ours before them in its first step."""
    out: list[Tables] = []
    for words, singles in _STEPS[configuration]:
        phrases, characters = (_together(map(dictionaries.current, names)) for names in (words, singles))
        out.append([phrases, characters])
    direction = "t2s" if configuration == "t2s" else "s2t" if configuration.startswith("s2") else ""
    own = _over(direction, with_names)
    out[0][0] |= {key: value for key, value in own.items() if len(key) > 1}
    out[0][1] |= {key: value for key, value in own.items() if len(key) == 1}
    return out


def _together(parts: Iterable[dict[str, str]]) -> dict[str, str]:
    return {key: value for part in parts for key, value in part.items()}


@cache
def chain(configuration: str) -> Chain:
    """The conversion of a configuration (`t2s`, `s2tw`), which keeps the length of every text."""
    return Chain(_steps(configuration), leftmost=configuration != "t2s")


@cache
def plain(configuration: str) -> Chain:
    """The same without the list of names: what would have been made of them."""
    return Chain(_steps(configuration, with_names=False), leftmost=configuration != "t2s")


@cache
def taiwan_words() -> Step:
    """The package's words for Taiwan (網絡 to 網路), keys in OpenCC's standard Traditional script."""
    return Step([dictionaries.current("TWPhrases.txt")], leftmost=True)


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
