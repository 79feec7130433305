"""What ends a document and opens the next: signature, notes behind it, lists of attachments, attachments, their titles."""

import re
from collections.abc import Container, Mapping, Sequence
from functools import partial
from itertools import dropwhile, zip_longest

from ingest.han import document_numbers, numerals
from ingest.han.dates import DATE, LAST, WHOLE
from ingest.han.numerals import HAN
from ingest.outline.candidates import Marker
from ingest.outline.contents import short
from ingest.outline.lines import LogicalLine, concludes, form, signs
from ingest.outline.parts import adopted, below_title, title_end, titled
from ingest.patterns import pattern

_MENTIONED = pattern(rf"附\s?件?\s?(?:[\d{HAN}]{{1,3}}\s?)?[：:].{{2,}}")
_HAN = pattern(r"[^\n]*?[\u4e00-\u9fff]")  # a line in Chinese: PAGE is what a conversion left of a foot
_BARE = pattern(r"附\s?件?\s?[：:]")
_LISTED = pattern(r"附\s?件?\s?[：:]\s?[1１一]\s?[.．、]")
_ATTACHMENT = pattern(rf"附\s?(?:件|表|錄|录)\s?(?:[\d{HAN}]{{1,3}}|[A-Z])?\s?[：:]?|附\s?[：:]")
_HEADED = pattern(rf"(附\s?[件表]\s?[\d{HAN}]{{1,3}}\s?[：:]?|附\s?件?\s?[：:])\s*(?<=[：:\s])(?=\S)")
_NUMBER = pattern(rf"附\s?[件表]\s?([\d{HAN}]{{1,3}})")
# How somebody is reached, when and where something is: labelled lines above a date that sign nothing.
_REACHED = pattern(r"(?:名\s?称|地\s?[址点點]|电\s?话|联系\S{0,4}|传\s?真|邮\S{1,3}|网\s?址|时\s?间|电子\S{1,2})[：:]")
_OPENS = pattern(rf"第\s?[{HAN}\d]{{1,4}}\s?[编章条]|目\s*[录次]")
_SIGNED = pattern(r"[（(][^（）()]{2,20}[）)]|[^。；，：:]{2,14}[：:][^。；]{0,30}|\d{4}年\d{1,2}月\d{1,2}日")
_TAIL_NOTE = pattern(r"[（(][^（()）]{2,30}[）)]")
# 版记: who gets a copy, and who printed it when.
_COPIED = pattern(r"(?:[抄主分报報发發]\s?送|抄\s?[报報呈]|主\s?[题題]\s?[词詞])\s?[：:]")
_FIELD = 8
_COPIES = "抄主分报報发發"  # what such a line begins with
_PRINTED = pattern(rf"[^。，；《：:]{{0,40}}?{WHOLE}\s?印\s?(?:[发發制製])?(?:\s?[（(]?共印\s?\d+\s?份[）)]?)?")


