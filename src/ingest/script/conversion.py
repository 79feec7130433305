"""Converting a text to the target script, traced."""

from functools import cache

from ingest.blocks import Conversion
from ingest.config import Config
from ingest.script import detect, tables
from ingest.script.engine import Chain

VERSION = 1
_CHAINS = {"hans": "t2s", "hant-tw": "s2tw", "hant-hk": "s2hk"}


@cache
def _chain(name: str) -> Chain:
    return Chain([tables.group(step) for step in tables.configuration(name)])


def pairs(chain: str) -> frozenset[tuple[str, str]]:
    """The one-to-one pairs of a chain's tables: all that a recoded text may differ by from its source."""
    found: dict[str, set[str]] = {}
    for step in tables.configuration(chain.partition("+")[0]):
        own: dict[str, set[str]] = {}
        for table in tables.group(step):
            for key, value in table.items():
                if len(key) == len(value):
                    for a, b in zip(key, value, strict=True):
                        own.setdefault(a, set()).add(b)
        for made in found.values():
            made.update(c for b in list(made) for c in own.get(b, ()))
        for a, bs in own.items():
            found.setdefault(a, set()).update(bs)
    return frozenset((a, b) for a, bs in found.items() for b in bs if a != b)


def convert(text: str, config: Config) -> Conversion:
    """The text in the target script, paragraph by paragraph; what is in that script already is not touched."""
    lines = detect.lines(text, detect.signature(text))
    whole = detect.verdict(sum(one.traditional for one in lines), sum(one.simplified for one in lines))
    wrong = "hant" if config.target == "hans" else "hans"
    name = _CHAINS[config.target]
    out: list[str] = []
    at = 0
    for one in lines:
        if (one.script or whole) in (wrong, "mixed"):
            done = _chain(name).convert(text[one.start : one.end])
            out += (text[at : one.start], done if len(done) == one.end - one.start else text[one.start : one.end])
            at = one.end
    out.append(text[at:])
    recoded = "".join(out)
    return Conversion(whole, "native", f"{name}+{VERSION}" if recoded != text else None, recoded, [])


def convert_words(value: str, config: Config) -> str:
    """A short value of metadata in the target script."""
    return _chain(_CHAINS[config.target]).convert(value)
