"""Undoing localisation: Taiwan's words in a mainland text back to the words that stood there.

The text is looked at in its Simplified form (one spelling for 台 and 臺, 裡 and 裏), which has the same length.
"""

from collections import Counter
from functools import cache
from typing import NamedTuple

from ingest.patterns import pattern
from ingest.script import dictionaries
from ingest.script.configurations import chain
from ingest.script.engine import Lexicon, Match
from ingest.traced import Certainty, Change

# A word that the mainland has as well is put back only beside this many that show the localisation.
_ENOUGH = 2
_OFTEN = 3
# The mainland form counts as absent up to this share of the other's places: converters miss a place now and then.
_STRAY = 0.1
_STRAYS = {"also": _STRAY, "rare": 0.5, "never": 1.0}
# 资讯安全署, 财政部财税资料中心: a name of an institution is no vocabulary, and nothing tells that a converter wrote it. A centre or
# committee is one's name behind the body that it belongs to; else it may be any (建设数据中心). 布局, 格局, 部署 are none.
_AUTHORITY = pattern(
    "[\u4e00-\u9fff]{0,4}?(?:(?<![布格结大开僵时政终棋])(?<!(?<!安)全)局|(?<![部签])署|策进会)(?![\u4e00-\u9fff]?[部化面])"
)
_CENTRE = pattern("[\u4e00-\u9fff]{0,4}?(?:中心|委员会)")
_BODY = pattern("(?:部|院|局|府|署)[\u4e00-\u9fff]{0,4}$")
_CERTAINTY: dict[str, Certainty] = {"also": "guess"}


class Rule(NamedTuple):
    """An entry of `localised.tsv`, its Taiwan form as it looks in Simplified script."""

    kind: str
    taiwan: str
    mainland: str
    absent: str
    certainty: Certainty


@cache
def _rules() -> Lexicon[Rule]:
    rows = dictionaries.LOCALISED.rows()
    forms = chain("t2s").convert("\n".join(row["taiwan"] for row in rows)).split("\n")
    rules = {
        form: Rule(
            row["class"],
            row["taiwan"],
            row["mainland"],
            row["absent"] or row["mainland"],
            "guess" if "guess" in (row["certainty"], _CERTAINTY.get(row["class"])) else "likely",
        )
        for form, row in zip(forms, rows, strict=True)
    }
    return Lexicon(rules)


def scan(simplified: str) -> list[tuple[Match, Rule]]:
    """The places in a text where an entry of the table stands."""
    return [(Match(start, end, simplified[start:end]), rule) for start, end, rule in _rules().find(simplified)]


def evidence(hits: list[tuple[Match, Rule]], simplified: str) -> Counter[str]:
    """The words in a text that only a localised one has, counted: never the mainland's, or rare and the usual absent."""
    found = Counter(rule for _, rule in hits if rule.kind in ("never", "rare"))
    return Counter(
        {
            rule.taiwan: count
            for rule, count in found.items()
            if rule.kind == "never" or simplified.count(rule.absent) <= _STRAY * count
        }
    )


def undo(hits: list[tuple[Match, Rule]], simplified: str) -> list[Change]:
    """The changes that put the mainland's words back into a text found to be localised, in its own offsets."""
    signs = evidence(hits, simplified)
    hits = [(match, rule) for match, rule in hits if rule.kind != "keep"]
    seen = Counter(rule.taiwan for _, rule in hits)
    stands = {rule.absent: simplified.count(rule.absent) for _, rule in hits if rule.kind in _STRAYS}
    # A word that stands again and again where its mainland form never does is a sign by itself.
    often = {r.taiwan for _, r in hits if r.kind == "also" and seen[r.taiwan] >= _OFTEN and not stands[r.absent]}
    others = len(signs) + len(often)
    changes = []
    for match, rule in hits:
        note = None
        if _names_institution(match, simplified):
            note = "in the name of an institution"
        elif rule.kind in _STRAYS and stands[rule.absent] > _STRAYS[rule.kind] * seen[rule.taiwan]:
            note = f"{rule.absent} stands {stands[rule.absent]} times in the document"
        elif rule.kind == "also" and others < _ENOUGH:
            note = f"only {others} words of the document show that it was localised"
        changes.append(
            Change(
                match.start,
                match.end,
                rule.mainland,
                f"localised:{rule.taiwan}",
                rule.certainty,
                note,
                applied=note is None,
            )
        )
    return changes


def _names_institution(match: Match, simplified: str) -> bool:
    """Whether a word stands inside of the name of an authority, or of a centre behind the body that it belongs to."""
    if _AUTHORITY.match(simplified, match.end):
        return True
    ends = match.value.endswith(("中心", "委员会")) or _CENTRE.match(simplified, match.end) is not None
    return ends and _BODY.search(simplified, max(0, match.start - 6), match.start) is not None


_QUOTES = {"「": "“", "」": "”", "『": "‘", "』": "’"}
_QUOTE = pattern("[「」『』]")


def unquote(text: str) -> list[Change]:
    """Corner brackets back to the mainland's quotation marks, in a text that was converted and has none of its own."""
    if "“" in text or "”" in text:
        return []
    return [Change(m.start(), m.end(), _QUOTES[m[0]], "quotes", "likely") for m in _QUOTE.finditer(text)]