def mark(text: str, lines: Sequence[LogicalLine], candidates: Sequence[Marker]) -> list[LogicalLine]:
    """Signatures, the notes behind them, attachments, and the titles of what is bundled behind them."""
    marked = {c.start for c in candidates}
    out: list[LogicalLine] = []
    body = False  # whether running text has been seen in this component
    closed = False  # whether a signature or an attachment line has just closed a component
    opened: int | None = None  # the number of the last attachment
    printed = "印" in text
    i = 0
    while i < len(lines):
        line = lines[i]
        if line.role is not None:
            if line.role == "table":  # what an attachment consists of, as text does
                closed, body = False, True
            out.append(line)
            i += 1
            continue
        sign, last = text[line.start], text[line.end - 1]
        listed = sign in _COPIES
        if printed and not listed:
            listed = text.find("印", line.start, lines[i + 1].end if i + 1 < len(lines) else line.end) >= 0
        end = _imprint(text, lines, i, marked, closed) if listed and (body or closed) else i
        if end > i:
            # It is the whole document's, whatever attachment stands before it.
            out += (entry._replace(role="note", opens=n == 0) for n, entry in enumerate(lines[i:end]))
            closed, body, i = True, False, end
            continue
        attached = sign == "附" and (body or closed or _goes_on(text, line, opened))
        end = _mention(text, lines, i, marked, closed) if attached else i
        if end > i:
            out.append(LogicalLine(line.start, lines[end - 1].end, line.block, "attachment"))
            i = end
            continue
        if attached and (head := _head(text, lines, i, marked, closed)) is not None:
            out.append(line._replace(end=head[0], role="attachment", opens=True))
            opened = _numbered(text, line)
            out.append(line._replace(start=head[1], role="title"))
            closed, body = False, False
            i = below_title(text, lines, i + 1, marked, out)
            continue
        if body and last in LAST and DATE.fullmatch(text, line.start, line.end):
            start = line.start
            names = 0
            while out and names < 4 and _signs(text, out[-1], marked):
                start = out.pop().start
                names += 1
            out.append(LogicalLine(start, line.end, line.block, "signature"))
            closed, body = True, False
        elif closed and _TAIL_NOTE.fullmatch(text, line.start, line.end):
            out.append(line._replace(role="note"))
        elif attached and i + 1 < len(lines) and _ATTACHMENT.fullmatch(text, line.start, line.end):
            out.append(line._replace(role="attachment", opens=True))
            opened = _numbered(text, line)
            closed, body = True, False
        elif closed and document_numbers.whole(text[line.start : line.end]):
            out.append(line._replace(role="docno"))  # of what is bundled
        elif closed and text[line.start] in "（(" and adopted(text[line.start : line.end]):
            out.append(line._replace(role="preface"))
        elif (
            (
                closed
                or (body and i + 2 < len(lines) and text[lines[i + 1].start] in "（(" and _noted(text, lines, i))
                or (i > 1 and text[lines[i - 1].start] == "附" and _named(text, lines, i))
            )
            and titled(text, line, marked)
            and _HAN.match(text, line.start, line.end)
        ):
            end = title_end(text, lines, i, marked)
            before = [entry.role for entry in out[-2:]]
            opened = before[-1:] == ["attachment"] or before == ["attachment", "note"]
            out.append(LogicalLine(line.start, lines[end - 1].end, line.block, "title", not opened))
            closed, i = False, below_title(text, lines, end, marked, out)
            continue
        else:
            field = last == "：" and line.end - line.start <= _FIELD  # of a cover, to be filled in
            if (last in "。；：" and not field) or line.end - line.start > 40 or line.start in marked:
                body, closed = True, False
            out.append(line)
        i += 1
    return out


# The heading of the closing words in a text that lost its line breaks: between a sentence's end and those whom they address.
_PARTING = pattern(r"(?<![^。！？\s])(结束语|结语)[^\S\n]*(?=(?:各位|同志们|[女先]生们|朋友们)[^，。]{0,12}[！!：:，])")


def parted(text: str, lines: Sequence[LogicalLine]) -> list[LogicalLine]:
    """The lines, of which one that runs into the closing words of a speech is divided there."""
    if "结束语" not in text and "结语" not in text:  # quicker than an expression that begins with what stands before it
        return list(lines)
    out: list[LogicalLine] = []
    for line in lines:
        found = _PARTING.search(text, line.start, line.end) if line.role is None else None
        if found is None:
            out.append(line)
            continue
        before = text[line.start : found.start()].rstrip()
        if before:
            out.append(line._replace(end=line.start + len(before)))
        out.append(LogicalLine(found.start(1), found.end(1), line.block, "heading"))
        out.append(line._replace(start=found.end()))
    return out


def _noted(text: str, lines: Sequence[LogicalLine], i: int) -> bool:
    """Whether a note of adoption in brackets stands below a line, and an article or chapter below that: a law is printed anew."""
    return _OPENS.match(text, lines[i + 2].start) is not None and adopted(text[lines[i + 1].start : lines[i + 1].end])


def _named(text: str, lines: Sequence[LogicalLine], i: int) -> bool:
    """Whether a line is what 附件：《…》 right above it names: the attachment begins, though nobody has signed."""
    name = "".join(text[lines[i].start : lines[i].end].split())
    above = lines[i - 1]
    if not 6 <= len(name) <= 60 or not _MENTIONED.match(text, above.start, above.end):
        return False
    said = "".join(text[above.start : above.end].split())
    return said.endswith(f"《{name}》")


_SENTENCE = "。；"  # who signs writes no sentence
_SEALED = pattern("签[名字章]|盖章|公章|签[约订]日期")


