"""Converting a text to the target script: what is converted, by which chain, and what is changed besides."""

from functools import cache

from ingest.blocks import Conversion
from ingest.config import Config
from ingest.script import chains, detect, localised, origin
from ingest.script.engine import Finder
from ingest.traced import Change

_CONFIGURATIONS = {"hans": "t2s", "hant-tw": "s2tw", "hant-hk": "s2hk"}


def convert(text: str, config: Config) -> Conversion:
    """The text in the target script, paragraph by paragraph; what is in that script already is not touched."""
    lines = detect.lines(text, detect.signature(text))
    whole = detect.overall(lines)
    name = _CONFIGURATIONS[config.target]
    spans = _spans(lines, whole, "hant" if config.target == "hans" else "hans")
    if not spans:
        return Conversion(whole, _origin(text, lines, whole), None, text, [])
    chain = chains.chain(name)
    parts: list[str] = []
    at = 0
    for start, end in spans:
        parts += (text[at:start], chain.convert(text[start:end]))
        at = end
    parts.append(text[at:])
    recoded = "".join(parts)
    came = _origin(text, lines, whole)
    changes = _kept_names(text, recoded, spans, name)
    if config.target == "hans" and came != "native":
        for start, end in spans:
            part = recoded[start:end]
            found = localised.unquote(part) + (localised.undo(part) if came == "localised" else [])
            changes += [one._replace(start=one.start + start, end=one.end + start) for one in found]
    return Conversion(whole, came, chains.label(name) if recoded != text else None, recoded, changes)


def convert_words(value: str, config: Config) -> str:
    """A short value of metadata in the target script; words are not exchanged."""
    lines = detect.lines(value, detect.signature(value))
    wrong = "hant" if config.target == "hans" else "hans"
    if detect.overall(lines) in (wrong, "mixed"):
        return chains.chain(_CONFIGURATIONS[config.target]).convert(value)
    return value


def _spans(lines: list[detect.Line], whole: detect.Script | None, wrong: detect.Script) -> list[tuple[int, int]]:
    """The stretches of the text to be converted, neighbouring lines as one."""
    spans: list[tuple[int, int]] = []
    joined = False
    for one in lines:
        if one.foreign(whole, wrong):
            if joined:
                spans[-1] = (spans[-1][0], one.end)
            else:
                spans.append((one.start, one.end))
            joined = True
        else:
            joined = False
    return spans


def _origin(text: str, lines: list[detect.Line], whole: detect.Script | None) -> origin.Origin | None:
    """How the text came to its script; a Simplified text was written so."""
    if whole is None:
        return None
    if whole == "hans":
        return "native"
    own = "\n".join(text[one.start : one.end] for one in lines if one.script != "hans")
    return origin.judge(own, chains.chain("t2s").convert(own)).origin


@cache
def _name_finder(direction: str) -> tuple[Finder, dict[str, str]]:
    forms = {name: to for name, (to, _) in chains.names(direction).items()}
    return Finder(forms), forms


def _kept_names(text: str, recoded: str, spans: list[tuple[int, int]], name: str) -> list[Change]:
    """Names that the tables alone would have written otherwise: on record as declined."""
    direction = "t2s" if name == "t2s" else "s2t"
    finder, forms = _name_finder(direction)
    listed = chains.names(direction)
    changes = []
    for start, end in spans:
        for match in finder.find(text[start:end], forms):
            low, high = start + match.start, start + match.end
            found = text[low:high]
            blind = chains.plain(name).convert(found)
            if recoded[low:high] != blind:
                changes.append(Change(low, high, blind, f"name:{found}", "exact", listed[found][1], applied=False))
    return changes
