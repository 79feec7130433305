"""Converting a text to the target script: what is converted, by which chain, and what is changed besides."""

from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate

from ingest.blocks import Conversion
from ingest.config import Config
from ingest.script import (
    choices,
    configurations,
    converters,
    detect,
    engine,
    localised,
    names,
    origin,
    passages,
    preimage,
    stray,
)
from ingest.script.undecided import Score
from ingest.traced import Change

# Kinds of the mainland's words, more than of others, that make corner brackets a converter's.
_MAINLAND_QUOTES = 3
# An author is taken for the mainland's from so many nats on (`converters.author`), and the words of one whose text speaks
# against it but for its subject (party and congress are written of everywhere) are not undone.
_AUTHOR, _AUTHOR_ALONE = 0.0, -0.5
# News of Hong Kong names the mainland's institutions as often as the mainland's own: they count half. And its quotation marks
# are those that converters of web sites make of “”: they are given back to whoever is known for the mainland's by so much
# without them.
_NAMED, _AUTHOR_QUOTES = 0.5, 1.0
# Where one word of the mainland is all that shows it, he has to be known for one by so many.
_FEW, _AUTHOR_FEW = 2, 5.0
# Words are put back in lines that are a converter's by so much.
_OURS = 0.5
_CONFIGURATIONS = {"hans": "t2s", "hant-tw": "s2tw", "hant-hk": "s2hk"}


def convert(text: str, config: Config, score: Score | None = None, parted: engine.Parted | None = None) -> Conversion:
    """The text in the target script, paragraph by paragraph; what is in that script already is not touched.

    `score` gives natural log-probabilities of Simplified texts; with it the words of a known converter are undone by
    what it was given, without it by the table of localised words alone. `parted` tells of what looks like a word of the
    tables whether it is one where it stands.
    """
    classes = detect.signature(text)
    whole = detect.overall(classes)
    name = _CONFIGURATIONS[config.target]
    wrong: detect.Script = "hant" if config.target == "hans" else "hans"
    # Most texts hold no character of the other script, and need no look at their lines.
    lines = detect.lines(text, classes) if detect.LETTERS[wrong] in classes or stray.stands(text, name) else []
    spans = _spans(text, lines, whole, wrong)
    alone = _alone(text, lines, spans, name, score) if whole else []
    alone = [one.held_back(config.min_certainty) for one in alone]
    if not spans:
        return Conversion(whole, _origin(text, classes, whole), None, text, alone)
    chain = configurations.chain(name)
    parts: list[str] = []
    at = 0
    for start, end in spans:
        parts += (text[at:start], chain.convert(text[start:end], parted))
        at = end
    parts.append(text[at:])
    recoded, changes = names.kept(text, "".join(parts), spans, name)
    if config.target == "hans":
        frame = 0 if whole == "hant" else origin.signs(recoded).lean
        came, found = _restored(_cut(text, spans), _cut(recoded, spans), whole, frame, score)
    else:
        came, found = _origin(text, classes, whole), []
        if config.target == "hant-tw" and config.taiwan_words:
            found = _taiwan_words(_cut(text, spans))
    changes += _placed(found, spans)
    undecided = _apart(choices.changes(text, recoded, spans, name, score), changes)
    recoded = choices.taken_out(text, recoded, undecided)
    changes = [one.held_back(config.min_certainty) for one in changes + undecided]
    return Conversion(whole, came, configurations.label(name) if recoded != text else None, recoded, changes + alone)


def _apart(some: list[Change], others: list[Change]) -> list[Change]:
    """Those of one character that stand in none of the others."""
    taken = {at for one in others for at in range(one.start, one.end)}
    return [one for one in some if one.start not in taken]


def _alone(
    text: str,
    lines: list[detect.CountedLine],
    spans: list[tuple[int, int]],
    configuration: str,
    score: Score | None,
) -> list[Change]:
    """Single characters of the other script in the lines that are not converted."""
    converted = iter([*spans, (len(text) + 1, len(text) + 1)])
    start, end = next(converted)
    left = []
    for one in lines:
        while end <= one.start:
            start, end = next(converted)
        if one.end <= start:
            left.append(one)
    return stray.changes(text, left, configuration, score)


def _cut(text: str, spans: list[tuple[int, int]]) -> str:
    """The text of the spans, one after the other with a line break between."""
    return "\n".join(text[start:end] for start, end in spans)


