"""Kinds of documents, by which titles end (`kinds.tsv`): 通知, 意见, 条例."""

from ingest import rules
from ingest.han import bodies
from ingest.han.words import alternatives, spellings
from ingest.patterns import pattern

TABLE = rules.Table("ingest.han", "kinds.tsv", ("kind", "traditional", "weight", "example"), unique=("kind",))
ANY = alternatives(spellings(TABLE.rows(), "kind"))
"""Any kind, as alternatives of a regular expression."""
_OWN = alternatives(spellings((r for r in TABLE.rows() if r.one_of("weight", ("own", "word")) == "own"), "kind"))
# Behind a kind: a closing sign, a bracket （试行）, but not the year of a number that follows the title.
_BEHIND = r"[)）】」』”]?(?:\s?[(（](?!\d{4}年?[)）])[^()（）]{1,20}[)）])?"
END = pattern(rf"(?:{ANY}){_BEHIND}$")
"""Where a title may end: at a kind, perhaps with a bracket behind it （试行）. Not with 》: a text that names a law goes on."""
OWN_END = pattern(rf"(?:{_OWN}){_BEHIND}》?$")
"""Where a title does end, for the kind is hardly a word of anything else."""
ISSUED = pattern(
    rf"((?:中共)?[一-鿿]{{1,28}}?(?:{bodies.ENDING}))"
    rf"(?:(?:关于|印发|转发|批转|發佈|关於|關於|印發|轉發|批轉).{{2,80}}(?:{ANY})|[对對].{{2,80}}(?:{_OWN})){_BEHIND}》?"
)
"""A whole title that names who issues the document: 云栖市人民政府关于…的意见."""
_SIMPLIFIED = {spelling: row["kind"] for row in TABLE.rows() for spelling in (row["kind"], *row["traditional"].split())}
_LAST = pattern(rf"({ANY}){_BEHIND}》?$")


def of(title: str) -> str | None:
    """The kind that a title names at its end, in Simplified characters: 通知 of 云栖市關於渔港的通知（試行）."""
    found = _LAST.search(title.strip())
    return _SIMPLIFIED[found[1]] if found else None
