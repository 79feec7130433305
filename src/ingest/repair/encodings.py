"""Text that was decoded as what it is not: where it stands on the page, and what is done about it.

`changes` is one cheap pass for the signs that each kind of damage leaves, so that a clean page pays for nothing else:
runs of Western letters no language has, private-use characters, the characters that UTF-8's first bytes make in GBK.
What is damaged beyond repair (U+FFFD, 锟斤拷) is flagged and never invented.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from ingest.config import Config
from ingest.patterns import pattern
from ingest.repair import escapes, signs, unreadable, western
from ingest.repair.quotes import MEANT
from ingest.traced import Certainty, Change

if TYPE_CHECKING:
    from ingest.repair.codecs import Undone
    from ingest.repair.domain import AnyModel
    from ingest.repair.unread import Found

_EXTRA = "ŒœŠšŸŽžƒˆ˜–—‘’‚“”„†‡•…‰‹›€™"
"""What cp1252 has where Latin-1 has nothing."""
_MAC = "".join(c for c in bytes(range(0x80, 0x100)).decode("mac_roman") if c > "\xff" and c not in _EXTRA)
_HIGH = "\x80-\xff" + _EXTRA + _MAC
_USUAL = "\xa0§©®°±·×÷¥£•–—‘’“”…‰€™≈≠≤≥∞√∑∏∂∆Ω"
"""Of these, what pages have anyway."""
_HIGHS = frozenset((*map(chr, range(0x80, 0x100)), *_EXTRA, *_MAC))
_UNUSUAL = "".join(c for c in (*map(chr, range(0x80, 0x100)), *_EXTRA, *_MAC) if c not in _USUAL)
_LATIN = pattern("[U](?:[U]{2}|(?:[^\n]{0,2}[U]){3})".replace("U", re.escape(_UNUSUAL)))
_BEHIND = pattern(rf"(?:(?<=[{_HIGH}])[@-~])?(?:[{_HIGH}][@-~]?)*")
_PAIRS = pattern(rf"(?:[{_HIGH}][@-~{_HIGH}])+[{_HIGH}]?")
_WESTERN_WORD = pattern("[ÂÃ][\x80-\xbf]|â[\x80€][\x80-\xbf™œ¦“”˜]")
_PRIVATE = pattern(
    "[\ue000-\ue765][^\n]{0,12}[\ue000-\ue765\u3040-\u30ff]|[\u3040-\u30ff][^\n]{0,12}[\ue000-\ue765]"
    "|[\u4e00-\u9fff][\u0370-\u04ff\u2550-\u2595][\u4e00-\u9fff]"
)
_USER = pattern("[\ue000-\ue765]")
_UNBROKEN = pattern("[^\ufffd?\n]{4,}")
_UTF8_AS_GBK = pattern(f"[{signs.LEADS}][^\n]{{1,6}}[{signs.LEADS}]")
_LOST = pattern("(?:\ufffd|锟斤拷|锟斤|烫烫烫|屯屯屯)+(?:[^\n\u4e00-\u9fff]{0,3}(?:\ufffd|锟斤拷|锟斤)+)*")
_GATES = (
    _LATIN,
    pattern("[ÂÃâ][\x80-\xbf€™œ¦“”˜]"),
    pattern("[\ue000-\ue765\u0370-\u04ff\u2550-\u2595\ufffd]"),
    _UTF8_AS_GBK,
    signs.SWAPPED,
    pattern("烫烫烫|屯屯屯|锟斤"),
)
_ANY = pattern(
    f"[{re.escape(_UNUSUAL)}{signs.LEADS}{signs.SWAPPED.pattern[1:-1]}\ue000-\ue765\u0370-\u04ff\u2550-\u2595\ufffd烫屯锟\ud800-\udbff]"
)
"""What each of those begins with, and halves of surrogate pairs: most pages have none, which one look tells."""
_PIECE = pattern("[^\x00-\x7f，。；：、！？（）《》“”]+[?\ufffd]?[^\x00-\x7f，。；：、！？（）《》“”]*[?\ufffd]?")
LONGEST = 2000
LIKELY = 5.0
"""Margin of a line whose lost bytes were guessed: see docs/repair.md."""
FLUENT = -7.5
"""Mean log-probability of a character that a line must have when lost bytes of pairs are put back."""
TRIES = 3
"""Lines that are searched for lost bytes of pairs in vain, one behind the other, before a page is given up: a list of rare
characters is not searched throughout."""
FOREIGN = 12
"""Lines of one page that are asked in vain whether they were read as Japanese or Korean."""
BETTER = 0.3
"""By how much a character's mean log-probability must rise with what is supposed to be gone."""
GARBAGE = -10.5
"""A line whose characters have more (mean natural log-probability) is not searched for lost bytes of pairs."""
UNLIKELY = -9.5
"""The same of one that is asked whether it was read as Japanese or Korean, which costs little."""
MOST = 20_000
"""Characters of one page that are searched for lost bytes, some seconds; lines beyond them are flagged."""
OFTEN = 4
"""Examples of one page from which on they are damage."""
MOST_BESIDE = 50
"""Short stretches of one line that are looked at beside a proved one."""
LETTERS = 4
"""Letters beyond ASCII, in words that no language has, that make a stretch suspicious."""