def signing(text: str, lines: Sequence[LogicalLine], chosen: Sequence[Marker]) -> set[int]:
    """Where the lines begin with which the parties sign, at the end of a contract or of one in a bundle: they stand below no
    clause of it. Behind them remarks may follow, attachments, another contract, but no clause that goes on."""
    numbers = {marker.start: marker.number for marker in chosen}
    out = _signed(text, lines, chosen, numbers) if _any_signs(text, lines, numbers) else set()
    for line, after in zip_longest(lines, lines[1:]):
        done = after is None or after.opens or after.role in ("signature", "attachment", "note")
        if done and line.role is None and concludes(text, line.start, line.end):
            out.add(line.start)
    return out


def _any_signs(text: str, lines: Sequence[LogicalLine], numbers: Container[int]) -> bool:
    """Whether any line is a party's: without one nobody signs, and most texts have none."""
    return any(
        line.role is None
        and line.end - line.start <= 80
        and text[line.end - 1] not in _SENTENCE
        and line.start not in numbers
        and signs(text, line.start, line.end)
        for line in lines
    )


def _signed(text: str, lines: Sequence[LogicalLine], chosen: Sequence[Marker], numbers: Mapping[int, int]) -> set[int]:
    outer = {
        m.start
        for m in chosen
        if m.style.division or m.style.kind in ("level1", "formal") or m.style is chosen[0].style
    }
    out: set[int] = set()
    run: list[LogicalLine] = []
    later = [0] * (len(lines) + 1)  # from each line on the number of the next outer unit; 0: none follows
    for n in range(len(lines) - 1, -1, -1):
        start = lines[n].start
        later[n] = 0 if lines[n].opens else numbers[start] if start in outer else later[n + 1]
    for n, line in enumerate(lines):
        stopped = line.end - line.start > 120 or text[line.end - 1] in _SENTENCE
        words = "" if stopped else text[line.start : line.end]
        if (
            words
            and line.role is None
            and line.start not in numbers
            and (signs(text, line.start, line.end) or form(words) or _SIGNED.fullmatch(words))
        ):
            run.append(line)
            if n + 1 < len(lines):
                continue
        # Blanks to be filled in before who signs are the last clause's.
        run = list(dropwhile(partial(_blank, text), run))
        ends = n + 1 == len(lines) or line.opens or line.role in ("attachment", "note", "signature")
        if run and _parties(text, run, ends) and (run[0].start != lines[0].start) and later[n] <= 1:
            out.update(entry.start for entry in run)
        run = []
    return out


def _blank(text: str, line: LogicalLine) -> bool:
    """Whether nobody signs in a line, and nothing is sealed."""
    return not (signs(text, line.start, line.end) or _SEALED.search(text, line.start, line.end))


def _parties(text: str, run: Sequence[LogicalLine], ends: bool) -> bool:
    """Whether lines are those with which parties sign: at the end of a text some party stands in them, elsewhere a seal too."""
    sealed = any(_SEALED.search(text, line.start, line.end) for line in run)
    parties = sum(signs(text, line.start, line.end) for line in run)
    if ends:
        return parties > 0 and (len(run) >= 2 or sealed)
    return sealed and parties > 0 and len(run) >= 3 + (parties == 1)


def _numbered(text: str, line: LogicalLine) -> int | None:
    """The number of the attachment that a line opens."""
    found = _NUMBER.match(text, line.start, line.end)
    return numerals.value(found[1]) if found else None


def _goes_on(text: str, line: LogicalLine, opened: int | None) -> bool:
    """Whether a line names the attachment after the last one: then it opens it, whatever that one ended with."""
    return opened is not None and _numbered(text, line) == opened + 1


def _signs(text: str, line: LogicalLine, marked: set[int]) -> bool:
    """Whether a line above a date can be who signed."""
    return (
        line.role is None
        and line.start not in marked
        and short(text, line, 30)
        and _REACHED.match(text, line.start, line.end) is None
    )


def _near_end(text: str, lines: Sequence[LogicalLine], i: int) -> bool:
    """Whether a date, and with it a signature, follows within a few lines: what is mentioned here comes behind it."""
    return any(DATE.fullmatch(text, line.start, line.end) for line in lines[i + 1 : i + 24])


