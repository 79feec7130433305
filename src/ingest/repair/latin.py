"""Words of languages that are written with Latin letters, and pinyin: what Western letters are when they are no damage.

Chinese bytes read as Western text give runs of accented letters and signs with hardly an ASCII letter among them
(`ÖÐ¹ú±ê×¼`, `é\x9d\x92ç¦¾`, `¤j®a¦n`). A word of a language has its accents singly or in pairs among plain letters, changes
from small letters to capitals nowhere, and holds no signs. Decided against: word lists, which every name is missing from.
"""

import re
from collections.abc import Iterator

from ingest.patterns import pattern

_WORD = pattern("[^\\s\x21-\x26\x28-\x40\x5b-\x60\x7b-\x7e§«»“”„‘‚…–—•·°\xa0\u2022\u0370-\u1dff\u2e80-\uffff]+")
"""What stands between spaces and the punctuation that any text has."""
_ACCENTED = "À-ÖØ-öø-\u02af\u1e00-\u1eff"
_SHAPE = pattern(rf"[¡¿]?[a-zA-Z{_ACCENTED}'’]+[ªº²³®™©]?|\d*[ªº²³¹]|[©®™]")
_FOREIGN = pattern("[\u0100-\u02af\u1e00-\u1eff]")
"""Letters of which no byte is read as one, but for a few."""
_FEW = frozenset("ŒœŠšŸŽžƒı")
_HIGH = pattern(f"[{_ACCENTED}]")
_ACCENTS = pattern(rf"[{_ACCENTED}]{{4,}}")
_PLAIN = pattern("[a-zA-Z]")
NEAR = 12
"""Accented letters alone, so near behind a run, belong to it (`£¬2021Äê`)."""
_ALONE = frozenset("àáâäåæçèéêëíîïñòóôöøùúûýþðßÀÁÂÄÅÆÇÈÉÊËÍÎÑÒÓÔÖØÙÚÛÝÞÐıİ")


def is_word(token: str) -> bool:
    """Whether a run of letters may be a word, by its shape alone.

    >>> [is_word(w) for w in ("élèves", "bùyán'éryù", "sürücülüğe", "ÉCOLE", "à", "ÖÐ¹ú", "ÖÐÎÄ", "¤j®a¦n")]
    [True, True, True, True, True, False, False, False]
    """
    if token.isascii():
        return True
    if len(token) == 1:
        return token in _ALONE
    if not _SHAPE.fullmatch(token):
        return False
    if any(c not in _FEW for c in _FOREIGN.findall(token)):
        return True
    high, plain = len(_HIGH.findall(token)), len(_PLAIN.findall(token))
    if (plain * 5 < high * 2 and (high > 2 or token[1:] != token[1:].lower())) or any(
        len(set(run.lower())) > 1 for run in _ACCENTS.findall(token)
    ):
        return False
    letters = token.strip("'’¡¿")
    return all(p.islower() or p.istitle() or p.isupper() for p in re.split("['’]", letters) if p) or letters.istitle()


def broken(text: str) -> Iterator[tuple[int, int, int]]:
    """Runs that are no words, each with how many letters beyond ASCII it has; words between them belong to a run
    unless they are whole words with accents of their own."""
    start = end = count = 0
    for match in _WORD.finditer(text):
        token = match[0]
        if token.isascii():
            continue
        bare = token.strip("'")
        if is_word(bare) and not (count and not _PLAIN.search(bare) and match.start() - end < NEAR):
            if count and len(_PLAIN.findall(token)) > 2:
                yield start, end, count
                count = 0
            continue
        if not count:
            start = match.start() + len(token) - len(token.lstrip("'"))
        end = match.start() + len(token.rstrip("'"))
        count += sum(c > "\x7f" for c in token)
    if count:
        yield start, end, count