def changes(text: str, config: Config) -> list[Change]:
    """Repairs of everything that was decoded as what it is not, and flags on what cannot be repaired."""
    if text.isascii() and not any(sign in text for sign in "&\\%=+~<"):
        return []
    some = _ANY.search(text) is not None
    escaped = any(gate.search(text) for gate in escapes.GATES) or (some and escapes.HALF.search(text))
    found = [*escapes.changes(text)] if escaped else []
    gates = [gate for gate in _GATES if gate.search(text)] if some else []
    garbled = [start for start, end, kind in unreadable.lines(text) if signs.chinese(text[start:end], kind)]
    if not gates and not garbled:
        return _apart(found)
    return _apart(found + _Page(text, config).changes(gates, garbled))


def _apart(found: list[Change]) -> list[Change]:
    """Without those that overlap one before them."""
    out: list[Change] = []
    for change in sorted(found, key=lambda c: (c.start, -c.end)):
        if not out or change.start >= out[-1].end:
            out.append(change)
    return out


class _Page:
    """One page's search: what its lines have proved of one another, and what it may still cost."""

    def __init__(self, text: str, config: Config) -> None:
        self.text, self.config = text, config
        self.proved: set[str] = set()
        self.left, self.tries, self.foreign = MOST, TRIES, FOREIGN

    @cached_property
    def shows_all(self) -> bool:
        """Whether the page's reader of GBK has private-use characters for pairs without one of their own."""
        return bool(_USER.search(self.text))

    @cached_property
    def model(self) -> "AnyModel":
        """The language model, loaded when the first line asks for it."""
        from ingest.repair.domain import chosen

        return chosen(self.config)

    def changes(self, gates: Sequence[re.Pattern[str]], garbled: Sequence[int]) -> list[Change]:
        """Changes of every suspicious line, and of those that hold one of some offsets; those that prove nothing alone are looked at again in the light of the others."""
        found: list[Change] = []
        again: list[tuple[int, str]] = []
        at = 0
        for line in self.text.split("\n"):
            if line and not line.isascii():
                holds = bisect_left(garbled, at) < bisect_left(garbled, at + len(line))
                here = list(self._line(line, at)) if holds or any(gate.search(line) for gate in gates) else []
                found += here
                if not any(c.applied for c in here):
                    again.append((at, line))
            at += len(line) + 1
        if self.proved:
            for at, line in again:
                undone = self._known(line)
                if undone:
                    found = [c for c in found if not at <= c.start < at + len(line)]
                    found.append(Change(at, at + len(line), undone.text, "double-encoding", "likely", undone.chain))
            found += self._rest(found)
        meant = [n for n, c in enumerate(found) if (c.note or "").startswith(MEANT)]
        if len(meant) >= OFTEN:  # nobody quotes so many examples: this page is damaged inside its quotation marks
            for n in meant:
                chain, _, after = (found[n].note or "").removeprefix(MEANT).partition(": ")
                found[n] = found[n]._replace(after=after, certainty="likely", note=chain, applied=True)
        return found

    def _rest(self, found: Sequence[Change]) -> list[Change]:
        """Short stretches beside what was restored, where the page has proved that UTF-8 was read as GBK."""
        if not self.proved.intersection(("utf-8 read as gbk", "utf-8 read as gb18030")):
            return []
        self.proved.add("utf-8 read as gbk")
        covered = sorted((c.start, c.end) for c in found)
        out: list[Change] = []
        for match in _PIECE.finditer(self.text):
            start, end = match.span()
            if _free(covered, start, end) and end - start > 1 and "\n" not in match[0] and signs.LEAD.search(match[0]):
                out += self._lossy(match[0], start, False)
        return out

    def _known(self, line: str) -> "Undone | None":
        from ingest.repair import codecs

        undone = codecs.undo(line, self.model, known=frozenset(self.proved)) if len(line) <= LONGEST else None
        return undone if undone and undone.chain in self.proved else None

    def _line(self, line: str, at: int) -> Iterator[Change]:
        done: list[Change] = []
        if _LATIN.search(line):
            done += self._latin(line, at)
        if not done and _WESTERN_WORD.search(line):
            done += (_moved(c, at) for c in western.changes(line))
        if not done and (
            _PRIVATE.search(line)
            or signs.dense(line)
            or signs.swapped(line)
            or (signs.garbled(line) and not signs.kana(line))
        ):
            done += self._chinese(line, at)
        yield from done
        covered = sorted((c.start, c.end) for c in done)
        for match in _LOST.finditer(line):
            if _free(covered, at + match.start(), at + match.end()):
                note = "the bytes that stood here are gone"
                yield Change(at + match.start(), at + match.end(), match[0], "lost-bytes", "guess", note, False)

    def _latin(self, line: str, at: int) -> Iterator[Change]:
        """Stretches of Western letters that are Chinese in another encoding."""
        from ingest.repair import codecs, latin

        for low, high, count in latin.broken(line):
            if count < LETTERS or high - low > LONGEST:
                continue
            for start, end in _borders(line, low, high):
                undone = codecs.undo(line[start:end], self.model, codecs.WESTERN)
                if undone:
                    made = self._made(at + start, at + end, undone, "exact")
                    yield made
                    if made.applied:
                        yield from self._beside(line, at, start, end, undone)
                    break

    def _beside(self, line: str, at: int, start: int, end: int, undone: "Undone") -> Iterator[Change]:
        """What is left of the same bytes on a line (`Äê1ÔÂ`): too short to prove anything, where the line is proved."""
        from ingest.repair import codecs

        for match in islice(_PAIRS.finditer(line), MOST_BESIDE):
            if match.end() <= start or match.start() >= end:
                # Behind what is proved, since a mark alone (`¡C` behind `20%`) is no Chinese character; UTF-8 has three bytes.
                for last in dict.fromkeys((match.end(), match.end() - (match.end() - match.start()) % 2)):
                    both = codecs.undo(line[start:end] + line[match.start() : last], self.model, codecs.WESTERN)
                    if both and both.chain == undone.chain and both.text.startswith(undone.text):
                        after = both.text[len(undone.text) :]
                        yield Change(at + match.start(), at + last, after, "double-encoding", "likely", both.chain)
                        break

    def _chinese(self, line: str, at: int) -> Iterator[Change]:
        """Lines, or parts of them, that are Chinese characters and yet not Chinese."""
        from ingest.repair import codecs
        from ingest.repair.fluency import fluency

        if len(line) > LONGEST:
            return
        swapped = signs.swapped(line)
        bare = self.foreign > 0 and not swapped and not signs.dense(line) and fluency(line, self.model) < UNLIKELY
        whole = codecs.undo(line, self.model, codecs.PAIRED if swapped else codecs.FOREIGN) if swapped or bare else None
        if whole and bare:
            # EUC-JP has nothing where GBK has its comma, so that commas may be gone.
            yield self._made(at, at + len(line), whole, "guess" if "euc_jp" in whole.chain else "likely")
            return
        self.foreign -= bare
        if self._torn(line, whole):
            pairs = self._pairs(line, at, whole)
            if pairs:
                yield pairs
                return
        pieces = [
            (0, len(line)),
            *(m.span() for m in (_UNBROKEN if swapped and not signs.dense(line) else _PIECE).finditer(line)),
        ]
        done = 0
        for start, end in pieces:
            piece = line[start:end]
            if start < done or not (swapped or (start == 0 and end == len(line)) or signs.dense(piece)):
                continue
            undone = whole if swapped and piece == line else codecs.undo(piece, self.model, codecs.PAIRED)
            if undone:
                sure: Certainty = "guess" if self._gone(undone) else "exact" if end - start == len(line) else "likely"
                yield self._made(at + start, at + end, undone, sure)
                done = end
            elif signs.dense(piece):
                for change in self._lossy(piece, at + start, end == len(line)):
                    yield change
                    done = end

    def _torn(self, line: str, whole: "Undone | None") -> bool:
        """Whether a line is of pairs that lost bytes: garbage that no chain explains, or one that leaves something out."""
        from ingest.repair.fluency import fluency

        if whole:
            return self._gone(whole)
        return self.tries > 0 and not signs.dense(line) and not signs.kana(line) and fluency(line, self.model) < GARBAGE

    def _gone(self, undone: "Undone") -> bool:
        """Whether something may be gone of a line. A reader that shows private-use characters shows all."""
        return undone.gone and not (undone.chain.startswith("big5") and self.shows_all)

    def _pairs(self, line: str, at: int, whole: "Undone | None") -> Change | None:
        """A line of GBK read as Big5, or Big5 as GBK, of which bytes are gone; `whole`: what it is if none are."""
        from ingest.repair import codecs, shown, unread_pairs
        from ingest.repair.fluency import fluency

        if shown.on_purpose(self.text, at, at + len(line), self.model):
            return None
        ways = unread_pairs.WAYS
        ways = tuple(way for way in ways if " read as ".join(way) in self.proved) or ways
        self.tries -= 1
        least = max(FLUENT, fluency(whole.text, self.model) + BETTER) if whole else FLUENT
        for written, read in ways:
            found, cost = unread_pairs.search(line, self.model, written, self.left)
            self.left -= cost
            if found is None or (found.silent and 3 * found.guessed > len(found.text)):
                continue
            if fluency(found.text, self.model) < least:
                continue
            chain = f"{written} read as {read}"
            gain = self.model.total(found.text) - self.model.total(line)
            if codecs.proven(line, found.text, gain, self.model, chain in self.proved):
                self.proved.add(chain)
                self.tries = TRIES
                return _guessed(line, at, found, chain)
        return None

    def _lossy(self, piece: str, at: int, whole_line: bool) -> Iterator[Change]:
        from ingest.repair import codecs, unread_utf8

        if len(piece) > self.left:
            note = "more damage on this page than is searched"
            yield Change(at, at + len(piece), piece, "double-encoding", "guess", note, False)
            return
        self.left -= len(piece)
        found = unread_utf8.search(piece, self.model, whole_line)
        if not found:
            return
        gain = self.model.total(found.text) - self.model.total(piece)
        known = "utf-8 read as gbk" in self.proved
        if codecs.proven(piece, found.text, gain, self.model, known):
            self.proved.add("utf-8 read as gbk")
            yield _guessed(piece, at, found, "utf-8 read as gbk")

    def _made(self, start: int, end: int, undone: "Undone", certainty: Certainty) -> Change:
        from ingest.repair import shown

        if shown.on_purpose(self.text, start, end, self.model):
            note = f"{MEANT}{undone.chain}: {undone.text}"
            return Change(start, end, self.text[start:end], "double-encoding", "guess", note, False)
        self.proved.add(undone.chain)
        return Change(
            start, end, undone.text, "double-encoding", "guess" if undone.doubtful else certainty, undone.chain
        )


