"""What the document says of itself in lines that stay: its number, its signature, the note of its passing, its title's issuer."""

import re
from collections.abc import Sequence

from ingest import labels
from ingest.blocks import Fact
from ingest.han import dates, document_numbers, kinds, numerals
from ingest.notices.lines import PrintedLine, is_body, is_day, is_sentence, pairs
from ingest.patterns import pattern

_PASSED_BY = pattern(
    rf"(?:日|,|\s)\s*([一-鿿]{{4,50}}?(?:会议|大会|全会|委员会))\s*(?:第[{numerals.HAN}]+次)?(?:审议|表决|修订|修正)?\s*(?:通过|批准)"
)
# Not the sitting but the body that sat: …委员会第六次全体会议.
_SITTING = pattern(rf"(?<=会)第[0-9{numerals.HAN}]+次(?:全体)?(?:会议|全会)$")
_OWN = frozenset(("document_number", "issued_on", "issuer"))
"""What a labelled line of the document's own may say: 发文字号：…"""


def stated(lines: Sequence[PrintedLine], struck: dict[int, str]) -> list[Fact]:
    """Facts of the document's own lines; what the site says of it ranks before them."""
    own = [line for n, line in enumerate(lines) if n not in struck and not line.in_table]
    facts: list[Fact] = []
    signed = next(((n, name, day) for n, name, day in pairs(own) if is_day(day.folded) and is_body(name.folded)), None)
    # What stands below the signature of a notice is what it is about: rules that were passed on a day of their own.
    end = signed[0] if signed and any(is_sentence(line.folded) for line in own[: signed[0]]) else len(own)
    for n, line in enumerate(own[:8]):
        number = document_numbers.whole(line.folded)
        if number:
            # Written as printed: the folded form has ASCII brackets.
            facts += line.says([Fact("document_number", number, "docno-line", 30)])
        if n >= end:
            continue
        if not is_sentence(line.folded):
            said = labels.read_line(line.folded)
            facts += line.says(f for f in said if f.rule.startswith("label:") and f.field in _OWN)
        if line.folded.startswith("(") and len(line.folded) <= 160:
            facts += line.says(labels.read_line(line.folded))
            by = _PASSED_BY.search(line.folded)
            if by:
                facts += line.says([Fact("issuer", _SITTING.sub("", by[1]), "passed-note", 40)])
    if signed:
        _, name, day = signed
        facts += name.says([Fact("issuer", re.sub(r"\s+", "", name.folded), "signature", 45)])
        iso = dates.parse(day.folded)
        if iso:
            facts += day.says([Fact("issued_on", iso, "signature", 45)])
    return facts


def of_title(title: str, place: tuple[int, int]) -> list[Fact]:
    """The body that a title names before 关于, the number that it closes with; `place` is where the title stands."""
    named = kinds.ISSUED.fullmatch(re.sub(r"\s+", "", title))
    facts = [Fact("issuer", named[1], "title-issuer", 60).at(*place)] if named else []
    if number := document_numbers.closing(title):
        value = "".join(title[slice(*number)].split())
        facts.append(Fact("document_number", value, "title-number", 50).at(place[0] + number[0], place[0] + number[1]))
    return facts
