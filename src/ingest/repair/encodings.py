"""Text that was decoded as what it is not: where it stands on the page, and what is done about it.

`changes` is one cheap pass for the signs that each kind of damage leaves, so that a clean page pays for nothing else:
runs of Western letters no language has, private-use characters, the characters that UTF-8's first bytes make in GBK.
What is damaged beyond repair (U+FFFD, 锟斤拷) is flagged and never invented.
"""

import re
from collections.abc import Iterator

from ingest.config import Config
from ingest.repair import escapes
from ingest.traced import Certainty, Change

_EXTRA = "ŒœŠšŸŽžƒˆ˜–—‘’‚“”„†‡•…‰‹›€™"
"""What cp1252 has where Latin-1 has nothing."""
_MAC = "".join(c for c in bytes(range(0x80, 0x100)).decode("mac_roman") if c > "\xff" and c not in _EXTRA)
_HIGH = "\x80-\xff" + _EXTRA + _MAC
_USUAL = "\xa0§©®°±·×÷¥£•–—‘’“”…‰€™≈≠≤≥∞√∑∏∂∆Ω"
"""Of these, what pages have anyway."""
_UNUSUAL = "".join(c for c in (*map(chr, range(0x80, 0x100)), *_EXTRA, *_MAC) if c not in _USUAL)
_LATIN = re.compile("[U](?:[U]{2}|(?:[^\n]{0,2}[U]){3})".replace("U", re.escape(_UNUSUAL)))
_STRETCH = re.compile(rf"[{_HIGH}](?:[\x20-\x7e]{{0,40}}[{_HIGH}])*[\x40-\x7e]?")
_WESTERN_WORD = re.compile("[ÂÃ][\x80-\xbf]|â[\x80€][\x80-\xbf™œ¦“”˜]")
_PRIVATE = re.compile(
    "[\ue000-\ue765][^\n]{0,12}[\ue000-\ue765\u3040-\u30ff]|[\u3040-\u30ff][^\n]{0,12}[\ue000-\ue765]"
    "|[\u4e00-\u9fff][\u0370-\u04ff\u2550-\u2595][\u4e00-\u9fff]"
)
_LEADS = "锛銆鈥" + "".join(bytes((a, b)).decode("gbk", "ignore") for a in range(0xE4, 0xEA) for b in range(0x80, 0xC0))
"""What the first two bytes of UTF-8's Chinese characters are in GBK: every third character of such garbage, hardly any
of real text."""
_LEAD = re.compile(f"[{_LEADS}]")
_UNBROKEN = re.compile("[^\ufffd?\n]{4,}")
_WIDE = re.compile("[^\x00-\x7f]")
_UTF8_AS_GBK = re.compile(f"[{_LEADS}][^\n]{{1,6}}[{_LEADS}]")
_SWAPPED = re.compile(
    "["
    "岆珨賸扂衄婓涴奻笢峈猁眕坻珩奀佽褫赽汜狟羶赻毞釬苤悝蚚耋衾陑俴傖覂冪眳萸珋醱翋砑岈妗珛垀氪欴硐酗抎郔拸虳陔恅砩覜笱眭俋萇"
    "恀庈堎橾坴妦阨笭秪迵昢橇囀俶衱淏怮眒藷眈酕弇淉躓陲埜昹芛嬴籵茼蛂坋膘炵婬軞枙旯秶媼昜枑琌硂碞璶穦筁眔祇厩笵竒翴瞷礛秨瞶玡"
    "穨笆癬礚秈猭穝稰筿痷眖籔狦盽狥繷皊狝硄羆砆碭肈盢珇"
    "]"
)
"""What the 220 commonest characters become when GBK is read as Big5 or Big5 as GBK (是 as 岆, 中 as 笢, 我 as и), where that
is so rare that the model gives it less than e to the -13."""
_LOST = re.compile("(?:\ufffd|锟斤拷|锟斤|烫烫烫|屯屯屯)+(?:[^\n\u4e00-\u9fff]{0,3}(?:\ufffd|锟斤拷|锟斤)+)*")
_GATES = (
    _LATIN,
    re.compile("[ÂÃâ][\x80-\xbf€™œ¦“”˜]"),
    re.compile("[\ue000-\ue765\u0370-\u04ff\u2550-\u2595\ufffd]"),
    _UTF8_AS_GBK,
    _SWAPPED,
    re.compile("烫烫烫|屯屯屯|锟斤"),
)
_HAN = re.compile("[\u3400-\u9fff]")
LONGEST = 2000
LIKELY = 5.0
"""Margin of a line whose lost bytes were guessed: 3 of 743 lines above it had a wrong character. See docs/repair.md."""


def changes(text: str, config: Config) -> list[Change]:
    """Repairs of everything that was decoded as what it is not, and flags on what cannot be repaired."""
    if text.isascii() and not any(sign in text for sign in "&\\%=+"):
        return []
    found = [*escapes.changes(text)] if any(gate.search(text) for gate in escapes.GATES) else []
    gates = [gate for gate in _GATES if gate.search(text)]
    if not gates:
        return _apart(found)
    at = 0
    for line in text.split("\n"):
        if line and not line.isascii() and any(gate.search(line) for gate in gates):
            found += (c._replace(start=c.start + at, end=c.end + at) for c in _line(line, config))
        at += len(line) + 1
    return _apart(found)