def _placed(changes: list[Change], spans: list[tuple[int, int]]) -> list[Change]:
    """Changes of the cut text as changes of the whole: no rule reaches across a line break, so none across spans."""
    begins = list(accumulate((end - start + 1 for start, end in spans), initial=0))
    placed = []
    for one in changes:
        n = bisect_right(begins, one.start) - 1
        placed.append(one.shifted(spans[n][0] - begins[n]))
    return placed


def _restored(
    text: str, simplified: str, whole: detect.Script | None, frame: int, score: Score | None
) -> tuple[origin.Origin | None, list[Change]]:
    """The origin of Traditional text and what has to be undone besides its characters.

    `frame`: how many of the mainland's words the Simplified lines of its document hold (`origin.Signs.lean`).
    """
    signs = origin.signs(simplified)
    known = (
        passages.explained(text, simplified, max(signs.lean, frame), signs.kinds["mainland"], score) if score else []
    )
    if known and score:
        undone = [change for one in known for change in _undone(text, simplified, one, score)]
        return None if whole is None else "native" if whole == "hans" else "localised", undone
    # Most natives have no word of the mainland, and need no look at the table.
    hits = localised.scan(simplified) if signs.kinds["mainland"] else []
    came = origin.judge(text, signs, localised.evidence(hits, simplified)).origin
    # News and laws of Taiwan and Hong Kong name the mainland's institutions too; who writes like them wrote it himself.
    if came in ("phrase", "localised") and (
        converters.author(simplified, signs.lean * _NAMED) < _AUTHOR
        or (
            came == "localised"
            and converters.author(simplified, 0) < (_AUTHOR_FEW if signs.lean < _FEW else _AUTHOR_ALONE)
        )
    ):
        came = "native"
    found: list[Change] = []
    if came != "native":
        found = localised.undo(hits, simplified) if came == "localised" else []
        if signs.lean >= _MAINLAND_QUOTES and converters.author(simplified, 0) >= _AUTHOR_QUOTES:
            found += localised.unquote(simplified)
    return None if whole is None else "native" if whole == "hans" else came, found


def _undone(text: str, simplified: str, one: passages.Passage, score: Score) -> Iterator[Change]:
    """What a converter exchanged within a passage, in offsets of the whole; in lines that are another's it stays."""
    doubted = one.doubted
    begins = [line.start for line in doubted]
    for change in preimage.undo(text[one.start : one.end], simplified[one.start : one.end], one.verdict, score):
        change = change.shifted(one.start)
        at = bisect_right(begins, change.start) - 1
        if at >= 0 and change.start <= doubted[at].end:
            share = doubted[at].share
            note = f"{change.note}; that its line is this converter's is likely by {share:.0%}"
            change = change._replace(certainty="guess", note=note, applied=share >= _OURS)
        yield change


def _taiwan_words(simplified: str) -> list[Change]:
    """The package's words for Taiwan. Its keys are in OpenCC's standard Traditional script, its own forms come last."""
    standard = configurations.chain("s2t").convert(simplified)
    forms = configurations.chain("t2tw")
    return [
        Change(start, end, forms.convert(word), f"taiwan:{standard[start:end]}", "likely")
        for start, end, word in configurations.taiwan_words().words(standard)
        if word != standard[start:end]
    ]


def convert_words(value: str, config: Config, parted: engine.Parted | None = None) -> str:
    """A short value of metadata in the target script; words are not exchanged. `parted` as in `convert`."""
    wrong = "hant" if config.target == "hans" else "hans"
    if detect.overall(detect.signature(value)) in (wrong, "mixed"):
        return configurations.chain(_CONFIGURATIONS[config.target]).convert(value, parted)
    return value


def _spans(
    text: str, lines: list[detect.CountedLine], whole: detect.Script | None, wrong: detect.Script
) -> list[tuple[int, int]]:
    """The stretches of the text to be converted, neighbouring lines as one."""
    spans: list[tuple[int, int]] = []
    joined = False
    classes = detect.signature(text)
    for one in lines:
        if one.foreign(whole, wrong, text, classes):
            if joined:
                spans[-1] = (spans[-1][0], one.end)
            else:
                spans.append((one.start, one.end))
            joined = True
        else:
            joined = False
    return spans


def _origin(text: str, classes: str, whole: detect.Script | None) -> origin.Origin | None:
    """How the text came to its script; a Simplified text was written so."""
    if whole is None:
        return None
    if whole == "hans":
        return "native"
    own = "\n".join(text[one.start : one.end] for one in detect.lines(text, classes) if one.script != "hans")
    return _restored(own, configurations.chain("t2s").convert(own), whole, 0, None)[0]
