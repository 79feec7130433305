"""A slip proved by the same text on a clean page: the mirror's damage run forward over it shows just what stands there.

No language model is asked. The clean text says what the bytes were, the forward model (`forward`) what inserting readings
and markers into them makes a reader see; if that is what the damaged page shows, up to where both agree again for
`AGREE` characters, the clean text is what stood there. Digits and letters, which no language model can know, are proved with
the rest. The search is over places in both texts, so its cost is that of the two lengths, within `BUDGET`.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import groupby
from typing import NamedTuple

from ingest.han.width import fold
from ingest.patterns import pattern
from ingest.repair import forward
from ingest.repair.characters import LETTERS, gbk, reads, simplified, traditional_forms
from ingest.traced import Change

AGREE = 12
"""Letters, ideographs and digits that must be the same on either side of the damage."""
LONG = 300
"""Characters of the clean text, and of the damaged one, that are compared at most."""
BUDGET = 20_000
"""States of the comparison."""
HOLE = "\ufffc"
"""What stands in a text for a place that is in doubt: no proof reaches across it."""

_LOST = "[?\N{FULLWIDTH QUESTION MARK}]|[\x00\ufffd]{1,2}"
_TORN = pattern(rf"(?:{_LOST})[(（]?([{LETTERS}]{{1,6}}) ?[)）]")
_WHOLE = pattern(rf"[(（] ?([{LETTERS}]{{1,6}}) ?[)）]")
_SWALLOWED = pattern(_LOST)
_NO_LETTER = pattern(rf"[^\w{HOLE}]")
_TAIL = pattern(r"([^\W_]?)([\W_]*)\Z")
_MARKS = frozenset(mark.encode("gbk") for mark in forward.MARKED)
_ALIKE = ("“「『〝", "”」』〞", "‘『「", "’』」", "·・•", "—－─", "〔[［", "〕]］")


class Passage(NamedTuple):
    """A piece of a clean page. `page`: the damaged one that it speaks for; `before`: the last `AGREE` letters in front of the
    damage; `text`: what stands behind these, white space aside, as far as it was compared; `source`: the clean page."""

    page: str
    before: str
    text: str
    source: str


class Piece(NamedTuple):
    """A damaged stretch, in offsets of the damaged text, and what stood there."""

    start: int
    end: int
    after: str


class Proved(NamedTuple):
    """What was damaged, and how much of the clean text was looked at."""

    pieces: tuple[Piece, ...]
    compared: int


def squashed(text: str) -> str:
    """What is compared of a text: Simplified letters, ideographs and digits, and holes."""
    return _NO_LETTER.sub("", simplified(fold(text))).lower().replace("_", "")


def key(before: str) -> str:
    """The end of a text as a `Passage` keeps it; shorter than `AGREE` or with a hole in it, it proves nothing."""
    return squashed(before[-8 * AGREE :])[-AGREE:]


Passages = Mapping[str, Sequence[Passage]]
"""Passages by what stands before them."""


def arranged(passages: Sequence[Passage]) -> Passages:
    """Passages in the order they are looked up in."""
    ordered = sorted(passages)
    return {before: tuple(each) for before, each in groupby(ordered, key=lambda passage: passage.before)}


def changes(known: Passages, text: str, start: int, before: str, traditional: bool) -> list[Change]:
    """What a passage proves of the damage that begins at `start`, `before` being the text in front of it as it was: more than
    one change where little stands between damage and damage. Passages that say different things prove nothing."""
    found = [
        (made, passage)
        for passage in known.get(key(before), ())
        if (made := explained(passage.text, before, text[start : start + LONG], traditional))
    ]
    if len({tuple(piece._replace(after=simplified(piece.after)) for piece in made.pieces) for made, _ in found}) != 1:
        return []
    made, passage = found[0]
    note = f"the same text stands undamaged in {passage.source}, and damaged as mirrors do it shows this"
    return [Change(start + begin, start + end, after, "phase-slip", "exact", note) for begin, end, after in made.pieces]


def explained(clean: str, before: str, observed: str, traditional: bool) -> Proved | None:
    """Whether `observed` is what a mirror makes of `clean`, which begins behind the last letter of `before`.

    `before` is the text in front of the damage as it was, `traditional` whether the page is. Pieces are in offsets of `observed`.
    """
    head = _TAIL.search(before)
    assert head is not None
    signs = "".join(head[2].split())
    made = _compared(clean[:LONG], signs + observed, head[1], traditional)
    if made is None or made.pieces[0].start < len(signs):
        return None
    return made._replace(
        pieces=tuple(p._replace(start=p.start - len(signs), end=p.end - len(signs)) for p in made.pieces)
    )


class _State(NamedTuple):
    """A place in both texts. `rest` is what is left of the present character's bytes, `waiting` the byte that the reader
    holds (-1: none), `last` the last two bytes of the original."""

    at: int
    rest: bytes
    seen: int
    waiting: int
    last: bytes
    agreed: int


class _Step(NamedTuple):
    """How a state was reached. `char`: one that begins here; `whole`: up to these places in both texts all is as it was."""

    former: "_Step | None"
    char: str = ""
    whole: tuple[int, int] | None = None


def _compared(clean: str, observed: str, last: str, traditional: bool) -> Proved | None:
    """Both begin behind the character `last`."""
    begin = {gbk(form)[-1:] for form in _forms(last, traditional)} if last else {b""}
    stack = [(_State(0, b"", 0, -1, byte, 0), _Step(None, whole=(0, 0))) for byte in sorted(begin)]
    visited: set[_State] = set()
    while stack:
        state, step = stack.pop()
        if state in visited:
            continue
        if len(visited) >= BUDGET:
            return None
        visited.add(state)
        if state.agreed >= AGREE and not state.rest and state.waiting < 0:
            pieces = _pieces(step)
            torn = any("\n" in observed[piece.start : piece.end] for piece in pieces)
            return Proved(pieces, state.at) if pieces and not torn else None
        # What is tried last is popped first: the next byte as it is, before any insertion.
        stack += _inserted(state, step, clean, observed)
        stack += _next_byte(state, step, clean, observed, traditional)
    return None


def _pieces(last: _Step) -> tuple[Piece, ...]:
    """The stretches between what is whole and what is whole again."""
    steps, step = [], last
    while step.former is not None:
        steps.append(step)
        step = step.former
    chars = "".join(step.char for step in steps[::-1])
    found: list[Piece] = []
    at, seen = 0, 0
    for step in steps[::-1]:
        if step.whole is None:
            continue
        now, place = step.whole
        if now > at and (now - 1, place - 1) != (at, seen):  # its own character is the last of these, and as it was
            found.append(Piece(seen, place - 1, chars[at : now - 1]))
        at, seen = step.whole
    return tuple(found)


def _inserted(state: _State, step: _Step, clean: str, observed: str) -> Iterator[tuple[_State, _Step]]:
    """What a mirror may have put here: a reading behind a pair, a marker before a mark."""
    torn = state.waiting >= 0
    if not torn and not state.rest and observed[state.seen : state.seen + 1].isspace():
        yield _passed(state, state.seen + 1, step)
    found = (_TORN if torn else _WHOLE).match(observed, state.seen)
    if found and len(state.last) == 2:
        pair = state.last.decode("gbk", "ignore")
        if len(pair) == 1 and reads(pair, found[1]):
            if torn:
                yield state._replace(seen=found.end(), waiting=-1, agreed=0), step
            else:
                yield _passed(state, found.end(), step)
    lost = _SWALLOWED.match(observed, state.seen) if torn else None
    # The marker, or a line's end or a space that the clean page does not have.
    if lost and (not state.rest or any(state.rest + first in _MARKS for first in _firsts(clean, state.at))):
        yield state._replace(seen=lost.end(), waiting=-1, agreed=0), step


def _passed(state: _State, seen: int, step: _Step) -> tuple[_State, _Step]:
    """Something of the damaged text passed over; behind what is whole it is no damage."""
    whole = state.agreed > 0 or state.at == 0
    return state._replace(seen=seen), _Step(step, whole=(state.at, seen)) if whole and not state.rest else step


def _firsts(clean: str, at: int) -> set[bytes]:
    return {gbk(form)[:1] for form in _forms(clean[at], False)} if at < len(clean) else set()


def _next_byte(
    state: _State, step: _Step, clean: str, observed: str, traditional: bool
) -> Iterator[tuple[_State, _Step]]:
    if state.rest:
        own = state.waiting >= 0  # both halves of one character, and nothing between them
        for seen, waiting in _shown(state, state.rest[0], observed):
            whole = own and waiting < 0
            yield _after(state._replace(rest=b""), state.rest, seen, waiting, whole, step, clean)
    elif state.at < len(clean):
        for form in reversed(_forms(clean[state.at], traditional)):
            code = gbk(form)
            there = state._replace(at=state.at + 1, rest=code[1:])
            chosen = _Step(step, form)
            for seen, waiting in _shown(state, code[0], observed):
                if state.waiting >= 0:  # astride
                    yield _after(there, code[:1], seen, waiting, False, chosen, clean)
                elif code[1:]:
                    yield there._replace(waiting=waiting, last=state.last[-1:] + code[:1]), chosen
                else:
                    yield _after(there, code[:1], seen, waiting, True, chosen, clean)


def _after(
    state: _State, byte: bytes, seen: int, waiting: int, whole: bool, step: _Step, clean: str
) -> tuple[_State, _Step]:
    moved = state._replace(seen=seen, waiting=waiting, last=state.last[-1:] + byte)
    if not whole:
        return moved._replace(agreed=0), step
    agreed = state.agreed + clean[state.at - 1].isalnum()
    return moved._replace(agreed=agreed), _Step(step, whole=(state.at, seen))


def _shown(state: _State, byte: int, observed: str) -> Iterator[tuple[int, int]]:
    """What the reader does with one more byte, where the page shows that: how much is then seen, and which byte waits."""
    at = state.seen
    if state.waiting < 0:
        if byte >= 0x81 and byte != 0xFF:
            yield at, byte
        elif observed[at : at + 1] and _alike(chr(byte) if byte < 0x80 else "€", observed[at]):
            yield at + 1, -1
    elif 0x40 <= byte <= 0xFE and byte != 0x7F:
        shown = forward.pairs()[state.waiting << 8 | byte]
        if not shown:
            yield at, -1
        elif observed[at : at + 1] and _alike(shown, observed[at]):
            yield at + 1, -1
    elif lost := _SWALLOWED.match(observed, at):
        yield lost.end(), -1


@cache
def _alike(shown: str, observed: str) -> bool:
    """The same, or what another width or script makes of it."""
    return shown == observed or fold(simplified(shown)) == fold(simplified(observed))


@cache
def _forms(char: str, traditional: bool) -> tuple[str, ...]:
    """What a character of the clean page may have been on the other: the likeliest first, those alone that GBK has."""
    plain = simplified(char)
    others = traditional_forms().get(plain, "")
    forms = [*others, char, plain] if traditional else [plain, char, *others]
    for form in (fold(char), chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else "", *_ALIKE):
        forms += form if len(form) < 2 or char in form else ""
    if char == "。":
        forms.append(".")
    return tuple(form for form in dict.fromkeys(forms) if gbk(form))