def _apart(found: list[Change]) -> list[Change]:
    """Without those that overlap one before them."""
    out: list[Change] = []
    taken: list[tuple[int, int]] = []
    for change in sorted(found, key=lambda c: (c.start, -c.end)):
        if taken and change.start < taken[-1][1]:
            continue
        taken.append((change.start, change.end))
        out.append(change)
    return out


def _line(line: str, config: Config) -> Iterator[Change]:
    fixed = False
    if _LATIN.search(line):
        for change in _latin(line, config):
            fixed = True
            yield change
    elif _WESTERN_WORD.search(line):
        yield from _western(line)
    if not fixed and (_PRIVATE.search(line) or _dense(line) or _swapped(line)):
        for change in _chinese(line, config):
            fixed = True
            yield change
    if not fixed:
        for match in _LOST.finditer(line):
            yield Change(
                match.start(), match.end(), match[0], "lost-bytes", "guess", "the bytes that stood here are gone", False
            )


def _dense(text: str) -> bool:
    """Whether as many characters are halves of UTF-8's as in such garbage (a third, less what was lost)."""
    found = _LEAD.findall(text)
    return len(found) > 1 and 5 * len(found) > len(_WIDE.findall(text))


def _swapped(text: str) -> bool:
    """Whether as many characters are what the other encoding makes of common ones as such garbage has."""
    found = _SWAPPED.findall(text)
    return len(found) > 1 and 12 * len(found) > len(_WIDE.findall(text))


def _latin(line: str, config: Config) -> Iterator[Change]:
    """Stretches of Western letters that are Chinese in another encoding."""
    from ingest.repair import chains
    from ingest.repair.domain import chosen

    model = chosen(config)

    for match in _STRETCH.finditer(line):
        if not _LATIN.search(match[0]):
            continue
        for start, end in _borders(line, match.start(), match.end()):
            undone = chains.undo(line[start:end], model)
            if undone and len(_HAN.findall(undone[0])) >= (4 if "," in undone[1] else 2) and end - start > 3:
                yield Change(start, end, undone[0], "double-encoding", "exact", undone[1])
                break
        else:
            yield from (
                c._replace(start=c.start + match.start(), end=c.end + match.start()) for c in _western(match[0])
            )


def _borders(line: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The stretch itself, with more at its end, and without the quotation marks and dashes that may be the page's own."""
    if end - start > LONGEST:
        return
    yield start, end
    for more in (1, -1):
        if end + more <= len(line):
            yield start, end + more
    inner = line[start:end].strip(_EXTRA + "·×°\xa0 ")
    if inner and len(inner) < end - start:
        at = line.index(inner, start)
        yield at, at + len(inner)


def _western(line: str) -> Iterator[Change]:
    """Western double encodings, as ftfy sees them."""
    import ftfy

    settings = ftfy.TextFixerConfig(
        unescape_html=False,
        fix_character_width=False,
        uncurl_quotes=False,
        fix_latin_ligatures=False,
        fix_line_breaks=False,
        remove_terminal_escapes=False,
        remove_control_chars=False,
        normalization=None,
    )
    fixed = ftfy.fix_text(line, settings)
    if fixed != line:
        head = _alike(line, fixed)
        tail = _alike(line[head:][::-1], fixed[head:][::-1])
        after = fixed[head : len(fixed) - tail]
        yield Change(head, len(line) - tail, after, "double-encoding", "likely", "ftfy")


def _alike(one: str, other: str) -> int:
    """How many characters two texts share at their beginning."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _chinese(line: str, config: Config) -> Iterator[Change]:
    """Lines, or parts of them, that are Chinese characters and yet not Chinese."""
    from ingest.repair import chains
    from ingest.repair.domain import chosen

    model = chosen(config)

    if len(line) > LONGEST:
        return
    undone = chains.undo(line, model, ("gb18030", "big5hkscs"))
    if undone:
        yield Change(0, len(line), undone[0], "double-encoding", "exact", undone[1])
        return
    if _swapped(line):
        for match in _UNBROKEN.finditer(line):
            undone = chains.undo(match[0], model, ("gb18030", "big5hkscs"))
            if undone:
                yield Change(match.start(), match.end(), undone[0], "double-encoding", "likely", undone[1])
        return
    for match in re.finditer("[^\x00-\x7f\ufffd](?:[^\x00-\x1f]*[^\x00-\x7f])?[?\ufffd]?", line):
        guessed = chains.lossy(match[0], model, match.end() == len(line)) if _dense(match[0]) else None
        if guessed:
            note = f"utf-8 read as gbk, {guessed[1]} characters with a lost byte; margin {guessed[2]:.1f}"
            certainty: Certainty = "likely" if guessed[2] > LIKELY else "guess"
            yield Change(match.start(), match.end(), guessed[0], "double-encoding", certainty, note)