def _free(covered: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Whether a stretch meets none of those that are covered, which are in order."""
    n = bisect_left(covered, (start, start))
    return (n == 0 or covered[n - 1][1] <= start) and (n == len(covered) or covered[n][0] >= end)


def _guessed(text: str, at: int, found: "Found", chain: str) -> Change:
    """What was found for a text at a place as a change."""
    note = f"{chain}, {found.guessed} characters with a lost byte; margin {found.margin:.1f}"
    certainty: Certainty = "likely" if found.margin > LIKELY and not found.silent else "guess"
    return Change(at, at + len(text), found.text, "double-encoding", certainty, note)


def _moved(change: Change, at: int) -> Change:
    return change.shifted(at)


def _borders(line: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The stretch with the signs around it, with more at its end, and without signs that may be the page's own."""
    low = start
    while low and (line[low - 1] in _HIGHS or (low > 1 and "@" <= line[low - 1] <= "~" and line[low - 2] in _HIGHS)):
        low -= 1
    high = _BEHIND.match(line, end).end()  # type: ignore[union-attr]
    for first in dict.fromkeys((low, start)):
        for last in dict.fromkeys((high, high + 1, high - 1, end, end + 1, end - 1)):
            if first < last <= len(line):
                yield first, last
    inner = line[start:end].strip(_EXTRA + "·×°\xa0 ")
    if inner and len(inner) < end - start:
        at = line.index(inner, start)
        yield at, at + len(inner)
