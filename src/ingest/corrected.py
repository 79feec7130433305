"""What a person said, done to a page: corrections made over the edits of rules, and rules held back where they were refused.

A correction has the last word about its place. `reject` and `keep` hold back the changes of stages before these are made,
so that everything behind them sees the page as it will be; `correct`, `accept` and `strike` put their own edit in the
place of those that stand there. Nothing of that is silent either: what was overruled stays in the list of edits, as
declined, and what was made names the stage `correction` beside the others.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ingest.correction import Correction, effective
from ingest.traced import Change, Stage, Traced, TracedEdit

_HOLDS: dict[str, tuple[Stage, ...]] = {"reject": ("repair", "script"), "keep": ("strip",)}
"""The stages whose changes an action holds back."""


class Spoken(NamedTuple):
    """The corrections of a page: those that are to be made, and those that were said of another state of it."""

    fitting: tuple[Correction, ...] = ()
    stale: tuple[Correction, ...] = ()

    @property
    def fields(self) -> tuple[Correction, ...]:
        """What is said of the document's columns."""
        return tuple(one for one in self.fitting if one.field is not None)

    @property
    def title(self) -> str | None:
        """The title, where one was set."""
        return next((one.after for one in self.fields if one.field == "title"), None)


def spoken(said: Iterable[Correction], source: str, raw_sha256: str, page_text: str) -> Spoken:
    """The corrections that count of those of a page, each where the page has what it was said of.

    A new version may read a page a little otherwise: then the place is where the same words stand, if they stand once.
    """
    fitting, stale = [], []
    for one in effective(said, source):
        found = _placed(one, page_text) if one.raw_sha256 == raw_sha256 else None
        if found is None:
            stale.append(one)
        else:
            fitting.append(found)
    return Spoken(tuple(fitting), tuple(stale))


def _placed(one: Correction, page_text: str) -> Correction | None:
    if one.before is None or one.start is None or one.field is not None:
        return one
    if page_text.startswith(one.before, one.start):
        return one
    at = page_text.find(one.before)
    if at < 0 or page_text.find(one.before, at + 1) >= 0:
        return None
    return one.model_copy(update={"start": at, "end": at + len(one.before)})


# ---------------------------------------------------------------- holding back


def held_back(traced: Traced, changes: Iterable[Change], stage: Stage, said: Sequence[Correction]) -> Traced:
    """The text with the changes of a stage made, but for those that a person does not want; these are declined edits."""
    places = [
        (one, traced.to_text(one.start), traced.to_text(one.end))
        for one in said
        if stage in _HOLDS.get(one.action, ()) and one.start is not None and one.end is not None
    ]
    made: list[Change] = []
    refused: list[TracedEdit] = []
    for change in changes:
        against = [place for place in places if change.applied and _meets(traced, change, place[0])]
        if not against:
            made.append(change)
            continue
        if stage == "strip":
            made += _around(traced, change, [(start, end) for _, start, end in against])
        start, end = traced.to_page(change.start, change.end)
        refused += (_declined(change, stage, one, *_within(start, end, one, stage)) for one, _, _ in against[:1])
    after = traced.apply(made, stage)
    return Traced(after.page, after.base, after.edits, (*after.declined, *refused)) if refused else after


def _meets(traced: Traced, change: Change, one: Correction) -> bool:
    """Whether a change touches the place of a correction; what is put in before a character touches that."""
    start, end = traced.to_page(change.start, change.end)
    return one.start is not None and one.end is not None and start < one.end and one.start < max(end, start + 1)


def _around(traced: Traced, change: Change, kept: Sequence[tuple[int, int]]) -> list[Change]:
    """What is left of a removal when spans of it stay; these stay with the line breaks at their ends."""
    text, out, at = traced.text, [], change.start
    for start, end in sorted(kept):
        while start > change.start and text[start - 1].isspace():
            start -= 1
        while end < change.end and text[end].isspace():
            end += 1
        if at < start:
            out.append(change._replace(start=at, end=start))
        at = max(at, end)
    if at < change.end:
        out.append(change._replace(start=at))
    return out


def _within(start: int, end: int, one: Correction, stage: Stage) -> tuple[int, int]:
    """The place of a declined change: of a removal only what is kept of it, and of nothing the character behind it."""
    if stage == "strip" and one.start is not None and one.end is not None:
        return max(start, one.start), min(end, one.end)
    return start, max(end, start + 1)