def _imprint(text: str, lines: Sequence[LogicalLine], i: int, marked: set[int], closed: bool) -> int:
    """Where the 版记 that begins at a line ends, `i` where none does.

    Both its lines have look-alikes in running text (a list of what was printed when): it stands behind a signature or at
    the end, or has both.
    """

    def plain(k: int) -> bool:
        return k < len(lines) and lines[k].role is None and lines[k].start not in marked

    copied = i
    while plain(copied) and _COPIED.match(text, lines[copied].start, lines[copied].end):
        copied += 1
        while plain(copied) and text[lines[copied - 1].end - 1] in "，、,":  # the list goes on
            copied += 1
    end = copied
    if plain(end) and _PRINTED.fullmatch(text, lines[end].start, lines[end].end):
        end += 1
    elif (
        plain(end)
        and plain(end + 1)
        and short(text, lines[end], 30)
        and DATE.match(text, lines[end + 1].start)
        and _PRINTED.fullmatch(text, lines[end + 1].start, lines[end + 1].end)
    ):
        end += 2
    if end == i:
        return i
    both = i < copied < end
    if not both and i and _PRINTED.fullmatch(text, lines[i - 1].start, lines[i - 1].end):
        return i
    while plain(end) and _TAIL_NOTE.fullmatch(text, lines[end].start, lines[end].end):
        end += 1
    if closed or both or end == len(lines):
        return end
    opens = any(p.match(text, lines[end].start, lines[end].end) for p in (_ATTACHMENT, _HEADED))
    return end if opens and short(text, lines[end]) else i


def _mention(text: str, lines: Sequence[LogicalLine], i: int, marked: set[int], closed: bool) -> int:
    """Where the list of attachments ends that begins at a line, `i` where none does: it names them and contains none."""
    line = lines[i]
    bare = not closed and _BARE.fullmatch(text, line.start, line.end) is not None
    if line.start in marked or not (bare or _MENTIONED.match(text, line.start, line.end)):
        return i
    listed = bare or _LISTED.match(text, line.start, line.end) is not None
    end = i + 1
    while (
        end < len(lines)
        and lines[end].role is None
        and short(text, lines[end], 60)
        and (
            ((listed or not closed) and lines[end].start in marked)
            or _MENTIONED.match(text, lines[end].start, lines[end].end)
        )
    ):
        end += 1
    signed = any(DATE.fullmatch(text, rest.start, rest.end) for rest in lines[end : end + 3])
    if bare:
        return end if end > i + 1 and signed else i
    if not closed:
        if end == len(lines) and end - i >= 2 and _numbered(text, line) == 1:
            return end  # a notice that ends in the names of its attachments
        alone = len(lines) - end <= 3 and all(short(text, rest, 30) for rest in lines[end:])
        return end if (listed and (alone or _ends(text, lines, end))) or _near_end(text, lines, i) else i
    # Behind a signature the attachment itself may follow, and this be the line that opens it.
    return end if listed or signed or end > i + 1 or _ends(text, lines, end) else i


def _ends(text: str, lines: Sequence[LogicalLine], i: int) -> bool:
    """Whether no running text begins at a line."""
    if i == len(lines) or lines[i].role is not None:
        return True
    start, end = lines[i].start, lines[i].end
    whole = any(p.fullmatch(text, start, end) for p in (_ATTACHMENT, _TAIL_NOTE, _PRINTED))
    return whole or any(p.match(text, start, end) is not None for p in (_HEADED, _COPIED))


def _head(text: str, lines: Sequence[LogicalLine], i: int, marked: set[int], closed: bool) -> tuple[int, int] | None:
    """Where the label ends, and the title begins, in a line that opens an attachment and names it (附件1 渔港名录)."""
    line = lines[i]
    found = _HEADED.match(text, line.start, line.end)
    if found is None or line.start in marked or not short(text, line, 60) or _ends(text, lines, i + 1):
        return None
    if not closed and found[1][-1] in "：:" and not re.search(rf"[\d{HAN}]", found[1]):
        return None
    if not closed and "表" in found[1]:
        return None  # within a text it is the caption of a table
    signed = any(DATE.fullmatch(text, rest.start, rest.end) for rest in lines[i + 1 : i + 5])
    beside = i > 0 and _HEADED.match(text, lines[i - 1].start, lines[i - 1].end)
    if signed or beside or _HEADED.match(text, lines[i + 1].start, lines[i + 1].end):
        return None
    return found.start() + len(found[1].rstrip()), found.end()
