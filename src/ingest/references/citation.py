"""A name for each clause: 《云栖市渔港管理办法》第十条第二款第（三）项, 《…的意见》三、（一）2., and the way back from the name.

Articles are named by number alone, as lawyers cite them; chapters come before them only where numbers begin anew. Units
of texts without articles are named by their printed markers from the outermost in.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from ingest.han import kinds, numerals
from ingest.models import Record
from ingest.patterns import pattern
from ingest.references import grammar, names
from ingest.references.grammar import N
from ingest.references.structure import Structure, scope

_SPACE = pattern(r"\s+")
_POINT = pattern(r"[、.．:：,，]$")
_ITEM = pattern(r"^[第]?(.*?)[项目]?$")
_DECIMAL = pattern(r"[A-Z0-9]+(?:[.．][0-9]+)+")
_STEP = pattern(rf"第[(]?({N})[)]?(编|分编|篇|章|节|部分|条|款|项|目)(?:之({N}))?|(?<=[条款])[(]({N})[)](?![项目])")
_CITED = pattern(r"^《(?P<title>(?:[^《》]|《[^《》]*》)+)》(?P<place>.*)$", re.DOTALL)
_PLAIN = pattern(rf"(?P<title>.+?)(?P<place>(?:第{N}(?:编|分编|篇|章|节|部分|条|点)|附[件表录]{N}).*)$")
# …的意见三、（一）, 云政发〔2021〕5号三、: a marker right behind the kind that ends a title, or behind a number.
_MARKED = pattern(
    rf"(?P<title>.+?(?:(?:{kinds.ANY})(?:[（(][^（）()]*[）)])?|号))(?P<place>(?:[{numerals.HAN}]{{1,4}}、|[（(][{numerals.HAN}]{{1,4}}[）)]|[0-9]{{1,3}}[.．、]).*)$"
)
_ATTACHMENT = pattern(rf"(附[件表录])({N})")


def citations(units: Structure, title: str | None, number: str | None) -> list[str | None]:
    """The citation of each record of `units`: of numbered ones and of each 款 behind the first; None for all others.

    No two records of a document have the same one: what cannot be told apart has none. `title` and `number` are the
    document's; without either nothing can be cited.
    """
    records = units.records
    if title is None and number is None:
        return [None] * len(records)
    namer = _Namer(units)
    heads = _heads(records, title, number)
    short = [_said(namer.place(record, False), record, heads) for record in records]
    count = Counter(c for c in short if c)
    if all(times == 1 for times in count.values()):
        return short
    full = [c and _said(namer.place(r, True), r, heads) for c, r in zip(short, records, strict=True)]
    again = Counter(full)
    return [
        c if c and count[c] == 1 else f if f and again[f] == 1 and f not in count else None
        for c, f in zip(short, full, strict=True)
    ]


def _heads(records: Sequence[Record], title: str | None, number: str | None) -> dict[str, str]:
    """What a citation begins with, for each scope: 《title》 of the bundled document, 附件 of one without a title."""
    own = f"《{_nested(title)}》" if title else number or ""
    heads: defaultdict[str, str] = defaultdict(str)
    heads[""] = own
    for record in records:
        where = scope(record.eid)
        if not where:
            continue
        if record.kind == "title" and (name := record.heading or record.text):
            heads[where] = f"《{_nested(name)}》"
        elif where not in heads:
            heads[where] = f"{own}附件{where.removeprefix('att_')}"
    return heads


def _nested(title: str) -> str:
    """A title as it stands inside of 《》."""
    return title.replace("《", "〈").replace("》", "〉")


def _said(place: str | None, record: Record, heads: dict[str, str]) -> str | None:
    if not place:
        return None
    # An attachment is one of the document that it is attached to, whatever title the text in it has.
    where = scope(record.parent_eid or "") if record.kind == "attachment" else scope(record.eid)
    return heads[where] + place


class _Namer:
    """Names the places of one document's records."""

    def __init__(self, units: Structure) -> None:
        self.structure = units
        self._places: dict[tuple[str, bool], str] = {}

    def place(self, record: Record, full: bool) -> str | None:
        """The place of a record that has a citation; `full`: from the outermost unit in, unnumbered headings too."""
        if record.kind == "paragraph":
            article = self.structure.by_eid.get(record.parent_eid or "")
            if article is None or article.kind != "article":
                return None
            return self._name(article, full) + self._paragraph(article, record)
        if record.number is None or not record.label:
            return None
        if record.kind == "attachment":
            return _SPACE.sub("", record.label).rstrip("：:.．、")
        return self._name(record, full)

    def _name(self, record: Record, full: bool) -> str:
        known = (record.eid, full)
        if known not in self._places:
            self._places[known] = self._made(record, full)
        return self._places[known]

    def _made(self, record: Record, full: bool) -> str:
        label = _SPACE.sub("", record.label or "").rstrip("：:")  # 第一条：
        above = self.structure.by_eid.get(record.parent_eid) if record.parent_eid else None
        if above is not None and above.kind == "attachment":
            above = None  # the head of the citation names it, or the title that it has
        article = self.structure.article_of(above) if above else None
        if record.kind == "article":
            return (self._name(above, full) if full and above else "") + label
        if article is None:
            if _DECIMAL.fullmatch(label) and not full:
                return label  # 4.1.2 says its own path
            inner = label if record.label else f"“{record.heading}”" if full and record.heading else ""
            return (self._name(above, full) if above else "") + inner
        if above is article or (above is not None and above.kind == "paragraph"):
            several = len(self.structure.paragraphs(article)) > 1
            paragraph = self._paragraph(article, record) if several else ""
            return f"{self._name(article, full)}{paragraph}第{_bare(label)}项"
        outer = self._name(above, full) if above else ""
        return f"{outer}第{_bare(label)}目" if outer.endswith("项") else outer + label

    def _paragraph(self, article: Record, record: Record) -> str:
        return f"第{numerals.han(self.structure.paragraph_of(article, record))}款"


def _bare(label: str) -> str:
    """The number of an item as it is named: （三） of （三）, 三 of 三、 and 第三项."""
    found = _ITEM.match(_POINT.sub("", label))
    return found[1] if found else label


# ---------------------------------------------------------------- the way back


class Cited(NamedTuple):
    """A citation in parts: the document's title or number in the form to compare by, and the place likewise."""

    document: str
    place: str


def parse(citation: str) -> Cited:
    """A citation as people write it: 《…》第10条第2款, …法第十条第二款第三项. The place is empty where none is named."""
    text = _SPACE.sub("", citation)
    alone = grammar.places(text, 0)
    if alone and alone[-1].end == len(text):
        return Cited("", place_key(text))
    found = _CITED.match(text) or _PLAIN.match(text) or _MARKED.match(text)
    if found is None:
        return Cited(names.key(text), "")
    return Cited(names.key(found["title"]), place_key(found["place"]))


def place_key(place: str) -> str:
    """A place in the form to compare by: numbers of 条, 款, 项 in figures, their brackets aside, other markers folded."""
    folded = _SPACE.sub("", unicodedata.normalize("NFKC", place))
    folded = _ATTACHMENT.sub(lambda found: f"{found[1]}{numerals.value(found[2])};", folded)
    return _POINT.sub("", _STEP.sub(_figure, folded))


def _figure(step: re.Match[str]) -> str:
    number = numerals.value(step[1] or step[4])
    suffix = f"-{numerals.value(step[3])}" if step[3] else ""
    return f"{step[2] or '项'}{number}{suffix};"