def _declined(change: Change, stage: Stage, one: Correction, start: int, end: int) -> TracedEdit:
    rules = (change.rule, f"person:{one.action}")
    note = one.saying + (f"; {change.note}" if change.note else "")
    return TracedEdit(start, end, change.after, (stage, "correction"), rules, change.certainty, note, False)


# ---------------------------------------------------------------- overruling


def before_notices(traced: Traced, said: Sequence[Correction]) -> Traced:
    """The text with its words corrected and its struck spans out, so that notices and outline read it as it will be."""
    for one in said:
        if one.action == "correct" or (one.action == "accept" and one.after):
            traced = _overruled(traced, one, one.after or "")
    for one in said:
        if one.action == "strike":
            traced = _overruled(traced, one, _border(traced.page, one.start or 0, one.end or 0))
    return traced


def _border(page: str, start: int, end: int) -> str:
    """What a removal leaves: a line break where it reaches from the middle of a line to that of another."""
    inside = start > 0 and page[start - 1] != "\n" and end < len(page) and page[end] != "\n"
    return "\n" if inside and "\n" in page[start:end] else ""


def behind_notices(traced: Traced, said: Sequence[Correction]) -> Traced:
    """The same with the removals that a person agrees to: made after the notices, which first read what the lines say."""
    for one in said:
        if one.action == "accept" and not one.after:
            traced = _overruled(traced, one, "")
    return traced


def _overruled(traced: Traced, one: Correction, after: str) -> Traced:
    """The text with `after` in a place of the page, whatever edits stand there now."""
    start, end = one.start or 0, one.end or 0
    touched = [e for e in traced.edits if e.start < end and start < e.end]
    rest = [e for e in traced.edits if e not in touched]
    rule = f"person:{one.action}"
    declined = list(traced.declined)
    for edit in touched:
        if not edit.after:  # a removal that reaches further goes on to the border
            rest += [edit._replace(end=start)] if edit.start < start else []
            rest += [edit._replace(start=end)] if end < edit.end else []
        elif edit.start < start or end < edit.end or after == traced.base[start:end]:
            declined.append(
                edit._replace(
                    stages=(*edit.stages, "correction"), rules=(*edit.rules, rule), note=one.saying, applied=False
                )
            )
    if after != traced.base[start:end]:
        strip: tuple[Stage, ...] = ("strip",) if one.action == "strike" else ()
        stages = tuple(dict.fromkeys([*(s for e in touched for s in e.stages), *strip, "correction"]))
        if after.strip() and "strip" in stages:  # what stands again is not taken out
            stages = tuple(s for s in stages if s != "strip")
        rules = tuple(dict.fromkeys([*(r for e in touched for r in e.rules), *one.rules, rule]))
        pieces = _by_line(traced.page, start, end, after)
        rest += (TracedEdit(*piece, stages, rules, "exact", one.saying) for piece in pieces)
    # What had been considered and left is no longer declined where it is what a person wants.
    kept = [e for e in declined if not (e.start == start and e.end == end and e.after == after)]
    return Traced(traced.page, traced.base, sorted(rest, key=lambda e: e.start), kept)


def _by_line(page: str, start: int, end: int, after: str) -> list[tuple[int, int, str]]:
    """A replacement in pieces of a line each, since a record may begin at any line: start, end, what stands there.

    Each piece has a printed character of the page to itself, for as many lines as there are such characters.
    """
    lines = [line for line in after.splitlines(keepends=True) if line]
    solid = [n for n in range(start, end) if not page[n].isspace()]
    pieces: list[tuple[int, int, str]] = []
    at = start
    for n, line in enumerate(lines):
        if not line.strip() and pieces:
            pieces[-1] = (*pieces[-1][:2], pieces[-1][2] + line)
            continue
        nxt = (n + 1) * len(solid) // len(lines)
        stop = end if n + 1 == len(lines) or nxt >= len(solid) else solid[nxt]
        if stop <= at:
            return [(start, end, after)]
        pieces.append((at, stop, line))
        at = stop
    if pieces:
        pieces[-1] = (pieces[-1][0], end, pieces[-1][2])
    return pieces or [(start, end, after)]


# ---------------------------------------------------------------- the title


def title_line(text: str, title: str) -> tuple[int, int] | None:
    """The line of the text that is this title, white space aside; None where no line is."""
    want, at = "".join(title.split()), 0
    for line in text.split("\n"):
        if "".join(line.split()) == want:
            low = at + len(line) - len(line.lstrip())
            return low, at + len(line.rstrip())
        at += len(line) + 1
    return None
