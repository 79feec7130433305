"""Names of documents as texts print them: normal forms to compare by, short names that a text introduces, names without 《》."""

import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

from ingest.han import kinds
from ingest.patterns import pattern
from ingest.references import cues

_SPACE = pattern(r"\s+")
_BRACKETS = pattern(r"[《》〈〉<>“”\"「」『』]")
_EDITION = pattern(
    rf"\((?:{cues.any_of('edition')}|\d{{4}}年?(?:修订|修正|版|本)?|\d{{4}}年\d{{1,2}}月\d{{1,2}}日[^()]{{0,12}}|\d{{4}}-\d\d-\d\d)\)$"
)
_REPUBLIC = "中华人民共和国"
# What stands in 《》 and names a document: its kind, perhaps with （试行） behind it. 法典 and 宪法 end in a kind as well.
_CITABLE = pattern(rf"(?:{kinds.ANY}|{cues.any_of('names')})(?:[（(][^（）()]{{1,20}}[）)])?$")
# What ends in a kind and is a paper all the same: a licence, a form, a newspaper.
_PAPERS = pattern(rf"{cues.any_of('paper')}$")
# 依法, 非法, 无法: words in 法 that name no law, and 本法, 该法, which point.
_NO_LAW = pattern(rf"{cues.any_of('no-law')}$")
_TRULY = pattern(rf"{cues.any_of('law')}$")
# Words before a name without brackets, behind which it begins. The strong ones are no part of any name.
_STRONG_WORDS = pattern(rf"{cues.any_of('strong')}|[，。；：、！？（）()“”《》\s]")
_WEAK_WORDS = pattern(cues.any_of("weak"))
DECLARED = pattern(
    rf"[（(]{cues.any_of('short')}[“\"《「]?(?P<short>[^）)“”\"《》」，]{{1,30}})[”\"》」]?(?:，[见下同指详][^（）()]{{0,12}})?[）)]"
)
# 《…通知》（云政发〔2020〕10号）（以下称《办法》): a number between a title and its short name.
_NUMBERED = pattern(r"(?:\s?[（(][^（）()]{4,40}[）)])?\s?")
_LONGEST_DECLARED = 40  # what `_PLAIN_DECLARED` takes at the most, and more
_PLAIN_DECLARED = pattern(rf"(?P<name>[一-鿿]{{2,30}}?(?:{kinds.ANY}))(?=[（(]{cues.any_of('short')})")
TITLE = pattern(r"《(?P<title>(?:[^《》\n]|《[^《》\n]*》){1,120})》")


def key(title: str) -> str:
    """What two prints of one title have in common: width, blanks, brackets, the edition and the republic's name aside."""
    folded = _BRACKETS.sub("", _SPACE.sub("", unicodedata.normalize("NFKC", title)))
    while (shorter := _EDITION.sub("", folded)) != folded and shorter:
        folded = shorter
    return folded.removeprefix(_REPUBLIC) or folded


def citable(title: str) -> bool:
    """Whether what stands in 《》 names a document that has units to cite: a law, a notice, no licence and no newspaper."""
    return _CITABLE.search(title) is not None and _PAPERS.search(title) is None


def short_names(texts: Iterable[str]) -> dict[str, str]:
    """The short names that texts introduce (以下简称…), each with the full name as printed; the first meaning counts."""
    out: dict[str, str] = {}
    for text in texts:
        if "称" not in text or ("（" not in text and "(" not in text):
            continue
        titles = list(TITLE.finditer(text))
        at = 0
        for found in DECLARED.finditer(text):
            while at < len(titles) and titles[at].end() <= found.start():
                at += 1
            near = titles[max(0, at - 3) : at]
            full = next((m["title"] for m in near if _NUMBERED.fullmatch(text, m.end(), found.start())), None)
            if full is None:
                low = max(0, found.start() - _LONGEST_DECLARED)
                plain = [m for m in _PLAIN_DECLARED.finditer(text, low, found.end()) if m.end() == found.start()]
                begun = _begun(plain[0]["name"]) if plain else None
                full = begun.name if begun else None
            if full and citable(full):
                out.setdefault(found["short"], full)
    return {short: full for short, full in out.items() if not _turns(short, out)}


def _turns(short: str, names: dict[str, str]) -> bool:
    """Whether a short name leads back to itself, by the short names that its full name is: then it says nothing."""
    seen, name = {short}, names[short]
    while name in names and name not in seen:
        seen.add(name)
        name = names[name]
    return name in seen


class Name(NamedTuple):
    """A name without brackets at the end of a text: where it begins, and whether no other beginning is open (`sure`)."""

    name: str
    start: int
    sure: bool


_LONGEST = 30
_RUN = pattern(rf"[一-鿿]*(?:{kinds.ANY})$")
_HALF = pattern(r"(?<=法)(?:总则|分则)$|(?<=法典)[一-鿿]{2,6}编$")  # 刑法分则第四章, 民法典合同编第一章


def before(text: str, end: int) -> Name | None:
    """The name that ends at `end`; None where no document's name does.

    调解仲裁法第五条 never gives 仲裁法: a name begins where the words stop, and nowhere inside of them.
    """
    if half := _HALF.search(text, max(0, end - 12), end):
        end = half.start()
    low = max(0, end - _LONGEST)
    window = text[low:end]
    if not _RUN.search(window) or (_NO_LAW.search(window) and not _TRULY.search(window)):
        return None
    name = _begun(window)
    return name._replace(start=name.start + low) if name else None


def is_sure(name: str) -> bool:
    """Whether a name without brackets has no other beginning inside: 渔业和渔港管理法 may be 渔港管理法."""
    found = _begun(name)
    return found is not None and found.name == name and found.sure


def _begun(window: str) -> Name | None:
    """The name that ends a window, divided from the words before it.

    刑法和治安管理处罚法: what stands before 和 ends a name as well, so there one name ends and another begins. Where it
    does not (渔业和渔港管理法), 和 may be a part of the name, which then is not sure.
    """
    start = max((m.end() for m in _STRONG_WORDS.finditer(window)), default=0)
    sure = True
    for weak in _WEAK_WORDS.finditer(window, start):
        rest = window[weak.end() :]
        if len(rest) < 2 or not _RUN.fullmatch(rest) or re.fullmatch(kinds.ANY, rest):
            continue
        if weak.start() == start or _RUN.search(window[: weak.start()]):
            start, sure = weak.end(), True
        else:
            sure = False
    name = window[start:]
    return Name(name, start, sure) if len(name) > 1 else None
